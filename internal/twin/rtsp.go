package twin

import (
	"encoding/hex"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/rtsp"
)

// converseRTSP has a connection of a client that wants moving pictures.
func (t *Twin) converseRTSP(c net.Conn) { _ = t.streams.rtsp(t).Serve(c) }

// rtspPass is what a connection that proved itself has: the account, and the hash
// its password had then. With it the client may sign every request anew without
// being counted anew.
type rtspPass struct {
	user, nonce, hash string
}

// Judge decides about one request of a connection. Like everywhere else, missing
// credentials, another scheme, another realm and an unknown nonce are no proof and
// cost nothing. What was signed is taken from the credentials themselves: clients
// sign the address in several spellings.
func (v rtspView) Judge(q rtsp.Claim, before any) (verdict rtsp.Verdict) {
	t := v.t
	pass, _ := before.(rtspPass)
	_ = t.do(func(now time.Time) error {
		if q.Method == http.MethodOptions && q.Authorization == "" && t.body.Switches.RTSPOptions != RTSPChallenge {
			verdict = rtsp.Verdict{Granted: true, Pass: before}
			return nil
		}
		var ok bool
		if pass, ok = t.rtspProof(now, q, pass); ok {
			verdict = rtsp.Verdict{Granted: true, Pass: pass}
			return nil
		}
		verdict.Challenge = t.rtspChallenge(now)
		return nil
	})
	return verdict
}

// rtspProof judges a request. One without credentials on a connection that proved
// itself is the same client's, as long as its password is the one it proved.
func (t *Twin) rtspProof(now time.Time, q rtsp.Claim, known rtspPass) (rtspPass, bool) {
	still := func(user string) bool {
		a := t.body.Flash.account(user)
		return known.hash != "" && known.user == user && a != nil && a.usable() && a.Gen2 == known.hash
	}
	if q.Authorization == "" {
		return known, still(known.user)
	}
	c, err := wire.ParseCredentials(q.Authorization)
	if err != nil || c.Realm != t.body.realm() || !asAsked(c) {
		return rtspPass{}, false
	}
	check := func(a *account) bool { return c.Verify(q.Method, strings.ToLower(a.Gen2)) }
	if known.nonce == c.Nonce && still(c.Username) {
		if check(t.body.Flash.account(c.Username)) {
			return known, true
		}
	} else if !t.mind.nonces.fresh(t.clients(now), c.Nonce) {
		return rtspPass{}, false
	}
	v := t.prove(now, c.Username, q.Address, check)
	if v.result != granted {
		return rtspPass{}, false
	}
	return rtspPass{c.Username, c.Nonce, v.user.Gen2}, true
}

// rtspChallenge has a realm and a nonce and nothing else.
func (t *Twin) rtspChallenge(now time.Time) string {
	nonce := t.mind.nonces.add(t.clients(now), hex.EncodeToString(random(16)))
	return wire.SchemeDigest + ` realm="` + t.body.realm() + `", nonce="` + nonce + `"`
}
