package story

import "github.com/rekey-dvr/rekey/internal/web/view"

func (b base) start() []Story {
	home := view.Home{
		Frame: b.frame(), Front: view.Post("/start", "way", "drain-front"), Rest: view.Post("/start", "way", "drain-rest"),
		Unsure: view.Post("/start", "way", ""), Rehearse: view.Link("/practice"), Steps: view.Link("/steps"),
	}
	busy := home
	busy.Open = []view.Open{
		{Name: "Shop recorder", Ref: "K4M-7TD", URL: "/r/K4M-7TD", What: view.T("open.rest", "Day", "Wednesday"), Next: Now.Add(46 * 3600e9)},
		{Name: "Garage", URL: "/r/B", What: view.T("open.coach.paused", "Done", 33, "Of", 92), Mark: view.T("open.paused")},
		{Name: "Clinic reception", URL: "/r/C", What: view.T("open.done"), Known: view.Seen, Mark: view.T("known.seen")},
		{Name: "Practice recorder", URL: "/r/D", Practice: true, What: view.T("open.return"), Mark: view.T("known.notyet")},
	}
	busy.MoreURL, busy.MoreCount = "/all", 12
	return append([]Story{{"home", home}, {"home-busy", busy}}, b.choosing()...)
}

func (b base) choosing() []Story {
	facts := []view.Fact{
		{Known: view.Said, What: view.T("fact.lost")},
		{Known: view.Seen, What: view.T("fact.hdcvi"), How: view.T("fact.model", "Model", "AMDV7208")},
		{Known: view.Unknown, What: view.T("fact.firmware"), How: view.T("fact.firmware.how")},
	}
	front := view.Triage{Frame: b.in(2), Question: "front", Facts: facts, Why: []view.Fold{why("triage.why.front")}, Source: sourceS(), Back: view.Link("/r/K4M-7TD/back"),
		Answers: []view.Answer{
			{ID: "yes", Do: post("front", "yes"), Art: "dvr-front-button", Part: "power"},
			{ID: "no", Do: post("front", "no"), Art: "dvr-front-plain"},
			{ID: "unsure", Do: post("front", ""), Art: "label", Part: "model"},
		}}
	locked := view.Triage{Frame: b.in(1), Question: "locked", Answers: []view.Answer{
		{ID: "yes", Do: post("locked", "yes"), Icon: "lock"},
		{ID: "maybe", Do: post("locked", "maybe"), Icon: "unknown"},
		{ID: "no", Do: post("locked", "no"), Icon: "refused"},
	}}
	model := view.Triage{Frame: b.in(2), Question: "model", Skip: post("model", ""), Entry: &view.Entry{
		Do: post(), Name: "model", Label: view.T("triage.model.label"), Hint: view.T("triage.model.hint"), Value: "AMDV7280",
		Wrong: view.T("triage.model.wrong"), Mono: true, Say: view.T("triage.model.say-it")}}
	before := view.Before{Frame: b.in(3), Do: post(), Front: true, Other: view.Link("/r/K4M-7TD/ways"),
		Why: []view.Fold{why("before.why.owner", "before.why.kind", "before.why.clock")}}
	missing := before
	missing.Owner, missing.Missing, missing.Front = "mine", []string{"kind", "footage", "asked"}, false
	missing.Pending = true
	return []Story{
		{"triage-front", front}, {"triage-locked", locked}, {"triage-model", model},
		{"routes", view.Routes{Frame: b.in(3), Routes: routes()}},
		{"before", before}, {"before-missing", missing},
		{"gate-power-off", b.gate("power-off", "dvr-front-button", "leds", "art.dvr-front-button")},
		{"gate-cord-out", b.gate("cord-out", "cord-out", "plug", "art.cord-out")},
		{"gate-others-out", b.gate("others-out", "dvr-rear", "hdmi", "art.dvr-rear")},
		{"gate-cord-when", b.gateWhen()},
		{"steps", b.steps()},
	}
}

func (b base) gate(id, art, part, alt string) view.Gate {
	g := view.Gate{Frame: b.in(4), ID: id, Yes: post("done", id), No: post("not", id), Source: sourceS(),
		Picture: view.Picture{Art: art, Part: part, Alt: view.T(alt), Caption: view.T("gate." + id + ".caption")},
		Folds:   []view.Fold{why("gate." + id + ".why")}}
	if id == "power-off" {
		g.Folds = append(g.Folds, view.Fold{Title: view.T("gate.power-off.how"), Body: []view.Text{view.T("gate.power-off.how.1"), view.T("gate.power-off.how.2")}})
	}
	return g
}

func (b base) gateWhen() view.Gate {
	g := b.gate("cord-out", "cord-out", "plug", "art.cord-out")
	g.When = &view.Entry{Do: post(), Name: "at", Label: view.T("gate.cord-out.when"), Hint: view.T("gate.cord-out.when.hint"),
		Type: "datetime-local", Value: "2026-11-23T16:20", Say: view.T("gate.cord-out.yes")}
	g.Yes = view.Action{}
	return g
}

func routes() []view.Route {
	m := view.Source{Title: view.T("source.m"), Confidence: "confirmed"}
	return []view.Route{
		{ID: "other-account", Fit: "advised", Reason: "other-account-known", Takes: view.T("cost.takes.unknown"), Recordings: "kept", Settings: "kept", Needs: view.T("cost.needs.password"), Source: m, Do: post("route", "other-account"), Known: view.Said},
		{ID: "support", Fit: "offered", Reason: "always-possible", Takes: view.T("cost.takes.unknown"), Recordings: "kept", Settings: "kept", Needs: view.T("cost.needs.purchase"), Source: m, Do: post("route", "support")},
		{ID: "drain-front", Fit: "offered", Reason: "factory-login", Takes: view.T("cost.takes.minutes", "N", 20), Recordings: "kept-if-no-format", Settings: "lost", Needs: view.T("cost.needs.hand"), Source: *sourceS(), Do: post("route", "drain-front")},
		{ID: "drain-rest", Fit: "does-not-fit", Reason: "has-button", Takes: view.T("cost.takes.hours", "N", 72), Recordings: "kept-if-no-format", Settings: "lost", Source: *sourceS(), Do: post("route", "drain-rest")},
		{ID: "self-service", Fit: "barred", Reason: "no-self-service", Takes: view.T("cost.takes.unknown"), Recordings: "kept", Settings: "kept", Source: *ownRule(), Known: view.Said},
	}
}

func (b base) steps() view.Steps {
	return view.Steps{Frame: b.frame(), HoldSeconds: 3, WaitSeconds: 10, RunMinutes: 20, Presses: 92, RestHoursMin: 48, RestHoursAdvised: 72,
		User: "admin", Password: "admin", Source: *sourceS(), Own: *ownRule(), Printed: Now,
		Articles: []view.Article{
			{Title: `SecurityCamCenter, "Reset Amcrest HDCVI DVR password" (says that the information is the manufacturer's official one)`, URL: "https://securitycamcenter.com/reset-amcrest-hdcvi-dvr-password/"},
			{Title: `Amcrest support, article 360001211852, "Password Reset / Account is Locked"`, URL: "https://support.amcrest.com/hc/en-us/articles/360001211852-Password-Reset-Account-is-Locked-NVR"},
		},
		Front: view.Post("/start", "way", "drain-front"), Rest: view.Post("/start", "way", "drain-rest")}
}
