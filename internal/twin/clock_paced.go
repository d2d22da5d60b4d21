package twin

import (
	"math"
	"sync"
	"time"
)

// MaxPace bounds how fast a [Paced] clock runs: a day in about a second.
const MaxPace = 86_400

// Paced is a clock that runs at a multiple of the wall clock and can be moved
// forward. At pace 0 it stands.
type Paced struct {
	mu    sync.Mutex
	wall  func() time.Time
	mark  Mark
	queue waiters
	timer *time.Timer
}

// Mark ties a paced clock to the wall clock: when the wall clock stood at Wall,
// the paced one stood at Clock and ran at Pace. It is what has to be kept for the
// clock to go on after a restart.
type Mark struct {
	Wall  time.Time `json:"wall"`
	Clock time.Time `json:"clock"`
	Pace  float64   `json:"pace"`
}

// NewPaced gives a clock that stands at start and runs at pace from now on.
func NewPaced(start time.Time, pace float64) *Paced {
	return PacedFrom(Mark{Wall: Real{}.Now(), Clock: start, Pace: pace})
}

// PacedFrom gives the clock that goes on from m as if it had never stopped.
func PacedFrom(m Mark) *Paced {
	m.Pace = min(max(m.Pace, 0), MaxPace)
	return &Paced{wall: Real{}.Now, mark: m}
}

// Now is the paced moment.
func (c *Paced) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

// Mark is the clock's present tie to the wall clock.
func (c *Paced) Mark() Mark {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mark
}

// SetPace changes how fast the clock runs from now on. Values under 0 stand, over
// [MaxPace] are [MaxPace].
func (c *Paced) SetPace(pace float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mark = Mark{Wall: c.wall(), Clock: c.now(), Pace: min(max(pace, 0), MaxPace)}
	c.arm()
}

// Advance moves the clock forward by d at once, and calls what waited on the way
// before it returns. A negative d moves nothing.
func (c *Paced) Advance(d time.Duration) {
	if d < 0 {
		return
	}
	c.mu.Lock()
	c.mark = Mark{Wall: c.wall(), Clock: c.now().Add(d), Pace: c.mark.Pace}
	c.mu.Unlock()
	c.run()
}

// At waits with one timer for all that wait on this clock.
func (c *Paced) At(t time.Time, f func()) func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	cancel := c.queue.push(&c.mu, t, f)
	c.arm()
	return cancel
}

func (c *Paced) now() time.Time {
	gone := max(0, c.wall().Sub(c.mark.Wall))
	if c.mark.Pace == 1 {
		return c.mark.Clock.Add(gone) // to the nanosecond, however long it runs
	}
	// At the highest pace a Duration is full after a day and a half of wall time;
	// the clock then stands, rather than jumping 292 years back.
	run := min(float64(gone)*c.mark.Pace, float64(math.MaxInt64/2))
	return c.mark.Clock.Add(time.Duration(run))
}

// arm sets the timer for the first waiting call. Called with the mutex held.
func (c *Paced) arm() {
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
	if len(c.queue.list) == 0 || c.mark.Pace == 0 {
		return
	}
	wait := float64(c.queue.list[0].at.Sub(c.now())) / c.mark.Pace
	c.timer = time.AfterFunc(time.Duration(max(0, wait))+time.Microsecond, c.run)
}

// run calls what is due and arms the timer for the rest.
func (c *Paced) run() {
	for {
		c.mu.Lock()
		f, _, ok := c.queue.pop(c.now())
		if !ok {
			c.arm()
			c.mu.Unlock()
			return
		}
		c.mu.Unlock()
		f()
	}
}
