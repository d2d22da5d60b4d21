package story

import (
	"slices"
	"time"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

func (b base) back() []Story {
	f := b.in(5)
	f.EventsURL, f.StateURL, f.Refresh = "/r/K4M-7TD/events", "/r/K4M-7TD/state", 5
	gone := Now.Add(-73 * time.Hour)
	clock := &view.Entry{Do: post(), Name: "clock", Label: view.T("return.clock.label"), Hint: view.T("return.clock.hint"), Mono: true, Say: view.T("return.clock.do")}
	folds := []view.Fold{
		{Title: view.T("return.why.self"), Body: []view.Text{view.T("return.why.self.1")}},
		{Title: view.T("return.why.out"), Body: []view.Text{view.T("return.why.out.1")}},
	}
	plug := view.Return{Frame: f, Stage: "plug", Watching: true, Clock: clock, NoClock: post("clock", "unknown"), Nothing: view.Link("/r/K4M-7TD/nothing"),
		NotFound: view.Link("/r/K4M-7TD/address"), Folds: folds, FactoryTry: true}
	choose := plug
	choose.Stage, choose.Clock, choose.NoClock = "choose", nil, view.Action{}
	choose.ClockSaid = view.T("fact.clock.reset", "Clock", "2000-01-01 00:03")
	choose.OnScreen, choose.LetRekey = post("try", "screen"), post("try", "rekey")
	choose.Watch = []view.Watch{
		{What: view.T("return.watch.gone", "At", gone), How: view.T("return.watch.gone.how", "Address", "192.168.1.64")},
		{What: view.T("return.watch.back", "At", Now.Add(-2*time.Minute)), How: view.T("return.watch.back.how", "For", 72*time.Hour+10*time.Minute)},
		{What: view.T("return.watch.address", "Address", "192.168.1.108"), How: view.T("return.watch.address.how")},
		{Live: true, What: view.T("return.watch.starting"), How: view.T("return.watch.starting.how"), At: Now.Add(-4 * time.Second)},
	}
	across := choose
	across.Watch = slices.Concat(choose.Watch[:3], []view.Watch{{
		What: view.T("return.watch.apart", "Subnet", "192.168.1.0/24"), How: view.T("return.watch.apart.how", "Here", "10.0.0.12/24"),
	}})
	shows := choose
	shows.Stage, shows.OnScreen, shows.LetRekey, shows.Nothing, shows.NotFound = "shows", view.Action{}, view.Action{}, view.Action{}, view.Action{}
	shows.Shows = []view.Shown{{ID: "login", Do: post("shown", "initialised")}, {ID: "first", Do: post("shown", "uninitialised")}}
	shows.NotTold, shows.Watch = post("shown", "unknown"), nil
	shows.Folds = []view.Fold{folds[1], {Title: view.T("return.why.shows"), Body: []view.Text{view.T("return.why.shows.1")}}}
	newer := shows
	newer.Shows = []view.Shown{shows.Shows[1], shows.Shows[0]}
	held := choose
	held.LetRekey = view.Action{Off: view.T("held.locked", "At", Now.Add(21*time.Minute)), Until: Now.Add(21 * time.Minute)}
	return append([]Story{{"return", plug}, {"return-choose", choose}, {"return-across", across}, {"return-held", held}, {"return-shows", shows}, {"return-shows-newer", newer}}, append(b.address(), b.verify()...)...)
}

func (b base) address() []Story {
	ask := view.Address{Frame: b.in(5), Stage: "ask", Again: post("search", "yes"), Screen: post("way", "screen"),
		Entry: &view.Entry{Do: post(), Name: "host", Label: view.T("address.label"), Hint: view.T("address.hint"), Value: "8.8.8.8", Wrong: view.T("address.wrong.public"), Mode: "decimal", Mono: true, Say: view.T("address.do")},
		Found: []view.Found{{Model: "AMDV7208", Address: "192.168.1.108", State: "unknown", Do: post("host", "192.168.1.108")}}}
	others := []view.Found{
		{Model: "AMDV7208-8B", Address: "192.168.1.64", Serial: "AMC0128A1B2C3D4", State: "initialised", Do: post("address", "192.168.1.64")},
		{Model: "AMDV5M8-H5", Address: "192.168.1.70:8080", Serial: "AMC0150E5F6A7B8", State: "uninitialised", Do: post("address", "192.168.1.70:8080")},
		{Address: "10.0.0.108", State: "unknown", Apart: true, Do: post("address", "10.0.0.108")},
	}
	found := view.Address{Frame: b.in(5), Stage: "ask", Again: post("search"), Screen: post("way", "screen"), Found: others, At: Now,
		Entry: &view.Entry{Do: post(), Name: "address", Label: view.T("address.label"), Hint: view.T("address.hint"), Mode: "url", Mono: true, Say: view.T("address.do")}}
	none := found
	none.Found, none.Why = nil, []view.Fact{
		{Known: view.Seen, What: view.T("why.no-carrier", "Interface", "eth1"), How: view.T("why.no-carrier.how")},
		{Known: view.Unknown, What: view.T("why.firewall"), How: view.T("why.firewall.how", "N", 6)},
		{Known: view.Seen, What: view.T("why.silent"), How: view.T("why.silent.how")},
	}
	checks := []view.Fact{{What: view.T("address.check.light")}, {What: view.T("address.check.same"), How: view.T("address.check.same.how", "Range", "192.168.1.x")},
		{What: view.T("address.check.read"), How: view.T("address.check.read.how")}, {What: view.T("address.check.firewall")}}
	gone := view.Address{Frame: b.in(5), Stage: "not-found", Again: post("search"), Screen: post("way", "screen"), Tried: []string{"192.168.1.64"}, Checks: checks, At: Now, Why: none.Why, Met: true}
	another := gone
	another.Why, another.Found = nil, others[1:2]
	subnet := view.Address{Frame: b.in(5), Stage: "other-subnet", Again: post("search"), Screen: post("way", "screen"), Subnet: &view.Subnet{
		Recorder: "192.168.1.108", Computer: "10.0.0.12", Free: "192.168.1.250", Mask: "255.255.255.0", Interface: "eth0",
		Systems: []view.System{
			{Name: "Windows", Do: `netsh interface ipv4 add address "Ethernet" 192.168.1.250 255.255.255.0`, Undo: `netsh interface ipv4 delete address "Ethernet" 192.168.1.250`},
			{Name: "macOS", Do: "sudo ifconfig en0 alias 192.168.1.250 255.255.255.0", Undo: "sudo ifconfig en0 -alias 192.168.1.250"},
			{Name: "Linux", Do: "sudo ip address add 192.168.1.250/24 dev eth0", Undo: "sudo ip address del 192.168.1.250/24 dev eth0"},
		}}}
	subnet.Facts = []view.Fact{
		{Known: view.Seen, What: view.T("return.watch.apart", "Subnet", "192.168.1.0/24"), How: view.T("return.watch.apart.how", "Here", "10.0.0.12/24")},
		{Known: view.Seen, What: view.T("return.watch.answers", "Model", "AMDV7208")},
		{Known: view.Seen, What: view.T("return.watch.address", "Address", "192.168.1.108"), How: view.T("return.watch.address.how")},
		{Known: view.Unknown, What: view.T("address.free.known"), How: view.T("address.free.how")},
	}
	return []Story{{"address", ask}, {"address-found", found}, {"address-none", none}, {"address-not-found", gone}, {"address-not-yours", another}, {"address-other-subnet", subnet}}
}

func (b base) verify() []Story {
	refused := view.Fact{Known: view.Refused, What: view.T("fact.factory.refused"), How: view.T("fact.factory.refused.how"), Marked: view.T("fact.marked.wrong")}
	right := view.Fact{Known: view.Said, What: view.T("fact.clock.right"), How: view.T("fact.clock.right.how")}
	reset := view.Fact{Known: view.Said, What: view.T("fact.clock.reset", "Clock", "2000-01-01 00:03"), How: view.T("fact.clock.reset.how")}
	accepted := view.Fact{Known: view.Seen, What: view.T("fact.factory.accepted"), How: view.T("fact.one-try", "At", Now)}
	first := view.Fact{Known: view.Said, What: view.T("fact.first-run"), How: view.T("fact.first-run.how")}
	coin := view.Fact{Known: view.Unknown, What: view.T("fact.coin-cell"), How: view.T("fact.coin-cell.how")}
	missed := view.Fact{Known: view.Said, What: view.T("fact.missed", "N", 4)}
	disk := view.Fact{Known: view.Unknown, What: view.T("fact.recordings"), How: view.T("fact.recordings.how")}
	hurry := []view.Fold{{Title: view.T("fold.hurry"), Body: []view.Text{view.T("fold.hurry.1")}}}
	again := []view.Fold{{Title: view.T("fold.once-more"), Body: []view.Text{view.T("fold.once-more.1")}}, {Title: view.T("fold.fails-again"), Body: []view.Text{view.T("fold.fails-again.1")}}}
	mk := func(result, tone string, main, second bool, folds []view.Fold, facts ...view.Fact) Story {
		v := view.Verify{Frame: b.in(5), Result: result, Tone: tone, Facts: facts, Folds: folds}
		if main {
			v.Main = post("next", result)
		}
		if second {
			v.Second = post("second", result)
		}
		return Story{"verify-" + result, v}
	}
	all := []Story{
		mk("accepted", "seen", true, false, hurry, accepted, reset, disk),
		mk("init", "seen", true, true, hurry, first, reset, disk),
		mk("again", "bad", true, true, nil, refused, right, missed),
		mk("forgot", "bad", true, false, nil, refused, reset),
		mk("ask", "unknown", true, true, nil, refused, right),
		mk("once-more", "bad", true, true, again, refused, right, missed, coin),
		mk("support", "bad", true, false, nil, refused, right, coin),
		mk("locked", "lock", true, false, nil, refused),
		mk("limit", "warn", true, false, nil),
		mk("clock", "unknown", false, true, nil, refused),
		mk("signed-in", "seen", true, false, nil),
		mk("lost-answer", "unknown", true, false, nil),
	}
	for i, s := range all {
		v := s.Page.(view.Verify)
		switch v.Result {
		case "locked":
			v.Until = Now.Add(27*time.Minute + 41*time.Second)
		case "clock":
			v.Entry = &view.Entry{Do: post(), Name: "clock", Label: view.T("return.clock.label"), Hint: view.T("return.clock.hint"), Value: "yesterday", Wrong: view.T("return.clock.wrong"), Mono: true, Say: view.T("return.clock.do")}
		}
		all[i].Page = v
	}
	return all
}
