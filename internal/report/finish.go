package report

import (
	"slices"
	"time"

	"github.com/rekey-dvr/rekey"
)

// finishLines are the lines of the finish list, in the order of the procedures. The
// record itself is none of its own.
var finishLines = []string{
	"accounts", "wizard", "clock", "network", "cameras", "disk", "outside", "recovery", "firmware", "restart", "apps", "snapshot", "card", "reminders",
}

// finishOf gives how each line of the finish list stands. There is no list where no new
// password got as far as the recorder.
func finishOf(r *rekey.Recovery, events []rekey.Event) []Item {
	items := []Item{}
	if !reached(r) {
		return items
	}
	for _, id := range finishLines {
		if id == "recovery" && r.Generation() == rekey.GenA {
			continue // it has none
		}
		items = append(items, itemOf(r, events, id))
	}
	return items
}

// itemOf gives one line: as rekey saw it, or else as it was marked, or else as it
// follows from what was said elsewhere.
func itemOf(r *rekey.Recovery, events []rekey.Event, id string) Item {
	known, at, done := itemSeen(r, events, id)
	if done && known != Said {
		return Item{id, rekey.FinishDone, known, moment(at)}
	}
	if m, marked := r.Finish[id]; marked && m.State != rekey.FinishOpen {
		return Item{id, m.State, knownBy(m.By), moment(m.At)}
	}
	if done {
		return Item{id, rekey.FinishDone, known, moment(at)}
	}
	return Item{Item: id, State: rekey.FinishOpen, Known: NotYet}
}

// itemSeen reports whether a line is done by what happened besides its mark.
func itemSeen(r *rekey.Recovery, events []rekey.Event, id string) (known Known, at time.Time, done bool) {
	switch id {
	case "clock":
		c, compared := r.Seen.Clock[rekey.After]
		return Seen, lastAt[rekey.ClockCompared](events), compared && c.Right()
	case "disk":
		return Seen, lastAt[rekey.DisksSeen](events), r.Seen.Disks != nil && r.Seen.Disks.Work()
	case "restart":
		return Seen, lastAt[rekey.RestartProven](events), r.Seen.Restart != nil
	case "snapshot":
		return Own, lastAt[rekey.SnapshotKept](events), r.Snapshot() != nil
	case "reminders":
		return Said, lastAt[rekey.RemindersChosen](events), r.Reminding != nil
	case "apps":
		known = Seen
		if slices.ContainsFunc(r.Follows, func(f rekey.Follow) bool { return f.Who != rekey.BySeen }) {
			known = Said
		}
		return known, r.FollowAt, len(r.Follows) > 0 && len(r.OpenFollows()) == 0
	}
	return "", time.Time{}, false
}

// lastAt gives the moment of the last event of a kind.
func lastAt[B rekey.Body](events []rekey.Event) time.Time {
	for _, e := range slices.Backward(events) {
		if _, is := e.Body.(B); is {
			return e.At
		}
	}
	return time.Time{}
}
