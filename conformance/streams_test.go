package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// streams opens every stream address that ONVIF gives.
func streams(t *testing.T, r recorder) {
	path := need(t, "ffprobe", "the streams with ffprobe")
	if r.Services["rtsp"] == "" {
		return
	}
	for sub, name := range []string{"main stream of every channel", "sub stream of every channel"} {
		failed := make([]error, r.Channels)
		var all sync.WaitGroup
		for channel := range failed {
			all.Go(func() { failed[channel] = probeStream(path, r, channel+1, sub) })
		}
		all.Wait()
		saw(t, "ffprobe", name, r.Generation, errors.Join(failed...))
	}
}

func probeStream(path string, r recorder, channel, sub int) error {
	u := url.URL{
		Scheme: "rtsp", User: url.UserPassword("admin", r.Password), Host: r.Services["rtsp"], Path: "/cam/realmonitor",
		RawQuery: fmt.Sprintf("channel=%d&subtype=%d&unicast=true&proto=Onvif", channel, sub),
	}
	out, err := run(path, "-v", "error", "-rtsp_transport", "tcp", "-analyzeduration", "500000", "-show_streams", "-of", "json", u.String())
	if err != nil {
		return fmt.Errorf("channel %d: %w", channel, err)
	}
	var found struct {
		Streams []struct {
			Codec  string `json:"codec_name"`
			Kind   string `json:"codec_type"`
			Width  int    `json:"width"`
			Height int    `json:"height"`
		} `json:"streams"`
	}
	if err := json.Unmarshal([]byte(out), &found); err != nil {
		return err
	}
	for _, s := range found.Streams {
		if s.Kind == "video" && (s.Codec == "h264" || s.Codec == "mjpeg") && s.Width > 0 && s.Height > 0 {
			return nil
		}
	}
	return fmt.Errorf("channel %d: no video in %s", channel, strings.TrimSpace(out))
}
