package wire

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var tables = []struct {
	name string
	raw  string
	want Table
	eol  string // "" when it does not print back the same
}{
	{"empty", "", nil, CRLF},
	{"one", "type=AMDV7208\r\n", Table{{"type", "AMDV7208"}}, CRLF},
	{"LF", "a=1\nb=2\n", Table{{"a", "1"}, {"b", "2"}}, LF},
	{"no last line end", "sn=AMC0TESTSN00001", Table{{"sn", "AMC0TESTSN00001"}}, ""},
	{"value with =", "version=3.200.AC04.5,build:2016-09-08\r\nx=a=b==\r\n",
		Table{{"version", "3.200.AC04.5,build:2016-09-08"}, {"x", "a=b=="}}, CRLF},
	{"empty value", "table.General.MachineAddress=\r\n", Table{{"table.General.MachineAddress", ""}}, CRLF},
	{"nested", "table.Network.eth0.DnsServers[0]=8.8.8.8\r\ntable.Encode[0].MainFormat[0].Video.Width=1280\r\n",
		Table{{"table.Network.eth0.DnsServers[0]", "8.8.8.8"}, {"table.Encode[0].MainFormat[0].Video.Width", "1280"}}, CRLF},
	{"blank lines", "\r\na=1\r\n\r\n", Table{{"a", "1"}}, ""},
	{"spaces kept", "table.ChannelTitle[0].Name= CAM 1 \r\n", Table{{"table.ChannelTitle[0].Name", " CAM 1 "}}, CRLF},
	{"UTF-8", "name=Türe\n", Table{{"name", "Türe"}}, LF},
}

func TestTable(t *testing.T) {
	for _, tt := range tables {
		got, err := ParseTable([]byte(tt.raw))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
		if tt.eol == "" {
			continue
		}
		if b, err := got.Append(nil, tt.eol); err != nil || string(b) != tt.raw {
			t.Errorf("%s: prints as %q, %v", tt.name, b, err)
		}
	}
}

func TestTableRefused(t *testing.T) {
	for _, tt := range []struct {
		name, raw string
		want      error
	}{
		{"no =", "OK\r\n", ErrMalformed},
		{"empty key", "=x\n", ErrMalformed},
		{"NUL", "a=\x00\n", ErrMalformed},
		{"CR inside", "a=b\rc\n", ErrMalformed},
		{"long key", strings.Repeat("k", MaxKey+1) + "=1\n", ErrTooLarge},
		{"many lines", strings.Repeat("a=1\n", MaxPairs+1), ErrTooLarge},
		{"large", strings.Repeat("x", MaxTable+1), ErrTooLarge},
	} {
		if _, err := ParseTable([]byte(tt.raw)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	for _, p := range []Pair{{"", "x"}, {"a=b", "x"}, {"a\n", "x"}, {"a", "x\ny=z"}, {"a", "\x00"}} {
		if b, err := (Table{p}).Append(nil, CRLF); err == nil {
			t.Errorf("%q printed as %q", p, b)
		}
	}
	if v, ok := (Table{{"a", "1"}, {"a", "2"}}).Get("a"); !ok || v != "1" {
		t.Errorf("Get = %q, %v", v, ok)
	}
	if _, ok := (Table{}).Get("a"); ok {
		t.Error("Get found what is not there")
	}
}

func FuzzTable(f *testing.F) {
	for _, tt := range tables {
		f.Add([]byte(tt.raw))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := ParseTable(b)
		if err != nil {
			return
		}
		for _, eol := range []string{CRLF, LF} {
			p, err := got.Append(nil, eol)
			if err != nil {
				t.Fatal(err)
			}
			if len(p) > MaxTable {
				continue
			}
			if again, err := ParseTable(p); err != nil || !cmp.Equal(got, again) {
				t.Errorf("%q became %q, %v", got, again, err)
			}
		}
	})
}

var keys = []struct {
	key  string
	want []Step
}{
	{"sn", []Step{{Name: "sn"}}},
	{"table.Network.eth0.DnsServers[1]", []Step{{Name: "table"}, {Name: "Network"}, {Name: "eth0"}, {Name: "DnsServers"}, {Index: 1}}},
	{"Encode[0][12].Video", []Step{{Name: "Encode"}, {Index: 0}, {Index: 12}, {Name: "Video"}}},
	{"[3]", []Step{{Index: 3}}},
	{"user.CAM 1", []Step{{Name: "user"}, {Name: "CAM 1"}}},
}

func TestKey(t *testing.T) {
	for _, tt := range keys {
		got, err := ParseKey(tt.key)
		if d := cmp.Diff(tt.want, got); d != "" || err != nil {
			t.Errorf("%s: %v %s", tt.key, err, d)
		}
		if s := FormatKey(got); s != tt.key {
			t.Errorf("%s prints as %s", tt.key, s)
		}
	}
	for _, k := range []string{"", ".", "a.", ".a", "a..b", "a[", "a[]", "a[x]", "a[-1]", "a[01]", "a[4096]",
		"a[99999]", "a[0]b", "a]", "a=b", strings.Repeat("a.", MaxSteps) + "a", strings.Repeat("k", MaxKey+1)} {
		if got, err := ParseKey(k); err == nil {
			t.Errorf("%q read as %v", k, got)
		}
	}
}

func FuzzKey(f *testing.F) {
	for _, tt := range keys {
		f.Add(tt.key)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := ParseKey(s); err == nil && FormatKey(got) != s {
			t.Errorf("%q prints as %q", s, FormatKey(got))
		}
	})
}

