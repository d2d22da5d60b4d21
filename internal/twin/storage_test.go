package twin

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// A disk that fails is told of, records nothing, cannot be formatted, and still
// gives what was recorded; when it is well, recording begins again.
func TestADiskThatFails(t *testing.T) {
	r := start(t, Config{Password: "secret", Model: Model{Channels: 1}})
	const ask = "storageDevice.cgi?action=getDeviceAllInfo"
	states := func(isError, state string) {
		t.Helper()
		_, body := r.cgi("admin", "secret", ask)
		for _, line := range []string{"list.info[0].Detail[0].IsError=" + isError + "\r\n", "list.info[0].State=" + state + "\r\n"} {
			if !strings.Contains(body, line) {
				t.Errorf("no %q in %q", line, body)
			}
		}
	}
	seconds := func() (n int) {
		for _, m := range r.files("secret", 1, "") {
			n += m.Duration
		}
		return n
	}
	r.clock.Advance(10 * time.Minute)
	states("false", "Success")
	if err := r.SetFault(DiskFailure, 0); err != nil {
		t.Fatal(err)
	}
	states("true", "Failure")
	if _, body := r.cgi("admin", "secret", "eventManager.cgi?action=getEventIndexes&code=StorageFailure"); body != "channels[0]=0\r\n" {
		t.Errorf("the event: %q", body)
	}
	r.clock.Advance(10 * time.Minute)
	if n := seconds(); n != 600 {
		t.Errorf("%d s are on the disk", n)
	}
	if err := r.Format(); !errors.Is(err, ErrNotNow) || !r.Snapshot().Storage.Failing {
		t.Errorf("format: %v", err)
	}
	r.ClearFault(DiskFailure)
	states("false", "Success")
	r.clock.Advance(10 * time.Minute)
	if n := seconds(); n != 1200 {
		t.Errorf("%d s are on the disk", n)
	}
}
