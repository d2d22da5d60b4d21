package rekey_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey"
)

func TestBeginOnce(t *testing.T) {
	rules := numbers()
	var none rekey.Recovery
	if _, err := rules.Decide(none, rekey.Tick{}, dayOne); rekey.CodeOf(err) != rekey.CodeNotFound {
		t.Errorf("a command before the first event: %v", err)
	}
	if _, err := rules.Decide(none, rekey.Begin{}, dayOne); rekey.CodeOf(err) != rekey.CodeInternal {
		t.Errorf("no ID: %v", err)
	}
	if _, err := rules.Decide(none, rekey.Begin{ID: "x", Name: strings.Repeat("n", 201)}, dayOne); rekey.CodeOf(err) != rekey.CodeTooLarge {
		t.Errorf("a long name: %v", err)
	}
	b := newBox(t)
	b.refused(rekey.Begin{ID: "r2"}, rekey.CodeConflict)
	if b.r.Practice == nil || b.r.Practice.Twin != "t" || b.r.ID != "r1" {
		t.Errorf("begun %+v", b.r)
	}
}

func TestClockGoesBack(t *testing.T) {
	for _, c := range []struct {
		back time.Duration
		code rekey.Code
	}{
		{0, ""}, {time.Second, ""}, {5 * time.Second, ""},
		{5*time.Second + time.Millisecond, rekey.CodeClockBack}, {time.Hour, rekey.CodeClockBack},
	} {
		b := newBox(t)
		b.do(rekey.Rename{Name: "one"})
		last := b.r.Last
		b.pass(-c.back)
		if c.code != "" {
			b.refused(rekey.Rename{Name: "two"}, c.code)
			if b.r.Name != "one" {
				t.Errorf("back %v: it was taken", c.back)
			}
			continue
		}
		b.do(rekey.Rename{Name: "two"})
		if got := b.events[len(b.events)-1].At; !got.Equal(last) {
			t.Errorf("back %v: event at %v, want %v", c.back, got, last)
		}
	}
}

func TestEventsAreWholeMillisecondsUTC(t *testing.T) {
	b := newBox(t)
	b.now = dayOne.Add(1234567890).In(time.FixedZone("here", 7200))
	b.do(rekey.Rename{Name: "x"})
	if at := b.events[1].At; at.Location() != time.UTC || at != at.Truncate(time.Millisecond) || at.UnixMilli() != b.now.UnixMilli() {
		t.Errorf("at %v", at)
	}
}

