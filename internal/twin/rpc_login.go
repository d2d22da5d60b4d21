package twin

import (
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// rpcLogin answers both steps of a login. The first gives a challenge to everyone,
// locked and unknown users included: a lock shows only in the second. Whatever a
// client says of its type or of how it logs in earns it nothing.
func (t *Twin) rpcLogin(now time.Time, address string, r wire.Request) reply {
	var p wire.Login
	if wire.DecodeParams(r.Params, &p) != nil {
		return encode(failed(r, wire.CodeInvalidParameter))
	}
	s := t.mind.sessions.find(now, r.Session)
	if p.Password == "" || s == nil || s.random == "" {
		return encode(t.rpcChallenge(now, address, r))
	}
	random := s.random
	s.random = "" // one proof for one challenge, so that none can be replayed
	v := t.prove(now, p.UserName, address, func(a *account) bool {
		return wire.Equal(strings.ToUpper(p.Password), wire.Gen2Proof(a.Name, random, a.Gen2))
	})
	if v.result != granted {
		t.mind.sessions.end(s.id)
		return encode(t.rpcRefused(r, v))
	}
	s.user = v.user.Name
	return t.rpcGranted(now, r, s)
}

// rpcChallenge is step 1. Only a recorder without a password, and one whose
// connections are all in use, give none.
func (t *Twin) rpcChallenge(now time.Time, address string, r wire.Request) wire.Response {
	b := &t.body
	switch {
	case !b.Flash.Initialised:
		return failed(r, wire.CodeNotInitialised)
	case b.Faults.Has(ConnectionLimit):
		return failed(r, wire.CodeBusy)
	}
	s := t.mind.sessions.start(now, b.Model.Generation, address)
	s.random = strconv.FormatInt(number(), 10)
	a := done(r, wire.LoginChallenge{
		Encryption: wire.EncryptionDefault, MAC: b.Model.flatMAC(), Random: s.random, Realm: b.realm(),
	})
	a.Session, a.Result, a.Error = s.id, wire.BoolResult(false), wire.Fail(wire.CodeChallenge)
	return a
}

// rpcGranted ends step 2. Newer firmware gives a new session with it.
func (t *Twin) rpcGranted(now time.Time, r wire.Request, s *session) reply {
	b := &t.body
	b.Flash.write(b.Memory.clock(now), "Login", s.user, [2]string{"Address", s.address})
	t.dirty = true
	if b.Model.Generation == GenA {
		a := done(r, nil) // no keep-alive interval on old firmware
		a.Session = s.id
		return encode(a)
	}
	t.mind.sessions.end(s.id)
	next := t.mind.sessions.start(now, b.Model.Generation, s.address)
	next.user = s.user
	a := done(r, wire.LoginGranted{KeepAliveInterval: int(keepAlive.Seconds())})
	a.Session = next.id
	out := encode(a)
	out.extra = []string{"Set-Cookie: WebClientHttpSessionID=" + strings.Trim(next.id.Key(), `"`) + "; path=/"}
	return out
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
		return failed(r, wire.CodeBusy)
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
	a := failed(r, code)
	if !old {
		seconds, left := int(v.locked.Seconds()), v.left
		a.Params, _ = wire.Params(wire.LoginRefused{RemainLockSecond: &seconds, RemainLoginTimes: &left})
	}
	return a
}
