package main

import (
	"errors"
	"log/slog"
	"sync"
	"testing"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/config"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
	"github.com/rekey-dvr/rekey/internal/vault"
)

// TestNewFolderHasOneKey opens a new data folder many times at once. A second key
// would leave what the first one sealed unreadable for ever.
func TestNewFolderHasOneKey(t *testing.T) {
	dir := t.TempDir()
	var mu sync.Mutex
	var sealed [][]byte
	var opening sync.WaitGroup
	for range 12 {
		opening.Go(func() {
			d, err := openData(t.Context(), config.Settings{Data: dir}, slog.New(slog.DiscardHandler), sqlite.Options{}, device.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			text, err := d.vault.Seal(secret.New("kept"))
			if err = errors.Join(err, d.store.Close()); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			sealed = append(sealed, text)
		})
	}
	opening.Wait()
	v, err := vault.OpenFolder(dir, false, vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range sealed {
		if kept, err := v.Unseal(text); err != nil || kept.Reveal() != "kept" {
			t.Errorf("%d: %v", i, err)
		}
	}
}

func TestFolderIsServedOnce(t *testing.T) {
	dir := t.TempDir()
	first, err := lockFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	first.serves("http://127.0.0.1:7353/")
	if _, err := lockFolder(dir); rekey.CodeOf(err) != rekey.CodeConflict {
		t.Errorf("a second lock: %v", err)
	}
	first.release()
	again, err := lockFolder(dir)
	if err != nil {
		t.Fatalf("after the first: %v", err)
	}
	again.release()
}
