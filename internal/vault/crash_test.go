package vault

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// killed is what a step panics with when the process ends there.
type killed struct{}

var errNoRoom = errors.New("no room")

// crasher ends the process, or fails, at one step of all that touch the disk and
// the keyring.
type crasher struct {
	left  int  // steps until then
	fails bool // an error instead of an end
	hit   bool
}

func (c *crasher) step() error {
	if c == nil {
		return nil
	}
	c.left--
	if c.left >= 0 || c.hit {
		return nil
	}
	c.hit = true
	if c.fails {
		return errNoRoom
	}
	panic(killed{})
}

// crashDisk is the real disk with a crasher before each step and in the middle of
// each write. It remembers what a power cut would take back.
type crashDisk struct {
	realDisk
	*crasher
	unsynced map[string]bool
	undo     func() error // of a rename that no sync of the folder has followed
}

type crashFile struct {
	written
	d    *crashDisk
	path string
}

func (d *crashDisk) read(path string) ([]byte, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	return d.realDisk.read(path)
}

func (d *crashDisk) create(path string) (written, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	f, err := d.realDisk.create(path)
	d.unsynced[path] = true
	return crashFile{f, d, path}, err
}

func (f crashFile) Write(b []byte) (int, error) {
	if err := f.d.step(); err != nil {
		return 0, err
	}
	n, err := f.written.Write(b[:len(b)/2])
	if err == nil {
		err = f.d.step()
	}
	if err != nil {
		return n, err
	}
	m, err := f.written.Write(b[len(b)/2:])
	return n + m, err
}

func (f crashFile) Sync() error {
	if err := f.d.step(); err != nil {
		return err
	}
	delete(f.d.unsynced, f.path)
	return nil // it is the order that counts here; powerCut takes the rest back
}

func (f crashFile) Close() error {
	return errors.Join(f.written.Close(), f.d.step())
}

func (d *crashDisk) rename(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	before, err := os.ReadFile(to)
	if err != nil {
		return err
	}
	if d.unsynced[from] {
		return errors.New("a file was moved into place before it was synced")
	}
	d.undo = func() error { return os.WriteFile(to, before, 0o600) }
	return d.realDisk.rename(from, to)
}

func (d *crashDisk) remove(path string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.realDisk.remove(path)
}

func (d *crashDisk) syncDir(dir string) error {
	if err := d.step(); err != nil {
		return err
	}
	d.undo = nil
	return nil
}

// powerCut takes back what was not synced.
func (d *crashDisk) powerCut() error {
	for path := range d.unsynced {
		if info, err := os.Stat(path); err == nil {
			if err := os.Truncate(path, info.Size()/2); err != nil {
				return err
			}
		}
	}
	if d.undo != nil {
		return d.undo()
	}
	return nil
}

// memoryRing is a keyring that outlives the process.
type memoryRing struct {
	*crasher
	entries map[string]secret.String
}

var errNoEntry = errors.New("no such entry")

func (r memoryRing) Get(entry string) (secret.String, error) {
	if err := r.step(); err != nil {
		return secret.String{}, err
	}
	s, is := r.entries[entry]
	if !is {
		return s, errNoEntry
	}
	return s, nil
}

func (r memoryRing) Set(entry string, key secret.String) error {
	if err := r.step(); err != nil {
		return err
	}
	r.entries[entry] = key
	return r.step() // set, and the process never heard of it
}

func (r memoryRing) Delete(entry string) error {
	if err := r.step(); err != nil {
		return err
	}
	delete(r.entries, entry)
	return nil
}

var (
	oldPhrase = secret.New("an old phrase of words")
	newPhrase = secret.New("another phrase of words")
)

// quick is how a test opens a vault: with a passphrase that costs no second, on a
// disk that waits for nothing.
func quick(ring Ring) Options { return Options{Ring: ring, files: lazyDisk{}, Work: 2} }

type lazyDisk struct{ realDisk }

type lazyFile struct{ written }

func (lazyFile) Sync() error { return nil }

func (d lazyDisk) create(path string) (written, error) {
	f, err := d.realDisk.create(path)
	return lazyFile{f}, err
}

func (lazyDisk) syncDir(string) error { return nil }

// changes are the ways in which the key file is replaced.
var changes = []struct{ from, to Protection }{
	{Open, Passphrase}, {Open, Keyring}, {Passphrase, Passphrase}, {Passphrase, Keyring}, {Passphrase, Open},
	{Keyring, Passphrase}, {Keyring, Keyring}, {Keyring, Open},
	{Open, "rotate"}, {Passphrase, "rotate"}, {Keyring, "rotate"},
}

