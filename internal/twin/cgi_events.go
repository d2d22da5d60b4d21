package twin

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// kindParts is the content type of answers that go on: events and pictures.
const kindParts = "multipart/x-mixed-replace; boundary=" + wire.DefaultBoundary

const maxHeartbeat = 60 // seconds

func cgiEventRows() []cgiRow {
	const script = "eventManager.cgi"
	return []cgiRow{
		{script, "attach", anyone, cgiAttach},
		{script, "getEventIndexes", anyone, cgiEventIndexes},
		{script, "getCaps", anyone, cgiEventCaps},
		{script, "getExposureEvents", anyone, cgiExposureEvents},
	}
}

// cgiAttach answers with events for as long as the client listens.
func cgiAttach(t *Twin, c call) reply {
	codes, err := wire.EventCodes(c.arg("codes"))
	if err != nil || len(codes) == 0 {
		return badRequest()
	}
	var beat time.Duration
	if s := c.arg("heartbeat"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > maxHeartbeat {
			return badRequest()
		}
		beat = time.Duration(n) * time.Second
	}
	l := t.subscribe(c.now, codes)
	if l == nil {
		return refuse(503, wire.CGIOther)
	}
	return reply{
		status: 200, kind: kindParts,
		stream: func(w *streamWriter) { sendEvents(w, l, beat) },
		after:  func(time.Time) { t.unsubscribe(l) },
	}
}

// sendEvents writes events, and a heartbeat when that much time passed without one.
func sendEvents(w *streamWriter, l *listener, beat time.Duration) {
	for {
		due, cancel := alarmAfter(w, beat)
		var part []byte
		select {
		case e, more := <-l.Events:
			if !more {
				cancel()
				return
			}
			part, _ = wire.AppendEvent(nil, wire.DefaultBoundary, e.Event)
		case <-due:
			part = wire.AppendHeartbeat(nil, wire.DefaultBoundary)
		case <-w.Done():
			cancel()
			return
		}
		cancel()
		if _, err := w.Write(part); err != nil {
			return
		}
	}
}

// alarmAfter gives a channel that is closed after d on the twin's clock; never for 0.
func alarmAfter(w *streamWriter, d time.Duration) (<-chan struct{}, func()) {
	if d == 0 {
		return nil, func() {}
	}
	due := make(chan struct{})
	return due, w.twin.clock.At(w.Now().Add(d), func() { close(due) })
}

// cgiEventIndexes lists the channels for which an event goes on.
func cgiEventIndexes(t *Twin, c call) reply {
	code := c.arg("code")
	if code == "" {
		return badRequest()
	}
	list := t.active(c.now, code)
	if len(list) == 0 {
		return reply{status: 200, body: []byte((&wire.CGIError{Kind: wire.CGINoEvents}).Body())}
	}
	var lines wire.Table
	for i, index := range list {
		lines = append(lines, wire.Pair{Key: fmt.Sprintf("channels[%d]", i), Value: strconv.Itoa(index)})
	}
	return t.lines(lines)
}

// eventCodes are those this recorder raises.
var eventCodes = []string{
	wire.EventVideoLoss, wire.EventVideoMotion, wire.EventAlarmLocal, wire.EventStorageNotExist,
	wire.EventStorageFailure, wire.EventStorageLowSpace, wire.EventNewFile, wire.EventTimeChange,
	wire.EventReboot, wire.EventLoginFailure,
}

// cgiEventCaps lists them. What recorders print here is not known.
func cgiEventCaps(t *Twin, _ call) reply {
	lines := wire.Table{{Key: "caps.EventManagerAbility", Value: "true"}}
	for i, code := range slices.Sorted(slices.Values(eventCodes)) {
		lines = append(lines, wire.Pair{Key: fmt.Sprintf("caps.Events[%d]", i), Value: code})
	}
	return t.lines(lines)
}

// cgiExposureEvents lists them as newer devices do.
func cgiExposureEvents(t *Twin, _ call) reply {
	var lines wire.Table
	for i, code := range eventCodes {
		lines = append(lines, wire.Pair{Key: fmt.Sprintf("events[%d]", i), Value: code})
	}
	return t.lines(lines)
}
