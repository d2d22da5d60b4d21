package twin

import "time"

// Cable is a cable at the back that is not the power cord.
type Cable string

// The cables. Each can feed the board when the fault back-feed is on.
const (
	CableNetwork Cable = "network"
	CableHDMI    Cable = "hdmi"
	CableUSB     Cable = "usb"
	CableCameras Cable = "cameras" // powered camera feeds
)

// Cables lists them in the order of the drawing.
func Cables() []Cable { return []Cable{CableCameras, CableHDMI, CableNetwork, CableUSB} }

// railsHold is how long the 12 V rails carry a running recorder: half of C·V²
// between 12 and 4.5 V over 8 W. A shorter gap is not noticed.
const railsHold = 8 * time.Millisecond

// shutdownHold is how long the front button has to be held for a running recorder
// to turn itself off.
const shutdownHold = 3 * time.Second

// inputs are what the owner's hands have done last.
type inputs struct {
	Cord       bool           `json:"cord"`
	Rocker     bool           `json:"rocker"`      // on; always on for a model without one
	Button     bool           `json:"button"`      // held down now
	ButtonAt   time.Time      `json:"button_at"`   // of the last change
	ButtonFrom Stage          `json:"button_from"` // what the press found
	Cables     map[Cable]bool `json:"cables"`
	Alarms     uint64         `json:"alarms,omitempty"` // closed inputs, one bit each
}

// mains tells whether the board has power.
func (in inputs) mains() bool { return in.Cord && in.Rocker }

// feeding tells whether a cable other than the cord is in.
func (in inputs) feeding() bool {
	for _, c := range Cables() {
		if in.Cables[c] {
			return true
		}
	}
	return false
}

// load is what acts on the board now.
func (in inputs) load(on FaultSet) Load {
	l := Load{
		Powered: in.mains(), Pressed: in.Button,
		BackFeed: on.Has(BackFeed) && in.feeding(),
		CoinCell: on.Has(CoinCell),
	}
	if on.Has(Warm) {
		l.Celsius = warmCelsius
	}
	return l
}

// charge is the board's state at a moment and the way it came there.
type charge struct {
	At    time.Time `json:"at"`
	Now   Charge    `json:"now"`
	Load  Load      `json:"load"`
	Trace trace     `json:"trace"`
}

// settle brings the charge to now. A clock that was set back leaves it where it
// is. It tells whether the board was empty at either end; in between it cannot
// have been lower, because without power the settled voltage only falls.
func (c *charge) settle(b Board, now time.Time) (empty bool) {
	empty = b.Empty(c.Now)
	if d := now.Sub(c.At); d > 0 {
		c.Now = b.After(c.Now, c.Load, d)
		c.At = now
	}
	return empty || b.Empty(c.Now)
}

// change sets what acts from now on. settle comes first.
func (c *charge) change(l Load) {
	if l == c.Load {
		return
	}
	c.Trace.add(mark{At: c.At, Charge: c.Now, Load: l})
	c.Load = l
}
