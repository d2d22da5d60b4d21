package disk

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	noon  = time.Date(2024, 1, 2, 12, 0, 0, 0, time.UTC)
	small = Shape{Width: 352, Height: 240, FPS: 7, Rate: 1000}
)

func one(channels ...int) (wants []Want) {
	for _, c := range channels {
		wants = append(wants, Want{Channel: c, Motion: true, Shape: small})
	}
	return wants
}

// stretches prints what there is of a channel on that day.
func stretches(d *Disk, now time.Time, channel int) (all []string) {
	for _, s := range d.Recorded(now, channel, noon.Add(-24*time.Hour), noon.Add(365*24*time.Hour)) {
		all = append(all, s.From.Format("15:04:05")+"-"+s.To.Format("15:04:05"))
	}
	return all
}

func TestWhatRanWasRecorded(t *testing.T) {
	var d Disk
	at := func(minutes int) time.Time {
		return noon.Add(time.Duration(minutes)*time.Minute + 300*time.Millisecond)
	}
	d.Record(at(0), 0, one(0, 1))
	if d.Record(at(1), 0, one(0, 1)) {
		t.Error("the same again is a change")
	}
	d.Record(at(10), 0, one(0)) // channel 2 lost its signal
	d.Record(at(20), 0, nil)    // off
	d.Record(at(30), 0, one(0, 1))
	want := []string{"12:00:01-12:10:00", "12:10:01-12:20:00", "12:30:01-12:45:00"}
	if diff := cmp.Diff(want, stretches(&d, at(45), 0)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"12:00:01-12:10:00", "12:30:01-12:45:00"}, stretches(&d, at(45), 1)); diff != "" {
		t.Error(diff)
	}
	if got, want := d.Used(at(45)), int64(2*599+599+2*899)*1000; got != want {
		t.Errorf("%d bytes, not %d", got, want)
	}
	d.Format(at(45))
	if got := stretches(&d, at(46), 0); len(got) != 1 || got[0] != "12:45:00-12:46:00" {
		t.Errorf("after a format there is %v", got)
	}
}

func TestAClockThatIsSetBackDatesFilesAnew(t *testing.T) {
	var d Disk
	d.Record(noon, 0, one(0))
	d.Record(noon.Add(30*time.Minute), -20*time.Minute, one(0)) // set back to 12:10
	d.Record(noon.Add(35*time.Minute), -20*time.Minute, nil)    // off at 12:15
	want := []string{"12:00:00-12:10:00", "12:10:00-12:15:00", "12:15:00-12:30:00"}
	if diff := cmp.Diff(want, stretches(&d, noon.Add(40*time.Minute), 0)); diff != "" {
		t.Error(diff)
	}
}

func TestTheOldestIsOverwritten(t *testing.T) {
	d := Disk{Capacity: 3 * hour * 1000}
	d.Record(noon.Add(-5*time.Hour), 0, one(0))
	now := noon.Add(30 * time.Minute)
	if diff := cmp.Diff([]string{"10:00:00-12:30:00"}, stretches(&d, now, 0)); diff != "" {
		t.Error(diff)
	}
	d.Record(now, 0, nil)
	d.Record(now, 0, one(0))
	if diff := cmp.Diff([]string{"11:00:00-12:30:00", "12:30:00-13:10:00"}, stretches(&d, now.Add(40*time.Minute), 0)); diff != "" {
		t.Error(diff)
	}
	tiny := Disk{Capacity: 1}
	tiny.Record(noon, 0, one(0))
	if tiny.Used(noon.Add(10*time.Hour)) > 1 || len(tiny.Spans) != 1 {
		t.Errorf("a disk without room has %+v", tiny)
	}
}

func TestADiskNeverHoldsMoreThanItCan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Disk{Capacity: rapid.Int64Range(1, 20*hour*1000).Draw(t, "capacity")}
		now, ahead := noon, time.Duration(0)
		for range rapid.IntRange(1, 20).Draw(t, "changes") {
			now = now.Add(time.Duration(rapid.IntRange(0, 30_000).Draw(t, "seconds")) * time.Second)
			ahead += time.Duration(rapid.SampledFrom([]int{0, 0, 0, -7000, 100_000}).Draw(t, "jump")) * time.Second
			wants := []Want{}
			for c := range rapid.IntRange(0, 4).Draw(t, "channels") {
				shape := small
				shape.Rate += int64(c%2) * 500
				wants = append(wants, Want{Channel: c, Shape: shape})
			}
			d.Record(now, ahead, wants)
			if !d.Valid() {
				t.Fatalf("%+v", d)
			}
			if used := d.Used(now.Add(ahead)); used > d.Size() {
				t.Fatalf("%d bytes on a disk of %d: %+v", used, d.Size(), d)
			}
			for c := range 4 {
				last := time.Time{}
				for _, s := range d.Recorded(now.Add(ahead), c, time.Unix(0, 0), noon.Add(1e6*time.Second)) {
					if !s.To.After(s.From) || s.From.Before(last) {
						t.Fatalf("%+v", s)
					}
					last = s.To
				}
			}
		}
	})
}
