package twin

import (
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// asUser makes one CGI call as an account that has proved itself, without a socket.
// What follows the answer follows.
func (r rig) asUser(user, target string) (int, string) {
	r.Helper()
	script, raw, _ := strings.Cut(target, "?")
	query, err := wire.ParseQuery(raw)
	if err != nil {
		r.Fatal(err)
	}
	var a reply
	_ = r.do(func(now time.Time) error {
		u := r.body.Flash.account(user)
		if u == nil {
			r.Fatalf("there is no %s", user)
		}
		a = r.cgiAs(u, now, &request{Method: "GET", Query: query, Address: "127.0.0.9"}, script)
		return nil
	})
	if a.after != nil {
		_ = r.do(func(now time.Time) error { a.after(now); return nil })
	}
	return a.status, string(a.body)
}
