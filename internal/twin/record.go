package twin

import (
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey/internal/twin/disk"
	"github.com/rekey-dvr/rekey/internal/twin/tape"
)

// The settings RecordMode[n].Mode.
const (
	recordAuto = iota // as the schedule says; the factory's records all day
	recordManual
	recordOff
)

// videoShape is how a stream of a channel is encoded, from the settings. Pictures
// are drawn up to full HD: larger settings are kept, and give that.
type videoShape struct {
	disk.Shape
	enabled bool
	motion  bool // JPEG pictures, one after the other
	GOP     int  // pictures from one key picture to the next
}

// bounds of what is drawn.
const (
	leastWidth, leastHeight = 96, 96
	mostWidth, mostHeight   = 1920, 1088
	mostFPS                 = 30
)

// shape reads the encoding of a channel's main stream, or of its extra one.
func (t *Twin) shape(channel, subtype int) videoShape {
	format := "Encode[" + strconv.Itoa(channel) + "].MainFormat[0]"
	if subtype == 1 {
		format = "Encode[" + strconv.Itoa(channel) + "].ExtraFormat[0]"
	}
	s := &t.body.Flash.Settings
	clamp := func(key string, least, most int) int { return min(max(s.Int(format+key), least), most) }
	v := videoShape{
		Shape: disk.Shape{
			Width:  clamp(".Video.Width", leastWidth, mostWidth) &^ 1,
			Height: clamp(".Video.Height", leastHeight, mostHeight) &^ 1,
			FPS:    clamp(".Video.FPS", 1, mostFPS),
		},
		GOP:     clamp(".Video.GOP", 1, 150),
		enabled: s.Bool(format + ".VideoEnable"),
		motion:  s.Get(format+".Video.Compression") == "MJPG",
	}
	if v.motion { // RTP counts the size of a JPEG picture in blocks of eight
		v.Width, v.Height = v.Width&^7, v.Height&^7
	}
	v.Rate = max(int64(s.Int(format+".Video.BitRate"))*128, int64(min(tape.MinRate(v.size(), v.FPS), tape.MaxRate)+7)/8) // kilobits of 1024
	return v
}

// recording is what the disk was last told, so that the settings are read only
// when something changed that matters to it.
type recording struct {
	known   bool
	on      bool // and there is a disk to write to
	ahead   time.Duration
	lost    uint64
	setting uint64 // of the twin's count of changed settings
}

// record tells the disk what is recorded from now on.
func (t *Twin) record(now time.Time) {
	b := &t.body
	stage := b.Run.stage(now)
	r := recording{
		known: true, on: (stage == StageServices || stage == StageReady) && t.writable(), ahead: b.Memory.Offset,
		lost: t.lost(), setting: t.settingChanges,
	}
	if r == t.recording {
		return
	}
	t.recording = r
	var wants []disk.Want
	for i := range b.Model.Channels {
		mode := b.Flash.Settings.Int("RecordMode[" + strconv.Itoa(i) + "].Mode")
		shape := t.shape(i, 0)
		if !r.on || r.lost>>i&1 == 1 || mode == recordOff || !shape.enabled {
			continue
		}
		wants = append(wants, disk.Want{
			Channel: i, Manual: mode == recordManual, Shape: shape.Shape,
			Motion: b.Flash.Settings.Bool("MotionDetect[" + strconv.Itoa(i) + "].Enable"),
			Source: b.Inputs[i+1].recorded(),
		})
	}
	if b.Disk.Record(now, b.Memory.Offset, wants) {
		t.dirty = true
	}
}

// showing is the recorder's clock as pictures and recordings have it: its fields,
// in UTC.
func (t *Twin) showing(now time.Time) time.Time {
	return wall(t.body.Memory.clock(now))
}

// onDisk is what was recorded of a channel between two times of the recorder's
// clock; nothing while there is no disk.
func (t *Twin) onDisk(now time.Time, channel int, from, to time.Time) []disk.Stretch {
	if t.body.Faults.Has(NoDisk) {
		return nil
	}
	return t.body.Disk.Recorded(t.showing(now), channel, from, to)
}

// Format empties the disk, as the owner does from the recorder's own menu. What is
// being recorded begins again. It needs a recorder that is on, and a disk that can be written to.
func (t *Twin) Format() error {
	return t.do(func(now time.Time) error {
		if !t.body.Run.On || !t.writable() {
			return ErrNotNow
		}
		t.format(now, "System")
		return nil
	})
}

func (t *Twin) format(now time.Time, by string) {
	t.body.Disk.Format(t.showing(now))
	t.body.Flash.write(t.body.Memory.clock(now), "FormatHDD", by)
	t.dirty = true
}
