package rtsp

import (
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/bluenviron/gortsplib/v5/pkg/base"
)

// Target is what an address asks for.
type Target struct {
	Channel int       // 0-based; addresses count from 1
	Subtype int       // 0 is the main stream, 1 the extra one
	From    time.Time // of a recording, in the fields of the recorder's clock, UTC; zero is live
	To      time.Time // zero: as long as there is anything
}

// Live tells whether it is about what the camera sees now.
func (t Target) Live() bool { return t.From.IsZero() }

// The paths of the family. Newer recorders take the times of a recording on the
// live path too.
const (
	pathLive     = "/cam/realmonitor"
	pathPlayback = "/cam/playback"
)

// ParseTarget reads the path and the query of an address. Parameters it does not
// know are left alone: ONVIF addresses carry unicast and proto.
func ParseTarget(at, query string) (Target, error) {
	if at != pathLive && at != pathPlayback {
		return Target{}, ErrNoStream
	}
	t := Target{}
	values := map[string]string{"channel": "1", "subtype": "0"}
	for part := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(part, "=")
		if decoded, err := url.QueryUnescape(value); err == nil {
			value = decoded
		}
		values[strings.ToLower(key)] = value
	}
	channel, err1 := strconv.Atoi(values["channel"])
	subtype, err2 := strconv.Atoi(values["subtype"])
	if err1 != nil || err2 != nil || channel < 1 || subtype < 0 {
		return Target{}, ErrNoStream
	}
	t.Channel, t.Subtype = channel-1, subtype
	var ok bool
	if t.From, ok = parseTime(values["starttime"]); !ok {
		return Target{}, ErrNoStream
	}
	if t.To, ok = parseTime(values["endtime"]); !ok {
		return Target{}, ErrNoStream
	}
	if at == pathPlayback && t.Live() || !t.To.IsZero() && !t.To.After(t.From) {
		return Target{}, ErrNoStream
	}
	return t, nil
}

// parseTime reads 2024_01_02_03_04_05, or the time as the recorder's other
// interfaces write it; empty is the zero time.
func parseTime(s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, true
	}
	for _, form := range []string{"2006_01_02_15_04_05", time.DateTime, "20060102T150405Z"} {
		if t, err := time.Parse(form, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// wholeTrack gives the address of a track as the recorder has it. GStreamer resolves
// the track against the description's address as RFC 3986 does, which drops the last
// step and the query: /cam/trackID=0.
func wholeTrack(asked, described *base.URL) *base.URL {
	if asked == nil || described == nil || asked.RawQuery != "" {
		return asked
	}
	folder, track := path.Split(asked.Path)
	streams, _ := path.Split(strings.TrimSuffix(described.Path, "/"))
	if folder != streams || !strings.HasPrefix(track, "trackID=") {
		return asked
	}
	whole := described.Clone()
	if whole.RawQuery != "" {
		whole.RawQuery = strings.TrimSuffix(whole.RawQuery, "/") + "/" + track
	} else {
		whole.Path = strings.TrimSuffix(whole.Path, "/") + "/" + track
	}
	return whole
}
