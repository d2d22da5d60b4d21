package practice

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store/memory"
	"github.com/rekey-dvr/rekey/internal/vault"
	"github.com/rekey-dvr/rekey/internal/web/site"
)

// TestHandsSurvive kills the practice hands: they go on, and say what was missed.
func TestHandsSurvive(t *testing.T) {
	t.Parallel()
	v, err := vault.Ephemeral()
	if err != nil {
		t.Fatal(err)
	}
	store, dir := memory.New(), t.TempDir()
	h := open(t, dir, store, v)
	h.begin(rekey.ButtonFront)
	h.unplug()
	h.do(rekey.StartCoach{})
	h.stand().clock.Advance(5*time.Second + 5*13*time.Second) // five presses go by, all missed
	h.must(h.p.Skip(t.Context(), h.id, site.SkipHands))
	h.until("some presses", func(r rekey.Recovery) bool { return r.Drain().Run.At(h.stand().clock.Now()).Press > 20 })
	files := copied(t, dir)
	h.must(h.p.Close()) // the copy is what a kill left

	after := open(t, files, store, v)
	after.id = h.id
	r := after.until("the run's end", func(r rekey.Recovery) bool { return r.Stage == rekey.StageReturn })
	if f := r.Drain().Finished; f == nil || f.Counted != 92 || f.Missed < 5 || f.Short {
		t.Errorf("finished %+v", f)
	}
	if !after.stand().twin.Snapshot().Forgotten {
		t.Error("the board has not forgotten")
	}
}

func copied(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if errors.Is(err, fs.ErrNotExist) {
			continue // a file that was being written and has its name by now
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(to, e.Name()), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}
