package bench

import (
	"context"
	"sync"

	"github.com/rekey-dvr/rekey"
)

// maxTapped bounds how many calls a tap keeps.
const maxTapped = 4096

// tap is a store that keeps what is appended through it, so that the baseline can
// write the same rows.
type tap struct {
	rekey.Store

	mu    sync.Mutex
	calls [][]rekey.Append
}

// Append passes the call on and keeps it when it succeeds.
func (t *tap) Append(ctx context.Context, appends ...rekey.Append) ([]rekey.Record, error) {
	records, err := t.Store.Append(ctx, appends...)
	if err == nil {
		t.keep(appends)
	}
	return records, err
}

func (t *tap) keep(appends []rekey.Append) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.calls) < maxTapped {
		t.calls = append(t.calls, appends)
	}
}

// taken gives the calls kept.
func (t *tap) taken() [][]rekey.Append {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.calls
}
