package twin

import (
	"slices"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/disk"
)

// lateFile is how many seconds ago a file may have ended that is still told of,
// where a clock went on without anybody looking.
const lateFile = 3600

// filing is what is being written while somebody waits for files to be finished.
// While nobody does it is empty, and nothing is looked at.
type filing struct {
	known bool
	ahead time.Duration // of the recorder's clock, when it was looked at last
	told  int64         // the recorder's second then; what ended up to it was told
	spans []disk.Span   // that went on
	due   int64         // the recorder's second at which the next file ends
	next  time.Time     // the same on the twin's clock; zero for never
}

// file tells listeners of recordings that were finished since it was called last. A
// motion file ends with the motion, any other with the hour or when a motion begins,
// and all of a channel when it is no longer recorded. Called after record.
func (t *Twin) file(now time.Time) {
	f := &t.mind.bus.filing
	if !t.mind.bus.wanted(wire.EventNewFile) || !t.writable() {
		*f = filing{}
		return
	}
	clock, motions, goesOn := disk.Seconds(t.showing(now)), t.motions(), t.body.Disk.Ongoing()
	same := f.known && f.ahead == t.body.Memory.Offset && slices.Equal(f.spans, goesOn)
	if same && clock >= f.told && clock < f.due {
		return
	}
	for _, s := range f.spans {
		t.tellFiles(now, f.finished(s, &t.body.Disk, disk.Seconds(wall(now.Add(f.ahead))), motions))
	}
	*f = filing{known: true, ahead: t.body.Memory.Offset, told: clock, spans: goesOn}
	for _, s := range goesOn {
		if due := s.Next(clock, motions); f.due == 0 || due < f.due {
			f.due = due
		}
	}
	if len(goesOn) > 0 {
		f.next = now.Add(disk.Time(f.due).Sub(t.showing(now)))
	}
}

// finished gives the files of a span that went on when it was looked at last, up to
// now on the clock the recorder had then.
func (f *filing) finished(s disk.Span, d *disk.Disk, now int64, motions disk.Motions) []disk.File {
	after := max(f.told, now-lateFile)
	if ended, was := d.Ended(s, now); was {
		// It may have ended within the second that was told of last.
		told := s.Finished(after-1, after, motions)
		return slices.DeleteFunc(ended.Finished(after-1, now, motions), func(x disk.File) bool {
			return slices.Contains(told, x)
		})
	}
	if i := slices.IndexFunc(d.Ongoing(), s.Alike); i >= 0 {
		return d.Ongoing()[i].Finished(after, now, motions)
	}
	return nil
}

// tellFiles raises an event for each file, in order of time.
func (t *Twin) tellFiles(now time.Time, files []disk.File) {
	slices.SortStableFunc(files, func(a, b disk.File) int { return a.To.Compare(b.To) })
	for _, x := range files {
		data, err := wire.Params(map[string]any{"File": x.Path(), "Size": fileSize(x.Stretch)})
		if err != nil {
			continue
		}
		t.raise(now, wire.Event{Code: wire.EventNewFile, Action: wire.EventPulse, Index: x.Channel, Data: data})
	}
}
