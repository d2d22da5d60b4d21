package site

import (
	"net/netip"
	"strings"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/subnet"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// address asks where the recorder is, or helps to find it.
func (sh *showing) address(stage string) view.Page {
	r := &sh.r
	value := r.Identity.Address
	if sh.typed.has("address") {
		value = sh.typed.get("address")
	}
	p := view.Address{
		Frame: sh.at(5), Stage: stage, Screen: sh.post("way", "way", string(rekey.WayScreen)), Checks: sh.addressChecks(),
		Met: r.Identity.MAC != "" || r.Identity.Serial != "",
		Entry: &view.Entry{
			Do: sh.post("point"), Name: "address", Label: view.T("address.label"), Hint: view.T("address.hint"), Value: value,
			Wrong: sh.wrong["address"], Mode: "url", Mono: true, Say: view.T("address.do"),
		},
	}
	switch r.Stage {
	case rekey.StageClosing:
		p.Step, p.Screen = 6, sh.post("skip")
	case rekey.StageFinish, rekey.StageEnded:
		p.Step, p.Screen = 7, view.Link(sh.url)
	}
	if a := sh.practiceAddress(); a != "" && stage == "ask" {
		p.Found = []view.Found{{Address: a, State: "unknown", Do: sh.post("point", "address", a)}}
	}
	if sh.guide.Searches(r) {
		p.Again = sh.post("search")
		if stage != "other-subnet" {
			sh.surveyed(&p)
		}
	}
	switch stage {
	case "not-found":
		if value != "" {
			p.Tried = []string{value}
		}
		switch {
		case p.Again.Is():
		case value != "":
			p.Again = sh.post("point", "address", value)
		default:
			p.Again = sh.turn("address")
		}
	case "other-subnet":
		p.Entry, p.Checks, p.Subnet, p.Facts = nil, nil, sh.subnet(r.Back), sh.acrossFacts()
		if !p.Again.Is() {
			p.Again = sh.post("point", "address", r.Identity.Address)
		}
	}
	return p
}

func (sh *showing) addressChecks() []view.Fact {
	return []view.Fact{
		{What: view.T("address.check.power")}, {What: view.T("address.check.light")},
		{What: view.T("address.check.read"), How: view.T("address.check.read.how")},
		{What: view.T("address.check.factory", "Address", sh.guide.Catalog().FactoryAddress().String())},
		{What: view.T("address.check.firewall")},
	}
}

// surveyed shows what the last search found, or why it found nothing.
func (sh *showing) surveyed(p *view.Address) {
	s := sh.guide.Surveyed(sh.r.ID)
	p.At = s.At
	for _, seen := range s.Found {
		state := seen.State
		if state == "" {
			state = rekey.StateUnknown
		}
		p.Found = append(p.Found, view.Found{
			Model: seen.Model, Address: seen.Address, Serial: seen.Serial, State: string(state), Apart: seen.Subnet != "",
			Do: sh.post("point", "address", seen.Address),
		})
	}
	for _, w := range s.Why {
		p.Why = append(p.Why, sh.whyNot(w))
	}
}

// guessed lists the reasons that rekey takes for likely, and has not seen.
var guessed = map[string]bool{"firewall": true, "container": true}

// whyNot gives a reason in words. What to set by hand is beside the factory address.
func (sh *showing) whyNot(w guide.Reason) view.Fact {
	set := subnet.Beside(sh.guide.Catalog().FactoryAddress(), subnet.HomeBits, "")
	args := []any{
		"Interface", w.Interface, "Hosts", strings.Join(w.Hosts, ", "), "Subnet", w.Subnet, "N", w.Count, "Where", w.Where,
		"Free", set.Address.String(), "Mask", set.Mask,
	}
	f := view.Fact{Known: view.Seen, What: view.T("why."+w.Why, args...), How: view.T("why."+w.Why+".how", args...)}
	if guessed[w.Why] {
		f.Known = view.Unknown
	}
	return f
}

// subnet gives how to reach the recorder on another network range: what to type for a
// second address on this computer, and how to undo it. Nobody can ask whether it is
// free before this computer is in that network, so the page says so.
func (sh *showing) subnet(back rekey.SeenBack) *view.Subnet {
	s := &view.Subnet{Recorder: hostOf(back.Address), Computer: hostOf(back.Here)}
	a, err := netip.ParseAddr(s.Recorder)
	if err != nil || !a.Is4() {
		return s
	}
	bits := subnet.HomeBits
	if p, err := netip.ParsePrefix(back.Subnet); err == nil && p.Contains(a) {
		bits = p.Bits()
	}
	var taken []netip.Addr
	for _, seen := range sh.guide.Surveyed(sh.r.ID).Found {
		if other, err := netip.ParseAddr(hostOf(seen.Address)); err == nil {
			taken = append(taken, other)
		}
	}
	second := subnet.Beside(a, bits, back.Device, taken...)
	s.Free, s.Mask, s.Interface = second.Address.String(), second.Mask, back.Device
	for _, o := range second.Systems {
		s.Systems = append(s.Systems, view.System{Name: o.Name, Do: o.Do, Undo: o.Undo})
	}
	return s
}

// acrossFacts gives what is known about a recorder on another network range.
func (sh *showing) acrossFacts() []view.Fact {
	back, id := &sh.r.Back, &sh.r.Identity
	all := []view.Fact{{Known: view.Seen, What: view.T("return.watch.apart", "Subnet", back.Subnet)}}
	if back.Here != "" {
		all[0].How = view.T("return.watch.apart.how", "Here", back.Here)
	}
	if id.Model != "" {
		all = append(all, view.Fact{Known: view.Seen, What: view.T("return.watch.answers", "Model", id.Model)})
	}
	if back.Moved {
		all = append(all, view.Fact{Known: view.Seen, What: view.T("return.watch.address", "Address", back.Address), How: sameAs(id)})
	}
	return append(all, view.Fact{Known: view.Unknown, What: view.T("address.free.known"), How: view.T("address.free.how")})
}

// undoSubnet gives how to take the second address away again, nothing where none was
// needed.
func (sh *showing) undoSubnet() []view.System {
	if sh.r.Across.Subnet == "" {
		return nil
	}
	all := sh.subnet(sh.r.Across).Systems
	for i := range all {
		all[i].Do = ""
	}
	return all
}

// hostOf gives the host of host, host:port, host/bits or https://host.
func hostOf(address string) string {
	if p, err := netip.ParsePrefix(address); err == nil {
		return p.Addr().String()
	}
	host := strings.TrimPrefix(address, "https://")
	if at, err := netip.ParseAddrPort(host); err == nil {
		return at.Addr().String()
	}
	return host
}
