package recorder

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// outcome is the comparable part of an Outcome.
type outcome struct {
	Verdict     Verdict
	TriesLeft   int
	TriesKnown  bool
	LockSeconds int
	LockKnown   bool
	Kind        Kind
	Session     bool
}

func flat(o Outcome) outcome {
	return outcome{o.Verdict, o.TriesLeft, o.TriesKnown, o.LockSeconds, o.LockKnown, KindOf(o.Err), o.Session != nil}
}

// Bodies and hashes are those of the protocol notes, sections 3.2 and 3.4.
func TestProveRPC(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       outcome
	}{
		{"accepted", `{"id":2,"params":{"keepAliveInterval":60},"result":true,"session":2147483643}`,
			outcome{Verdict: Accepted, Session: true}},
		{"accepted by generation A", `{ "id" : 2, "params" : null, "result" : true, "session" : 1626533888 }`,
			outcome{Verdict: Accepted, Session: true}},
		{"wrong", `{"error":{"code":268632085,"message":"Component error: User or password not valid!"},"id":2,` +
			`"params":{"remainLockSecond":0,"remainLoginTimes":4},"result":false,"session":2147483643}`,
			outcome{Verdict: Wrong, TriesLeft: 4, TriesKnown: true}},
		{"wrong in 2017", `{ "error" : { "code" : 268632071, "message" : "Component error: password not valid!" }, "id" : 2, "result" : false, "session" : 1997483520 }`,
			outcome{Verdict: Wrong}},
		{"wrong in words", `{"id":2,"params":{"error":"PasswordNotValid"},"result":false,"session":5}`, outcome{Verdict: Wrong}},
		{"locked", `{"error":{"code":268632081,"message":"x"},"id":2,"params":{"remainLockSecond":1712,"remainLoginTimes":0},"result":false,"session":1}`,
			outcome{Verdict: AccountLocked, TriesKnown: true, LockSeconds: 1712, LockKnown: true}},
		{"locked without counters", `{"error":{"code":268632081,"message":"x"},"id":2,"result":false,"session":1}`,
			outcome{Verdict: AccountLocked}},
		{"absurd counters", `{"error":{"code":268632085,"message":"x"},"id":2,"params":{"remainLockSecond":99999999999,"remainLoginTimes":-1},"result":false}`,
			outcome{Verdict: Wrong}},
		{"counters of another type", `{"error":{"code":268632085,"message":"x"},"id":2,"params":[],"result":false}`, outcome{Verdict: Wrong}},
		{"limit", `{"error":{"code":268632075,"message":"x"},"id":2,"result":false}`, outcome{Verdict: ConnectionLimit}},
		{"uninitialised", `{"error":{"code":268632086,"message":"x"},"id":2,"result":false}`, outcome{Verdict: NotInitialised}},
		{"in black list", `{"error":{"code":268632073,"message":"x"},"id":2,"result":false}`, outcome{Verdict: Unclear, Kind: Refused}},
		{"challenged again", strings.Replace(challengeBody, `"id":1`, `"id":2`, 1), outcome{Verdict: Unclear, Kind: Refused}},
		{"truncated", `{"id":2,"params":{"keepAl`, outcome{Verdict: Unclear, Kind: Garbage}},
		{"HTML", `<html><body>hello</body></html>`, outcome{Verdict: Unclear, Kind: Garbage}},
		{"another id", `{"id":3,"result":true,"session":1}`, outcome{Verdict: Unclear, Kind: Garbage}},
		{"true and an error", `{"error":{"code":268632085,"message":"x"},"id":2,"result":true,"session":1}`, outcome{Verdict: Wrong}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := play(t, step1(), step2(tt.body))
			if d := cmp.Diff(tt.want, flat(c.Prove(t.Context(), "admin", admin))); d != "" {
				t.Error(d)
			}
		})
	}
}

