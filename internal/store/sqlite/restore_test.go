package sqlite

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store/storetest"
)

// TestOlderCopy puts an older database beside a newer head, and a database of
// another program, and an empty one of rekey's own.
func TestOlderCopy(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "data", name)
	s := open(t, dir)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	empty := copyOf(t, path)
	s = open(t, dir)
	storetest.MustAppend(t, s, storetest.Recovery("a", 0, 3))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole := copyOf(t, path)
	other := filepath.Join(dir, "other.db")
	c, err := dial(t.Context(), dsn(other, url.Values{}))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.exec("CREATE TABLE notes (text TEXT)"), c.close()); err != nil {
		t.Fatal(err)
	}
	for what, m := range map[string]image{
		"an empty store's database":    whole.with("", empty[""]),
		"another program's database":   whole.with("", copyOf(t, other)[""]),
		"another program's, fresh":     empty.with("", copyOf(t, other)[""]),
		"a head that was never closed": whole.with(".head", []byte(head{building: true}.text())),
	} {
		path := filepath.Join(t.TempDir(), "rekey.db")
		m.put(t, path)
		s, err := Open(t.Context(), path, Options{})
		if err == nil {
			_ = s.Close()
			t.Errorf("%s: the store opened", what)
			continue
		}
		checkDamage(t, what, path, err)
	}
}

// TestBuilding continues what a process killed while making the store has left.
func TestBuilding(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole := copyOf(t, filepath.Join(dir, "data", name)).with(".head", []byte(head{building: true}.text()))
	for what, m := range map[string]image{
		"head only":      whole.with("", nil),
		"empty database": whole.with("", []byte{}),
		"whole database": whole,
	} {
		path := filepath.Join(t.TempDir(), "rekey.db")
		m.put(t, path)
		s, err := Open(t.Context(), path, Options{})
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		storetest.MustAppend(t, s, storetest.Recovery("a", 0, 1))
		if h, err := s.files.readHead(); err != nil || h.seq != 1 {
			t.Errorf("%s: after the first append the head is %+v, %v", what, h, err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestDamageWhileOpen changes the database under an open store.
func TestDamageWhileOpen(t *testing.T) {
	dir := t.TempDir()
	h := &history{path: filepath.Join(dir, "data", name), at: map[int]seen{}}
	s := open(t, dir)
	h.fill(t, s, 100)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db := copyOf(t, h.path)[""]
	s, err := Open(t.Context(), h.path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.read.SetMaxIdleConns(0) // so that nothing is read from a cache
	if err := os.WriteFile(h.path, append(slices.Clone(db[:page]), garbage(len(db)-page, 5)...), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = look(t, s)
	checkDamage(t, "garbage", h.path, err)
	if err := os.WriteFile(h.path, db, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = s.Append(t.Context(), storetest.Recovery("new", 0, 1))
	checkDamage(t, "appending after damage was seen", h.path, err)
	_, _, err = s.Head(t.Context())
	checkDamage(t, "reading after damage was seen", h.path, err)
}

// TestDamageInBackground damages a store that is too large to be checked at once.
func TestDamageInBackground(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "data", name)
	s := open(t, dir)
	for i := range 12 {
		a := storetest.Recovery("big", int64(i*900), 900)
		for j := range a.Events {
			a.Events[j].Data = []byte(`{"text":"` + string(make500()) + `"}`)
		}
		storetest.MustAppend(t, s, a)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db := copyOf(t, path)[""]
	if len(db) < CheckAtOnce {
		t.Fatalf("%d bytes are checked at once", len(db))
	}
	at := len(db) / 2 / page * page
	if err := os.WriteFile(path, overwrite(db, at+page/2, []byte("elsewhere")), 0o600); err != nil {
		t.Fatal(err)
	}
	troubles := make(chan error, 10)
	s, err := Open(t.Context(), path, Options{OnTrouble: func(err error) { troubles <- err }})
	if err != nil {
		t.Fatal(err)
	}
	checkDamage(t, "in the background", path, <-troubles)
	_, err = s.List(t.Context(), rekey.ListFilter{})
	checkDamage(t, "after the check", path, err)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func make500() []byte {
	b := make([]byte, 500)
	for i := range b {
		b[i] = 'x'
	}
	return b
}

func TestModes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes")
	}
	dir := t.TempDir()
	s := open(t, dir)
	defer s.Close()
	storetest.MustAppend(t, s, storetest.Recovery("a", 0, 1))
	data := filepath.Join(dir, "data")
	if st, err := os.Stat(data); err != nil || st.Mode().Perm() != 0o700 {
		t.Errorf("directory: %v, %v", st.Mode(), err)
	}
	entries, err := os.ReadDir(data)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
		if st, err := e.Info(); err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", e.Name(), st.Mode(), err)
		}
	}
	want := []string{name, name + "-shm", name + "-wal", name + ".head", name + ".lock"}
	if !slices.Equal(names, want) {
		t.Errorf("the store's files are %q, want %q", names, want)
	}
}