func TestFlatten(t *testing.T) {
	got, err := Flatten("table.RTSP", map[string]any{
		"Port": 554, "Enable": true, "RTP": map[string]any{"StartPort": int64(20000)},
		"List": []any{"a", nil, 1.5, map[string]any{"X": ""}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := Table{{"table.RTSP.Enable", "true"}, {"table.RTSP.List[0]", "a"}, {"table.RTSP.List[1]", ""},
		{"table.RTSP.List[2]", "1.5"}, {"table.RTSP.List[3].X", ""}, {"table.RTSP.Port", "554"}, {"table.RTSP.RTP.StartPort", "20000"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got, _ := Flatten("", map[string]any{"a": 1}); !cmp.Equal(got, Table{{"a", "1"}}) {
		t.Errorf("no prefix: %v", got)
	}
	deep := any("x")
	for range MaxSteps + 2 {
		deep = []any{deep}
	}
	for name, v := range map[string]any{"struct": struct{}{}, "deep": deep, "long": make([]any, MaxIndex+2)} {
		if _, err := Flatten("a", v); err == nil {
			t.Errorf("%s was flattened", name)
		}
	}
}

func TestQuery(t *testing.T) {
	for _, tt := range []struct {
		raw  string
		want Table
	}{
		{"", nil},
		{"action=getConfig&name=Encode%5B0%5D", Table{{"action", "getConfig"}, {"name", "Encode[0]"}}},
		{"action=getConfig&name=Encode[0]", Table{{"action", "getConfig"}, {"name", "Encode[0]"}}},
		{"time=2024-01-02+03%3a04:05", Table{{"time", "2024-01-02 03:04:05"}}},
		{"time=2024-01-02%2003:04:05", Table{{"time", "2024-01-02 03:04:05"}}},
		{"pwd=a%26b%3D%2B%23&pwd=a=b", Table{{"pwd", "a&b=+#"}, {"pwd", "a=b"}}},
		{"a&&b=", Table{{"a", ""}, {"b", ""}}},
	} {
		got, err := ParseQuery(tt.raw)
		if d := cmp.Diff(tt.want, got); d != "" || err != nil {
			t.Errorf("%s: %v %s", tt.raw, err, d)
		}
	}
	for _, raw := range []string{"a=%", "a=%1", "%zz=1", "a=%g0", strings.Repeat("a", MaxQuery+1)} {
		if _, err := ParseQuery(raw); err == nil {
			t.Errorf("%.20q was taken", raw)
		}
	}
	if got := Escape("aZ9-_.~ &=+#%'\"ü"); got != "aZ9-_.~%20%26%3D%2B%23%25%27%22%C3%BC" {
		t.Errorf("Escape = %s", got)
	}
}

func TestQueryRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := Table{{rapid.StringN(1, 20, 60).Draw(t, "key"), rapid.StringN(0, 40, 200).Draw(t, "value")}}
		if out, err := ParseQuery(FormatQuery(in)); err != nil || !cmp.Equal(in, out) {
			t.Fatalf("%q became %q, %v", in, out, err)
		}
	})
}

func FuzzQuery(f *testing.F) {
	f.Add("action=getConfig&name=Encode%5B0%5D")
	f.Add("a=%2")
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := ParseQuery(raw)
		if err != nil || len(raw) > MaxQuery/3 {
			return
		}
		if again, err := ParseQuery(FormatQuery(got)); err != nil || !cmp.Equal(got, again) {
			t.Errorf("%q became %q, %v", got, again, err)
		}
	})
}
