package twin

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// basicRealm is what firmware that knows Basic alone asks with.
const basicRealm = "Device_CGI"

// authenticate judges the proof of a CGI request. Without an account the reply is
// the answer.
func (t *Twin) authenticate(now time.Time, q *request) (*account, reply) {
	v, found := t.cgiProof(now, q)
	kind := wire.CGIAuthority
	switch {
	case found == proofStale && t.body.Switches.StaleNonce == StaleForbidden:
		return nil, refuse(403, kind)
	case found != proofJudged:
		return nil, t.challenge(now, found == proofStale, kind)
	case v.granted():
		t.noteCGI(now, q, v.user.Name)
		return v.user, reply{}
	case v.result == lockedOut && t.body.Switches.LockedBody == LockedSentence:
		kind = wire.CGILocked
	}
	if v.result == lockedOut && t.body.Switches.LockedStatus == LockedForbidden {
		return nil, refuse(403, kind)
	}
	return nil, t.challenge(now, false, kind)
}

// cgiProof judges what a request brought by the schemes that this recorder's CGI
// takes. Any other is no proof: it costs nothing.
func (t *Twin) cgiProof(now time.Time, q *request) (verdict, digestFound) {
	mode := t.body.Switches.CGILogin
	if user, password, basic := basicProof(q.Header.Get("Authorization")); basic && mode != CGIDigest {
		if !t.body.Flash.Initialised {
			return verdict{}, proofNone
		}
		q.first = true
		return t.prove(now, user, q.Address, func(a *account) bool {
			return a.matches(t.body.realm(), password)
		}), proofJudged
	}
	if mode == CGIBasic {
		return verdict{}, proofNone
	}
	return t.digestProof(now, q)
}

// basicProof reads the header of a Basic login.
func basicProof(header string) (user, password string, ok bool) {
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, wire.SchemeBasic) || len(token) > wire.MaxHeader {
		return "", "", false
	}
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(token))
	if err != nil {
		return "", "", false
	}
	user, password, ok = strings.Cut(string(b), ":")
	return user, password, ok && len(password) <= maxTyped
}

// challenge asks for a proof. The body is the same whatever the reason, but for a
// lock on newer firmware.
func (t *Twin) challenge(now time.Time, stale bool, kind wire.CGIKind) reply {
	r := refuse(401, kind)
	mode := t.body.Switches.CGILogin
	if mode != CGIBasic {
		r.extra = t.challengeLines(now, stale)
	}
	if mode != CGIDigest {
		realm := basicRealm
		if mode == CGIBoth {
			realm = t.body.realm()
		}
		r.extra = append(r.extra, `WWW-Authenticate: Basic realm="`+realm+`"`)
	}
	return r
}

// noteCGI writes the login and logout that recorders write for each request which
// does not go on with a nonce it used before.
func (t *Twin) noteCGI(now time.Time, q *request, user string) {
	if !q.first {
		return
	}
	at := t.body.Memory.clock(now)
	t.body.Flash.write(at, "Login", user, [2]string{"Address", q.Address}, [2]string{"Type", "CGI"})
	t.body.Flash.write(at, "Logout", user, [2]string{"Address", q.Address}, [2]string{"Type", "CGI"})
}
