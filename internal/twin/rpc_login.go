package twin

import (
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// rpcLoginHTTP is a login over HTTP: newer firmware adds a cookie to a granted one.
func (t *Twin) rpcLoginHTTP(now time.Time, address string, r wire.Request) reply {
	answer, granted := t.rpcLogin(now, address, r, nil)
	out := encode(answer)
	if granted && t.body.Model.Generation != GenA {
		out.extra = []string{"Set-Cookie: WebClientHttpSessionID=" + strings.Trim(answer.Session.Key(), `"`) + "; path=/"}
	}
	return out
}

// rpcLogin answers both steps of a login. The first gives a challenge to everyone,
// locked and unknown users included: a lock shows only in the second. Whatever a
// client says of its type or of how it logs in earns it nothing. link is the
// connection, nil for HTTP.
func (t *Twin) rpcLogin(now time.Time, address string, r wire.Request, link *talk) (answer wire.Response, granted bool) {
	var p wire.Login
	if wire.DecodeParams(r.Params, &p) != nil {
		return failed(r, wire.CodeInvalidParameter), false
	}
	s := t.mind.sessions.find(t.clients(now), r.Session, link)
	if p.Password == "" || s == nil || s.random == "" {
		return t.rpcChallenge(now, address, r, link), false
	}
	random := s.random
	s.random = "" // one proof for one challenge, so that none can be replayed
	v := t.prove(now, p.UserName, address, func(a *account) bool {
		if t.body.Switches.Encryption == EncryptOldDigest {
			return wire.Equal(p.Password, a.Gen1)
		}
		return wire.Equal(strings.ToUpper(p.Password), wire.Gen2Proof(a.Name, random, a.Gen2))
	})
	if !v.granted() {
		t.mind.sessions.end(s.id)
		return t.rpcRefused(r, v), false
	}
	s.client = printableName(p.ClientType)
	return t.rpcGranted(now, r, s, v), true
}

// rpcChallenge is step 1. Only a recorder without a password, and one whose
// connections are all in use, give none.
func (t *Twin) rpcChallenge(now time.Time, address string, r wire.Request, link *talk) wire.Response {
	b := &t.body
	switch {
	case !b.Flash.Initialised:
		return failed(r, wire.CodeNotInitialised)
	case b.Faults.Has(ConnectionLimit):
		return failed(r, t.loginCode(wire.CodeBusy))
	}
	s := t.mind.sessions.start(t.clients(now), b.Switches.Session, address, link)
	s.random = strconv.FormatInt(number(), 10)
	a := done(r, wire.LoginChallenge{
		Encryption: encryptions[b.Switches.Encryption], MAC: b.Model.flatMAC(), Random: s.random, Realm: b.realm(),
	})
	a.Session, a.Result, a.Error = s.id, wire.BoolResult(false), wire.Fail(t.loginCode(wire.CodeChallenge))
	return a
}

// logIn gives a session to who has proved himself.
func (t *Twin) logIn(now time.Time, s *session, user *account) {
	s.user, s.login, t.soon = user.Name, now, true
	t.body.Flash.write(t.body.Memory.clock(now), "Login", s.user, [2]string{"Address", s.address}, [2]string{"Type", s.client})
}

// rpcGranted ends step 2. The session of the challenge is that of the login, and some
// clients use no other; with a switch a login over HTTP is given a new one.
func (t *Twin) rpcGranted(now time.Time, r wire.Request, s *session, v verdict) wire.Response {
	g := t.body.Model.Generation
	if s.link == nil && t.body.Switches.LoginSession == LoginSessionNew {
		t.mind.sessions.end(s.id)
		next := t.mind.sessions.start(t.clients(now), t.body.Switches.Session, s.address, nil)
		next.client = s.client
		s = next
	}
	t.logIn(now, s, v.user)
	if g == GenA {
		a := done(r, nil) // no keep-alive interval on old firmware
		a.Session = s.id
		return a
	}
	a := done(r, wire.LoginGranted{KeepAliveInterval: int(keepAlive.Seconds())})
	a.Session = s.id
	return a
}

// rpcRefused is a step 2 that failed. Generation A says which of the two was wrong
// and counts nothing aloud; later ones say neither, and count.
func (t *Twin) rpcRefused(r wire.Request, v verdict) wire.Response {
	old := t.body.Model.Generation == GenA
	code := wire.CodeLoginNotValid
	switch v.result {
	case notReady:
		return failed(r, wire.CodeNotInitialised)
	case noConnection:
		return failed(r, t.loginCode(wire.CodeBusy))
	case lockedOut:
		code = wire.CodeLocked
	case wrongUser, notByNetwork:
		if old {
			code = wire.CodeUserNotValid
		}
	case wrongPassword:
		if old {
			code = wire.CodePasswordNotValid
		}
	}
	if word, there := loginWords[code]; there && t.body.Switches.LoginErrors == ErrorWords {
		a := done(r, map[string]string{"error": word})
		a.Result = wire.BoolResult(false)
		return a
	}
	a := failed(r, t.loginCode(code))
	if !old {
		seconds, left := int(v.locked.Seconds()), v.left
		a.Params, _ = wire.Params(wire.LoginRefused{RemainLockSecond: &seconds, RemainLoginTimes: &left})
	}
	return a
}

// encryptions are what a challenge asks for, by switch.
var encryptions = map[string]string{
	EncryptDefault: wire.EncryptionDefault, EncryptOldDigest: wire.EncryptionOldDigest,
}

// webCodes are what old web pages call the outcomes of a login.
var webCodes = map[wire.ErrorCode]wire.ErrorCode{
	wire.CodeChallenge: wire.CodeWebChallenge, wire.CodeBusy: wire.CodeWebBusy, wire.CodeUserNotValid: wire.CodeWebUserInvalid,
	wire.CodePasswordNotValid: wire.CodeWebUserInvalid, wire.CodeLoginNotValid: wire.CodeWebUserInvalid,
}

// loginWords are what old firmware says in params.error, spelled as on the wire.
var loginWords = map[wire.ErrorCode]string{
	wire.CodeUserNotValid: "UserNotValidt", wire.CodePasswordNotValid: "PasswordNotValid",
	wire.CodeLoginNotValid: "PasswordNotValid", wire.CodeLocked: "HasBeenLocked",
}

// loginCode is the code this recorder has for an outcome of a login.
func (t *Twin) loginCode(c wire.ErrorCode) wire.ErrorCode {
	if web, there := webCodes[c]; there && t.body.Switches.LoginErrors == ErrorWebCodes {
		return web
	}
	return c
}
