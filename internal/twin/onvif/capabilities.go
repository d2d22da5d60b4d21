package onvif

// getCapabilities answers the older way to learn the services. A category that the
// recorder lacks is refused by name; All gives what there is.
func getCapabilities(c *call) (elem, error) {
	asked := map[string]bool{}
	for _, n := range c.op.all("Category") {
		asked[n.Text] = true
	}
	all := len(asked) == 0 || asked["All"]
	parts := []struct {
		name string
		make func(Facts) elem
	}{{"Device", oldDevice}, {"Events", oldEvents}, {"Imaging", oldImaging}, {"Media", oldMedia}}
	e := el("tds:Capabilities")
	for _, p := range parts {
		if all || asked[p.name] {
			e.kids = append(e.kids, p.make(c.facts))
		}
		delete(asked, p.name)
	}
	if !all && len(asked) > 0 {
		return elem{}, &fault{
			status: 500, receiver: true, subcodes: "ter:ActionNotSupported ter:NoSuchService",
			reason: "No Such Service",
		}
	}
	return el("tds:GetCapabilitiesResponse", e), nil
}

func oldDevice(f Facts) elem {
	off := func(names ...string) []elem {
		var list []elem
		for _, n := range names {
			list = append(list, yes(n, false))
		}
		return list
	}
	system := el("tt:System", append([]elem{yes("tt:DiscoveryResolve", true)}, off("tt:DiscoveryBye", "tt:RemoteDiscovery",
		"tt:SystemBackup", "tt:SystemLogging", "tt:FirmwareUpgrade")...)...)
	system.kids = append(system.kids, f.version("tt:SupportedVersions"))
	return el("tt:Device", tx("tt:XAddr", f.url(PathDevice)),
		el("tt:Network", off("tt:IPFilter", "tt:ZeroConfiguration", "tt:IPVersion6", "tt:DynDNS")...),
		system,
		el("tt:IO", num("tt:InputConnectors", f.AlarmInputs), num("tt:RelayOutputs", len(f.Relays))),
		el("tt:Security", off("tt:TLS1.1", "tt:TLS1.2", "tt:OnboardKeyGeneration", "tt:AccessPolicyConfig",
			"tt:X.509Token", "tt:SAMLToken", "tt:KerberosToken", "tt:RELToken")...))
}

func oldEvents(f Facts) elem {
	return el("tt:Events", tx("tt:XAddr", f.url(PathEvents)), yes("tt:WSSubscriptionPolicySupport", false),
		yes("tt:WSPullPointSupport", true), yes("tt:WSPausableSubscriptionManagerInterfaceSupport", false))
}

func oldImaging(f Facts) elem {
	return el("tt:Imaging", tx("tt:XAddr", f.url(PathImaging)))
}

func oldMedia(f Facts) elem {
	return el("tt:Media", tx("tt:XAddr", f.url(PathMedia)),
		el("tt:StreamingCapabilities", yes("tt:RTPMulticast", false), yes("tt:RTP_TCP", true), yes("tt:RTP_RTSP_TCP", true)),
		el("tt:Extension", el("tt:ProfileCapabilities", num("tt:MaximumNumberOfProfiles", 2*len(f.Channels)))))
}
