package recorder

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/secret"
)

// The trace of a login, a call and a changed password has every request and
// answer, and of all that is secret nothing, whatever the recorder sends back.
func TestTraceHasNoSecret(t *testing.T) {
	const session, cookie, fresh = "0ae5e3a55d6b36d0d35a0f5c751f450a", "c00c1ec00c1e", "N3w@#%/pass=?+x"
	granted := answer("200 OK", "application/json", `{"id":2,"params":null,"result":true,"session":"`+session+`"}`,
		"Set-Cookie: WebClientHttpSessionID="+cookie, session+": x", "X-"+fresh[:3]+": "+fresh)
	sent := ""
	c := play(t, step1(), step{want: post("/RPC2_Login", step2Body), answer: granted},
		step{answer: json(`{"error":{"code":268894210,"message":"` + fresh + `"},"id":3,"result":false,"session":"` + session + `"}`),
			check: func(*testing.T, string) {}},
		cgiStep(), step{answer: answer("200 OK", "text/plain", "OK\r\n"), check: func(_ *testing.T, r string) { sent = r }})
	var out bytes.Buffer
	trace := NewTrace(&out)
	c.OnRequest, c.OnResponse = trace.Request, trace.Response

	o := c.Prove(t.Context(), "admin", admin)
	if o.Verdict != Accepted {
		t.Fatalf("%+v", o)
	}
	if _, err := o.Session.SerialNumber(t.Context()); KindOf(err) != NotSupported {
		t.Fatal(err)
	}
	change := c.SetPassword(t.Context(), PasswordChange{User: "admin", Old: admin, New: secret.New(fresh)})
	if change.Verdict != ChangeTaken {
		t.Fatalf("%+v", change)
	}

	text := out.String()
	proof := reResponse.FindStringSubmatch(sent)
	if proof == nil {
		t.Fatalf("no proof in %q", sent)
	}
	for _, s := range []string{session, cookie, fresh, "N3w", proof[1], reCNonce.FindStringSubmatch(sent)[1], "1f3a5c7e9b",
		"4A0341A111636FBEA293BF1F3BFDA014", "1452638970", "2147483643", "pwdOld=admin"} {
		if strings.Contains(text, s) {
			t.Errorf("%q is in the trace:\n%s", s, text)
		}
	}
	if n := strings.Count(text, "\n"); n != 10 {
		t.Errorf("%d lines for 5 requests and 5 answers:\n%s", n, text)
	}
	for _, want := range []string{
		`> POST /RPC2_Login global.login \(login\): \d+ bytes; Content-Type, User-Agent`,
		`< POST /RPC2_Login global.login \(login\): status 200, code 268632079, \d+ bytes in \S+; Content-Length, Content-Type, Set-Cookie`,
		`< POST /RPC2_Login global.login \[password proof\] \(login\): status 200, \d+ bytes in \S+; .*\[other\]`,
		`< POST /RPC2 magicBox.getSerialNo \(read serial number\): status 200, code 268894210`,
		`> GET /cgi-bin/userManager.cgi\?action=modifyPassword&name=\[redacted\]&pwd=\[redacted\]&pwdOld=\[redacted\] \[password proof\]`,
	} {
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