func TestAnswersAdd(t *testing.T) {
	b := newBox(t)
	b.do(rekey.Describe{Facts: rekey.Facts{Ownership: rekey.OwnedByMe, Button: rekey.ButtonNone}})
	b.do(rekey.Describe{Facts: rekey.Facts{Button: rekey.ButtonFront}})
	if f := b.r.Facts; f.Ownership != rekey.OwnedByMe || f.Button != rekey.ButtonFront {
		t.Errorf("facts %+v", f)
	}
	wantNames(t, b.do(rekey.Describe{Facts: rekey.Facts{Button: rekey.ButtonFront}}))
	for name, f := range map[string]rekey.Facts{
		"ownership": {Ownership: "stolen"}, "kind": {Kind: "nvr"}, "screen": {Screen: "x"}, "button": {Button: "unknown"},
		"footage": {Footage: "x"}, "generation": {Says: "D"}, "answer": {Photographed: "maybe"}, "pending": {SupportPending: "x"},
	} {
		if _, err := b.try(rekey.Describe{Facts: f}); rekey.CodeOf(err) != rekey.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.refused(rekey.Describe{Facts: rekey.Facts{ScreenClock: strings.Repeat("x", 201)}}, rekey.CodeTooLarge)
}

// offersOf gives each route's fit in the order of offer, as text.
func offersOf(r *rekey.Recovery) []string {
	var all []string
	for _, o := range r.Offers() {
		all = append(all, string(o.Route)+" "+string(o.Fit))
	}
	return all
}

func TestOffers(t *testing.T) {
	base := settled()
	with := func(edit func(*rekey.Facts)) rekey.Facts {
		f := base
		edit(&f)
		return f
	}
	for _, c := range []struct {
		name  string
		facts rekey.Facts
		want  string // fits in the order of offer: advised, offered, not, barred
	}{
		{"nothing known", rekey.Facts{}, "o o o o A o n"},
		{"locked", with(func(f *rekey.Facts) { f.Refused = rekey.Yes }), "A n n o o o n"},
		{"maybe locked", with(func(f *rekey.Facts) { f.Refused = rekey.DontKnow }), "o n n o A o n"},
		{"other account", with(func(f *rekey.Facts) { f.OtherAccount = rekey.Yes }), "n A n o o o n"},
		{"generation A", base, "n n n o A o n"},
		{"A with button", with(func(f *rekey.Facts) { f.Button = rekey.ButtonFront }), "n n n o A o n"},
		{"A without button", with(func(f *rekey.Facts) { f.Button = rekey.ButtonNone }), "n n n o n A n"},
		{"A with a rear rocker", with(func(f *rekey.Facts) { f.Button = rekey.ButtonRocker }), "n n n o n A n"},
		{"generation B", with(func(f *rekey.Facts) { f.Says = rekey.GenB }), "n n o o A o n"},
		{"generation C", with(func(f *rekey.Facts) { f.Says = rekey.GenC }), "n n A o n n n"},
		{"forgot on screen", with(func(f *rekey.Facts) { f.Says, f.Screen = "", rekey.ScreenForgot }), "n n A o n n n"},
		{"support pending", with(func(f *rekey.Facts) { f.SupportPending = rekey.Yes }), "n n n A n n n"},
		{"evidence", with(func(f *rekey.Facts) { f.Footage = rekey.FootageEvidence }), "n n n A n n n"},
		{"960H", with(func(f *rekey.Facts) { f.Kind = rekey.Kind960H }), "b b b o b b A"},
		{"960H by series", with(func(f *rekey.Facts) { f.Series = rekey.Series960H }), "b b b o b b A"},
		{"neither", with(func(f *rekey.Facts) { f.Ownership = rekey.OwnedByNeither }), "b b b o b b A"},
		{"asked by its owner", with(func(f *rekey.Facts) { f.Ownership = rekey.OwnedByAsker }), "n n n o A o n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBox(t)
			b.do(rekey.Describe{Facts: c.facts})
			letters := map[string]rekey.Fit{"A": rekey.FitAdvised, "o": rekey.FitOffered, "n": rekey.FitNot, "b": rekey.FitBarred}
			var want []string
			for i, l := range strings.Fields(c.want) {
				want = append(want, string(rekey.Routes()[i])+" "+string(letters[l]))
			}
			if d := cmp.Diff(want, offersOf(&b.r)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestSeenBeatsSaid(t *testing.T) {
	b := newBox(t)
	b.do(rekey.Describe{Facts: settled()})
	b.do(rekey.SawIdentity{Identity: rekey.Identity{Model: "M", Generation: rekey.GenC}})
	if b.r.Generation() != rekey.GenC || b.r.Model() != "M" {
		t.Errorf("generation %q, model %q", b.r.Generation(), b.r.Model())
	}
	b.do(rekey.SawIdentity{Identity: rekey.Identity{Series: rekey.Series960H}})
	if b.r.Generation() != rekey.GenA || !b.r.Is960H() {
		t.Errorf("generation %q", b.r.Generation())
	}
	wantNames(t, b.do(rekey.SawIdentity{Identity: rekey.Identity{Series: rekey.Series960H}}))
	b.refused(rekey.ChooseRoute{Route: rekey.RouteDrainFront, Insist: true}, rekey.CodeUnsupported)
}

func TestInsist(t *testing.T) {
	b := newBox(t)
	f := settled()
	f.Says = rekey.GenC
	b.do(rekey.Describe{Facts: f})
	b.refused(rekey.ChooseRoute{Route: rekey.RouteDrainFront}, rekey.CodeNotNow)
	b.do(rekey.ChooseRoute{Route: rekey.RouteDrainFront, Insist: true})
	want := rekey.RouteChosen{Route: rekey.RouteDrainFront, Against: true, Reason: rekey.ReasonNoFactoryLogin}
	if d := cmp.Diff(want, b.events[len(b.events)-1].Body); d != "" {
		t.Error(d)
	}
	b.do(rekey.AgreeDrain{})
	b.want(rekey.StageGate)
}

func TestBarredEvenInsisting(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*rekey.Facts)
		code rekey.Code
	}{
		{"960H", func(f *rekey.Facts) { f.Kind = rekey.Kind960H }, rekey.CodeUnsupported},
		{"neither", func(f *rekey.Facts) { f.Ownership = rekey.OwnedByNeither }, rekey.CodeForbidden},
	} {
		b := newBox(t)
		f := settled()
		c.edit(&f)
		b.do(rekey.Describe{Facts: f})
		for _, route := range rekey.Routes() {
			if route == rekey.RouteElsewhere || route == rekey.RouteSupport {
				continue
			}
			b.refused(rekey.ChooseRoute{Route: route, Insist: true}, c.code)
		}
		b.refused(rekey.ChooseRoute{Route: "jtag"}, rekey.CodeInvalid)
		b.do(rekey.ChooseRoute{Route: rekey.RouteElsewhere})
		b.do(rekey.End{})
		if b.r.Outcome != rekey.OutcomeElsewhere {
			t.Errorf("%s: outcome %q", c.name, b.r.Outcome)
		}
	}
}

func TestBarredAfterChoosing(t *testing.T) {
	b := newBox(t)
	b.do(rekey.ChooseRoute{Route: rekey.RouteDrainRest})
	f := settled()
	f.Kind = rekey.Kind960H
	b.do(rekey.Describe{Facts: f})
	b.refused(rekey.AgreeDrain{}, rekey.CodeUnsupported)
	f.Kind, f.Ownership = rekey.KindHDCVI, rekey.OwnedByNeither
	b.do(rekey.Describe{Facts: f})
	b.refused(rekey.AgreeDrain{}, rekey.CodeForbidden)
}

func TestAgreeNeedsItsAnswers(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*rekey.Facts)
		code rekey.Code
	}{
		{"all answered", func(*rekey.Facts) {}, ""},
		{"ownership open", func(f *rekey.Facts) { f.Ownership = "" }, rekey.CodeInvalid},
		{"kind open", func(f *rekey.Facts) { f.Kind = "" }, rekey.CodeInvalid},
		{"footage open", func(f *rekey.Facts) { f.Footage = "" }, rekey.CodeInvalid},
		{"footage needed", func(f *rekey.Facts) { f.Footage = rekey.FootageNeeded }, ""},
		{"evidence, nobody asked", func(f *rekey.Facts) { f.Footage = rekey.FootageEvidence }, rekey.CodeNotNow},
		{"evidence, asked", func(f *rekey.Facts) { f.Footage, f.Evidence = rekey.FootageEvidence, rekey.Yes }, ""},
		{"support pending", func(f *rekey.Facts) { f.SupportPending = rekey.Yes }, rekey.CodeNotNow},
		{"turns out to be C", func(f *rekey.Facts) { f.Says = rekey.GenC }, rekey.CodeNotNow},
		{"turns out to have no button", func(f *rekey.Facts) { f.Button = rekey.ButtonNone }, rekey.CodeNotNow},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBox(t)
			b.do(rekey.ChooseRoute{Route: rekey.RouteDrainFront}) // the direct way from the home page
			f := settled()
			c.edit(&f)
			b.do(rekey.Describe{Facts: f})
			if c.code == "" {
				b.do(rekey.AgreeDrain{})
				b.want(rekey.StageGate)
				return
			}
			b.refused(rekey.AgreeDrain{}, c.code)
			b.want(rekey.StageBefore)
		})
	}
}

