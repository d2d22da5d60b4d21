package onvif

import (
	"fmt"
	"strings"
	"testing"
)

var recorder = Facts{Manufacturer: "Amcrest", Model: "AMDV7208", ID: "x", Host: "192.0.2.10:80"}

const probeForm = `<?xml version="1.0"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><e:Header><w:MessageID>uuid:84ede3de-7dec-11d0-c360-f01234567890</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To><w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header><e:Body>%s</e:Body></e:Envelope>`

func probeOf(types, scopes string) string {
	return fmt.Sprintf(probeForm, "<d:Probe><d:Types>"+types+"</d:Types>"+scopes+"</d:Probe>")
}

func TestProbeMatches(t *testing.T) {
	rule := func(by, text string) string {
		return `<d:Scopes MatchBy="http://schemas.xmlsoap.org/ws/2005/04/discovery/` + by + `">` + text + "</d:Scopes>"
	}
	const base = "onvif://www.onvif.org/"
	for _, c := range []struct {
		name, probe string
		found       bool
	}{
		{"type", probeOf("dn:NetworkVideoTransmitter", ""), true},
		{"both types", probeOf("dn:NetworkVideoTransmitter tds:Device", "<d:Scopes/>"), true},
		{"no type", probeOf("", ""), true},
		{"a printer", probeOf("p:Printer", ""), false},
		{"a type we lack beside one we have", probeOf("tds:Device dn:NetworkVideoDisplay", ""), false},
		{"scope", probeOf("", "<d:Scopes>"+base+"hardware/AMDV7208</d:Scopes>"), true},
		{"scope by a segment", probeOf("", "<d:Scopes>"+base+"location</d:Scopes>"), true},
		{"not by a part of one", probeOf("", "<d:Scopes>"+base+"loc</d:Scopes>"), false},
		{"host in capitals", probeOf("", rule("rfc2396", "ONVIF://WWW.ONVIF.ORG/name/Amcrest")), true},
		{"two scopes, one not ours", probeOf("", "<d:Scopes>"+base+"name/Amcrest "+base+"name/Other</d:Scopes>"), false},
		{"the same text", probeOf("", rule("strcmp0", base+"name/Amcrest")), true},
		{"not the same text", probeOf("", rule("strcmp0", base+"name")), false},
		{"without scopes", probeOf("", rule("none", "")), false},
		{"an unknown rule", probeOf("", rule("uuid", base)), false},
		{"resolve", fmt.Sprintf(probeForm, "<d:Resolve><w:EndpointReference><w:Address>"+recorder.Endpoint()+"</w:Address></w:EndpointReference></d:Resolve>"), true},
		{"resolve of another", fmt.Sprintf(probeForm, "<d:Resolve><w:EndpointReference><w:Address>uuid:1</w:Address></w:EndpointReference></d:Resolve>"), false},
		{"an answer", string(Discover([]byte(probeOf("", "")), func() Facts { return recorder })), false},
		{"nonsense", "Probe", false},
		{"another search", `<d:Probe xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"/>`, false},
	} {
		got := Discover([]byte(c.probe), func() Facts { return recorder })
		if (got != nil) != c.found {
			t.Errorf("%s: %q", c.name, got)
		}
		if got == nil {
			continue
		}
		n, err := parse(got)
		if err != nil {
			t.Fatalf("%s: %v in %s", c.name, err, got)
		}
		if n.text("Header", "RelatesTo") != "uuid:84ede3de-7dec-11d0-c360-f01234567890" {
			t.Errorf("%s: relates to %q", c.name, n.text("Header", "RelatesTo"))
		}
	}
}

func TestProbeAnswer(t *testing.T) {
	n, err := parse(Discover([]byte(probeOf("dn:NetworkVideoTransmitter", "")), func() Facts { return recorder }))
	if err != nil {
		t.Fatal(err)
	}
	match := n.at("Body", "ProbeMatches", "ProbeMatch")
	for name, want := range map[string]string{
		"Types": "dn:NetworkVideoTransmitter tds:Device", "MetadataVersion": "1",
		"XAddrs": "http://192.0.2.10:80/onvif/device_service",
		"Scopes": "onvif://www.onvif.org/location/country/china onvif://www.onvif.org/name/Amcrest " +
			"onvif://www.onvif.org/hardware/AMDV7208 onvif://www.onvif.org/Profile/Streaming " +
			"onvif://www.onvif.org/type/Network_Video_Transmitter onvif://www.onvif.org/extension/unique_identifier",
	} {
		if got := match.text(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if got := n.text("Header", "Action"); got != "http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches" {
		t.Errorf("the action is %q", got)
	}
	moved := recorder
	moved.Host = "198.51.100.7:80"
	if e := match.text("EndpointReference", "Address"); !strings.HasPrefix(e, "uuid:") || e != moved.Endpoint() {
		t.Errorf("the endpoint is %q", e)
	}
}

// Whatever datagram comes, the answer is none or a message that relates to it.
func FuzzDiscover(f *testing.F) {
	f.Add([]byte(probeOf("dn:NetworkVideoTransmitter", "<d:Scopes/>")))
	f.Add(fmt.Appendf(nil, probeForm, "<d:Resolve/>"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got := Discover(b, func() Facts { return recorder })
		if got == nil {
			return
		}
		if n, err := parse(got); err != nil || n.text("Header", "RelatesTo") == "" {
			t.Errorf("to %q comes %q", b, got)
		}
	})
}
