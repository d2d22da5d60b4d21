package subnet

import (
	"net/netip"
	"testing"
)

func TestBeside(t *testing.T) {
	for _, tc := range []struct {
		recorder     string
		bits         int
		device       string
		want, on     string // the address, and what to type on Linux
		windows, mac string
	}{
		{"192.168.1.108", 24, "", "192.168.1.250", "sudo ip address add 192.168.1.250/24 dev eth0",
			`netsh interface ipv4 add address "Ethernet" 192.168.1.250 255.255.255.0`, "sudo ifconfig en0 alias 192.168.1.250 255.255.255.0"},
		{"192.168.1.250", 24, "enp3s0", "192.168.1.249", "sudo ip address add 192.168.1.249/24 dev enp3s0",
			`netsh interface ipv4 add address "enp3s0" 192.168.1.249 255.255.255.0`, "sudo ifconfig enp3s0 alias 192.168.1.249 255.255.255.0"},
		{"10.7.3.9", 16, "", "10.7.3.250", "sudo ip address add 10.7.3.250/16 dev eth0",
			`netsh interface ipv4 add address "Ethernet" 10.7.3.250 255.255.0.0`, "sudo ifconfig en0 alias 10.7.3.250 255.255.0.0"},
		{"10.7.3.9", 28, "", "10.7.3.14", "sudo ip address add 10.7.3.14/28 dev eth0",
			`netsh interface ipv4 add address "Ethernet" 10.7.3.14 255.255.255.240`, "sudo ifconfig en0 alias 10.7.3.14 255.255.255.240"},
		{"10.7.3.1", 30, "", "10.7.3.2", "sudo ip address add 10.7.3.2/30 dev eth0",
			`netsh interface ipv4 add address "Ethernet" 10.7.3.2 255.255.255.252`, "sudo ifconfig en0 alias 10.7.3.2 255.255.255.252"},
	} {
		s := Beside(netip.MustParseAddr(tc.recorder), tc.bits, tc.device)
		if s.Address.String() != tc.want || s.Systems[2].Do != tc.on || s.Systems[0].Do != tc.windows || s.Systems[1].Do != tc.mac {
			t.Errorf("%s/%d: %+v", tc.recorder, tc.bits, s)
		}
	}
}
