package onvif

import (
	"net/url"
	"strconv"
	"strings"
)

// deviceOps are the operations of the device service.
var deviceOps = map[string]entry{
	"GetSystemDateAndTime":     {open, getDateAndTime},
	"GetCapabilities":          {open, getCapabilities},
	"GetServices":              {open, getServices},
	"GetServiceCapabilities":   {open, getDeviceCaps},
	"GetWsdlUrl":               {open, getWsdlURL},
	"GetEndpointReference":     {open, getEndpoint},
	"GetHostname":              {open, getHostname},
	"GetDeviceInformation":     {reading, getInformation},
	"GetScopes":                {reading, getScopes},
	"GetDiscoveryMode":         {reading, getDiscoveryMode},
	"GetNetworkInterfaces":     {reading, getInterfaces},
	"GetNetworkProtocols":      {reading, getProtocols},
	"GetNetworkDefaultGateway": {reading, getGateway},
	"GetDNS":                   {reading, getDNS},
	"GetNTP":                   {reading, getNTP},
	"GetRelayOutputs":          {reading, getRelays},
	"SetRelayOutputState":      {ruling, setRelay},
	"GetUsers":                 {ruling, getUsers},
	"CreateUsers":              {ruling, createUsers},
	"SetUser":                  {ruling, setUser},
	"DeleteUsers":              {ruling, deleteUsers},
	"SetSystemDateAndTime":     {ruling, setDateAndTime},
	"SystemReboot":             {ruling, reboot},
	"SetSystemFactoryDefault":  {ruling, factoryDefault},
}

func (f Facts) url(path string) string {
	if f.Secure {
		return "https://" + f.Host + path
	}
	return "http://" + f.Host + path
}

func getInformation(c *call) (elem, error) {
	return el("tds:GetDeviceInformationResponse",
		tx("tds:Manufacturer", c.facts.Manufacturer), tx("tds:Model", c.facts.Model),
		tx("tds:FirmwareVersion", c.facts.Firmware), tx("tds:SerialNumber", c.facts.Serial),
		tx("tds:HardwareId", c.facts.Hardware)), nil
}

// Scopes are the six that recorders of the family announce, then what newer ones
// add.
func (f Facts) Scopes() []string {
	const base = "onvif://www.onvif.org/"
	unique := base + "extension/unique_identifier"
	list := []string{
		base + "location/country/china", base + "name/" + url.PathEscape(f.Manufacturer),
		base + "hardware/" + url.PathEscape(f.Model), base + "Profile/Streaming",
		base + "type/Network_Video_Transmitter", unique,
	}
	if f.Newer {
		list[5] = unique + "/1"
		list = append(list, base+"Profile/G")
	}
	return list
}

func getScopes(c *call) (elem, error) {
	e := el("tds:GetScopesResponse")
	for _, s := range c.facts.Scopes() {
		e.kids = append(e.kids, el("tds:Scopes", tx("tt:ScopeDef", "Fixed"), tx("tt:ScopeItem", s)))
	}
	return e, nil
}

func getDiscoveryMode(*call) (elem, error) {
	return el("tds:GetDiscoveryModeResponse", tx("tds:DiscoveryMode", "Discoverable")), nil
}

func getWsdlURL(*call) (elem, error) {
	return el("tds:GetWsdlUrlResponse", tx("tds:WsdlUrl", "http://www.onvif.org/")), nil
}

func getEndpoint(c *call) (elem, error) {
	return el("tds:GetEndpointReferenceResponse", tx("tds:GUID", c.facts.Endpoint())), nil
}

func reboot(c *call) (elem, error) {
	c.Restart(Reboot)
	return el("tds:SystemRebootResponse", tx("tds:Message", "Device Will Reboot")), nil
}

func factoryDefault(c *call) (elem, error) {
	switch c.op.text("FactoryDefault") {
	case "Hard":
		c.Restart(FactoryAll)
	case "Soft":
		c.Restart(FactoryNoNet)
	default:
		return elem{}, wrong("ter:InvalidArgVal", "Argument Value Invalid")
	}
	return el("tds:SetSystemFactoryDefaultResponse"), nil
}

// version is the pair that says which ONVIF this is: 2.4 of the years of these
// recorders, 2.6 on newer firmware.
func (f Facts) version(name string) elem {
	minor := 40
	if f.Newer {
		minor = 60
	}
	return el(name, num("tt:Major", 2), num("tt:Minor", minor))
}

func getServices(c *call) (elem, error) {
	with := strings.EqualFold(c.op.text("IncludeCapability"), "true") || c.op.text("IncludeCapability") == "1"
	e := el("tds:GetServicesResponse")
	for _, s := range c.facts.services() {
		service := el("tds:Service", tx("tds:Namespace", s.space), tx("tds:XAddr", c.facts.url(s.path)))
		if with {
			service.kids = append(service.kids, el("tds:Capabilities", s.caps(c.facts)))
		}
		service.kids = append(service.kids, c.facts.version("tds:Version"))
		e.kids = append(e.kids, service)
	}
	return e, nil
}

// service is one of the services as GetServices lists them.
type service struct {
	space, path string
	caps        func(Facts) elem
}

func (f Facts) services() []service {
	list := []service{
		{nsDevice, PathDevice, deviceCaps}, {nsMedia, PathMedia, mediaCaps}, {nsEvents, PathEvents, eventCaps},
		{nsImaging, PathImaging, imagingCaps},
	}
	if f.Media2 {
		list = append(list, service{nsMedia2, PathMedia2, media2Caps})
	}
	return list
}

func getDeviceCaps(c *call) (elem, error) {
	return el("tds:GetServiceCapabilitiesResponse", deviceCaps(c.facts)), nil
}

// deviceCaps has no more than the schema of 2.4 knows: clients made from it, such as
// ZoneMinder's, stop at an attribute that came later.
func deviceCaps(f Facts) elem {
	return el("tds:Capabilities",
		el("tds:Network").with("IPFilter", "false", "ZeroConfiguration", "false", "IPVersion6", "false", "DynDNS", "false",
			"Dot11Configuration", "false", "HostnameFromDHCP", "false", "NTP", "1"),
		el("tds:Security").with("TLS1.0", "false", "TLS1.1", "false", "TLS1.2", "false", "OnboardKeyGeneration", "false",
			"AccessPolicyConfig", "false", "DefaultAccessPolicy", "true", "Dot1X", "false", "RemoteUserHandling", "false",
			"X.509Token", "false", "SAMLToken", "false", "KerberosToken", "false", "UsernameToken", "true",
			"HttpDigest", strconv.FormatBool(f.Newer), "RELToken", "false", "MaxUsers", "64"),
		el("tds:System").with("DiscoveryResolve", "true", "DiscoveryBye", "false", "RemoteDiscovery", "false",
			"SystemBackup", "false", "SystemLogging", "false", "FirmwareUpgrade", "false", "HttpFirmwareUpgrade", "false",
			"HttpSystemBackup", "false", "HttpSystemLogging", "false", "HttpSupportInformation", "false"))
}
