package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// sameSecond is how far two screens may be apart, in ms: nobody sees less. What a
// page cannot know of its server's clock comes on top.
const sameSecond = 200

// place is how far a page's coach is ahead of this computer's clock, in ms of coached
// time: two pages that show the same second have the same.
type place struct {
	Ahead float64
	Off   float64 // by how much at most: half of the time that the server's answer took
}

// knows is when a page knows its server's clock well, or as well as it ever will on a
// computer that does much else.
const knows = `(rekey.rtt() < 50 || rekey.rtt() < 1e6 && performance.now() > 20000)`

const (
	coaching = `window.rekeyCoach && rekeyCoach.state && rekeyCoach.state.status === "running" && ["hold", "wait"].includes(rekeyCoach.phase().name) && rekeyCoach.state.legs.at(-1).wall <= rekey.now() && document.querySelector("[data-c=left]")`
	ahead    = `({Ahead: rekeyCoach.phase().at - performance.timeOrigin - performance.now(), Off: rekey.rtt() / 2})`
)

func (b *browser) position() place {
	b.t.Helper()
	b.until(patience, knows+` && `+coaching)
	return eval[place](b, ahead)
}

func (b *browser) samePosition(want place, when string) {
	b.t.Helper()
	// A page measures the clocks with its first requests.
	b.until(patience, coaching+fmt.Sprintf(` && ((p) => Math.abs(p.Ahead - %f) < %f + p.Off)(`+ahead+`) /* %s */`, want.Ahead, sameSecond+want.Off, when))
}

// coachNow is what a page's coach says of presses.
type coachNow struct{ Missed, Voided []int }

func (b *browser) coachIs(want coachNow) {
	b.t.Helper()
	b.until(patience, coachHas(want))
}

func coachHas(c coachNow) string {
	return fmt.Sprintf(`window.rekeyCoach && rekeyCoach.state && JSON.stringify([rekeyCoach.state.missed, rekeyCoach.state.voided]) === %s`,
		quote(strings.ReplaceAll(fmt.Sprintf("[%s,%s]", list(c.Missed), list(c.Voided)), " ", ",")))
}

func list(n []int) string { return fmt.Sprint(slices.Concat([]int{}, n)) }

// fresh is when a run is at a press of which nothing is said yet.
const fresh = coaching + ` && ![...rekeyCoach.state.missed, ...rekeyCoach.state.voided].includes(rekeyCoach.phase().press)`

// misses says in some way that the press under way is missed, and gives its number.
func (b *browser) misses(had []int, say func()) int {
	b.t.Helper()
	b.until(patience, fresh)
	say()
	b.until(patience, fmt.Sprintf(`rekeyCoach.state.missed.length > %d`, len(had)))
	return eval[int](b, `rekeyCoach.state.missed.at(-1)`)
}

// undoTries is how often an undo may come too late: it is offered for seconds only.
const undoTries = 8

// undone says that a press was missed and takes it back. It gives those that are
// missed after that: more than before where the undo came too late.
func (b *browser) undone(missed []int) []int {
	b.t.Helper()
	for range undoTries {
		k := b.misses(missed, func() { b.click("I missed one") })
		if b.clickIfThere("body", fmt.Sprintf("Undo: press %d counts", k)) {
			b.coachIs(coachNow{Missed: missed})
			return missed
		}
		missed = append(missed, k)
	}
	b.t.Fatal("no undo was in time")
	return nil
}

// pauses pauses the run with a key at some moment, and gives whether that fell into a
// hold, and of which press: coached time is at the end of its cycle then.
func (b *browser) pauses(when, key string) (press int, hold bool) {
	b.t.Helper()
	b.until(patience, when)
	b.key(key)
	b.sees("Take your time.")
	b.until(patience, `rekeyCoach.state && rekeyCoach.state.status === "paused"`)
	at := eval[struct {
		Press int
		Hold  bool
	}](b, `((s, c) => ({Press: Math.floor(s.paused / c), Hold: s.paused % c === 0}))(rekeyCoach.state, rekeyCoach.state.cadence.hold + rekeyCoach.state.cadence.wait)`)
	return at.Press, at.Hold
}

// again starts the server anew on its data and its port.
func (p *process) again(dir string) *process {
	return start(p.t, nil, "serve", "--data", dir, "--listen", strings.TrimPrefix(p.url, "http://"), "--no-open", "--log", "debug")
}

// TestCoachSameSecond goes through what happens to a run: a reload in the middle,
// a second browser, a server that is killed, misses both ways, undo, pauses.
func TestCoachSameSecond(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := serve(t, dir)
	b := newBrowser(t, p, desktop)
	b.toCoach()
	b.click("Begin in 5 seconds")
	was := b.position()

	// missed by the button, undone, missed again by a key
	var now coachNow
	now.Missed = b.undone(nil)
	b.coachIs(now)
	now.Missed = append(now.Missed, b.misses(now.Missed, func() {
		b.until(patience, `!document.activeElement.matches("button")`)
		b.key("x")
		b.key(" ")
	}))
	b.coachIs(now)

	b.do(chromedp.Reload())
	b.samePosition(was, "after a reload")
	b.coachIs(now)

	other := newBrowser(t, p, phone)
	other.open(eval[string](b, `location.pathname`))
	other.samePosition(was, "joining")
	other.coachIs(now)

	b.bereave()
	other.bereave()
	p.kill()
	b.samePosition(was, "without its server")
	p.again(dir)
	b.do(chromedp.Reload())
	other.do(chromedp.Reload())
	b.samePosition(was, "after the kill")
	other.samePosition(was, "after the kill")

	// a later press, missed by the other key, seen by both
	now.Missed = append(now.Missed, b.misses(now.Missed, func() { b.key("m") }))
	b.coachIs(now)
	other.coachIs(now)

	// a pause in WAIT goes on where it was, one in HOLD voids the press
	for _, c := range []struct {
		when, key string
		hold      bool
	}{
		{`rekeyCoach.phase().name === "wait" && rekeyCoach.phase().ms > 6000`, "p", false},
		{`rekeyCoach.phase().name === "hold" && rekeyCoach.phase().ms > 1500 && ` + fresh, kb.Escape, true},
	} {
		for try := 0; ; try++ { // on a computer that does much else a pause may come later than meant
			if try == 10 {
				t.Fatalf("no pause fell where it was meant: hold %t", c.hold)
			}
			press, hold := b.pauses(c.when, c.key)
			other.sees("Take your time.")
			b.click("Go on")
			b.until(patience, `rekeyCoach.state.status === "running"`)
			if hold {
				now.Voided = append(now.Voided, press)
			}
			b.coachIs(now)
			other.coachIs(now)
			if hold == c.hold {
				break
			}
		}
	}
	other.samePosition(b.position(), "after both pauses")
}
