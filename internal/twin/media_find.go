package twin

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/twin/disk"
)

// condition is what a search for recordings asks for, by CGI or RPC2. Names are
// those of RPC2.
type condition struct {
	Channel     int // 0-based
	StartTime   string
	EndTime     string
	Types       []string
	Flags       []string
	Events      []string
	Dirs        []string
	VideoStream string
	Order       string
}

// open tells whether a list leaves something open: it is empty or has a wild card.
func open(list []string) bool { return len(list) == 0 || slices.Contains(list, "*") }

// names tells whether a list has one of the names or leaves it open.
func names(list []string, any ...string) bool {
	return open(list) || slices.ContainsFunc(list, func(s string) bool {
		return slices.ContainsFunc(any, func(a string) bool { return strings.EqualFold(a, s) })
	})
}

// query reads a condition. plausible is false for times that cannot be one. What
// the disk cannot have (pictures, the extra stream, another folder) finds nothing:
// the twin records the main stream, and keeps no snapshots, as the factory's
// schedule does.
func (c condition) query() (q disk.Query, plausible bool) {
	from, err1 := parseMoment(c.StartTime)
	to, err2 := parseMoment(c.EndTime)
	if err1 != nil || err2 != nil || !to.After(from) || c.Channel < 0 {
		return q, false
	}
	q = disk.Query{Channel: c.Channel, From: from, To: to}
	stream := c.VideoStream == "" || c.VideoStream == "*" || strings.EqualFold(c.VideoStream, "Main")
	if !stream || !names(c.Types, "dav", "dav_") || !names(c.Dirs, disk.Folder, disk.Folder+"/", disk.Folder+"/sda0", "/dev/sda0") {
		return q, true
	}
	q.Timing = names(c.Flags, "Timing") && open(c.Events)
	q.Manual = names(c.Flags, "Manual") && open(c.Events)
	q.Event = names(c.Flags, "Event") && names(c.Events, "VideoMotion")
	q.Newest = strings.HasPrefix(strings.ToLower(c.Order), "desc")
	return q, true
}

// parseMoment reads a time as clients of the family write it, with or without
// leading zeros. Parts of a second may follow, as clients in Python send them.
func parseMoment(s string) (time.Time, error) { return time.Parse("2006-1-2 15:4:5", s) }

// search begins a search. The hours at its ends are looked at whole, so that a
// file has the same name whatever the window.
func (t *Twin) search(now time.Time, id int64, q disk.Query) (any, known bool) {
	from, to := q.From.Truncate(time.Hour), q.To.Add(time.Hour-time.Second).Truncate(time.Hour)
	recorded := t.onDisk(now, q.Channel, from, to)
	return t.mind.media.Search(t.clients(now), id, q, recorded, t.motions())
}

// motions is when something moves before the cameras, for the disk.
func (t *Twin) motions() disk.Motions {
	seed := t.body.Seed
	return func(channel int, from, to time.Time) []disk.Period {
		var all []disk.Period
		for _, s := range motionSpans(seed, channel, from, to) {
			all = append(all, disk.Period{From: s.From, To: s.To})
		}
		return all
	}
}

// flag is why a file was recorded, as searches name it.
func flag(f disk.File) string {
	switch {
	case f.Event:
		return "Event"
	case f.Manual:
		return "Manual"
	}
	return "Timing"
}

// recordedChannel turns a channel counted from 1 into one from 0. 0 is the first
// too: software made for cameras asks for recordings of channel 0 unless told
// otherwise. Pictures are not so: with them 0 is how clients find out which way
// channels count.
func recordedChannel(n int) int {
	if n == 0 {
		return 0
	}
	return n - 1
}

// conditionOf reads the condition of a CGI search, where channels count from 1.
// Lists come as Types[0], Types[1], ...; Flag is spelled both ways.
func conditionOf(c call) (condition, bool) {
	one := condition{
		StartTime: c.arg("condition.StartTime"), EndTime: c.arg("condition.EndTime"),
		VideoStream: c.arg("condition.VideoStream"), Order: c.arg("condition.Order"),
	}
	channel, err := strconv.Atoi(c.arg("condition.Channel"))
	one.Channel = recordedChannel(channel)
	lists := map[string]*[]string{
		"Types": &one.Types, "Flag": &one.Flags, "Flags": &one.Flags, "Events": &one.Events, "Dirs": &one.Dirs,
	}
	for _, p := range c.Query {
		key, numbered := strings.CutPrefix(p.Key, "condition.")
		name, _, bracket := strings.Cut(key, "[")
		if list := lists[name]; numbered && bracket && list != nil {
			*list = append(*list, p.Value)
		}
	}
	return one, err == nil
}
