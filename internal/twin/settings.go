package twin

import (
	"fmt"
	"strconv"
)

// The factory's network set-up, as the maker's family ships it.
const (
	factoryAddress = "192.168.1.108"
	factoryGateway = "192.168.1.1"
	factoryMask    = "255.255.255.0"
)

// factorySettings is the tree a recorder starts with, as far as the twin serves
// it: general, network, clock and channel names.
func factorySettings(m Model) []setting {
	s := []setting{
		{"General.MachineName", "DVR"},
		{"General.LocalNo", "8"},
		{"General.MachineAddress", ""},
		{"General.LockLoginEnable", "true"},
		{"General.LockLoginTimes", strconv.Itoa(lockAfter)},
		{"General.LoginFailLockTime", strconv.Itoa(int(lockFor.Seconds()))},
		{"Network.DefaultInterface", "eth0"},
		{"Network.Domain", "dvr"},
		{"Network.Hostname", "DVR"},
		{"Network.eth0.DefaultGateway", factoryGateway},
		{"Network.eth0.DhcpEnable", "false"},
		{"Network.eth0.DnsServers[0]", "8.8.8.8"},
		{"Network.eth0.DnsServers[1]", "8.8.4.4"},
		{"Network.eth0.IPAddress", factoryAddress},
		{"Network.eth0.MTU", "1500"},
		{"Network.eth0.PhysicalAddress", m.MAC},
		{"Network.eth0.SubnetMask", factoryMask},
		{"NTP.Address", "time.windows.com"},
		{"NTP.Enable", "false"},
		{"NTP.Port", "123"},
		{"NTP.TimeZone", "25"},
		{"NTP.TimeZoneDesc", "Easterntime"},
		{"NTP.UpdatePeriod", "10"},
		{"Locales.DSTEnable", "false"},
		{"Language.CurrentLanguage", "English"},
		{"VideoStandard", "NTSC"},
	}
	for i := range m.Channels {
		s = append(s, setting{fmt.Sprintf("ChannelTitle[%d].Name", i), fmt.Sprintf("CAM %d", i+1)})
	}
	return s
}
