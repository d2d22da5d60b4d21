package twin

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/onvif"
)

// onvif answers one SOAP request.
func (t *Twin) onvif(now time.Time, q *request) reply {
	p := &onvifPort{t: t, now: now, q: q}
	index, _ := q.Query.Get("Idx")
	before := t.listening(now)
	a := t.mind.onvif.Answer(p, onvif.Request{Path: q.Path, Index: index, Body: q.Body, Now: t.clients(now)})
	if !before && t.listening(now) {
		t.mind.bus.seen.motion = t.look(now).motion // what holds already was told as such
	}
	r := onvifReply(a)
	r.after = p.after
	if a.Poll != nil {
		r.later = func(w *streamWriter) (reply, bool) { return t.onvifPoll(w, q, a.Poll) }
	}
	return r
}

func onvifReply(a onvif.Reply) reply {
	return reply{status: a.Status, kind: onvif.ContentType, extra: a.Header, body: a.Body}
}

// onvifPoll waits, outside the twin's lock, until there is something to tell.
func (t *Twin) onvifPoll(w *streamWriter, q *request, p *onvif.Poll) (r reply, there bool) {
	wait := time.NewTimer(p.Within)
	defer wait.Stop()
	select {
	case <-w.Done():
		return reply{}, false
	case <-p.Wake:
	case <-wait.C:
	}
	_ = t.do(func(now time.Time) error {
		r, there = onvifReply(t.mind.onvif.Finish(p, t.onvifFacts(now, q), t.clients(now))), true
		return nil
	})
	return r, there
}

// onvifRaise tells the subscriptions of an event, if it is one of theirs.
func (t *Twin) onvifRaise(now time.Time, e wire.Event) {
	kind := map[string]onvif.Kind{wire.EventVideoMotion: onvif.Motion, wire.EventVideoLoss: onvif.SignalLoss}[e.Code]
	if kind == "" || e.Index < 0 || e.Index >= t.body.Model.Channels {
		return
	}
	t.mind.onvif.Raise(onvif.Event{
		Kind: kind, Channel: e.Index, Active: e.Action == wire.EventStart, UTC: t.body.Memory.utc(now, t.east(now)),
	})
}

// answerProbe answers one datagram of WS-Discovery.
func (t *Twin) answerProbe(datagram []byte, _ netip.AddrPort) [][]byte {
	answer := onvif.Discover(datagram, func() (f onvif.Facts) {
		_ = t.do(func(now time.Time) error { f = t.onvifFacts(now, nil); return nil })
		return f
	})
	if answer == nil || !t.isServing() {
		return nil
	}
	return [][]byte{answer}
}

func (t *Twin) isServing() (yes bool) {
	_ = t.do(func(now time.Time) error { yes = t.serving(now); return nil })
	return yes
}

// onvifFacts are what the recorder says of itself over ONVIF. q is the request, if
// there is one.
func (t *Twin) onvifFacts(now time.Time, q *request) onvif.Facts {
	b := &t.body
	s := &b.Flash.Settings
	east := t.east(now)
	web := ServiceWeb
	if q != nil && q.Secure || t.redirects() {
		web = ServiceHTTPS
	}
	f := onvif.Facts{
		Newer: b.Model.Generation != GenA, Manufacturer: b.Model.Vendor, Model: b.Model.SKU,
		Firmware: b.Flash.Version + ", build " + b.buildDate(), Serial: b.Model.Serial, Hardware: "1.00",
		ID: b.Model.Serial + " " + b.Model.MAC, MAC: b.Model.MAC,
		Host: t.seenAt(web, q), Secure: web == ServiceHTTPS,
		RTSPPort: t.servicePort(ServiceRTSP), HTTPPort: t.servicePort(ServiceWeb), HTTPSPort: t.servicePort(ServiceHTTPS),
		UTC: b.Memory.utc(now, east), East: east, DST: s.Bool("Locales.DSTEnable"), NTP: s.Bool("NTP.Enable"),
		Hostname: s.Get("Network.Hostname"), Address: s.Get("Network.eth0.IPAddress"),
		PrefixBits: prefixBits(s.Get("Network.eth0.SubnetMask")), Gateway: s.Get("Network.eth0.DefaultGateway"),
		DHCP: s.Bool("Network.eth0.DhcpEnable"), NTPServer: s.Get("NTP.Address"), MTU: s.Int("Network.eth0.MTU"),
		CheckOff:   s.Get("UserGlobal.OnvifLoginCheck") == "false",
		MainLimits: mainEncoder.limits(), SubLimits: subEncoder.limits(), AlarmInputs: alarmInputs, AudioInputs: audioInputs,
		Media2: b.Model.Generation == GenC,
	}
	for i, closed := 0, t.alarmOuts(); i < alarmOutputs; i++ {
		f.Relays = append(f.Relays, closed>>i&1 == 1)
	}
	for i := range 2 {
		if dns := s.Get("Network.eth0.DnsServers[" + strconv.Itoa(i) + "]"); dns != "" {
			f.DNS = append(f.DNS, dns)
		}
	}
	motion, _ := t.moving(now)
	lost := t.lost()
	for i := range b.Model.Channels {
		n := strconv.Itoa(i)
		f.Channels = append(f.Channels, onvif.Channel{
			Name: s.Get("ChannelTitle[" + n + "].Name"), Motion: motion>>i&1 == 1, Lost: lost>>i&1 == 1,
			Picture: t.onvifPicture(i), Main: t.onvifStream(i, 0), Sub: t.onvifStream(i, 1),
		})
	}
	return f
}

// seenAt is a service's host and port: its own address, unless it listens on all of
// them; then the one the client used.
func (t *Twin) seenAt(name Service, q *request) string {
	own := t.serviceAddress(name)
	a, err := netip.ParseAddrPort(own)
	if err != nil || !a.Addr().IsUnspecified() || q == nil {
		return own
	}
	host, port := q.Header.Get("Host"), strconv.Itoa(int(a.Port()))
	if h, p, err := net.SplitHostPort(host); err == nil {
		host, port = h, p
	}
	if strings.ContainsAny(host, "/?#@ ") || host == "" {
		return own
	}
	return net.JoinHostPort(host, port)
}

// prefixBits counts the ones of a mask, 24 for one that is none.
func prefixBits(mask string) int {
	a, err := netip.ParseAddr(mask)
	if err == nil && a.Is4() {
		b := a.As4()
		if ones, bits := net.IPMask(b[:]).Size(); bits == 32 {
			return ones
		}
	}
	return 24
}
