package guide_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/icholy/digest"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// asks is a program that polls the recorder with a password, as integrations do: one
// request, whatever the answer.
func (b *bench) asks(password string) int {
	b.t.Helper()
	c := http.Client{Transport: &digest.Transport{Username: "admin", Password: password}, Timeout: time.Minute}
	resp, err := c.Get("http://" + b.twin.Address() + "/cgi-bin/magicBox.cgi?action=getSystemInfo")
	if err != nil {
		b.t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// TestForgottenClientIsNamed: a program knew the factory login. It is refused after
// the change, is on the list with its address, and is off it once it was let in; and
// again when it comes with the old one.
func TestForgottenClientIsNamed(t *testing.T) {
	b := setup(t, twin.Config{})
	b.guide = b.another(b.clock)
	b.drain()
	for _, c := range twin.Cables() {
		if err := b.twin.SetCable(c, true); err != nil {
			t.Fatal(err)
		}
	}
	if code := b.asks("admin"); code != http.StatusOK {
		t.Fatalf("the program is not let in before: %d", code)
	}
	b.clock.Advance(10 * time.Minute)
	if r := b.network(); !r.Proven() {
		t.Fatalf("stage %s", r.Stage)
	}
	r := b.do(rekey.GoFinish{})
	seek := func() []rekey.Follow {
		b.clock.Advance(10 * time.Minute)
		if code := b.asks("admin"); code != http.StatusUnauthorized {
			t.Fatalf("the old password: %d", code)
		}
		b.clock.Advance(10 * time.Minute)
		return b.must(b.guide.SeekFollow(b.ctx, b.id)).Follows
	}
	list := seek()
	if len(list) != 1 || list[0].By != rekey.BySeen || list[0].Done || list[0].From != "127.0.0.1" || list[0].Kind != rekey.FollowIntegration {
		t.Fatalf("%+v", list)
	}
	if again := b.must(b.guide.SeekFollow(b.ctx, b.id)).Follows; len(again) != 1 {
		t.Fatalf("looked at twice: %+v", again)
	}
	b.do(rekey.DoneFollow{ID: list[0].ID})
	if list = seek(); len(list) != 1 || list[0].Done || list[0].Why == "" {
		t.Fatalf("it was called done, and still tries the old one: %+v", list)
	}
	if bad := r.BadProofs(); bad != 1 {
		t.Errorf("%d bad proofs of rekey's own", bad)
	}
}

// TestRekeyIsNoForgottenClient: the recorder's clock was lost with its power when rekey
// logged in, and set afterwards. Those logins are rekey's all the same.
func TestRekeyIsNoForgottenClient(t *testing.T) {
	t.Parallel()
	b := setup(t, twin.Config{})
	b.drain()
	if r := b.network(); !r.Proven() || r.Seen.Clock[rekey.Before].Right() {
		t.Fatalf("stage %s, %+v", r.Stage, r.Seen.Clock)
	}
	b.do(rekey.GoFinish{})
	b.clock.Advance(10 * time.Minute)
	b.must(b.guide.Within(b.ctx, b.id, func(ctx context.Context, _ rekey.Recovery, a guide.Access) error {
		return a.SetClock(ctx, b.clock.Now())
	}))
	b.clock.Advance(10 * time.Minute)
	if r := b.must(b.guide.SeekFollow(b.ctx, b.id)); len(r.Follows) > 0 {
		t.Errorf("%+v", r.Follows)
	}
}
