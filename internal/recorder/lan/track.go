package lan

import (
	"net/netip"
	"time"
)

// What is an event of a watch. The names are part of the JSON that others rely on.
type What string

// The events.
const (
	Seen       What = "seen"        // it answered for the first time
	Gone       What = "gone"        // it stopped answering
	Back       What = "back"        // it answers again after it was gone
	Moved      What = "moved"       // it answers at another address
	NotLooking What = "not-looking" // this computer has no network: nothing is known meanwhile
	Looking    What = "looking"     // it has one again
)

// Event is one thing that happened to a watched recorder.
type Event struct {
	What    What
	At      time.Time     // when it was noticed
	MAC     string        // empty while it is not known
	Address netip.Addr    // where it answers, or answered last; invalid while it never has
	Was     netip.Addr    // of Moved: the address before
	Away    time.Duration // of Gone and Back: since its last answer
	By      Way           // how it answered; empty for Gone and for what this computer did

	// Restarted is set for Back: it was gone and is there again. A network cable that
	// was out for a moment looks the same from here.
	Restarted bool
}

// ByTCP is a recorder that never answered discovery, but takes connections.
const ByTCP Way = "tcp"

// How a watch asks. A recorder that falls silent is reported four silent questions
// after its last answer, which is within five seconds, and one lost packet is not
// taken for an absence.
const (
	askEvery  = 800 * time.Millisecond
	goneAfter = 4
	moveAfter = 2 // silent questions at the old address, so that one with two addresses does not move to and fro
	asleep    = 5 // intervals without being run: this computer slept, and saw nothing
)

// tracker turns answers and silences into events. It has no clock and no sockets.
type tracker struct {
	mac   string
	addr  netip.Addr
	every time.Duration

	here, ever bool
	discovery  bool // it has answered discovery
	blind      bool
	lastAsk    time.Time
	lastAnswer time.Time
	answered   bool // since the last question, by whatever address
	atAddress  bool // since the last question, by the address it is known at
	silent     int
	addrSilent int
}

// ask takes in that it is time for the next question, and whether one can be asked.
func (t *tracker) ask(now time.Time, can bool) []Event {
	var out []Event
	slept := !t.lastAsk.IsZero() && now.Sub(t.lastAsk) > asleep*t.every && !t.blind
	if slept || !can && !t.blind {
		at := now
		if slept {
			at = t.lastAsk
		}
		out = append(out, t.event(NotLooking, at))
		t.blind = true
	}
	if t.blind && can {
		t.blind = false
		t.silent, t.addrSilent = 0, 0
		t.answered, t.atAddress = true, true // the question before was not asked
		out = append(out, t.event(Looking, now))
	}
	asked := !t.lastAsk.IsZero()
	t.lastAsk = now
	if t.blind || !asked {
		return out
	}
	if t.silent++; t.answered {
		t.silent = 0
	}
	if t.addrSilent++; t.atAddress {
		t.addrSilent = 0
	}
	t.answered, t.atAddress = false, false
	if t.here && t.silent >= goneAfter {
		t.here = false
		e := t.event(Gone, now)
		e.Away = now.Sub(t.lastAnswer)
		out = append(out, e)
	}
	return out
}

// heard takes in an answer. Those of others are left out: of another MAC, and from
// elsewhere while the recorder's MAC is not known.
func (t *tracker) heard(now time.Time, from netip.Addr, mac string, by Way) []Event {
	switch {
	case t.mac != "" && mac != "" && mac != t.mac:
		return nil
	case t.mac == "" || mac == "": // known by its address only
		if from != t.addr {
			return nil
		}
	}
	if t.mac == "" {
		t.mac = mac
	}
	t.discovery = t.discovery || by != ByTCP
	away := now.Sub(t.lastAnswer)
	t.answered, t.lastAnswer, t.silent = true, now, 0
	was := t.addr
	if from == t.addr {
		t.atAddress, t.addrSilent = true, 0
	}
	move := from != t.addr && (!t.here || t.addrSilent >= moveAfter)
	if move {
		t.addr, t.atAddress, t.addrSilent = from, true, 0
	}
	var out []Event
	switch {
	case !t.ever:
		out = append(out, t.event(Seen, now))
	case !t.here:
		e := t.event(Back, now)
		e.Away, e.Restarted = away, true
		out = append(out, e)
	}
	if move && was.IsValid() && t.ever {
		e := t.event(Moved, now)
		e.Was = was
		out = append(out, e)
	}
	t.here, t.ever = true, true
	for i := range out {
		out[i].By = by
	}
	return out
}

func (t *tracker) event(w What, at time.Time) Event {
	e := Event{What: w, At: at, MAC: t.mac}
	if t.ever || w == Seen {
		e.Address = t.addr
	}
	return e
}
