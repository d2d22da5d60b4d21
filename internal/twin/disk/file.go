package disk

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// Folder is where a recorder mounts its disk.
const Folder = "/mnt/dvr"

// File is one recording as a search lists it: up to an hour of a channel, or one
// motion. To is the first moment after it.
type File struct {
	Stretch
	Event bool // it was recorded because something moved
}

// Path is the file's name on the recorder. The third part is the channel from 1;
// a letter says why it was recorded, R by the schedule and M for motion.
func (f File) Path() string {
	letter := "R"
	if f.Event {
		letter = "M"
	}
	return fmt.Sprintf("%s/%s/%03d/dav/%02d/%s-%s[%s][0@0][0].dav", Folder, f.From.Format(time.DateOnly),
		f.Channel+1, f.From.Hour(), f.From.Format("15.04.05"), f.To.Format("15.04.05"), letter)
}

var pathForm = regexp.MustCompile(`^` + Folder + `/(\d{4}-\d{2}-\d{2})/(\d{3})/dav/(\d{2})/` +
	`(\d{2}\.\d{2}\.\d{2})-(\d{2}\.\d{2}\.\d{2})\[[RM]\]\[0@0\]\[0\]\.dav$`)

// ParsePath reads a path that [File.Path] gave: the channel and the times it
// covers. Whether there is such a recording is for [Disk.Recorded] to say.
func ParsePath(path string) (channel int, from, to time.Time, ok bool) {
	m := pathForm.FindStringSubmatch(path)
	if m == nil {
		return 0, from, to, false
	}
	from, err1 := time.Parse("2006-01-02 15.04.05", m[1]+" "+m[4])
	to, err2 := time.Parse("2006-01-02 15.04.05", m[1]+" "+m[5])
	number, _ := strconv.Atoi(m[2])
	if err1 != nil || err2 != nil || number < 1 || number > MaxChannels || from.Format("15") != m[3] {
		return 0, from, to, false
	}
	if !to.After(from) {
		to = to.AddDate(0, 0, 1) // the last file of a day ends at 00.00.00
	}
	return number - 1, from, to, to.Sub(from) <= hour*time.Second
}

// Motions tells when something moves on a channel between two moments. The
// periods are in order and do not overlap.
type Motions func(channel int, from, to time.Time) []Period

// Period is a time; To is the first moment after it.
type Period struct{ From, To time.Time }

// files cuts a stretch within one hour into files: one for each motion, and what
// is between them. Motions are widened to whole seconds.
func (s Stretch) files(motions Motions) []File {
	var all []File
	add := func(from, to time.Time, event bool) {
		if to.After(from) {
			part := s
			part.From, part.To = from, to
			all = append(all, File{part, event})
		}
	}
	at := s.From
	if s.Motion && motions != nil {
		for _, p := range motions(s.Channel, s.From, s.To) {
			begin := latest(p.From.Truncate(time.Second), at)
			end := earliest(p.To.Add(time.Second-time.Nanosecond).Truncate(time.Second), s.To)
			if !end.After(begin) {
				continue
			}
			if n := len(all); n > 0 && all[n-1].Event && begin.Equal(at) {
				all[n-1].To = end // the whole seconds of two motions touch
			} else {
				add(at, begin, false)
				add(begin, end, true)
			}
			at = end
		}
	}
	add(at, s.To, false)
	return all
}

// hours cuts a stretch at the full hours.
func (s Stretch) hours() []Stretch {
	var all []Stretch
	for at := s.From; at.Before(s.To); {
		part := s
		part.From, part.To = at, earliest(at.Truncate(time.Hour).Add(time.Hour), s.To)
		all = append(all, part)
		at = part.To
	}
	return all
}

func earliest(a, b time.Time) time.Time { return slices.MinFunc([]time.Time{a, b}, time.Time.Compare) }
func latest(a, b time.Time) time.Time   { return slices.MaxFunc([]time.Time{a, b}, time.Time.Compare) }