// Whatever step 1 says but a challenge, no proof may follow.
func TestNoProofWithoutChallenge(t *testing.T) {
	for _, tt := range []struct {
		name, answer string
		want         outcome
	}{
		{"limit", json(`{"error":{"code":268632075,"message":"x"},"id":1,"result":false,"session":0}`), outcome{Verdict: ConnectionLimit}},
		{"limit by HTTP", answer("503 Service Unavailable", "text/html", ""), outcome{Verdict: ConnectionLimit, Kind: Limit}},
		{"locked", json(`{"error":{"code":268632081,"message":"x"},"id":1,"params":{"remainLockSecond":9},"result":false}`),
			outcome{Verdict: AccountLocked, LockSeconds: 9, LockKnown: true}},
		{"uninitialised", json(`{"error":{"code":268632086,"message":"x"},"id":1,"result":false}`), outcome{Verdict: NotInitialised}},
		{"granted at once", json(`{"id":1,"params":null,"result":true,"session":5}`), outcome{Verdict: NotSent, Kind: Garbage}},
		{"plain password asked", json(strings.Replace(challengeBody, "Default", "Plain", 1)), outcome{Verdict: NotSent, Kind: NotSupported}},
		{"Basic asked", json(strings.Replace(challengeBody, "Default", "Basic", 1)), outcome{Verdict: NotSent, Kind: NotSupported}},
		{"no random", json(strings.Replace(challengeBody, `"1452638970"`, `""`, 1)), outcome{Verdict: NotSent, Kind: Garbage}},
		{"HTML", answer("200 OK", "text/html", "<html>"), outcome{Verdict: NotSent, Kind: NotSupported}},
		{"redirect", answer("302 Found", "text/html", "", "Location: http://203.0.113.9/"), outcome{Verdict: NotSent, Kind: NotSupported}},
		{"closed", "", outcome{Verdict: NotSent, Kind: Lost}},
		{"not HTTP", "RTSP/1.0 200 OK\r\n\r\n", outcome{Verdict: NotSent, Kind: Garbage}},
		{"unknown code", json(`{"error":{"code":7,"message":"x"},"id":1,"result":false}`), outcome{Verdict: NotSent, Kind: Refused}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := play(t, step{want: post("/RPC2_Login", step1Body), answer: tt.answer})
			o := c.ProveRPC(t.Context(), "admin", admin)
			if d := cmp.Diff(tt.want, flat(o)); d != "" {
				t.Error(d)
			}
			if o.MayHaveCounted() || o.Judged() {
				t.Error("counts as a proof, but none was sent")
			}
		})
	}
}

func TestProveOldDigest(t *testing.T) {
	c := play(t,
		step{want: post("/RPC2_Login", step1Body), answer: json(strings.Replace(challengeBody, "Default", "OldDigest", 1))},
		step{want: post("/RPC2_Login", `{"method":"global.login","params":{"userName":"admin","password":"6QNMIQGe","clientType":"Web3.0",`+
			`"loginType":"Direct","authorityType":"OldDigest","passwordType":"OldDigest"},"id":2,"session":2147483643}`),
			answer: json(`{"id":2,"params":null,"result":true,"session":2147483643}`)})
	if o := c.Prove(t.Context(), "admin", admin); o.Verdict != Accepted {
		t.Errorf("%+v", o)
	}
}

// A proof whose answer is missing is lost, and not sent again.
func TestProofLost(t *testing.T) {
	for name, ans := range map[string]string{
		"closed":            "",
		"half a header":     "HTTP/1.1 200 OK\r\nContent-Le",
		"reset after a bit": "H",
	} {
		t.Run(name, func(t *testing.T) {
			c := play(t, step1(), step{want: post("/RPC2_Login", step2Body), answer: ans})
			o := c.Prove(t.Context(), "admin", admin)
			if o.Verdict != AnswerLost || KindOf(o.Err) != Lost || !o.MayHaveCounted() {
				t.Errorf("%+v", o)
			}
		})
	}
}

