package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
	"github.com/rekey-dvr/rekey/internal/vault"
)

var (
	phrase = secret.New("four words of mine")
	at     = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

const planted = "planted p@ss"

// folder makes a data folder with some events, one of them a sealed password.
func folder(t *testing.T) Source {
	t.Helper()
	dir := t.TempDir()
	v, err := vault.OpenFolder(dir, true, vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "rekey.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	if err := os.MkdirAll(filepath.Join(dir, "snapshots", "a"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "snapshots", "a", "one.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := Source{Dir: dir, Database: "rekey.db", Store: store, Vault: v, Also: []string{"snapshots", "nothing"}}
	for n := range 20 {
		s.put(t, n)
	}
	return s
}

func (s Source) put(t *testing.T, n int) {
	t.Helper()
	sealed, err := s.Vault.Seal(secret.New(planted))
	if err != nil {
		t.Fatal(err)
	}
	e := rekey.Event{At: at, By: rekey.ByRekey, Body: rekey.PasswordKept{ID: fmt.Sprint(n), Account: "admin", Sealed: sealed}}
	record, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Store.Append(context.WithoutCancel(t.Context()), rekey.Append{Stream: rekey.StreamID(fmt.Sprintf("vault/mac-%d", n)), Events: []rekey.NewRecord{record}}); err != nil {
		t.Error(err)
	}
}

func TestBackupComesBackWhole(t *testing.T) {
	s := folder(t)
	to := filepath.Join(t.TempDir(), "kept.tar")
	stop, done := make(chan struct{}), make(chan struct{})
	go func() { // others go on meanwhile
		defer close(done)
		for n := 1000; n < 1200; n++ {
			select {
			case <-stop:
				return
			default:
				s.put(t, n)
			}
		}
	}()
	m, err := Make(t.Context(), s, to, phrase, at)
	close(stop)
	<-done
	if err != nil {
		t.Fatal(err)
	}
	if m.Events < 20 || len(m.Files) != 4 {
		t.Fatalf("%+v", m)
	}
	text, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte("AGE-SECRET-KEY")) || bytes.Contains(text, []byte(planted)) {
		t.Fatal("a secret is in it in clear")
	}
	if info, err := os.Stat(to); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatal(info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(to), ".rekey*")); len(left) > 0 {
		t.Fatalf("left behind: %v", left)
	}
	if _, err := Make(t.Context(), s, to, phrase, at); rekey.CodeOf(err) != rekey.CodeConflict {
		t.Fatalf("a second one over it gave %v", err)
	}
	again, err := Verify(t.Context(), to, phrase)
	if d := cmp.Diff(m, again); d != "" || err != nil {
		t.Fatal(err, d)
	}
	back := filepath.Join(t.TempDir(), "data")
	if _, err := Restore(t.Context(), to, back); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), to, back); rekey.CodeOf(err) != rekey.CodeConflict {
		t.Fatalf("a second one over it gave %v", err)
	}
	opened(t, back, int(m.Events))
}

// opened reads a restored folder as the next process does.
func opened(t *testing.T, dir string, events int) {
	t.Helper()
	v, err := vault.OpenFolder(dir, false, vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Unlock(phrase); err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "rekey.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	records, err := store.ReadAll(t.Context(), 0, 10000)
	if err != nil || len(records) != events {
		t.Fatal(len(records), events, err)
	}
	for _, r := range records {
		e, err := rekey.DecodeEvent(r)
		if err != nil {
			t.Fatal(err)
		}
		if pw, err := v.Unseal(e.Body.(rekey.PasswordKept).Sealed); err != nil || pw.Reveal() != planted {
			t.Fatal(err)
		}
	}
}

// A damaged backup is named; what is not noticed, as in the padding of the
// archive, has changed nothing.
func TestScribbledBackupIsNamed(t *testing.T) {
	s := folder(t)
	dir := t.TempDir()
	to := filepath.Join(dir, "kept.tar")
	m, err := Make(t.Context(), s, to, phrase, at)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for i := range 24 {
		off := i * len(whole) / 24
		for name, text := range map[string][]byte{"flipped": flip(whole, off+i%7), "cut": whole[:off]} {
			path := filepath.Join(dir, "scribbled.tar")
			if err := os.WriteFile(path, text, 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := Verify(t.Context(), path, secret.String{})
			switch {
			case rekey.CodeOf(err) == rekey.CodeDamaged:
				named++
			case err != nil || name == "cut" || cmp.Diff(m, got) != "":
				t.Fatalf("%s at %d: %v", name, off, err)
			}
		}
	}
	if named < 36 {
		t.Fatalf("only %d of 48 were named", named)
	}
}

func flip(b []byte, at int) []byte {
	c := bytes.Clone(b)
	c[at] ^= 0x10
	return c
}

// Names that lead out of the folder, and a key in clear, are refused.
func TestForgedBackupIsRefused(t *testing.T) {
	for _, name := range []string{"../out", "/etc/out", "a/../../out", "a\\out", "C:out", "rekey.db-wal", "", "."} {
		path := filepath.Join(t.TempDir(), "forged.tar")
		text := []byte("x")
		sum := sha256.Sum256(text)
		m := Manifest{Format: Format, Files: []File{{Name: name, Size: 1, Sum: hex.EncodeToString(sum[:])}}}
		list, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, f := range []struct {
			name string
			text []byte
		}{{manifestName, list}, {name, text}} {
			if err := w.WriteHeader(&tar.Header{Name: f.name, Typeflag: tar.TypeReg, Mode: 0o600, Size: int64(len(f.text))}); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(f.text); err != nil {
				t.Fatal(err)
			}
		}
		w.Close()
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		into := filepath.Join(t.TempDir(), "data")
		if _, err := Restore(t.Context(), path, into); rekey.CodeOf(err) != rekey.CodeDamaged {
			t.Fatalf("%q gave %v", name, err)
		}
		if left, _ := os.ReadDir(filepath.Dir(into)); len(left) > 0 {
			t.Fatalf("%q left %v behind", name, left)
		}
	}
}
