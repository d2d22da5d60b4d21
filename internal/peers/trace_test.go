package peers

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/recorder"
	wires "github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// TestTraceOfChanges makes every change that holds a secret, by CGI and in the session,
// and finds none of them in the trace, in no spelling; and not how long they are.
func TestTraceOfChanges(t *testing.T) {
	const pw = "Tr4ce&d/pass=?" // of no account
	for _, broken := range []bool{false, true} {
		b := stand(t, twin.GenA, true)
		t.Cleanup(func() { _ = b.tw.Close() })
		c := b.client(nil)
		var out bytes.Buffer
		trace := recorder.NewTrace(&out)
		c.OnRequest, c.OnResponse = trace.Request, trace.Response
		o := c.ProveRPC(t.Context(), "admin", password)
		with := password
		if broken {
			with = secret.New("another")
		}
		a, err := c.Access(o, "admin", with)
		if err != nil {
			t.Fatal(err)
		}
		secretChanges(t.Context(), a, pw)
		o.Session.ChangePassword(t.Context(), "admin", password, secret.New(pw))
		_ = o.Session.Logout(t.Context())
		text := out.String()
		for _, s := range []string{pw, wires.Escape(pw), base64.StdEncoding.EncodeToString([]byte(pw)), hex.EncodeToString([]byte(pw)), password.Reveal()} {
			if strings.Contains(strings.ToLower(text), strings.ToLower(s)) {
				t.Errorf("broken %v: %q is in the trace:\n%s", broken, s, text)
			}
		}
		if strings.Count(text, "\n") < 12 || broken && !strings.Contains(text, "userManager.addUser") || !strings.Contains(text, "userManager.modifyPassword") {
			t.Errorf("broken %v:\n%s", broken, text)
		}
		for _, of := range regexp.MustCompile(`> POST /RPC2 .*: (\d+) bytes`).FindAllStringSubmatch(text, -1) {
			if n, err := strconv.Atoi(of[1]); err != nil || n%64 != 0 {
				t.Errorf("a length is told: %s", of[0])
			}
		}
	}
}

// secretChanges makes the changes; what the recorder says to them is of no interest.
func secretChanges(ctx context.Context, a *recorder.Access, pw string) {
	_, _ = a.SetSettings(ctx, wires.Table{{Key: "Email.Password", Value: pw}})
	_, _ = a.SetSettings(ctx, wires.Table{{Key: "DDNS[0].Password", Value: pw}})
	_ = a.AddUser(ctx, recorder.NewUser{Name: "guest", Password: secret.New(pw), Group: "user", Memo: pw})
	_ = a.ModifyUser(ctx, recorder.User{Name: "guest", Group: "user", Memo: pw})
	_ = a.DeleteUser(ctx, "guest")
}