func TestGatesInOrder(t *testing.T) {
	for route, gates := range map[rekey.Route][]rekey.Gate{
		rekey.RouteDrainFront: {rekey.GatePowerOff, rekey.GateCordOut, rekey.GateCables},
		rekey.RouteDrainRest:  {rekey.GateCordOut, rekey.GateCables},
	} {
		b := newBox(t)
		b.do(rekey.Describe{Facts: settled()})
		b.do(rekey.ChooseRoute{Route: route})
		b.refused(rekey.PassGate{Gate: gates[0]}, rekey.CodeNotNow) // not agreed yet
		b.do(rekey.AgreeDrain{})
		for i, g := range gates {
			b.want(rekey.StageGate)
			b.refused(rekey.StartCoach{}, rekey.CodeNotNow)
			b.refused(rekey.StartRest{}, rekey.CodeNotNow)
			for _, other := range gates[i+1:] {
				b.refused(rekey.PassGate{Gate: other}, rekey.CodeNotNow)
			}
			b.do(rekey.PassGate{Gate: g})
			b.refused(rekey.PassGate{Gate: g}, rekey.CodeNotNow) // the second tab
		}
		b.want(rekey.StageDrain)
	}
}

func TestLockoutWait(t *testing.T) {
	start := func(t *testing.T, powerOff bool) *box {
		b := newBox(t)
		b.do(rekey.Describe{Facts: rekey.Facts{Refused: rekey.Yes}})
		b.do(rekey.ChooseRoute{Route: rekey.RouteLockoutWait})
		b.do(rekey.TypeOld{Sealed: []byte("sealed")})
		b.do(rekey.StartQuiet{PowerOff: powerOff})
		b.want(rekey.StageQuiet)
		b.refused(rekey.TryOld{}, rekey.CodeNotNow)
		return b
	}
	for _, c := range []struct {
		powerOff bool
		wait     time.Duration
	}{{false, 30 * time.Minute}, {true, time.Minute}} {
		b := start(t, c.powerOff)
		if d := cmp.Diff([]rekey.Due{{At: b.now.Add(c.wait), What: "quiet-end"}}, b.r.DueMoments()); d != "" {
			t.Error(d)
		}
		wantNames(t, b.due(c.wait-time.Millisecond))
		wantNames(t, b.due(time.Millisecond), "quiet-ended")
		b.want(rekey.StageRoute)
		b.wantEffect(rekey.Effect{})
		b.do(rekey.TryOld{})
		b.wantEffect(rekey.Effect{Kind: rekey.EffectProve, Purpose: rekey.ProofOld})
		b.do(rekey.AskProof{ID: "p1", Purpose: rekey.ProofOld, Account: "admin"})
		b.wantEffect(rekey.Effect{})
		b.refused(rekey.AskProof{ID: "p2", Purpose: rekey.ProofOld, Account: "admin"}, rekey.CodeNotNow)
		b.refused(rekey.LeaveRoute{}, rekey.CodeNotNow)
		b.refused(rekey.ChooseRoute{Route: rekey.RouteSupport}, rekey.CodeNotNow)
		b.refused(rekey.SayLogin{Outcome: rekey.ProofWrong}, rekey.CodeNotNow)
		b.refused(rekey.JudgeProof{Judged: rekey.ProofJudged{ID: "p2", Outcome: rekey.ProofAccepted}}, rekey.CodeNotNow)
		wantNames(t, b.do(rekey.JudgeProof{Judged: rekey.ProofJudged{ID: "p1", Outcome: rekey.ProofAccepted}}), "proof-judged", "ended")
		if b.r.Outcome != rekey.OutcomeSignedIn {
			t.Errorf("outcome %q", b.r.Outcome)
		}
	}
	t.Run("wrong", func(t *testing.T) {
		b := start(t, true)
		b.due(time.Minute)
		b.do(rekey.TryOld{})
		b.do(rekey.AskProof{ID: "p1", Purpose: rekey.ProofOld, Account: "admin"})
		b.do(rekey.JudgeProof{Judged: rekey.ProofJudged{ID: "p1", Outcome: rekey.ProofWrong}})
		b.want(rekey.StageTriage)
		b.wantEffect(rekey.Effect{})
		if !slices.Equal(b.r.Tried, []rekey.Route{rekey.RouteLockoutWait}) || offersOf(&b.r)[0] != "lockout-wait does-not-fit" {
			t.Errorf("tried %v, offers %v", b.r.Tried, offersOf(&b.r))
		}
	})
	t.Run("still locked", func(t *testing.T) {
		b := start(t, true)
		b.due(time.Minute)
		b.do(rekey.TryOld{})
		b.do(rekey.AskProof{ID: "p1", Purpose: rekey.ProofOld, Account: "admin"})
		b.do(rekey.JudgeProof{Judged: rekey.ProofJudged{ID: "p1", Outcome: rekey.ProofLocked, LockedFor: intp(90)}})
		b.want(rekey.StageQuiet)
		b.wantEffect(rekey.Effect{})
		wantNames(t, b.due(90*time.Second), "quiet-ended")
		b.wantEffect(rekey.Effect{Kind: rekey.EffectProve, Purpose: rekey.ProofOld}) // the one that was not judged
	})
	t.Run("said", func(t *testing.T) {
		b := start(t, true)
		b.due(time.Minute)
		b.do(rekey.SayLogin{Outcome: rekey.ProofAccepted})
		if b.r.Outcome != rekey.OutcomeSignedIn || b.r.Proofs[0].By != rekey.BySaid {
			t.Errorf("outcome %q, proofs %+v", b.r.Outcome, b.r.Proofs)
		}
	})
	t.Run("consent stays with its way", func(t *testing.T) {
		b := start(t, true)
		b.due(time.Minute)
		b.do(rekey.TryOld{})
		b.do(rekey.ChooseRoute{Route: rekey.RouteOtherAccount})
		b.wantEffect(rekey.Effect{})
	})
	t.Run("ended while waiting", func(t *testing.T) {
		b := start(t, false)
		b.do(rekey.End{})
		if b.r.Outcome != rekey.OutcomeWait || len(b.r.DueMoments()) != 0 {
			t.Errorf("outcome %q, due %v", b.r.Outcome, b.r.DueMoments())
		}
		wantNames(t, b.due(time.Hour))
		b.want(rekey.StageEnded)
	})
}

