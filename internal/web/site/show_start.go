package site

import (
	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// triage asks one question.
func (sh *showing) triage(question string) view.Page {
	p := view.Triage{Frame: sh.at(2), Question: question, Facts: sh.facts()}
	say := func(id, art, part, icon string) view.Answer {
		return view.Answer{ID: id, Do: sh.post("answer", "question", question, "answer", id), Art: art, Part: part, Icon: icon}
	}
	unknown := sh.post("answer", "question", question, "answer", "unknown")
	switch question {
	case "owner":
		p.Step = 1
		p.Answers = []view.Answer{say("mine", "", "", "said"), say("asked", "", "", "phone"), say("neither", "", "", "unknown")}
		p.Why = []view.Fold{fold("why", "before.why.owner")}
	case "model":
		p.Entry = &view.Entry{
			Do: sh.post("answer", "question", "model"), Name: "answer", Label: view.T("triage.model.label"),
			Hint: view.T("triage.model.hint"), Value: sh.typed.get("answer"), Wrong: sh.wrong["model"], Mono: true,
			Say: view.T("triage.model.say-it"),
		}
		p.Skip = view.Link(sh.url + "?skip=model")
	case "hdcvi":
		p.Answers = []view.Answer{say("hdcvi", "dvr-rear", "video-in", ""), say("960h", "label", "model", "")}
		p.Skip, p.Source = unknown, sh.sourceS()
	case "self":
		p.Answers = []view.Answer{say("no", "monitor-login", "password", ""), say("yes", "monitor-login", "ok", "")}
		p.Skip, p.Why = unknown, []view.Fold{fold("why", "before.why.kind")}
	case "locked":
		p.Step = 1
		p.Answers = []view.Answer{say("no", "", "", "unknown"), say("yes", "", "", "lock"), say("maybe", "", "", "clock")}
	case "account":
		p.Answers = []view.Answer{say("yes", "", "", "said"), say("no", "", "", "notyet")}
		p.Skip = unknown
	case "front":
		p.Answers = []view.Answer{say("yes", "dvr-front-button", "power", ""), say("no", "dvr-front-plain", "blank", "")}
		p.Answers = append(p.Answers, view.Answer{ID: "unsure", Do: view.Link(sh.url + "?ask=model"), Art: "label", Part: "model"})
		p.Skip, p.Source = view.Link(sh.url+"?skip=front"), sh.sourceS()
		p.Why = []view.Fold{fold("why", "triage.why.front")}
	}
	if i := before(question); i != "" {
		p.Back = view.Link(sh.url + "?ask=" + i)
	}
	return p
}

// before gives the question before this one, or "".
func before(question string) string {
	for i, q := range questions {
		if q == question && i > 0 {
			return questions[i-1]
		}
	}
	return ""
}

// facts gives what is known about the recorder and the case so far.
func (sh *showing) facts() []view.Fact {
	var fs []view.Fact
	f, id := sh.r.Facts, sh.r.Identity
	switch {
	case id.Model != "":
		fs = append(fs, view.Fact{Known: view.Seen, What: view.T("fact.model", "Model", id.Model)})
	case f.Model != "":
		fs = append(fs, view.Fact{Known: view.Said, What: view.T("fact.model", "Model", f.Model)})
	case f.ModelAs != "":
		fs = append(fs, view.Fact{Known: view.Said, What: view.T("fact.model", "Model", f.ModelAs)})
	}
	if f.Kind == rekey.KindHDCVI {
		fs = append(fs, view.Fact{Known: view.Said, What: view.T("fact.hdcvi")})
	}
	if f.Refused == rekey.No {
		fs = append(fs, view.Fact{Known: view.Said, What: view.T("fact.lost")})
	}
	if id.Firmware != "" {
		fs = append(fs, view.Fact{Known: view.Seen, What: view.T("fact.firmware"), How: literal(id.Firmware)})
	} else if len(fs) > 0 {
		fs = append(fs, view.Fact{Known: view.Unknown, What: view.T("fact.firmware"), How: view.T("fact.firmware.how")})
	}
	return fs
}

// literal is a text that is the same in every language, such as a version.
func literal(s string) view.Text { return view.T("return.watch.answers.how", "State", s) }

// routeCosts says what each way takes, as the pages name it.
var routeCosts = map[rekey.Route]struct {
	recordings, settings, needs, source string
	confidence                          rekey.Confidence
}{
	rekey.RouteLockoutWait:  {"kept", "kept", "cost.needs.quiet", "source.r", rekey.Reported},
	rekey.RouteOtherAccount: {"kept", "kept", "cost.needs.password", "source.r", rekey.Reported},
	rekey.RouteSelfService:  {"kept", "kept", "cost.needs.email", "source.r", rekey.Reported},
	rekey.RouteSupport:      {"kept", "kept", "cost.needs.purchase", "source.m", rekey.Confirmed},
	rekey.RouteDrainFront:   {"kept-if-no-format", "lost", "cost.needs.hand", "source.s", rekey.Reported},
	rekey.RouteDrainRest:    {"kept-if-no-format", "lost", "cost.needs.patience", "source.s", rekey.Reported},
	rekey.RouteElsewhere:    {"kept", "kept", "", "source.r", rekey.Inferred},
}

func (sh *showing) routes() view.Page {
	p := view.Routes{Frame: sh.at(3), Facts: sh.facts()}
	rules := sh.guide.Rules()
	for _, o := range sh.r.Offers() {
		if o.Route == rekey.RouteElsewhere && o.Fit == rekey.FitNot {
			continue
		}
		c := routeCosts[o.Route]
		takes := view.T("cost.takes.unknown")
		switch o.Route {
		case rekey.RouteLockoutWait:
			takes = view.T("cost.takes.minutes", "N", int(rules.LockQuiet.Minutes()))
		case rekey.RouteDrainFront:
			takes = view.T("cost.takes.minutes", "N", rules.Cadence.Run/60)
		case rekey.RouteDrainRest:
			takes = view.T("cost.takes.hours", "N", int(rules.Rest.Advised.Hours()))
		}
		route := view.Route{
			ID: string(o.Route), Fit: string(o.Fit), Reason: string(o.Reason), Takes: takes,
			Recordings: c.recordings, Settings: c.settings,
			Source: view.Source{Title: view.T(c.source), Confidence: string(c.confidence)},
		}
		if c.needs != "" {
			route.Needs = view.T(c.needs)
		}
		switch o.Fit {
		case rekey.FitBarred:
		case rekey.FitNot:
			route.Do = sh.post("choose", "route", route.ID, "insist", "yes")
		default:
			route.Do = sh.post("choose", "route", route.ID)
		}
		p.Routes = append(p.Routes, route)
	}
	return p
}

func (sh *showing) before() view.Page {
	f := sh.r.Facts
	p := view.Before{
		Frame: sh.at(3), Do: sh.post("before"), Front: sh.r.Route == rekey.RouteDrainFront,
		Owner: string(f.Ownership), Model: f.ModelAs, Photos: f.Photographed == rekey.Yes, Clock: f.ScreenClock,
		Pending: f.SupportPending == rekey.Yes, Asked: f.Evidence == rekey.Yes,
		Other: sh.post("leave"), Why: []view.Fold{fold("why", "before.why.kind", "before.why.clock", "before.why.owner")},
	}
	switch {
	case f.Screen == rekey.ScreenForgot:
		p.Kind = "yes"
	case f.Screen == rekey.ScreenPlain:
		p.Kind = "no"
	case f.Screen == rekey.ScreenUnknown:
		p.Kind = "unsure"
	}
	switch {
	case f.Footage == rekey.FootageNeeded && f.FootageSafe == rekey.Yes:
		p.Footage = "saved"
	case f.Footage != "":
		p.Footage = string(f.Footage)
	}
	if sh.typed.values != nil { // shown again: as it was typed
		p.Owner, p.Kind, p.Model = sh.typed.get("owner"), sh.typed.get("kind"), sh.typed.get("model")
		p.Footage, p.Photos, p.Clock = sh.typed.get("footage"), sh.typed.get("photos") == "yes", sh.typed.get("clock")
		p.Pending, p.Asked = sh.typed.get("pending") == "yes", sh.typed.get("asked") == "yes"
		for _, q := range []string{"owner", "kind", "footage"} {
			if sh.typed.get(q) == "" {
				p.Missing = append(p.Missing, q)
			}
		}
		if p.Footage == string(rekey.FootageEvidence) && !p.Asked {
			p.Missing = append(p.Missing, "asked")
		}
		if t, wrong := sh.wrong["model"]; wrong {
			p.Notice = t
		}
	}
	return p
}

// gatePictures show the place to act at each gate.
var gatePictures = map[string]view.Picture{
	gatePowerOff:  {Art: "dvr-front-button", Part: "leds", Alt: view.T("art.dvr-front-button"), Caption: view.T("gate.power-off.caption")},
	gateCordOut:   {Art: "cord-out", Part: "plug", Alt: view.T("art.cord-out"), Caption: view.T("gate.cord-out.caption")},
	gateOthersOut: {Art: "lan-out", Part: "plug", Alt: view.T("art.lan-out"), Caption: view.T("gate.others-out.caption")},
	gateLanIn:     {Art: "dvr-rear", Part: "lan", Alt: view.T("art.dvr-rear"), Caption: view.T("gate.lan-in.caption")},
	gateAlone:     {Art: "dvr-rear", Part: "lan", Alt: view.T("art.dvr-rear"), Caption: view.T("gate.alone.caption")},
}

func (sh *showing) gate(id string) view.Page {
	p := view.Gate{Frame: sh.at(4), ID: id, Picture: gatePictures[id]}
	switch id {
	case gatePowerOff:
		p.Yes = sh.post("gate", "gate", string(rekey.GatePowerOff))
		p.Folds = []view.Fold{fold("gate.power-off.how", "gate.power-off.how.1", "gate.power-off.how.2"), fold("why", "gate.power-off.why")}
		p.Source = sh.sourceS()
	case gateCordOut:
		p.Yes = sh.post("gate", "gate", string(rekey.GateCordOut))
		p.Folds, p.Source = []view.Fold{fold("why", "gate.cord-out.why")}, sh.sourceS()
	case gateOthersOut:
		p.Yes = sh.post("gate", "gate", string(rekey.GateCables))
		p.Folds, p.Source = []view.Fold{fold("why", "gate.others-out.why")}, sourceR()
		if sh.r.Route == rekey.RouteDrainRest { // the last gate also asks since when
			p.Yes, p.When = view.Action{}, &view.Entry{
				Do: sh.post("start-rest"), Name: "when", Label: view.T("gate.cord-out.when"), Hint: view.T("gate.cord-out.when.hint"),
				Value: sh.now.In(sh.v.zone).Format("2006-01-02T15:04"), Type: "datetime-local", Wrong: sh.wrong["when"],
				Say: view.T("gate.others-out.yes"),
			}
			if sh.typed.has("when") {
				p.When.Value = sh.typed.get("when")
			}
		}
	case gateLanIn, gateAlone:
		sh.connectGate(&p)
	}
	return p
}

// connectGate is the step before rekey meets the recorder on the network.
func (sh *showing) connectGate(p *view.Gate) {
	p.Step, p.Yes = 6, sh.turn("address")
	switch sh.r.Stage {
	case rekey.StageClosing:
		p.No = sh.post("skip")
	case rekey.StageFinish, rekey.StageEnded:
		p.No = view.Link(sh.url)
	default:
		p.Step, p.No = 5, sh.post("way", "way", string(rekey.WayScreen))
	}
	if sh.r.Identity.Address != "" && sh.r.Stage != rekey.StageReturn && sh.r.Stage != rekey.StagePassword {
		p.Yes = sh.unlessHeld(sh.post("connect"))
	}
	if p.ID == gateAlone {
		p.Folds = append(p.Folds, fold("why", "gate.alone.why"))
	}
	p.Folds = append(p.Folds, sh.oldFold()...)
}

// oldFold offers to type the old password, so that rekey can see it fail.
func (sh *showing) oldFold() []view.Fold {
	if len(sh.r.Old) > 0 || !sh.v.secure {
		return nil
	}
	f := fold("proof.old.short", "proof.old.unknown")
	f.Do, f.DoSay = view.Link(sh.url+"/old"), view.T("proof.old.short")
	return []view.Fold{f}
}
