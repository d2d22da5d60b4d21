package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// pageSize is that of the database.
const pageSize = 4096

// folder is the content of a data folder's files by name.
type folder map[string][]byte

func read(t *testing.T, dir string) folder {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	f := folder{}
	for _, e := range entries {
		if e.IsDir() || strings.HasSuffix(e.Name(), ".lock") || strings.HasSuffix(e.Name(), "-shm") {
			continue
		}
		if f[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func (f folder) write(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, b := range f {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func (f folder) with(name string, b []byte) folder {
	f = maps.Clone(f)
	if f[name] = b; b == nil {
		delete(f, name)
	}
	return f
}

// used gives a data folder that was worked with: as a kill leaves it, with its
// newest part in the log only, and as an orderly end does.
func used(t *testing.T) (killed, closed folder, version int64, id string) {
	t.Helper()
	dir := t.TempDir()
	p := serve(t, dir)
	owner := newPerson(t, p)
	for range 6 {
		owner.toReturn()
		owner.must("way", "way", "network")
	}
	live, err := owner.state()
	if err != nil {
		t.Fatal(err)
	}
	headFollows(t, dir)
	p.kill()
	killed = read(t, dir)
	p = serve(t, dir)
	if err := p.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	<-p.done
	if err := p.cmd.Wait(); err != nil {
		t.Fatalf("after an interrupt: %v", err)
	}
	return killed, read(t, dir), live.Version, owner.id
}

// headFollows waits until the head file names the last record.
func headFollows(t *testing.T, dir string) {
	t.Helper()
	var is struct{ Events int }
	r := rekeyCLI(t, read(t, dir).write(t), "", "doctor", "--json") // of a copy: looking at the folder itself tidies it
	if err := json.Unmarshal([]byte(r.stdout), &is); err != nil || is.Events == 0 {
		t.Fatalf("doctor: %v\n%s%s", err, r.stdout, r.stderr)
	}
	var head []byte
	for end := time.Now().Add(soon); time.Now().Before(end); <-time.After(50 * time.Millisecond) {
		var err error
		if head, err = os.ReadFile(filepath.Join(dir, "rekey.db.head")); err == nil && bytes.Contains(head, []byte(fmt.Sprintf("\nseq %d\n", is.Events))) {
			return
		}
	}
	t.Fatalf("the head does not name record %d:\n%s", is.Events, head)
}

func TestDamageIsNamedAndNeverServed(t *testing.T) {
	killed, closed, version, id := used(t)
	if len(killed["rekey.db-wal"]) == 0 || len(closed["rekey.db-wal"]) != 0 || len(closed["rekey.db"]) < 8*pageSize {
		t.Fatalf("the folders do not hold what is to be damaged: %d and %d bytes", len(killed["rekey.db-wal"]), len(closed["rekey.db"]))
	}
	for name, f := range map[string]folder{"killed": killed, "closed": closed} {
		p := serve(t, f.write(t)) // as it was left, it is whole
		owner := newPerson(t, p)
		owner.id = id
		if live, err := owner.state(); err != nil || live.Version != version {
			t.Fatalf("%s, undamaged: version %d, want %d; %v", name, live.Version, version, err)
		}
		p.kill()
	}
	main, wal := closed["rekey.db"], killed["rekey.db-wal"]
	cases := map[string]folder{
		"empty":                 closed.with("rekey.db", []byte{}),
		"not a database":        closed.with("rekey.db", []byte(strings.Repeat("all work and no play ", 4000))),
		"main file missing":     closed.with("rekey.db", nil),
		"head missing":          closed.with("rekey.db.head", nil),
		"head cut":              closed.with("rekey.db.head", closed["rekey.db.head"][:20]),
		"key missing":           closed.with("vault.key", nil),
		"key damaged":           closed.with("vault.key", []byte("AGE-SECRET-KEY-1\n")),
		"log removed":           killed.with("rekey.db-wal", nil),
		"log empty":             killed.with("rekey.db-wal", []byte{}),
		"log cut in half":       killed.with("rekey.db-wal", wal[:len(wal)/2]),
		"log cut at its end":    killed.with("rekey.db-wal", wal[:len(wal)-100]),
		"log of another":        killed.with("rekey.db-wal", bytes.Repeat([]byte{7}, len(wal))),
		"only the log":          {"rekey.db-wal": wal, "vault.key": killed["vault.key"]},
		"only the head and key": {"rekey.db.head": killed["rekey.db.head"], "vault.key": killed["vault.key"]},
	}
	for n := range len(main) / pageSize {
		cut, page := main[:n*pageSize], n*pageSize
		over := slices.Concat(main[:page], bytes.Repeat([]byte{0xA5}, pageSize), main[page+pageSize:])
		cases["cut after page "+string(rune('a'+n%26))+string(rune('a'+n/26))] = closed.with("rekey.db", cut[:len(cut):len(cut)])
		cases["page overwritten "+string(rune('a'+n%26))+string(rune('a'+n/26))] = closed.with("rekey.db", over)
	}
	for name, f := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := f.write(t)
			for _, args := range [][]string{
				{"serve", "--listen", "127.0.0.1:0", "--no-open", "--once"}, {"doctor"}, {"verify", "127.0.0.1:9", "--factory"},
			} {
				r := rekeyCLI(t, dir, "", args...)
				if r.code != 1 || strings.Contains(r.stdout, "Open ") {
					t.Errorf("%s: exit %d\n%s%s", args[0], r.code, r.stdout, r.stderr)
				}
				file := filepath.Join(dir, "rekey.db")
				if strings.HasPrefix(name, "key") {
					file = filepath.Join(dir, "vault.key")
				}
				if !strings.Contains(r.stderr, file) || !strings.Contains(r.stderr, "Put ") || !strings.Contains(r.stderr, "back") {
					t.Errorf("%s names no file, or no cure:\n%s", args[0], r.stderr)
				}
			}
			for file, b := range f {
				if got, err := os.ReadFile(filepath.Join(dir, file)); err != nil || !bytes.Equal(got, b) {
					t.Errorf("%s was changed: %d bytes, were %d; %v", file, len(got), len(b), err)
				}
			}
		})
	}
}

func TestDoctor(t *testing.T) {
	killed, closed, _, _ := used(t)
	for name, f := range map[string]folder{"killed": killed, "closed": closed} {
		r := rekeyCLI(t, f.write(t), "", "doctor")
		if r.code != 0 || !strings.Contains(r.stdout, "Recoveries: 6.") || !strings.Contains(r.stdout, "opens all that is kept: 6 passwords") {
			t.Errorf("%s: exit %d\n%s%s", name, r.code, r.stdout, r.stderr)
		}
	}
	other := t.TempDir()
	if r := rekeyCLI(t, other, "", "doctor"); r.code != 1 || !strings.Contains(r.stderr, other) {
		t.Errorf("an empty folder: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	if left, err := os.ReadDir(other); err != nil || len(left) != 0 {
		t.Errorf("looking at an empty folder made %v in it, %v", left, err)
	}
	serve(t, other)
	r := rekeyCLI(t, other, "", "doctor", "--json") // beside a running rekey
	if r.code != 0 || !strings.Contains(r.stdout, `"events": 0`) {
		t.Errorf("beside a running rekey: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	strange := closed.with("vault.key", read(t, other)["vault.key"]).write(t)
	if r := rekeyCLI(t, strange, "", "doctor"); r.code != 1 || !strings.Contains(r.stderr, "vault.key") {
		t.Errorf("another folder's key: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
}
