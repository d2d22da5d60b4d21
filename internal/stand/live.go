package stand

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"
	"time"

	"github.com/rekey-dvr/rekey/internal/rehearse/face"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// The pace of a page's stream, and the plot's width.
const (
	every       = 250 * time.Millisecond
	repeat      = 10 * time.Second // an unchanged state is said again, so that a dead connection is noticed
	writeWithin = 10 * time.Second
	plotSpan    = 20 * time.Minute
	plotGrow    = 10 * time.Minute
	plotRest    = 12 * time.Hour
)

// moving is what moves: lights, cables, charge, screen. Before any loss of power
// the charge is drawn from now on, as of a recorder that just stands there.
func moving(t *twin.Twin, snap *twin.Snapshot) view.TwinLive {
	from, grow := snap.At, plotGrow
	if out := snap.Rear.Since; !out.IsZero() {
		from = out
	} else if n := len(snap.Plot.Presses); n > 0 {
		from = snap.Plot.From
	}
	if snap.At.Sub(from) > 2*time.Hour {
		grow = plotRest
	}
	return view.TwinLive{
		Now: time.Now().UnixMilli(), Clock: snap.At.UnixMilli(), Pace: snap.Pace,
		Front: face.Front(snap.Front), Rear: face.Rear(snap.Rear),
		Board: face.Board(t, snap, from, plotSpan, grow), Monitor: face.Monitor(*snap),
		Hands: view.TwinHands{Who: "nobody"},
	}
}

// version changes whenever something on the page does that the script does not
// move by itself.
func version(t *twin.Twin, snap *twin.Snapshot) int64 {
	h := fnv.New32a()
	_ = json.NewEncoder(h).Encode([]any{ // a hash does not fail, and all of it can be encoded
		t.Ledger(), snap.Faults, snap.Serving, snap.Services, snap.Factory, snap.Pace, snap.Trouble, State(snap),
		snap.Cameras, snap.Storage.There, snap.Storage.Recordings, snap.Stage,
	})
	return int64(h.Sum32() & 0x7fffffff)
}

func state(o one) ([]byte, error) {
	snap := o.t.Snapshot()
	m := moving(o.t, &snap)
	return json.Marshal(view.Live{Now: m.Now, Version: version(o.t, &snap), Page: Page(o.n), Twin: &m})
}

// live answers with the state as JSON, once.
func (s *Stand) live(w http.ResponseWriter, r *http.Request, o one) {
	b, err := state(o)
	if err != nil {
		s.failed(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b) // the reader went away: nothing to do
}

// events streams the state whenever it is another one, until the reader goes away.
func (s *Stand) events(w http.ResponseWriter, r *http.Request, o one) {
	w.Header().Set("Content-Type", "text/event-stream")
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(time.Time{}) // the limit for reading a request would end the stream
	tick := time.NewTicker(every)
	defer tick.Stop()
	var before []byte
	said := time.Time{}
	for {
		b, err := state(o)
		if err != nil {
			return
		}
		if key := still(b); string(key) != string(before) || time.Since(said) > repeat {
			before, said = key, time.Now()
			_ = c.SetWriteDeadline(time.Now().Add(writeWithin))
			if _, err := fmt.Fprintf(w, "data: %s\n\n", b); err != nil || c.Flush() != nil {
				return
			}
		}
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		}
	}
}

// still is a state without the moments that pass by themselves.
func still(b []byte) []byte {
	var v view.Live
	if json.Unmarshal(b, &v) != nil || v.Twin == nil {
		return b
	}
	v.Now, v.Twin.Now, v.Twin.Clock = 0, 0, 0
	out, err := json.Marshal(v)
	if err != nil {
		return b
	}
	return out
}
