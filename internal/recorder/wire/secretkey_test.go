package wire

import "testing"

func TestIsSecret(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		key, value string
		want       bool
	}{
		{"Email.Password", "w0rd", true},
		{"Email.Password", "", false},
		{"SNMP.ReadCommunity[0]", "public", true},
		{"WLan.eth2.PSK", "12345678", true},
		{"RemoteDevice.a.Url", "rtsp://me:w0rd@10.0.0.9/1", true},
		{"RemoteDevice.a.Url", "rtsp://10.0.0.9/1", false},
		{"Email.Anonymous", "w0rd", false},
		{"AccessFilter.PassEnable", "true", false},
	} {
		if got := IsSecret(c.key, c.value); got != c.want {
			t.Errorf("%s=%s: %v", c.key, c.value, got)
		}
	}
}
