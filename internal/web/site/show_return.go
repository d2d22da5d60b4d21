package site

import (
	"net/http"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// powerOn is the page after power-on, and before it.
func (sh *showing) powerOn(stage string) view.Page {
	r, u := &sh.r, sh.r.PowerUp()
	p := view.Return{
		Frame: sh.at(5), Stage: stage, Watch: sh.watch(), Watching: r.Identity.Address != "",
		Folds: []view.Fold{fold("return.why.out", "return.why.out.1"), fold("return.why.self", "return.why.self.1")},
	}
	if stage == "plug" || stage == "clock" {
		p.Clock = &view.Entry{
			Do: sh.post("clock"), Name: "reading", Label: view.T("return.clock.label"), Hint: view.T("return.clock.hint"),
			Wrong: sh.wrong["reading"], Value: sh.typed.get("reading"), Mono: true, Say: view.T("return.clock.do"),
		}
		p.NoClock = sh.post("clock", "unknown", "yes")
		return p
	}
	p.FactoryTry = u.Attempt == nil
	if u.ClockAs != "" {
		p.ClockSaid = literal(u.ClockAs)
	}
	if stage == "shows" {
		p.Shows = sh.shows()
		p.NotTold = sh.post("shown", "state", string(rekey.StateUnknown))
		p.Folds = []view.Fold{fold("return.why.out", "return.why.out.1"), fold("return.why.shows", "return.why.shows.1")}
		return p
	}
	p.Stage = "choose"
	p.OnScreen, p.LetRekey = sh.post("way", "way", string(rekey.WayScreen)), sh.turn("way")
	switch stage {
	case "try":
		p.LetRekey = sh.unlessHeld(sh.post("try"))
		p.NotFound = sh.turn("address")
	case "trying":
		p.OnScreen, p.LetRekey, p.Refresh = view.Action{}, view.Action{Off: view.T("return.watch.looking")}, 2
	}
	if stage != "trying" {
		p.Folds = append(p.Folds, sh.oldFold()...)
	}
	return p
}

// shows gives what a recorder's screen can ask for. A newer recorder has no factory
// login, so that its first set-up comes first.
func (sh *showing) shows() []view.Shown {
	list := []view.Shown{
		{ID: "login", Do: sh.post("shown", "state", string(rekey.StateInitialised))},
		{ID: "first", Do: sh.post("shown", "state", string(rekey.StateUninitialised))},
	}
	if sh.r.Generation() == rekey.GenC {
		list[0], list[1] = list[1], list[0]
	}
	return list
}

// watch gives what rekey sees of the recorder, oldest first.
func (sh *showing) watch() []view.Watch {
	r, id := &sh.r, sh.r.Identity
	var list []view.Watch
	add := func(live bool, what, how view.Text) {
		w := view.Watch{Live: live, What: what, How: how}
		if live {
			w.At = sh.guide.LookedAt(r.ID)
		}
		list = append(list, w)
	}
	if id.Address == "" {
		return nil
	}
	switch {
	case !r.Gone.IsZero():
		add(false, view.T("return.watch.gone", "At", r.Gone), view.T("return.watch.gone.how", "Address", id.Address))
		add(true, view.T("return.watch.looking"), view.T("return.watch.looking.how"))
	case r.Missing:
		add(true, view.T("return.watch.looking"), view.T("return.watch.looking.how"))
	case !r.BackAt.IsZero():
		add(false, view.T("return.watch.back", "At", r.BackAt), literal(id.Address))
		if r.Back.Moved {
			add(false, view.T("return.watch.address", "Address", r.Back.Address), sameAs(&id))
		}
		if r.Apart() {
			add(false, view.T("return.watch.apart", "Subnet", r.Back.Subnet), view.T("return.watch.apart.how", "Here", r.Back.Here))
		}
		if id.Model != "" {
			state := id.State
			if state == "" {
				state = rekey.StateUnknown
			}
			add(false, view.T("return.watch.answers", "Model", id.Model), view.T("address.state."+string(state)))
		}
	}
	return list
}

// sameAs says what a recorder at another address was known by.
func sameAs(id *rekey.Identity) view.Text {
	switch {
	case id.MAC != "":
		return view.T("return.watch.address.how")
	case id.Serial != "":
		return view.T("return.watch.address.serial")
	}
	return view.T("return.watch.address.said")
}

func (sh *showing) practiceAddress() string {
	if sh.r.Practice == nil || sh.practice == nil {
		return ""
	}
	a, err := sh.practice.Address(sh.ctx, sh.r.ID)
	if err != nil {
		return ""
	}
	return a
}

// verdictTones is the sign beside each answer of the recorder.
var verdictTones = map[string]string{
	"accepted": "seen", "init": "seen", "ask": "unknown", "limit": "lock", "lost-answer": "unknown", "old": "unknown",
}

// verify is what the recorder answered, and what follows from it.
func (sh *showing) verify(result string) view.Page {
	p := view.Verify{Frame: sh.at(5), Result: result, Tone: verdictTones[result], Facts: sh.verdictFacts()}
	if p.Tone == "" {
		p.Tone = "bad"
	}
	switch result {
	case "accepted", "init":
		p.Step = 6
		p.Main = sh.post("password")
		if sh.r.Way == "" {
			p.Main = sh.turn("way")
		}
		p.Folds = []view.Fold{fold("fold.hurry", "fold.hurry.1")}
		if result == "init" && sh.r.Password == nil {
			p.Second = sh.loginAfterAll()
		}
	case "again":
		p.Main, p.Second = sh.turn("gate"), sh.post("maker")
	case "once-more":
		p.Main, p.Second = sh.turn("gate"), sh.post("maker")
		p.Folds = []view.Fold{fold("fold.once-more", "fold.once-more.1"), fold("fold.fails-again", "fold.fails-again.1")}
	case "forgot", "support":
		p.Main = sh.post("maker")
	case "ask":
		p.Main, p.Second = sh.post("admit", "answer", "yes"), sh.post("admit", "answer", "no")
	case "limit":
		p.Main = sh.unlessHeld(sh.post("try"))
	case "lost-answer":
		p.Main = sh.turn("power")
	case "old":
		p.Step = 3
		p.Entry = &view.Entry{
			Do: sh.post("old"), Name: "password", Label: view.T("proof.old.short"), Type: "password", Say: view.T("wait.lockout.next"),
		}
	}
	return p
}

// verdictFacts gives what the verdict of the last power-up rests on.
func (sh *showing) verdictFacts() []view.Fact {
	r, u := &sh.r, sh.r.PowerUp()
	var fs []view.Fact
	if u == nil {
		return sh.facts()
	}
	if u.State == rekey.StateUninitialised {
		fs = append(fs, view.Fact{Known: knownBy(u.StateBy), What: view.T("fact.first-run"), How: view.T("fact.first-run.how")})
	}
	if a := u.Attempt; a != nil {
		how := view.T("fact.one-try", "At", a.At)
		switch {
		case a.Outcome == rekey.ProofAccepted:
			fs = append(fs, view.Fact{Known: knownBy(a.By), What: view.T("fact.factory.accepted"), How: how})
		case a.Outcome == rekey.ProofWrong && a.By == rekey.BySeen:
			fs = append(fs, view.Fact{Known: view.Refused, Marked: view.T("fact.marked.wrong"), What: view.T("fact.factory.refused"), How: how})
		case a.Outcome == rekey.ProofWrong:
			fs = append(fs, view.Fact{Known: view.Said, What: view.T("fact.factory.refused"), How: how})
		}
	}
	switch u.Clock {
	case rekey.ClockRight:
		fs = append(fs, view.Fact{Known: knownBy(u.ClockBy), What: view.T("fact.clock.right"), How: view.T("fact.clock.right.how")})
	case rekey.ClockOff, rekey.ClockLost:
		fs = append(fs, view.Fact{Known: knownBy(u.ClockBy), What: view.T("fact.clock.reset", "Clock", u.ClockAs), How: view.T("fact.clock.reset.how")})
	case rekey.ClockUnknown:
		fs = append(fs, view.Fact{Known: view.Unknown, What: view.T("fact.clock.unknown"), How: view.T("fact.clock.unknown.how")})
	}
	if d := r.Drain(); d != nil && d.Finished != nil {
		fs = append(fs, view.Fact{Known: view.Said, What: view.T("fact.presses", "N", d.Finished.Counted)})
		if d.Finished.Missed > 0 {
			fs = append(fs, view.Fact{Known: view.Said, What: view.T("fact.missed", "N", d.Finished.Missed)})
		}
	}
	if u.Attempt != nil && u.Attempt.Outcome == rekey.ProofWrong {
		fs = append(fs, view.Fact{Known: view.Unknown, What: view.T("fact.coin-cell"), How: view.T("fact.coin-cell.how")})
	}
	return append(fs, view.Fact{Known: view.Unknown, What: view.T("fact.recordings"), How: view.T("fact.recordings.how")})
}

// screen is what to do at the recorder's own screen.
func (sh *showing) screen(now string) view.Page {
	p := view.Screen{Frame: sh.at(5), Folds: []view.Fold{fold("return.why.out", "return.why.out.1")}}
	first := view.ScreenStep{ID: "login", Picture: view.Picture{Art: "monitor-login", Part: "password", Alt: view.T("art.monitor-login")},
		Do: sh.post("login", "outcome", string(rekey.ProofAccepted))}
	if now == "init" || sh.r.LastVerdict() == rekey.VerdictInit {
		first = view.ScreenStep{ID: "init", Picture: view.Picture{Art: "monitor-wizard", Part: "fields", Alt: view.T("art.monitor-wizard")}}
	}
	wizard := view.Picture{Art: "monitor-wizard", Part: "next", Alt: view.T("art.monitor-wizard")}
	steps := []view.ScreenStep{first}
	if first.ID == "login" && sh.r.Route.Drain() {
		steps = append(steps, view.ScreenStep{ID: "wizard", Picture: wizard, Do: view.Link(sh.url + "?done=wizard")})
	}
	if first.ID == "login" {
		steps = append(steps, view.ScreenStep{ID: "password", Picture: wizard, Do: sh.post("set")})
	} else if sh.r.Stage == rekey.StagePassword || sh.r.Stage == rekey.StageClosing {
		steps[0].Do, now = sh.post("set"), initNow(now)
	}
	steps = append(steps,
		view.ScreenStep{ID: markRelogin, Picture: first.Picture, Do: sh.post("mark", "item", markRelogin, "state", "done")},
		view.ScreenStep{ID: markFactory, Picture: first.Picture, Do: sh.post("mark", "item", markFactory, "state", "done")})
	passed := true
	for i := range steps {
		steps[i].Now = steps[i].ID == now
		passed = passed && !steps[i].Now
		steps[i].Done = passed
	}
	p.Steps = steps
	switch now {
	case "login":
		p.Failed = sh.post("login", "outcome", string(rekey.ProofWrong))
		if sh.r.Stage == rekey.StageReturn {
			p.First = sh.post("shown", "state", string(rekey.StateUninitialised))
		}
	case "init", "wizard", "password", markRelogin, markFactory:
		p.Step = 6
	}
	if now == "init" && sh.r.Stage == rekey.StagePassword {
		p.Login = sh.loginAfterAll()
	}
	return p
}

// loginAfterAll takes back what a person said of the screen, where nobody saw it.
func (sh *showing) loginAfterAll() view.Action {
	if u := sh.r.PowerUp(); u == nil || u.StateBy != rekey.BySaid {
		return view.Action{}
	}
	return sh.post("shown", "state", string(rekey.StateInitialised))
}

// initNow maps the step of setting a password to the one page on which a newer
// recorder asks for it.
func initNow(now string) string {
	if now == "password" || now == "wizard" {
		return "init"
	}
	return now
}

// old asks for the password that the owner thinks is right, or was right before.
func (s *Site) old(w http.ResponseWriter, r *http.Request) error {
	sh, err := s.showingOf(r)
	if err != nil {
		return err
	}
	if !sh.v.secure {
		return overPlainHTTP()
	}
	sh.now = s.guide.NowFor(&sh.r)
	sh.frame = s.frameOf(sh.ctx, sh.v, &sh.r)
	sh.url = sh.frame.Here
	return s.write(w, r, sh.verify("old"), plainPage)
}
