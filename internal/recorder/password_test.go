package recorder

import (
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/secret"
)

const changeTarget = "/cgi-bin/userManager.cgi?action=modifyPassword&name=admin&pwd=n%26w%3D%2B%231&pwdOld=admin"

func change() PasswordChange {
	return PasswordChange{User: "admin", Old: admin, New: secret.New("n&w=+#1")}
}

func TestSetPassword(t *testing.T) {
	for _, tt := range []struct {
		name, answer string
		want         ChangeVerdict
		proof        Verdict
		kind         Kind
	}{
		{"taken", answer("200 OK", "text/plain", "OK\r\n"), ChangeTaken, Accepted, 0},
		{"rule", answer("400 Bad Request", "text/plain", "Error\r\nBad Request!\r\n"), ChangeRule, Accepted, Refused},
		{"write refused", answer("200 OK", "text/plain", "Error\r\n"), ChangeRule, Accepted, Refused},
		{"write refused by status", answer("500 Internal Server Error", "text/plain", "Error"), ChangeRule, Accepted, Refused},
		{"broken down", answer("500 Internal Server Error", "text/html", "<html>"), ChangeUnclear, Unclear, Refused},
		{"OK and not", answer("500 Internal Server Error", "text/plain", "OK\r\n"), ChangeUnclear, Unclear, Refused},
		{"wrong login", answer("401 Unauthorized", "text/plain", unauthorized, askDigest), ChangeRefused, Unclear, Refused},
		{"no right", answer("403 Forbidden", "text/plain", "Authority:check failure."), ChangeRefused, Unclear, Refused},
		{"old form", answer("200 OK", "text/plain", "Error\r\nErrorID=0, Detail=Invalid Authority!\r\n"), ChangeRefused, Unclear, Refused},
		{"locked", answer("403 Forbidden", "text/plain", "Error\r\nUser Locked! Please try again after 30 minutes.\r\n"), ChangeLocked, AccountLocked, Locked},
		{"not there", answer("501 Not Implemented", "text/plain", "Error\r\nNot Implemented!\r\n"), ChangeRefused, Unclear, NotSupported},
		{"redirect", answer("302 Found", "text/plain", "", "Location: https://192.168.1.108/"), ChangeUnclear, Unclear, NotSupported},
		{"page", answer("200 OK", "text/html", "<html>OK</html>"), ChangeUnclear, Unclear, Garbage},
		{"lost", "", ChangeLost, AnswerLost, Lost},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := play(t, cgiStep(), digestStep(changeTarget, tt.answer))
			o := c.SetPassword(t.Context(), change())
			if o.Verdict != tt.want || o.Proof() != tt.proof || KindOf(o.Err) != tt.kind {
				t.Errorf("%s, proof %s, %v", o.Verdict, o.Proof(), o.Err)
			}
		})
	}
}

func TestSetPasswordOfAnotherAccount(t *testing.T) {
	target := "/cgi-bin/userManager.cgi?action=modifyPassword&name=888888&pwd=q7kx3m&pwdOld=888888"
	c := play(t, cgiStep(), digestStep(target, answer("200 OK", "text/plain", "OK")))
	o := c.SetPassword(t.Context(), PasswordChange{User: "888888", Old: secret.New("888888"), New: secret.New("q7kx3m"),
		Login: "admin", LoginPassword: admin})
	if o.Verdict != ChangeTaken {
		t.Errorf("%+v", o)
	}
}

func TestSetPasswordUnsent(t *testing.T) {
	c := play(t)
	for _, p := range []PasswordChange{{User: "admin", Old: admin}, {Old: admin, New: admin}} {
		if o := c.SetPassword(t.Context(), p); o.Verdict != ChangeUnsent || o.Proof() != NotSent {
			t.Errorf("%+v", o)
		}
	}
	c = play(t, step{want: get(probeTarget), answer: answer("401 Unauthorized", "text/plain", unauthorized, `WWW-Authenticate: Basic realm="x"`)})
	if o := c.SetPassword(t.Context(), change()); o.Verdict != ChangeUnsent || KindOf(o.Err) != NotSupported {
		t.Errorf("%+v", o)
	}
}

// Neither hooks nor errors show a password, a proof or a session.
func TestHooksAreRedacted(t *testing.T) {
	c := play(t, cgiStep(), digestStep(changeTarget, answer("400 Bad Request", "text/plain", "Error\r\nBad Request!\r\n")))
	var seen []string
	c.OnRequest = func(i RequestInfo) { seen = append(seen, i.Target) }
	var proofs int
	c.OnResponse = func(i ResponseInfo) {
		seen = append(seen, i.Target)
		if i.Proof {
			proofs++
		}
		if i.Status == 0 || i.Took < 0 || i.Bytes == 0 {
			t.Errorf("%+v", i)
		}
	}
	o := c.SetPassword(t.Context(), change())
	seen = append(seen, o.Err.Error())
	all := strings.Join(seen, "\n")
	if strings.Contains(all, "n%26w") || strings.Contains(all, "n&w") || strings.Contains(all, "pwdOld=admin") || strings.Contains(all, "name=admin") {
		t.Errorf("a password shows:\n%s", all)
	}
	want := "/cgi-bin/userManager.cgi?action=modifyPassword&name=[redacted]&pwd=[redacted]&pwdOld=[redacted]"
	if len(seen) != 5 || seen[3] != want || proofs != 1 {
		t.Errorf("%d proofs, %s", proofs, all)
	}
}
