package onvif

import "strings"

// DiscoveryPort is the UDP port of WS-Discovery; its multicast group is
// [DiscoveryGroup].
const (
	DiscoveryPort  = 3702
	DiscoveryGroup = "239.255.255.250"
)

const maxMessageID = 256

// Discover gives the answer to one datagram of WS-Discovery, or nothing: for what
// is no Probe or Resolve, and for searches of something else.
func Discover(datagram []byte, facts func() Facts) []byte {
	root, err := parse(datagram)
	if err != nil || root.Name != "Envelope" || root.Space != nsEnvelope {
		return nil
	}
	id := root.text("Header", "MessageID")
	body := root.child("Body")
	if id == "" || len(id) > maxMessageID || body == nil || len(body.Kids) != 1 || body.Kids[0].Space != nsProbe {
		return nil
	}
	switch op := body.Kids[0]; op.Name {
	case "Probe":
		if f := facts(); matchTypes(op) && matchScopes(op.child("Scopes"), f.Scopes()) {
			return answer("Probe", id, f)
		}
	case "Resolve":
		if f := facts(); op.text("EndpointReference", "Address") == f.Endpoint() {
			return answer("Resolve", id, f)
		}
	}
	return nil
}

// matchTypes tells whether every type asked for is one of ours. Their prefixes are
// not resolved: a datagram may declare them anywhere, and some declare them wrong.
func matchTypes(op *node) bool {
	for _, name := range strings.Fields(op.text("Types")) {
		_, local, found := strings.Cut(name, ":")
		if !found {
			local = name
		}
		if local != "NetworkVideoTransmitter" && local != "Device" {
			return false
		}
	}
	return true
}

// matchScopes tells whether every scope asked for is one of ours, by the rule asked
// for: whole path segments (RFC 2396), the same text, or none at all.
func matchScopes(n *node, ours []string) bool {
	if n == nil {
		return true
	}
	rule := n.attr("MatchBy")
	if rule == scopeNone {
		return false // asks for what has no scopes
	}
	for _, want := range strings.Fields(n.Text) {
		found := false
		for _, have := range ours {
			switch rule {
			case "", scopeRFC2396:
				found = found || segments(have, want)
			case scopeExact:
				found = found || have == want
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// segments tells whether want is have, or have up to a slash. Scheme and host do
// not mind case, the path does.
func segments(have, want string) bool {
	split := func(s string) (string, string) {
		scheme, rest, _ := strings.Cut(s, "://")
		host, path, _ := strings.Cut(rest, "/")
		return strings.ToLower(scheme + "://" + host), strings.TrimSuffix(path, "/")
	}
	h1, p1 := split(have)
	h2, p2 := split(want)
	return h1 == h2 && (p2 == "" || p1 == p2 || strings.HasPrefix(p1, p2+"/"))
}

// answer prints ProbeMatches or ResolveMatches, as the search asked.
func answer(what, id string, f Facts) []byte {
	match := el("d:"+what+"Match", el("a:EndpointReference", tx("a:Address", f.Endpoint())),
		tx("d:Types", "dn:NetworkVideoTransmitter tds:Device"), tx("d:Scopes", strings.Join(f.Scopes(), " ")),
		tx("d:XAddrs", f.url(PathDevice)), num("d:MetadataVersion", 1))
	header := []elem{
		tx("a:MessageID", "uuid:"+reply(id, f)), tx("a:RelatesTo", id), tx("a:To", anonymous04),
		tx("a:Action", nsProbe+"/"+what+"Matches"),
	}
	return envelope([][2]string{
		{"s", nsEnvelope}, {"a", nsAddress04}, {"d", nsProbe}, {"dn", nsNetwork}, {"tds", nsDevice},
	}, header, el("d:"+what+"Matches", match))
}

// reply names the answer to one message: another one for each, the same for the
// same, so that a repeated search gets a repetition.
func reply(id string, f Facts) string {
	f.ID += " answers " + id
	return strings.TrimPrefix(f.Endpoint(), "uuid:")
}
