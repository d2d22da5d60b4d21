package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/twin"
)

// TestSecondServeLeavesTheFirstAlone starts a second rekey on a data folder while
// the first one waits for the answer to a new password that it has sent.
func TestSecondServeLeavesTheFirstAlone(t *testing.T) {
	dir := t.TempDir()
	p := serve(t, dir)
	tw := recorder(t, "127.0.4.1", twin.Config{Model: twin.Model{SKU: "AMDV7208", Generation: twin.GenA}, Seed: 41})
	tp := tap(t, "127.0.4.1", tw.Address(), "action=modifyPassword")
	owner := newPerson(t, p)
	owner.toLogin()
	sent, second := make(chan struct{}), make(chan struct{})
	tp.on(func(now string) bool {
		if now == "during" {
			close(sent)
			<-second
		}
		return true
	})
	owner.must("way", "way", "network")
	owner.goOn(t, p, tp.address(), sent)
	before, err := owner.state()
	if err != nil {
		t.Fatal(err)
	}
	r := rekeyCLI(t, dir, "", "serve", "--listen", "127.0.0.1:0", "--no-open")
	if r.code != 1 || !strings.Contains(r.stderr, dir) || !strings.Contains(r.stderr, p.url) || strings.Contains(r.stdout, "Open ") {
		t.Errorf("the second ended with %d:\n%s%s", r.code, r.stdout, r.stderr)
	}
	if after, err := owner.state(); err != nil || after.Version != before.Version {
		t.Errorf("version %d after %d, %v: the second settled what the first has under way", after.Version, before.Version, err)
	}
	close(second)
	owner.goOn(t, p, tp.address(), nil)
	if status := login(t, tw.Address(), owner.written); status != http.StatusOK {
		t.Errorf("the recorder answers %d to the password that the owner has", status)
	}
	if bad := tw.BadProofs("admin"); bad != 1 {
		t.Errorf("%d bad proofs, want the factory's alone", bad)
	}
	p.kill()
	serve(t, dir) // what was killed holds nothing
}
