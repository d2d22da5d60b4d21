package onvif

import "net/netip"

func getHostname(c *call) (elem, error) {
	return el("tds:GetHostnameResponse", el("tds:HostnameInformation",
		yes("tt:FromDHCP", false), tx("tt:Name", c.facts.Hostname))), nil
}

func getInterfaces(c *call) (elem, error) {
	f := c.facts
	address := el("tt:Manual", tx("tt:Address", f.Address), num("tt:PrefixLength", f.PrefixBits))
	if f.DHCP {
		address.name = "tt:FromDHCP"
	}
	return el("tds:GetNetworkInterfacesResponse", el("tds:NetworkInterfaces", yes("tt:Enabled", true),
		el("tt:Info", tx("tt:Name", "eth0"), tx("tt:HwAddress", f.MAC), num("tt:MTU", f.MTU)),
		el("tt:IPv4", yes("tt:Enabled", true), el("tt:Config", address, yes("tt:DHCP", f.DHCP))),
	).with("token", "eth0")), nil
}

func getProtocols(c *call) (elem, error) {
	e := el("tds:GetNetworkProtocolsResponse")
	for _, p := range []struct {
		name string
		port int
	}{{"HTTP", c.facts.HTTPPort}, {"HTTPS", c.facts.HTTPSPort}, {"RTSP", c.facts.RTSPPort}} {
		if p.port != 0 {
			e.kids = append(e.kids, el("tds:NetworkProtocols", tx("tt:Name", p.name), yes("tt:Enabled", true), num("tt:Port", p.port)))
		}
	}
	return e, nil
}

func getGateway(c *call) (elem, error) {
	return el("tds:GetNetworkDefaultGatewayResponse",
		el("tds:NetworkGateway", tx("tt:IPv4Address", c.facts.Gateway))), nil
}

func getDNS(c *call) (elem, error) {
	info := el("tds:DNSInformation", yes("tt:FromDHCP", false))
	for _, s := range c.facts.DNS {
		info.kids = append(info.kids, el("tt:DNSManual", tx("tt:Type", "IPv4"), tx("tt:IPv4Address", s)))
	}
	return el("tds:GetDNSResponse", info), nil
}

func getNTP(c *call) (elem, error) {
	host := el("tt:NTPManual", tx("tt:Type", "DNS"), tx("tt:DNSname", c.facts.NTPServer))
	if ip, err := netip.ParseAddr(c.facts.NTPServer); err == nil && ip.Is4() {
		host = el("tt:NTPManual", tx("tt:Type", "IPv4"), tx("tt:IPv4Address", c.facts.NTPServer))
	}
	return el("tds:GetNTPResponse", el("tds:NTPInformation", yes("tt:FromDHCP", false), host)), nil
}
