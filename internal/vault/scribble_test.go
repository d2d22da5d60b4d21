package vault

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// A scribbled key file is named as damaged, or opens with the very same key; it is
// never written to.
func TestScribbledKeyFileIsNamedAndLeftAlone(t *testing.T) {
	for _, p := range []Protection{Open, Passphrase, Keyring} {
		t.Run(string(p), func(t *testing.T) {
			dir, entries := t.TempDir(), map[string]secret.String{}
			sealed := prepare(t, dir, p, entries)
			path := filepath.Join(dir, KeyFile)
			whole, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			tries := 0
			try := func(what string, at int, text []byte) {
				o := quick(memoryRing{entries: entries})
				if tries++; tries%50 == 1 { // some on the disk itself, all as it would be read from there
					if err := os.WriteFile(path, text, 0o600); err != nil {
						t.Fatal(err)
					}
				} else {
					o.files = scribbledDisk{t, text}
				}
				v, err := OpenFolder(dir, false, o)
				if err == nil && p == Open { // a space for a line's end
					if got, unsealed := v.Unseal(sealed); unsealed != nil || got.Reveal() != planted {
						t.Fatalf("%s at %d: it opened with another key", what, at)
					}
				} else if rekey.CodeOf(err) != rekey.CodeDamaged || rekey.HintOf(err) == "" {
					t.Fatalf("%s at %d gave %v", what, at, err)
				}
				if after, err := o.files.read(path); err != nil || !bytes.Equal(after, text) {
					t.Fatalf("%s at %d: the file was written to", what, at)
				}
			}
			for i := range whole {
				for _, bit := range []byte{0x01, 0x20, 0x80} {
					text := bytes.Clone(whole)
					text[i] ^= bit
					try("flipped", i, text)
				}
				try("cut", i, whole[:i])
			}
			try("longer", 0, append(bytes.Clone(whole), '{'))
			if tries < 250 {
				t.Fatalf("only %d", tries)
			}
		})
	}
}

// scribbledDisk has a key file with this text, and does not bear being written to.
type scribbledDisk struct {
	t    *testing.T
	text []byte
}

func (d scribbledDisk) read(string) ([]byte, error) { return d.text, nil }

func (d scribbledDisk) create(path string) (written, error) {
	d.t.Fatalf("%s was written to", path)
	return nil, nil
}

func (d scribbledDisk) rename(_, path string) error {
	d.t.Fatalf("%s was replaced", path)
	return nil
}

func (d scribbledDisk) remove(path string) error {
	if path == "" || !strings.HasSuffix(path, newSuffix) {
		d.t.Fatalf("%s was removed", path)
	}
	return fs.ErrNotExist
}

func (scribbledDisk) syncDir(string) error { return nil }

func TestWrongPassphraseChangesNothing(t *testing.T) {
	for _, p := range []Protection{Passphrase, Keyring} {
		dir, entries := t.TempDir(), map[string]secret.String{}
		sealed := prepare(t, dir, p, entries)
		clear(entries) // the keyring is lost
		v, err := OpenFolder(dir, false, quick(memoryRing{entries: entries}))
		if err != nil {
			t.Fatal(err)
		}
		if !v.Locked() || p == Keyring && rekey.CodeOf(v.RingError()) != rekey.CodeKeyring {
			t.Fatalf("locked %v, keyring %v", v.Locked(), v.RingError())
		}
		for _, wrong := range []string{"", "an old phrase of word", "an old phrase of words ", newPhrase.Reveal()} {
			if err := v.Unlock(secret.New(wrong)); rekey.CodeOf(err) != rekey.CodePassphrase || !v.Locked() {
				t.Fatalf("%q gave %v", wrong, err)
			}
		}
		if _, err := v.Seal(secret.New("x")); rekey.CodeOf(err) != rekey.CodeVaultLocked || rekey.HintOf(err) == "" {
			t.Fatalf("sealing while locked gave %v", err)
		}
		if _, err := v.Unseal(sealed); rekey.CodeOf(err) != rekey.CodeVaultLocked {
			t.Fatalf("unsealing while locked gave %v", err)
		}
		if _, err := v.Protect(Open, secret.String{}); rekey.CodeOf(err) != rekey.CodeVaultLocked {
			t.Fatalf("a locked vault was opened for everybody: %v", err)
		}
		if err := v.Unlock(oldPhrase); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Rotate(newPhrase); rekey.CodeOf(err) != rekey.CodePassphrase {
			t.Fatalf("rotated with a wrong passphrase: %v", err)
		}
		v.Lock()
		if _, err := v.Unseal(sealed); rekey.CodeOf(err) != rekey.CodeVaultLocked {
			t.Fatalf("locked again, it gave %v", err)
		}
	}
}

// Two processes that change the vault do not lose each other's key.
func TestSecondChangeOfAnOldSightIsRefused(t *testing.T) {
	dir := t.TempDir()
	prepare(t, dir, Open, nil)
	a, err := OpenFolder(dir, false, quick(nil))
	if err != nil {
		t.Fatal(err)
	}
	b, err := OpenFolder(dir, false, quick(nil))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Rotate(secret.String{}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Protect(Passphrase, newPhrase); rekey.CodeOf(err) != rekey.CodeConflict {
		t.Fatalf("got %v", err)
	}
	sealed, err := a.Seal(secret.New(planted))
	if err != nil {
		t.Fatal(err)
	}
	again, err := OpenFolder(dir, false, quick(nil))
	if err != nil || again.Keys() != 2 {
		t.Fatal(err, again.Keys())
	}
	if got, err := again.Unseal(sealed); err != nil || got.Reveal() != planted {
		t.Fatal(err)
	}
}

// FuzzReadBox: whatever the key file holds, it is read or refused.
func FuzzReadBox(f *testing.F) {
	dir := f.TempDir()
	v, err := OpenFolder(dir, true, quick(nil))
	if err != nil {
		f.Fatal(err)
	}
	if _, err := v.Protect(Passphrase, oldPhrase); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(dir, KeyFile))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte("AGE-SECRET-KEY-1QQQ\n"))
	f.Add([]byte(`{"format":"rekey vault key 2"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := readBox(text)
		if err == nil && b.Protection != Open && !bytes.Equal(b.text(), text) {
			t.Fatal("a box that is not what was written was taken")
		}
	})
}
