package main

import (
	"fmt"
	"io"
	"time"

	"github.com/rekey-dvr/rekey/internal/firmware"
)

// maxSnapshotFile bounds a snapshot that is read, in bytes.
const maxSnapshotFile = 32 << 20

// image opens the image from its beginning.
func (i *installation) image() (io.Reader, int64, error) { return firmware.Payload(i.file, i.see) }

// tellEvery is how often progress is told where nothing else changed.
const tellEvery = 5 * time.Second

// teller tells progress on stderr, not more often than is of use.
func (i *installation) teller() func(firmware.Progress) {
	var last firmware.Progress
	var at time.Time
	return func(n firmware.Progress) {
		if n.Step == last.Step && n.State == last.State && time.Since(at) < tellEvery && n.Percent != 100 || n == last {
			return
		}
		last, at = n, time.Now()
		switch {
		case n.Size > 0:
			fmt.Fprintf(i.p.stderr, "%s: %d of %d bytes\n", n.Step, n.Sent, n.Size)
		case n.Percent >= 0:
			fmt.Fprintf(i.p.stderr, "%s: %s %d %%\n", n.Step, n.State, n.Percent)
		default:
			fmt.Fprintf(i.p.stderr, "%s: %s\n", n.Step, n.State)
		}
	}
}
