package twin

import (
	"encoding/binary"
	"net/netip"
)

const (
	badAddress = "Invalid IP address."
	badPort    = "Invalid port."
)

func (v viewer) networkItems() []item {
	const eth = "Network.eth0."
	gateway := v.text("network.gateway", "Default Gateway", eth+"DefaultGateway", 15, "Invalid gateway.")
	mask := v.text("network.mask", "Subnet Mask", eth+"SubnetMask", 15, "Invalid subnet mask.")
	mask.free = func(text string) string {
		a, err := netip.ParseAddr(text)
		if err != nil || !a.Is4() || prefix(a) < 0 {
			return "Invalid subnet mask."
		}
		return ""
	}
	list := []item{
		v.tick("network.dhcp", "DHCP", eth+"DhcpEnable"),
		v.text("network.address", "IP Address", eth+"IPAddress", 15, badAddress),
		mask, gateway,
		v.text("network.dns1", "Preferred DNS", eth+"DnsServers[0]", 15, "Invalid DNS."),
		v.text("network.dns2", "Alternate DNS", eth+"DnsServers[1]", 15, "Invalid DNS."),
		v.text("network.tcp", "TCP Port", "DVRIP.TCPPort", 5, badPort),
		v.text("network.udp", "UDP Port", "DVRIP.UDPPort", 5, badPort),
		v.text("network.http", "HTTP Port", "Web.Port", 5, badPort),
		v.text("network.rtsp", "RTSP Port", "RTSP.Port", 5, badPort),
	}
	for i := range list {
		if list[i].ID == "network.address" || list[i].ID == "network.gateway" {
			list[i].free = func(string) string { return v.wrongGateway(list) }
		}
	}
	return list
}

// wrongGateway finds a gateway outside of the address's network, once one of the
// two was typed. Values that are none are somebody else's to refuse.
func (v viewer) wrongGateway(list []item) string {
	get := func(id string) netip.Addr {
		for i := range list {
			if list[i].ID == id {
				a, _ := netip.ParseAddr(v.value(&list[i]))
				return a
			}
		}
		return netip.Addr{}
	}
	address, mask, gateway := get("network.address"), get("network.mask"), get("network.gateway")
	if !address.Is4() || !mask.Is4() || !gateway.Is4() || gateway.IsUnspecified() {
		return ""
	}
	bits := prefix(mask)
	if net, err := address.Prefix(bits); bits >= 0 && err == nil && !net.Contains(gateway) {
		return "The gateway is not in the network of the IP address."
	}
	return ""
}

// prefix is how many bits a mask has; -1 for one with holes.
func prefix(mask netip.Addr) int {
	b := mask.As4()
	m := binary.BigEndian.Uint32(b[:])
	for bits := range 33 {
		if m == ^uint32(0)<<(32-bits) {
			return bits
		}
	}
	return -1
}

func (v viewer) p2pItems() []item {
	host := under("p2p.ddns", v.text("p2p.host", "DDNS Host", "DDNS[0].HostName", 63, "The host's name is not possible."))[0]
	return []item{
		v.tick("p2p.p2p", "P2P", "T2UServer.Enable"),
		v.tick("p2p.upnp", "UPnP", "UPnP.Enable"),
		v.tick("p2p.ddns", "DDNS", "DDNS[0].Enable"),
		host,
		v.tick("p2p.mail", "E-mail", "Email.Enable"),
	}
}

func (v viewer) p2pLines() []string {
	return []string{"S/N: " + v.t.body.Model.Serial}
}
