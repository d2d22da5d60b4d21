//go:build unix

package e2e

import (
	"net/http"
	"os/exec"
	"strings"
	"testing"
)

// mostCommands is more than any of the small disks below has room for.
const mostCommands = 4000

// TestFullDiskIsSaidAndChangesNothing gives rekey little room, by a limit of its
// store and by one of the system's on files, and works until there is none.
func TestFullDiskIsSaidAndChangesNothing(t *testing.T) {
	for _, tc := range []struct {
		name string
		env  []string
		line string // for sh; $0 is rekey
	}{
		{"pages of the store", []string{"REKEY_TESTONLY_MAXPAGES=40"}, `exec "$0" "$@"`},
		{"size of a file", nil, `ulimit -f 500; exec "$0" "$@"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			args := []string{"-c", tc.line, binary, "serve", "--data", dir, "--listen", "127.0.0.1:0", "--no-open"}
			p := startAs(t, exec.Command("sh", args...), tc.env)
			owner := newPerson(t, p)
			owner.begin("front")
			owner.must("before", "owner", "mine", "kind", "no", "footage", "no")
			for _, gate := range []string{"power-off", "cord-out", "cables-out"} {
				owner.must("gate", "gate", gate)
			}
			owner.must("begin")
			var last answer
			for i := range mostCommands {
				if last = owner.post([]string{"pause", "resume"}[i%2]); last.status != http.StatusSeeOther {
					break
				}
			}
			if last.status != http.StatusInsufficientStorage || !strings.Contains(last.body, `data-page="error"`) {
				t.Fatalf("%d\n%.400s\n%s", last.status, wordsOf(last.body), p.log())
			}
			before, err := owner.state()
			if err != nil {
				t.Fatal(err)
			}
			for _, target := range []string{"/", "/steps", "/r/" + owner.id, "/r/" + owner.id + "/record"} { // pages still show
				if a, err := owner.do(http.MethodGet, target, nil); err != nil || a.status != http.StatusOK {
					t.Errorf("%s: %d, %v\n%.300s", target, a.status, err, wordsOf(a.body))
				}
			}
			after, err := owner.state()
			if err != nil || after.Version != before.Version {
				t.Errorf("version %d after %d, %v", after.Version, before.Version, err)
			}
			if strings.Contains(p.log(), "goroutine ") {
				t.Errorf("it panicked:\n%s", p.log())
			}
			p.kill()
			p = serve(t, dir) // with room
			owner.base = p.url
			again, err := owner.state()
			if err != nil || again.Version != before.Version {
				t.Fatalf("version %d after %d, %v", again.Version, before.Version, err)
			}
			if owner.post("pause").status != http.StatusSeeOther && owner.post("resume").status != http.StatusSeeOther {
				t.Error("it does not go on with room")
			}
			p.kill()
			if r := rekeyCLI(t, dir, "", "doctor"); r.code != 0 {
				t.Errorf("doctor: exit %d\n%s", r.code, r.stderr)
			}
		})
	}
}

// TestNoRoomToBegin starts where not even a first file fits.
func TestNoRoomToBegin(t *testing.T) {
	dir := t.TempDir()
	for _, command := range []string{"serve --listen 127.0.0.1:0 --no-open --once", "verify 127.0.0.1:9 --factory"} {
		r := shell(t, dir, `ulimit -f 8; exec "$0" `+command+` --data "$1"`)
		if r.code != 1 || !strings.Contains(r.stderr, "room") || strings.Contains(r.stderr, "goroutine ") {
			t.Errorf("%s: exit %d\n%s%s", command, r.code, r.stdout, r.stderr)
		}
	}
	r := rekeyCLI(t, dir, "", "verify", "127.0.4.24:9", "--factory") // what was left behind is no damage
	if r.code != 10 {
		t.Errorf("with room: exit %d\n%s", r.code, r.stderr)
	}
}