// Newer firmware answers the challenge with a number and grants a text; the calls
// that follow use the text, with its cookie.
func TestSessionChangesType(t *testing.T) {
	granted := answer("200 OK", "application/json",
		`{"id":2,"params":{"keepAliveInterval":20},"result":true,"session":"0ae5e3a55d6b36d0d35a0f5c751f450a"}`,
		"Set-Cookie: WebClientHttpSessionID=0ae5e3a5; path=/", "Set-Cookie: other=1")
	logout := `{"method":"global.logout","params":null,"id":3,"session":"0ae5e3a55d6b36d0d35a0f5c751f450a"}`
	c := play(t, step1(), step{want: post("/RPC2_Login", step2Body), answer: granted},
		step{want: strings.Replace(post("/RPC2", logout), "Connection: close\r\n",
			"Cookie: WebClientHttpSessionID=0ae5e3a5\r\nConnection: close\r\n", 1),
			answer: json(`{"id":3,"params":null,"result":true,"session":"0ae5e3a55d6b36d0d35a0f5c751f450a"}`)})
	o := c.Prove(t.Context(), "admin", admin)
	if o.Verdict != Accepted || o.Session.KeepAliveEvery() != 20*time.Second || o.Session.User() != "admin" {
		t.Fatalf("%+v", o)
	}
	if err := o.Session.Logout(t.Context()); err != nil {
		t.Error(err)
	}
	if s := fmt.Sprintf("%v %+v %#v", o, o, o.Session); strings.Contains(s, "0ae5e3a5") {
		t.Errorf("the session is printed: %s", s)
	}
}

// An answer that ends before its announced length counts if the JSON is whole.
func TestWrongLength(t *testing.T) {
	body := `{"id":2,"params":null,"result":true,"session":5}`
	long := strings.Replace(json(body), "CONTENT-LENGTH: ", "CONTENT-LENGTH: 9", 1)
	c := play(t, step1(), step{want: post("/RPC2_Login", step2Body), answer: long})
	if o := c.Prove(t.Context(), "admin", admin); o.Verdict != Accepted {
		t.Errorf("too long: %+v", o)
	}
	short := strings.Replace(json(body), fmt.Sprintf("LENGTH: %d", len(body)), "LENGTH: 11", 1)
	c = play(t, step1(), step{want: post("/RPC2_Login", step2Body), answer: short})
	if o := c.Prove(t.Context(), "admin", admin); o.Verdict != Unclear || KindOf(o.Err) != Garbage {
		t.Errorf("too short: %+v", o)
	}
	none := strings.Replace(json(body), fmt.Sprintf("CONTENT-LENGTH: %d\r\n", len(body)), "", 1)
	c = play(t, step1(), step{want: post("/RPC2_Login", step2Body), answer: none})
	if o := c.Prove(t.Context(), "admin", admin); o.Verdict != Accepted {
		t.Errorf("absent: %+v", o)
	}
	two := strings.Replace(json(body), "CONTENT-LENGTH", "CONTENT-LENGTH: 3\r\nCONTENT-LENGTH", 1)
	c = play(t, step1(), step{want: post("/RPC2_Login", step2Body), answer: two})
	if o := c.Prove(t.Context(), "admin", admin); o.Verdict != Unclear {
		t.Errorf("two: %+v", o)
	}
}