func TestCutShortAtAnyStepItOpensTheOldWayOrTheNew(t *testing.T) {
	for _, c := range changes {
		before := map[string]secret.String{}
		from := t.TempDir()
		sealed := prepare(t, from, c.from, before)
		whole, err := os.ReadFile(filepath.Join(from, KeyFile))
		if err != nil {
			t.Fatal(err)
		}
		for _, how := range []string{"kill", "power", "error"} {
			t.Run(fmt.Sprintf("%s to %s, %s", c.from, c.to, how), func(t *testing.T) {
				t.Parallel()
				steps := 0
				for cutShort(t, start{whole, maps.Clone(before), sealed, c.from}, c.to, how, steps) {
					if steps++; steps > 60 {
						t.Fatal("it never comes to its end")
					}
				}
				if steps < 8 {
					t.Fatalf("only %d steps were counted", steps)
				}
			})
		}
	}
}

// start is a data folder before the change.
type start struct {
	key     []byte
	entries map[string]secret.String
	sealed  []byte
	from    Protection
}

// cutShort changes a vault and ends it before step n; false when there is no such
// step.
func cutShort(t *testing.T, s start, to Protection, how string, n int) bool {
	t.Helper()
	dir, entries, sealed, from := t.TempDir(), maps.Clone(s.entries), s.sealed, s.from
	if err := os.WriteFile(filepath.Join(dir, KeyFile), s.key, 0o600); err != nil {
		t.Fatal(err)
	}
	c := &crasher{left: n, fails: how == "error"}
	d := &crashDisk{unsynced: map[string]bool{}}
	ring := memoryRing{entries: entries}
	v, err := OpenFolder(dir, false, Options{Ring: ring, files: d, Work: 2})
	if err != nil {
		t.Fatal(err)
	}
	if from == Passphrase {
		if err := v.Unlock(oldPhrase); err != nil {
			t.Fatal(err)
		}
	}
	d.crasher, v.options.Ring = c, memoryRing{c, entries}
	err = change(v, to)
	switch {
	case !c.hit && err != nil:
		t.Fatalf("nothing went wrong, and it failed: %v", err)
	case c.hit && how == "error" && err == nil && from != Keyring: // an entry that stays is no failure
		t.Fatalf("step %d failed, and it did not", n)
	case c.hit && how == "error" && err != nil && rekey.CodeOf(err) == rekey.CodeInternal:
		t.Fatalf("step %d gave no coded error: %v", n, err)
	case how == "power" && c.hit:
		if err := d.powerCut(); err != nil {
			t.Fatal(err)
		}
	}
	if how == "error" { // the process lives on: it opens and seals as before
		still, err := v.Unseal(sealed)
		if err != nil || still.Reveal() != planted {
			t.Fatalf("step %d: the vault in memory is of no more use: %v", n, err)
		}
	}
	checkOpens(t, dir, entries, sealed, n)
	return c.hit
}

func change(v *Vault, to Protection) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if _, is := p.(killed); !is {
				panic(p)
			}
		}
	}()
	if to == "rotate" {
		_, err = v.Rotate(oldPhrase)
		return err
	}
	_, err = v.Protect(to, newPhrase)
	return err
}

func prepare(t *testing.T, dir string, p Protection, entries map[string]secret.String) []byte {
	t.Helper()
	v, err := OpenFolder(dir, true, quick(memoryRing{entries: entries}))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := v.Seal(secret.New(planted))
	if err != nil {
		t.Fatal(err)
	}
	if p != Open {
		if leftover, err := v.Protect(p, oldPhrase); err != nil || leftover != nil {
			t.Fatal(err, leftover)
		}
	}
	return sealed
}

// checkOpens opens the folder as the next process does, in every way there is: at
// least the passphrase has to do it where the key is wrapped.
func checkOpens(t *testing.T, dir string, entries map[string]secret.String, sealed []byte, n int) {
	t.Helper()
	for _, ring := range []Ring{memoryRing{entries: entries}, nil} { // and with the keyring lost
		v, err := OpenFolder(dir, false, quick(ring))
		if err != nil {
			t.Fatalf("step %d: %v", n, err)
		}
		if v.Protection() == Keyring && ring != nil && v.Locked() {
			t.Fatalf("step %d: the keyring does not open it: %v", n, v.RingError())
		}
		if v.Locked() && v.Unlock(oldPhrase) != nil && v.Unlock(newPhrase) != nil {
			t.Fatalf("step %d: neither passphrase opens it", n)
		}
		got, err := v.Unseal(sealed)
		if err != nil || got.Reveal() != planted {
			t.Fatalf("step %d: what was sealed is lost: %v", n, err)
		}
		again, err := v.Seal(secret.New("more"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := v.Unseal(again); err != nil || got.Reveal() != "more" {
			t.Fatalf("step %d: it does not seal: %v", n, err)
		}
		if v.Protection() != Open {
			noClearKey(t, dir, n)
		}
	}
}

// noClearKey makes sure that no file of the folder has a key in clear.
func noClearKey(t *testing.T, dir string, n int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.ToUpper(string(text)), "AGE-SECRET-KEY") {
			t.Fatalf("step %d: %s has a key in clear", n, name)
		}
	}
}