func TestOtherWays(t *testing.T) {
	for _, route := range []rekey.Route{rekey.RouteOtherAccount, rekey.RouteSelfService, rekey.RouteSupport} {
		b := newBox(t)
		b.do(rekey.ChooseRoute{Route: route})
		b.refused(rekey.StartQuiet{}, rekey.CodeNotNow)
		b.do(rekey.SayIn{})
		b.want(rekey.StagePassword)
		b.wantEffect(rekey.Effect{})
		if b.r.Way != rekey.WayScreen || b.r.BadProofs() != 0 {
			t.Errorf("%s: way %q", route, b.r.Way)
		}
	}
	b := newBox(t)
	b.do(rekey.ChooseRoute{Route: rekey.RouteOtherAccount})
	b.do(rekey.LeaveRoute{Failed: true})
	if offersOf(&b.r)[1] != "other-account does-not-fit" {
		t.Errorf("offers %v", offersOf(&b.r))
	}
	b.refused(rekey.LeaveRoute{}, rekey.CodeNotNow)
	b.do(rekey.ChooseRoute{Route: rekey.RouteSupport})
	b.do(rekey.LeaveRoute{})
	if len(b.r.Tried) != 1 {
		t.Errorf("a changed mind is no try: %v", b.r.Tried)
	}
}
