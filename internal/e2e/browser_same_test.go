package e2e

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// sameSecond is how far two screens may be apart, in ms: nobody sees less.
const sameSecond = 200

// position gives how far the page's coach is ahead of this computer's clock, in ms
// of coached time: two pages that show the same second have the same.
func (b *browser) position() float64 {
	b.t.Helper()
	b.until(patience, `window.rekeyCoach && rekeyCoach.state && ["hold", "wait"].includes(rekeyCoach.phase().name) && document.querySelector("[data-c=left]")`)
	return eval[float64](b, `rekeyCoach.phase().at - performance.timeOrigin - performance.now()`)
}

func (b *browser) samePosition(want float64, when string) {
	b.t.Helper()
	// A page measures the clocks with its first requests.
	b.until(patience, fmt.Sprintf(`Math.abs(rekeyCoach.phase().at - performance.timeOrigin - performance.now() - %f) < %d`, want, sameSecond))
	if got := b.position(); math.Abs(got-want) > sameSecond {
		b.t.Errorf("%s the page is %.0f ms off", when, got-want)
	}
}

func (b *browser) coachIs(missed, voided []int) {
	b.t.Helper()
	b.until(patience, fmt.Sprintf(`window.rekeyCoach && rekeyCoach.state && JSON.stringify([rekeyCoach.state.missed, rekeyCoach.state.voided]) === %s`,
		quote(strings.ReplaceAll(fmt.Sprintf("[%s,%s]", list(missed), list(voided)), " ", ","))))
}

func list(n []int) string { return fmt.Sprint(slices.Concat([]int{}, n)) }

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

	// press 1: missed by the button, undone, missed again by a key
	b.click("I missed one")
	b.coachIs([]int{1}, nil)
	b.click("Undo: press 1 counts")
	b.coachIs(nil, nil)
	b.key("x")
	b.key(" ")
	b.coachIs([]int{1}, nil)

	b.do(chromedp.Reload())
	b.samePosition(was, "after a reload")
	b.coachIs([]int{1}, nil)

	other := newBrowser(t, p, phone)
	other.open(eval[string](b, `location.pathname`))
	other.samePosition(was, "joining")
	other.coachIs([]int{1}, nil)

	b.bereave()
	other.bereave()
	p.kill()
	b.samePosition(was, "without its server")
	p.again(dir)
	b.do(chromedp.Reload())
	other.do(chromedp.Reload())
	b.samePosition(was, "after the kill")
	other.samePosition(was, "after the kill")

	// press 2, or the one that is under way by now: missed by the other key, seen by both
	k := eval[int](b, `rekeyCoach.phase().press`)
	if k == 1 {
		b.until(patience, `rekeyCoach.phase().press === 2`)
		k = 2
	}
	b.key("m")
	b.coachIs([]int{1, k}, nil)
	other.coachIs([]int{1, k}, nil)

	// a pause in WAIT goes on where it was
	b.until(patience, `rekeyCoach.phase().name === "wait" && rekeyCoach.phase().ms > 6000`)
	b.key("p")
	b.sees("Take your time.")
	other.sees("Take your time.")
	b.click("Go on")
	b.until(patience, `rekeyCoach.phase().name === "wait"`)
	b.coachIs([]int{1, k}, nil)

	// a pause in HOLD voids the press
	b.until(patience, `rekeyCoach.phase().name === "hold" && rekeyCoach.phase().ms > 1500`)
	lost := eval[int](b, `rekeyCoach.phase().press`)
	b.key(kb.Escape)
	b.sees("Take your time.")
	b.click("Go on")
	b.coachIs([]int{1, k}, []int{lost})
	other.coachIs([]int{1, k}, []int{lost})
	other.samePosition(b.position(), "after both pauses")
}
