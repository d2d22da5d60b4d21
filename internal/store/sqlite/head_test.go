package sqlite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rekey-dvr/rekey/internal/store/storetest"
)

// TestLatest keeps the constant that lets Open skip the migrations.
func TestLatest(t *testing.T) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(names) != latest {
		t.Errorf("there are %d migrations, and latest is %d (%v)", len(names), latest, err)
	}
}

// TestHeadFollows checks when the head file catches up, on a fake clock.
func TestHeadFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, t.TempDir())
		holds := func(want int64) {
			t.Helper()
			if h, err := s.files.readHead(); err != nil || h.seq != want {
				t.Errorf("the head file holds %d, want %d (%v)", h.seq, want, err)
			}
		}
		holds(0)
		storetest.MustAppend(t, s, storetest.Recovery("a", 0, 2))
		holds(2)
		storetest.MustAppend(t, s, storetest.Recovery("a", 2, 2))
		storetest.MustAppend(t, s, storetest.Recovery("a", 4, 2))
		holds(2)
		<-time.After(HeadDelay)
		synctest.Wait()
		holds(6)
		storetest.MustAppend(t, s, storetest.Recovery("a", 6, 1))
		holds(6)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		holds(7)
	})
}

// TestHeadFails tells of a head file that cannot be written, and stores anyway.
func TestHeadFails(t *testing.T) {
	if os.Getuid() == 0 {
		t.Log("root writes everywhere, so a directory stands in the way instead")
	}
	var troubles []error
	path := filepath.Join(t.TempDir(), "rekey.db")
	s, err := Open(t.Context(), path, Options{OnTrouble: func(err error) { troubles = append(troubles, err) }})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(path+".head"), os.MkdirAll(path+".head/x", 0o700)); err != nil {
		t.Fatal(err)
	}
	storetest.MustAppend(t, s, storetest.Recovery("a", 0, 1))
	if len(troubles) != 1 {
		t.Errorf("troubles: %v", troubles)
	}
	if err := os.RemoveAll(path + ".head"); err != nil {
		t.Fatal(err)
	}
	storetest.MustAppend(t, s, storetest.Recovery("a", 1, 1))
	if h, err := s.files.readHead(); err != nil || h.seq != 2 {
		t.Errorf("the head file holds %+v, %v", h, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func FuzzHead(f *testing.F) {
	f.Add(head{seq: 7, hash: [32]byte{1, 2}}.text())
	f.Add(head{building: true}.text())
	f.Add("")
	f.Add("rekey head 1\nstate open\nseq -1\nhash 00\n")
	f.Fuzz(func(t *testing.T, text string) {
		if h, err := parseHead(text); err == nil && h.text() != text {
			t.Errorf("%q is taken for %+v", text, h)
		}
	})
}
