package rtsp

import (
	"errors"
	"testing"
	"time"

	"github.com/bluenviron/gortsplib/v5/pkg/base"
)

func TestAddresses(t *testing.T) {
	from, to := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC), time.Date(2024, 1, 2, 3, 9, 5, 0, time.UTC)
	tests := []struct {
		path, query string
		want        Target
		none        bool
	}{
		{path: "/cam/realmonitor", query: "channel=1&subtype=0"},
		{path: "/cam/realmonitor", query: "channel=8&subtype=1", want: Target{Channel: 7, Subtype: 1}},
		{path: "/cam/realmonitor", query: "channel=2&subtype=0&unicast=true&proto=Onvif", want: Target{Channel: 1}},
		{path: "/cam/realmonitor", query: "", want: Target{}},
		{path: "/cam/playback", query: "channel=1&subtype=0&starttime=2024_01_02_03_04_05&endtime=2024_01_02_03_09_05", want: Target{From: from, To: to}},
		{path: "/cam/realmonitor", query: "channel=1&subtype=0&starttime=2024_01_02_03_04_05&endtime=2024_01_02_03_09_05", want: Target{From: from, To: to}},
		{path: "/cam/playback", query: "channel=3&starttime=2024-01-02%2003:04:05", want: Target{Channel: 2, From: from}},
		{path: "/cam/playback", query: "channel=1", none: true},
		{path: "/cam/playback", query: "channel=1&starttime=2024_01_02_03_04_05&endtime=2024_01_02_03_04_05", none: true},
		{path: "/cam/playback", query: "channel=1&starttime=yesterday", none: true},
		{path: "/cam/realmonitor", query: "channel=0", none: true},
		{path: "/cam/realmonitor", query: "channel=one", none: true},
		{path: "/live", none: true},
		{path: "/cam/realmonitor/x", none: true},
	}
	for _, tt := range tests {
		got, err := ParseTarget(tt.path, tt.query)
		if tt.none != errors.Is(err, ErrNoStream) || !tt.none && got != tt.want {
			t.Errorf("%s?%s: %+v, %v", tt.path, tt.query, got, err)
		}
	}
}

func FuzzParseTarget(f *testing.F) {
	f.Add("/cam/realmonitor", "channel=1&subtype=0")
	f.Add("/cam/playback", "channel=1&subtype=0&starttime=2024_01_02_03_04_05&endtime=2024_01_02_03_09_05")
	f.Add("/cam/playback", "starttime=%zz&=&&")
	f.Fuzz(func(t *testing.T, path, query string) {
		got, err := ParseTarget(path, query)
		if err == nil && (got.Channel < 0 || got.Subtype < 0 || !got.To.IsZero() && !got.To.After(got.From)) {
			t.Errorf("%+v", got)
		}
	})
}

func TestTrackAddresses(t *testing.T) {
	const live = "rtsp://h/cam/realmonitor?channel=1&subtype=0"
	for _, c := range []struct{ described, asked, want string }{
		{live, "rtsp://h/cam/trackID=1", live + "/trackID=1"},
		{"rtsp://h/cam/playback", "rtsp://h/cam/trackID=0", "rtsp://h/cam/playback/trackID=0"},
		{live, live + "/trackID=0", live + "/trackID=0"},
		{live, "rtsp://h/other/trackID=0", "rtsp://h/other/trackID=0"},
		{live, "rtsp://h/cam/realmonitor", "rtsp://h/cam/realmonitor"},
		{"", "rtsp://h/cam/trackID=0", "rtsp://h/cam/trackID=0"},
	} {
		var described *base.URL
		if c.described != "" {
			described = parsed(t, c.described)
		}
		if got := wholeTrack(parsed(t, c.asked), described).String(); got != c.want {
			t.Errorf("%s of %s is %s, not %s", c.asked, c.described, got, c.want)
		}
	}
}

func parsed(t *testing.T, address string) *base.URL {
	t.Helper()
	u, err := base.ParseURL(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
