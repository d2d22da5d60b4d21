package wire

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var searches = []struct {
	body string
	want Search
	own  bool // this package prints it the same way
}{
	{`{"method":"DHDiscover.search","params":{"mac":"","uni":1}}`, Search{Uni: 1}, true},
	{`{"method":"DHDiscover.search","params":{"mac":"","uni":0}}` + "\n", Search{}, false},
	{`{"method":"DHDiscover.search","params":{"mac":"9c:8e:cd:00:00:01","uni":1}}`, Search{"9c:8e:cd:00:00:01", 1}, true},
	{`{"id":1,"method":"DHDiscover.search","params":{"mac":"","uni":1}}` + "\x00", Search{Uni: 1}, false},
}

func datagram(body string) []byte { return Frame{Payload: []byte(body)}.Append(nil) }

func TestSearch(t *testing.T) {
	for _, tt := range searches {
		got, err := DecodeSearch(datagram(tt.body))
		if err != nil || got != tt.want {
			t.Errorf("%s: %+v, %v", tt.body, got, err)
		}
		if tt.own && !bytes.Equal(got.Append(nil), datagram(tt.body)) {
			t.Errorf("%s: prints as %s", tt.body, got.Append(nil))
		}
	}
	for _, body := range []string{"", "{", "[]", `{"method":"x"}`, `{"method":"DHDiscover.search"} x`, `{"method":1}`} {
		if _, err := DecodeSearch(datagram(body)); err == nil {
			t.Errorf("%q was taken", body)
		}
	}
	if _, err := DecodeSearch([]byte(searches[0].body)); !errors.Is(err, ErrMalformed) {
		t.Errorf("bare JSON: %v", err)
	}
}

func FuzzSearch(f *testing.F) {
	for _, tt := range searches {
		f.Add(datagram(tt.body))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := DecodeSearch(b)
		if err != nil || len(got.MAC) > 1000 {
			return
		}
		if again, err := DecodeSearch(got.Append(nil)); err != nil || again != got {
			t.Errorf("%+v became %+v, %v", got, again, err)
		}
	})
}

// Composed by hand after the protocol notes, section 1.1.
const notifyBody = `{"mac":"9c:8e:cd:00:00:01","method":"client.notifyDevInfo","params":{"deviceInfo":{` +
	`"AlarmInputChannels":8,"AlarmOutputChannels":3,"DeviceClass":"HCVR","DeviceType":"AMDV7208","Find":"BD",` +
	`"HttpPort":80,"IPv4Address":{"DefaultGateway":"192.0.2.1","DhcpEnable":false,"IPAddress":"192.0.2.10",` +
	`"SubnetMask":"255.255.255.0"},"IPv6Address":{"DefaultGateway":"","DhcpEnable":false,"IPAddress":"\/64",` +
	`"LinkLocalAddress":"fe80::9e8e:cdff:fe00:1\/64"},"Init":0,"MachineName":"DVR","Manufacturer":"Private",` +
	`"Port":37777,"RemoteVideoInputChannels":0,"SerialNo":"AMC0TESTSN00001","Vendor":"Amcrest",` +
	`"Version":"3.200.AC04.5","VideoInputChannels":8,"VideoOutputChannels":0}}}` + "\n"

func notifyWant() Notify {
	zero := Init(0)
	return Notify{MAC: "9c:8e:cd:00:00:01", Device: DeviceInfo{
		AlarmInputChannels: 8, AlarmOutputChannels: 3, DeviceClass: "HCVR", DeviceType: "AMDV7208", Find: "BD",
		HTTPPort:    80,
		IPv4Address: IPv4Info{DefaultGateway: "192.0.2.1", IPAddress: "192.0.2.10", SubnetMask: "255.255.255.0"},
		IPv6Address: IPv6Info{IPAddress: "/64", LinkLocalAddress: "fe80::9e8e:cdff:fe00:1/64"},
		Init:        &zero, MachineName: "DVR", Manufacturer: "Private", Port: 37777, SerialNo: "AMC0TESTSN00001",
		Vendor: "Amcrest", Version: "3.200.AC04.5", VideoInputChannels: 8,
	}}
}

func TestNotify(t *testing.T) {
	got, err := DecodeNotify(datagram(notifyBody))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(notifyWant(), got); d != "" {
		t.Error(d)
	}
	if want := datagram(notifyBody); !bytes.Equal(got.Append(nil), want) {
		t.Errorf("prints as\n%s\nwant\n%s", got.Append(nil), want)
	}
}

func TestNotifyVariants(t *testing.T) {
	for name, body := range map[string]string{
		"ended by NUL":      strings.TrimSuffix(notifyBody, "\n") + "\x00",
		"NULs before":       "\x00\x00" + notifyBody,
		"without Init":      strings.Replace(notifyBody, `"Init":0,`, "", 1),
		"only the type":     `{"method":"client.notifyDevInfo","params":{"deviceInfo":{"DeviceType":"X"}}}`,
		"only the serial":   `{"method":"client.notifyDevInfo","params":{"deviceInfo":{"SerialNo":"X"}}}`,
		"unknown members":   `{"random":"1","method":"client.notifyDevInfo","params":{"deviceInfo":{"SerialNo":"X","Port3":1,"UnLoginFuncMask":1}}}`,
		"both address null": `{"method":"client.notifyDevInfo","params":{"deviceInfo":{"SerialNo":"X","IPv6Address":null}}}`,
	} {
		n, err := DecodeNotify(datagram(body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if has := n.Device.Init != nil; has != strings.Contains(body, "Init\"") {
			t.Errorf("%s: Init known: %v", name, has)
		}
	}
	for name, body := range map[string]string{
		"nothing known": `{"method":"client.notifyDevInfo","params":{"deviceInfo":{"Vendor":"X"}}}`,
		"other method":  strings.Replace(notifyBody, "notifyDevInfo", "other", 1),
		"truncated":     notifyBody[:200],
		"no object":     "hello",
		"Init negative": strings.Replace(notifyBody, `"Init":0`, `"Init":-1`, 1),
	} {
		if _, err := DecodeNotify(datagram(body)); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func FuzzNotify(f *testing.F) {
	f.Add(datagram(notifyBody))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := DecodeNotify(b)
		if err != nil || len(b) > 4000 {
			return
		}
		again, err := DecodeNotify(got.Append(nil))
		if err != nil || !cmp.Equal(got, again) {
			t.Errorf("%+v became %+v, %v", got, again, err)
		}
	})
}

func TestInit(t *testing.T) {
	for _, tt := range []struct {
		init                         Init
		account, cloud, phone, reset Group
	}{
		{150, 2, 1, 1, 2},
		{1162, 2, 2, 0, 2},
		{149, AccountUninitialised, GroupOff, GroupOff, GroupOn},
		{0, AccountOld, GroupUnknown, GroupUnknown, GroupUnknown},
	} {
		i := tt.init
		if i.Account() != tt.account || i.Cloud() != tt.cloud || i.Phone() != tt.phone || i.Reset() != tt.reset {
			t.Errorf("%d: %d %d %d %d", i, i.Account(), i.Cloud(), i.Phone(), i.Reset())
		}
		if got := NewInit(tt.account, tt.cloud, tt.phone, tt.reset); got != i&0xff {
			t.Errorf("NewInit = %d, want %d", got, i&0xff)
		}
	}
	for _, i := range []Init{3210, 3222, 3238, 3722, 3734} { // seen in the field, all initialised
		if i.Account() != AccountInitialised {
			t.Errorf("%d: account %d", i, i.Account())
		}
	}
}
