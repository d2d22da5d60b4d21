package twin

import (
	"math/bits"
	"slices"
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// faces are the states that events tell of, one bit a channel or input.
type faces struct {
	loss, motion, alarm, noDisk, diskFailure, lowSpace uint64
}

// alarmInputs and alarmOutputs are the sockets at the back.
const (
	alarmInputs  = 8
	alarmOutputs = 3
)

// lost are the channels without a signal: all when the cameras' cables are out, those
// with the fault signal-loss, and those whose camera is not there or silent.
func (t *Twin) lost() uint64 {
	b := &t.body
	all := ^uint64(0) >> (64 - b.Model.Channels)
	if !b.In.Cables[CableCameras] {
		return all
	}
	return (b.Faults.lost() | t.dark()) & all
}

// moving are the channels where the recorder sees motion, and when that may change.
func (t *Twin) moving(now time.Time) (mask uint64, next time.Time) {
	b := &t.body
	clock, lost := b.Memory.clock(now), t.lost()
	for i := range b.Model.Channels {
		if lost>>i&1 == 1 || !b.Flash.Settings.Bool("MotionDetect["+strconv.Itoa(i)+"].Enable") {
			continue
		}
		moves, until := motionAt(b.Seed, i, clock)
		if moves {
			mask |= 1 << i
		}
		if at := until.Add(-b.Memory.Offset); next.IsZero() || at.Before(next) {
			next = at
		}
	}
	return mask, next
}

// alarms are the inputs that a recorder watches and that are closed.
func (t *Twin) alarms() uint64 { return t.enabled(t.body.In.Alarms, "Alarm") }

// enabled keeps the bits of a mask whose setting NAME[i].Enable is true.
func (t *Twin) enabled(mask uint64, name string) uint64 {
	on := mask
	for left := mask; left != 0; left &= left - 1 {
		i := bits.TrailingZeros64(left)
		if !t.body.Flash.Settings.Bool(name + "[" + strconv.Itoa(i) + "].Enable") {
			on &^= 1 << i
		}
	}
	return on
}

// look gives the states at now. Motion is looked at only while somebody listens:
// nobody else can tell the difference.
func (t *Twin) look(now time.Time) faces {
	if t.closed || t.body.Run.stage(now) != StageReady {
		return faces{}
	}
	f := faces{loss: t.enabled(t.lost(), "LossDetect"), alarm: t.alarms()}
	f.noDisk, f.diskFailure, f.lowSpace = t.diskFaces()
	if t.mind.bus.next = (time.Time{}); t.listening(now) {
		f.motion, t.mind.bus.next = t.moving(now)
	}
	return f
}

// diskFaces are whether the disk is missing, fails or is nearly full, as far as the
// settings want to know.
func (t *Twin) diskFaces() (missing, failing, low uint64) {
	s := &t.body.Flash.Settings
	if t.body.Faults.Has(NoDisk) {
		if s.Bool("StorageNotExist.Enable") {
			missing = 1
		}
		return missing, 0, 0
	}
	if t.body.Faults.Has(DiskFailure) && s.Bool("StorageFailure.Enable") {
		failing = 1
	}
	if s.Bool("StorageLowSpace.Enable") {
		total, used, _ := t.storage()
		if (total-used)*100 < total*int64(s.Int("StorageLowSpace.LowerLimit")) {
			low = 1
		}
	}
	return 0, failing, low
}

// listening tells whether anybody is to be told of events.
func (t *Twin) listening(now time.Time) bool {
	return len(t.mind.bus.all) > 0 || t.mind.onvif.Subscriptions(t.clients(now)) > 0
}

// active lists the indexes, from 0, for which an event began and has not ended.
func (t *Twin) active(now time.Time, code string) []int {
	var mask uint64
	f := t.look(now)
	switch code {
	case wire.EventVideoLoss:
		t.lookForSignals()
		mask = f.loss
	case wire.EventAlarmLocal:
		mask = f.alarm
	case wire.EventStorageNotExist:
		mask = f.noDisk
	case wire.EventStorageFailure:
		mask = f.diskFailure
	case wire.EventStorageLowSpace:
		mask = f.lowSpace
	case wire.EventVideoMotion:
		mask, _ = t.moving(now)
	}
	return indexes(mask)
}

// indexes lists the bits of a mask.
func indexes(mask uint64) (list []int) {
	for ; mask != 0; mask &= mask - 1 {
		list = append(list, bits.TrailingZeros64(mask))
	}
	return list
}

// watch tells listeners and the log of states that changed since the last look.
func (t *Twin) watch(now time.Time) {
	before, f := t.mind.bus.seen, t.look(now)
	if f == before {
		return
	}
	t.mind.bus.seen = f
	t.tell(now, wire.EventVideoLoss, before.loss, f.loss)
	t.tell(now, wire.EventVideoMotion, before.motion, f.motion)
	t.tell(now, wire.EventAlarmLocal, before.alarm, f.alarm)
	t.tell(now, wire.EventStorageNotExist, before.noDisk, f.noDisk)
	t.tell(now, wire.EventStorageFailure, before.diskFailure, f.diskFailure)
	t.tell(now, wire.EventStorageLowSpace, before.lowSpace, f.lowSpace)
}

// tell raises Start and Stop for the bits that differ.
func (t *Twin) tell(now time.Time, code string, before, after uint64) {
	for left := before ^ after; left != 0; left &= left - 1 {
		i := bits.TrailingZeros64(left)
		action := wire.EventStop
		if after>>i&1 == 1 {
			action = wire.EventStart
		}
		t.raise(now, wire.Event{Code: code, Action: action, Index: i})
	}
}

// logged are the events that a recorder writes down.
var logged = []string{
	wire.EventVideoLoss, wire.EventAlarmLocal, wire.EventStorageNotExist, wire.EventStorageFailure, wire.EventStorageLowSpace,
}

// raise tells everybody who listens of an event, and the log of those it keeps. It
// never waits. Called with the twin's lock held.
func (t *Twin) raise(now time.Time, e wire.Event) {
	b := &t.body
	if slices.Contains(logged, e.Code) {
		b.Flash.write(b.Memory.clock(now), "Event", "System",
			[2]string{"Code", e.Code}, [2]string{"Action", e.Action}, [2]string{"Index", strconv.Itoa(e.Index)})
		t.dirty = true
	}
	t.mind.bus.publish(happened{Event: e, At: b.Memory.clock(now)})
	t.onvifRaise(now, e)
}
