package sqlite

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store/storetest"
)

// large gives an append of about n bytes.
func large(id string, version int64, n int) rekey.Append {
	a := storetest.Recovery(id, version, 1)
	a.Events[0].Data = []byte(`{"text":"` + strings.Repeat("x", n) + `"}`)
	return a
}

// fillUp appends until there is no room, and ends the test unless the append that
// found none changed nothing.
func fillUp(tb testing.TB, s *Store) (version int64) {
	tb.Helper()
	for {
		before, err := look(tb, s)
		if err != nil {
			tb.Fatal(err)
		}
		_, err = s.Append(tb.Context(), large("r00", version, 20_000))
		if err == nil {
			if version++; version > 10_000 {
				tb.Fatal("there is always room")
			}
			continue
		}
		if rekey.CodeOf(err) != rekey.CodeFull || rekey.HintOf(err) == "" || !strings.Contains(err.Error(), s.files.db) {
			tb.Fatalf("without room: %v (%s)", err, rekey.CodeOf(err))
		}
		after, err := look(tb, s)
		if err != nil {
			tb.Fatalf("reading without room: %v", err)
		}
		if !reflect.DeepEqual(before, after) {
			tb.Fatal("an append that found no room changed something")
		}
		if err := s.Verify(tb.Context()); err != nil {
			tb.Fatal(err)
		}
		return version
	}
}

func TestFullPages(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "data", name)
	s, err := Open(t.Context(), path, Options{MaxPageCount: 60})
	if err != nil {
		t.Fatal(err)
	}
	version := fillUp(t, s)
	if again := fits(t, s, version); again {
		t.Error("there was room after there was none")
	}

	// A call that fits goes through although another of its group does not.
	var g errgroup.Group
	for p := range 20 {
		g.Go(func() error {
			_, err := s.Append(t.Context(), large(fmt.Sprint("big", p), 0, 20_000))
			if rekey.CodeOf(err) != rekey.CodeFull {
				return fmt.Errorf("a large append without room: %w", err)
			}
			return nil
		})
	}
	g.Go(func() error {
		_, err := s.Append(t.Context(), large("r00", version, 1))
		return err
	})
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err = Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	storetest.MustAppend(t, s, large("r00", version+1, 20_000))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// fits reports whether another large append goes through.
func fits(tb testing.TB, s *Store, version int64) bool {
	tb.Helper()
	_, err := s.Append(tb.Context(), large("r00", version, 20_000))
	return err == nil
}

// TestCreateWithoutRoom leaves nothing that looks like damage later.
func TestCreateWithoutRoom(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rekey.db")
	if _, err := Open(t.Context(), path, Options{MaxPageCount: 3}); rekey.CodeOf(err) != rekey.CodeFull {
		t.Fatalf("without room: %v", err)
	}
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	storetest.MustAppend(t, s, storetest.Recovery("a", 0, 1))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
