package store

import (
	"encoding/json"
	"math"

	"github.com/rekey-dvr/rekey"
)

// What one call of Append may carry at most. A command of the domain makes a
// handful of events of a few hundred bytes, so whoever meets these has a defect.
const (
	MaxEvents = 1000    // events in one call, all streams together
	MaxDue    = 1000    // due moments of one stream
	MaxOut    = 1000    // deliveries, and settlements, of one stream in one call
	MaxData   = 1 << 20 // bytes in one event's Data
	MaxName   = 1 << 10 // bytes in a stream, a type, a key, a reason, or a text of a summary
)

// Check refuses appends that no store takes, with CodeInvalid: without streams or
// events, above the maxima, with Data that is not a JSON object, or with a summary
// that belongs to another stream.
func Check(appends []rekey.Append) error {
	if len(appends) == 0 {
		return rekey.Errorf(rekey.CodeInvalid, "there is nothing to append")
	}
	total := 0
	for _, a := range appends {
		if err := checkAppend(a); err != nil {
			return err
		}
		total += len(a.Events)
	}
	if total > MaxEvents {
		return rekey.Errorf(rekey.CodeInvalid, "%d events are more than one call takes (%d)", total, MaxEvents)
	}
	return nil
}

func checkAppend(a rekey.Append) error {
	switch {
	case a.Stream == "" || len(a.Stream) > MaxName:
		return rekey.Errorf(rekey.CodeInvalid, "a stream has a name of 1 to %d bytes", MaxName)
	case a.Expect < 0:
		return rekey.Errorf(rekey.CodeInvalid, "the stream %s cannot be at version %d", a.Stream, a.Expect)
	case len(a.Events) == 0:
		return rekey.Errorf(rekey.CodeInvalid, "there are no events for the stream %s", a.Stream)
	case len(a.Due) > MaxDue:
		return rekey.Errorf(rekey.CodeInvalid, "%d due moments are more than a stream has (%d)", len(a.Due), MaxDue)
	}
	for _, e := range a.Events {
		if err := checkEvent(a.Stream, e); err != nil {
			return err
		}
	}
	for _, d := range a.Due {
		if d.At.IsZero() || d.What == "" || len(d.What) > MaxName {
			return rekey.Errorf(rekey.CodeInvalid, "a due moment of %s has no time or no name", a.Stream)
		}
	}
	if err := checkOutbox(a); err != nil {
		return err
	}
	return checkSummary(a)
}

func checkOutbox(a rekey.Append) error {
	if len(a.Deliveries) > MaxOut || len(a.Settle) > MaxOut {
		return rekey.Errorf(rekey.CodeInvalid, "%d deliveries are more than one call takes (%d)", max(len(a.Deliveries), len(a.Settle)), MaxOut)
	}
	for _, d := range a.Deliveries {
		switch {
		case !isName(d.Key) || !isName(d.Channel) || !isName(d.Kind):
			return rekey.Errorf(rekey.CodeInvalid, "a delivery of %s has no key, no channel or no kind of 1 to %d bytes", a.Stream, MaxName)
		case d.Due.IsZero():
			return rekey.Errorf(rekey.CodeInvalid, "the delivery %s has no time", d.Key)
		case len(d.Data) > MaxData || len(d.Data) == 0 || d.Data[0] != '{' || !json.Valid(d.Data):
			return rekey.Errorf(rekey.CodeInvalid, "the delivery %s is not a JSON object of at most %d bytes", d.Key, MaxData)
		}
	}
	for i, s := range a.Settle {
		switch {
		case s.State != rekey.DeliveryDone && s.State != rekey.DeliveryDead:
			return rekey.Errorf(rekey.CodeInvalid, "the delivery %s cannot end as %q", s.Key, s.State)
		case s.At.IsZero() || len(s.Reason) > MaxName:
			return rekey.Errorf(rekey.CodeInvalid, "the end of the delivery %s has no time, or a reason above %d bytes", s.Key, MaxName)
		}
		for _, earlier := range a.Settle[:i] {
			if earlier.Key == s.Key {
				return rekey.Errorf(rekey.CodeInvalid, "the delivery %s ends twice", s.Key)
			}
		}
	}
	return nil
}

func isName(s string) bool { return s != "" && len(s) <= MaxName }

func checkEvent(stream rekey.StreamID, e rekey.NewRecord) error {
	switch {
	case e.Type == "" || len(e.Type) > MaxName:
		return rekey.Errorf(rekey.CodeInvalid, "an event of %s has a type of 1 to %d bytes", stream, MaxName)
	case !e.By.Valid():
		return rekey.Errorf(rekey.CodeInvalid, "the event %s of %s is by nobody rekey knows", e.Type, stream)
	case e.Schema < 1 || e.Schema > math.MaxInt32:
		return rekey.Errorf(rekey.CodeInvalid, "the event %s of %s has no schema version", e.Type, stream)
	case e.At.IsZero():
		return rekey.Errorf(rekey.CodeInvalid, "the event %s of %s has no time", e.Type, stream)
	case len(e.Data) > MaxData:
		return rekey.Errorf(rekey.CodeInvalid, "the event %s of %s has more than %d bytes", e.Type, stream, MaxData)
	case len(e.Data) == 0 || e.Data[0] != '{' || !json.Valid(e.Data):
		return rekey.Errorf(rekey.CodeInvalid, "the event %s of %s is not a JSON object", e.Type, stream)
	}
	return nil
}

func checkSummary(a rekey.Append) error {
	s := a.Summary
	if s == nil {
		return nil
	}
	if s.ID == "" || rekey.RecoveryPrefix+s.ID != string(a.Stream) {
		return rekey.Errorf(rekey.CodeInvalid, "the summary of %q does not belong to the stream %s", s.ID, a.Stream)
	}
	for _, text := range []string{s.Name, s.Model, s.Route, s.Stage, s.Outcome, s.Identity, s.NextWhat} {
		if len(text) > MaxName {
			return rekey.Errorf(rekey.CodeInvalid, "a text of the summary of %s has more than %d bytes", s.ID, MaxName)
		}
	}
	return nil
}
