package twin

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/need"
)

// How long each stream is watched, and one main and one extra stream beside them.
const (
	watchAll = 5 * time.Second
	watchOne = 20 * time.Second
)

// video is the address of a stream.
func (r rig) video(user, password string, channel, subtype int) string {
	return fmt.Sprintf("rtsp://%s:%s@%s/cam/realmonitor?channel=%d&subtype=%d", user, password, r.ServiceAddress(ServiceRTSP), channel, subtype)
}

// decode lets ffmpeg decode from an address for a time, and gives how many frames
// it saw. Every word of it is an error.
func decode(t *testing.T, ffmpeg string, long time.Duration, args ...string) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), long+40*time.Second)
	defer cancel()
	all := append([]string{"-hide_banner", "-nostdin", "-v", "warning", "-xerror"}, args...)
	all = append(all, "-t", fmt.Sprintf("%.3f", long.Seconds()), "-f", "null", "-progress", "pipe:1", "-")
	c := exec.CommandContext(ctx, ffmpeg, all...)
	var out, words bytes.Buffer
	c.Stdout, c.Stderr = &out, &words
	if err := c.Run(); err != nil || words.Len() > 0 {
		t.Errorf("ffmpeg %s: %v\n%s", strings.Join(args, " "), err, words.String())
	}
	frames := 0
	for line := range strings.Lines(out.String()) {
		if n, found := strings.CutPrefix(strings.TrimSpace(line), "frame="); found {
			frames, _ = strconv.Atoi(n)
		}
	}
	return frames
}

func TestEveryStreamPlays(t *testing.T) {
	ffmpeg := need.Program(t, "that other people's players play the twin's streams", "ffmpeg")
	t.Parallel()
	r := start(t, Config{Clock: Real{}, Password: "secret"})
	var all sync.WaitGroup
	watch := func(long time.Duration, channel, subtype int, transport string) {
		all.Go(func() {
			frames := decode(t, ffmpeg, long, "-rtsp_transport", transport, "-i", r.video("admin", "secret", channel, subtype))
			if frames < int(long.Seconds()) { // many more on a quiet machine
				t.Errorf("channel %d, stream %d over %s: %d frames in %v", channel, subtype, transport, frames, long)
			}
		})
	}
	for channel := 1; channel <= 8; channel++ {
		watch(watchAll, channel, 0, "tcp")
		watch(watchAll, channel, 1, "tcp")
	}
	watch(watchOne, 1, 0, "tcp")
	watch(watchOne, 2, 1, "tcp")
	watch(watchAll, 3, 1, "udp")
	all.Wait()
	if n := r.streams.hub.Running(); n != 0 {
		t.Errorf("%d streams go on without a viewer", n)
	}
	if tally := r.Ledger()["admin"]; tally.Bad != 0 || tally.Accepted != 19 {
		t.Errorf("%+v", tally)
	}
}