func TestProveCGI(t *testing.T) {
	for _, tt := range []struct {
		name, answer string
		want         outcome
	}{
		{"accepted", answer("200 OK", "text/plain", "name=DVR\r\n"), outcome{Verdict: Accepted}},
		{"401", answer("401 Unauthorized", "text/plain", unauthorized, askDigest), outcome{Verdict: Unclear, Kind: Refused}},
		{"403", answer("403 Forbidden", "text/plain", ""), outcome{Verdict: Unclear, Kind: Refused}},
		{"locked", answer("401 Unauthorized", "text/plain", "Error\r\nUser Locked! Please try again after 30 minutes.\r\n"),
			outcome{Verdict: AccountLocked}},
		{"another success", answer("202 Accepted", "text/plain", "name=DVR\r\n"), outcome{Verdict: Unclear, Kind: Garbage}},
		{"page instead", answer("200 OK", "text/html", "<html></html>"), outcome{Verdict: Unclear, Kind: Garbage}},
		{"redirect", answer("302 Found", "text/plain", "", "Location: http://203.0.113.9/"), outcome{Verdict: Unclear, Kind: NotSupported}},
		{"busy", answer("503 Service Unavailable", "text/plain", ""), outcome{Verdict: ConnectionLimit}},
		{"lost", "", outcome{Verdict: AnswerLost, Kind: Lost}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := play(t, cgiStep(), digestStep(probeTarget, tt.answer))
			o := c.ProveCGI(t.Context(), "admin", admin)
			if d := cmp.Diff(tt.want, flat(o)); d != "" || o.Via != ViaCGI {
				t.Errorf("%s %s", o.Via, d)
			}
		})
	}
}

// Without an RPC2 login there is one proof by CGI instead; never both.
func TestProveFallsBackBeforeAnyProof(t *testing.T) {
	c := play(t, step{want: post("/RPC2_Login", step1Body), answer: answer("404 Not Found", "text/html", "")},
		cgiStep(), digestStep(probeTarget, answer("200 OK", "text/plain", "name=DVR\r\n")))
	want := Outcome{Verdict: Accepted, Via: ViaCGI}
	if d := cmp.Diff(want, c.Prove(t.Context(), "admin", admin), cmpopts.IgnoreFields(Outcome{}, "Session")); d != "" {
		t.Error(d)
	}
}

// The password never goes out in a form that can be read back.
func TestNoBasic(t *testing.T) {
	for name, headers := range map[string][]string{
		"Basic":          {`WWW-Authenticate: Basic realm="Device_CGI"`},
		"none":           nil,
		"unknown":        {"WWW-Authenticate: Negotiate"},
		"unknown digest": {`WWW-Authenticate: Digest realm="x",nonce="y",algorithm=MD5-sess`},
		"damaged":        {`WWW-Authenticate: Digest realm="x`},
	} {
		t.Run(name, func(t *testing.T) {
			c := play(t, step{want: get(probeTarget), answer: answer("401 Unauthorized", "text/plain", unauthorized, headers...)})
			o := c.ProveCGI(t.Context(), "admin", admin)
			if o.Verdict != NotSent || KindOf(o.Err) != NotSupported {
				t.Errorf("%+v", o)
			}
		})
	}
	c := play(t, step{want: get(probeTarget), answer: answer("200 OK", "text/plain", "name=DVR\r\n")})
	if o := c.ProveCGI(t.Context(), "admin", admin); o.Verdict != NotSent {
		t.Errorf("an open recorder was sent a proof: %+v", o)
	}
}

// Of several challenges the MD5 one is answered, in whatever order they come.
func TestDigestChoice(t *testing.T) {
	basic := `WWW-Authenticate: Basic realm="x"`
	sha := strings.Replace(askDigest, "realm=", "algorithm=SHA-256,realm=", 1)
	for name, lines := range map[string][]string{
		"Basic first": {basic, askDigest}, "Basic last": {askDigest, basic},
		"SHA-256 first": {sha, askDigest}, "SHA-256 last": {askDigest, sha}, "all": {basic, sha, askDigest},
	} {
		c := play(t, step{want: get(probeTarget), answer: answer("401 Unauthorized", "text/plain", unauthorized, lines...)},
			digestStep(probeTarget, answer("200 OK", "text/plain", "name=DVR\r\n")))
		if o := c.ProveCGI(t.Context(), "admin", admin); o.Verdict != Accepted {
			t.Errorf("%s: %+v", name, o)
		}
	}
}
