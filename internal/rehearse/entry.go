package rehearse

import (
	"bytes"
	"encoding/json"
	"net"
	"slices"
	"time"

	"github.com/rekey-dvr/rekey"
)

// Entry is one line of a transcript.
type Entry struct {
	At     time.Time
	Event  string   // an event of the recovery, or [EventNote] or [EventRefused]; "" for what the hands do
	By     rekey.By // "" for what the hands do, which no event speaks of
	Fields map[string]any
	Text   string // the sentence of the readable transcript
}

// The entries that are no events of the recovery.
const (
	// EventNote is a remark: what the model or the source says, or an assumption.
	// Its fields are who ("model", "source", "rehearsal") and text.
	EventNote = "note"
	// EventRefused is a command that the guide did not allow, with its code.
	EventRefused = "refused"
)

// MarshalJSON gives one flat object: at, event and by, then the fields by name.
func (e Entry) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	names := make([]string, 0, len(e.Fields))
	for name := range e.Fields {
		names = append(names, name)
	}
	slices.Sort(names)
	add := func(name string, v any) error {
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		if err := enc.Encode(name); err != nil {
			return err
		}
		b.Truncate(b.Len() - 1) // the encoder's line end
		b.WriteByte(':')
		if err := enc.Encode(v); err != nil {
			return err
		}
		b.Truncate(b.Len() - 1)
		return nil
	}
	if err := add("at", e.At.UTC().Format("2006-01-02T15:04:05.000Z")); err != nil {
		return nil, err
	}
	_ = add("event", e.Event)
	_ = add("by", e.By)
	for _, name := range names {
		if err := add(name, e.Fields[name]); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// left out of a transcript: what differs from run to run, and what is sealed.
var unsaid = []string{"id", "sealed", "recovery"}

// entryOf gives the line of an event. Of an address only the host is kept: the
// port is another one every time.
func entryOf(e rekey.Event) (Entry, error) {
	data, err := json.Marshal(e.Body)
	if err != nil {
		return Entry{}, err
	}
	fields := map[string]any{}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&fields); err != nil {
		return Entry{}, err
	}
	clean(fields)
	return Entry{At: e.At, Event: e.Body.EventName(), By: e.By, Fields: fields, Text: sentence(e.Body)}, nil
}

func clean(fields map[string]any) {
	for _, name := range unsaid {
		delete(fields, name)
	}
	for name, v := range fields {
		switch v := v.(type) {
		case map[string]any:
			clean(v)
		case string:
			if name == "address" {
				fields[name] = hostOf(v)
			}
		}
	}
}

func hostOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}
