package secret

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

const clear = "hunter2-clear"

type holder struct {
	Name string
	Pass String
	Ptr  *String
	hid  String
}

func holding() holder {
	s := New(clear)
	return holder{Name: "admin", Pass: s, Ptr: &s, hid: s}
}

func hidden(t *testing.T, how, out string) {
	t.Helper()
	if strings.Contains(out, clear) || strings.Contains(out, fmt.Sprintf("%x", clear)) ||
		strings.Contains(out, fmt.Sprintf("%X", clear)) {
		t.Errorf("%s shows the secret: %s", how, out)
	}
}

func TestNoVerbShowsIt(t *testing.T) {
	s, h := New(clear), holding()
	for _, verb := range "vsqxXdboOcUeEfFgGpTtw" {
		for _, flag := range []string{"", "+", "#", "-40", " ", "0", ".3"} {
			format := "%" + flag + string(verb)
			for _, v := range []any{s, &s, h, &h, []String{s}, map[string]String{"a": s}, any(s)} {
				hidden(t, format, fmt.Sprintf(format, v))
			}
		}
	}
	if got := fmt.Sprintf("%s %v %q", s, s, String{}); got != strings.Join([]string{Redacted, Redacted, Redacted}, " ") {
		t.Errorf("printed %q", got)
	}
	hidden(t, "Errorf", fmt.Errorf("login with %v: %w", s, fmt.Errorf("%+v", h)).Error())
	hidden(t, "Print", fmt.Sprint(s, &s, h))
}

func TestNoLogShowsIt(t *testing.T) {
	var b bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil)} {
		l := slog.New(handler)
		s, h := New(clear), holding()
		l.Info("x", "pass", s, "ptr", &s, "holder", h, "many", []String{s})
		l.With("pass", s).WithGroup("g").Info("y", slog.Any("pass", s))
	}
	if !strings.Contains(b.String(), Redacted) {
		t.Error("nothing was logged")
	}
	hidden(t, "slog", b.String())
}

func TestNoEncodingShowsIt(t *testing.T) {
	h := holding()
	j, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	hidden(t, "json", string(j))
	if want := `{"Name":"admin","Pass":"[redacted]","Ptr":"[redacted]"}`; string(j) != want {
		t.Errorf("json %s, want %s", j, want)
	}
	x, err := xml.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	hidden(t, "xml", string(x))
	if _, err := New(clear).MarshalBinary(); err == nil {
		t.Error("a secret was marshalled to bytes")
	}
}

func TestUnmarshal(t *testing.T) {
	var in struct{ Pass String }
	if err := json.Unmarshal([]byte(`{"Pass":"a\"b"}`), &in); err != nil || in.Pass.Reveal() != `a"b` {
		t.Errorf("got %q, %v", in.Pass.Reveal(), err)
	}
	if err := json.Unmarshal([]byte(`{"Pass":"[redacted]"}`), &in); err == nil {
		t.Error("a redaction was taken for a secret")
	}
}

func TestEqual(t *testing.T) {
	for _, tt := range []struct {
		a, b String
		want bool
	}{
		{New("a"), New("a"), true},
		{New("a"), New("b"), false},
		{New("a"), New("aa"), false},
		{String{}, New(""), true},
		{String{}, New("a"), false},
	} {
		if got := tt.a.Equal(tt.b); got != tt.want {
			t.Errorf("Equal(%q, %q) = %v", tt.a.Reveal(), tt.b.Reveal(), got)
		}
	}
	if !(String{}).IsEmpty() || !New("").IsEmpty() || New(" ").IsEmpty() {
		t.Error("IsEmpty is wrong")
	}
}
