package rekey

import (
	"bytes"
	"encoding/json"
	"time"
)

// Event is something that happened in a recovery, or in an attempt ledger.
type Event struct {
	At   time.Time // UTC, whole milliseconds
	By   By
	Body Body
}

// Body is what an event says. Each body type has one name for ever; the fields
// of a body may grow, and a changed meaning gets a new schema version and an
// upcast.
type Body interface {
	// EventName gives the name in docs/reference/events.md.
	EventName() string
}

// Encode gives the event as a store keeps it.
func (e Event) Encode() (NewRecord, error) {
	data, err := json.Marshal(e.Body)
	if err != nil {
		return NewRecord{}, Errorf(CodeInternal, "event %s cannot be written", e.Body.EventName()).Wrap(err)
	}
	return NewRecord{At: e.At, By: e.By, Type: e.Body.EventName(), Schema: 1, Data: data}, nil
}

// DecodeEvent reads an event back. A name or schema that this version does not
// know gives an error: guessing at a newer event would replay another history.
func DecodeEvent(r Record) (Event, error) {
	make, known := bodies[r.Type]
	if !known || r.Schema != 1 {
		return Event{}, Errorf(CodeInternal, "event %q, version %d, is not known to this rekey", r.Type, r.Schema).
			WithHint("A newer rekey wrote it. Use that version, or a later one.")
	}
	body, err := make(r.Data)
	if err != nil {
		return Event{}, Errorf(CodeDamaged, "event %d (%s) cannot be read", r.Seq, r.Type).Wrap(err)
	}
	return Event{At: r.At, By: r.By, Body: body}, nil
}

// EventNames lists every event name, for the reference and its test.
func EventNames() []string {
	names := make([]string, 0, len(bodies))
	for name := range bodies {
		names = append(names, name)
	}
	return names
}

// bodies maps each name to the reading of its body.
var bodies = map[string]func([]byte) (Body, error){}

// register adds the body types to bodies, at start.
func register[T Body]() {
	var zero T
	bodies[zero.EventName()] = func(data []byte) (Body, error) {
		var body T
		d := json.NewDecoder(bytes.NewReader(data))
		if err := d.Decode(&body); err != nil {
			return nil, err
		}
		return body, nil
	}
}
