package twin

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const (
	maxNonces = 256
	nonceLife = time.Hour // not known of real ones
)

// nonces are the challenges handed out, oldest first. What is not among them is
// stale, which is never a wrong proof.
type nonces struct {
	list []nonce
}

type nonce struct {
	text string
	at   time.Time
	used bool // by a proof that was right
}

func (n *nonces) add(now time.Time, text string) string {
	if len(n.list) >= maxNonces {
		n.list = slices.Delete(n.list, 0, maxNonces/4)
	}
	n.list = append(n.list, nonce{text: text, at: now})
	return text
}

func (n *nonces) fresh(now time.Time, text string) bool {
	return slices.ContainsFunc(n.list, func(x nonce) bool {
		return x.text == text && now.Sub(x.at) < nonceLife
	})
}

// use marks a nonce as used and tells whether it was not before.
func (n *nonces) use(text string) bool {
	i := slices.IndexFunc(n.list, func(x nonce) bool { return x.text == text })
	if i < 0 || n.list[i].used {
		return false
	}
	n.list[i].used = true
	return true
}

// random gives n unpredictable bytes.
func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
}

// number gives an unpredictable number of at most ten digits, never 0.
func number() int64 { return int64(binary.LittleEndian.Uint32(random(4))>>1) + 1 }

// newNonce is in the style of the generation: a decimal number on old firmware, a
// long base64 text on new.
func newNonce(g Generation) string {
	if g == GenC {
		return base64.StdEncoding.EncodeToString(random(48))
	}
	return strconv.FormatInt(number(), 10)
}

// challengeLines are the header lines that ask for a proof.
func (t *Twin) challengeLines(now time.Time, stale bool) []string {
	g := t.body.Model.Generation
	c := wire.Challenge{
		Scheme: wire.SchemeDigest, Realm: t.body.realm(), QOP: "auth",
		Nonce: t.mind.nonces.add(t.clients(now), newNonce(g)), Stale: stale,
	}
	if g != GenC {
		c.Opaque = hex.EncodeToString(random(20))
	}
	return []string{"WWW-Authenticate: " + c.String()}
}

// digestFound is what a request brought.
type digestFound int

const (
	proofNone digestFound = iota
	proofStale
	proofJudged
)

// digestProof judges the proof in the header of a request. Missing credentials,
// another scheme, algorithm or realm and an unknown nonce are no proof and cost nothing.
func (t *Twin) digestProof(now time.Time, q *request) (verdict, digestFound) {
	c, err := wire.ParseCredentials(q.Header.Get("Authorization"))
	switch {
	case !t.body.Flash.Initialised, err != nil, c.Realm != t.body.realm(), !asAsked(c), !signs(c, q):
		return verdict{}, proofNone
	case !t.mind.nonces.fresh(t.clients(now), c.Nonce):
		return verdict{}, proofStale
	}
	v := t.prove(now, c.Username, q.Address, func(a *account) bool {
		return c.Verify(q.Method, strings.ToLower(a.Gen2))
	})
	q.first = v.granted() && t.mind.nonces.use(c.Nonce)
	return v, proofJudged
}

// asAsked tells whether credentials are of the one algorithm that recorders ask for.
// Others prove nothing to them, right or wrong.
func asAsked(c wire.Credentials) bool {
	return (c.Algorithm == "" || strings.EqualFold(c.Algorithm, "MD5")) && (c.QOP == "" || c.QOP == "auth")
}

// signs tells whether the signed address is the requested one. Clients sign either
// spelling of brackets and spaces, so the decoded paths are compared and the proof
// is checked over what was signed. Some clients sign the whole address.
func signs(c wire.Credentials, q *request) bool {
	path, _, _ := strings.Cut(c.URI, "?")
	if _, rest, whole := strings.Cut(path, "://"); whole {
		_, path, _ = strings.Cut(rest, "/")
		path = "/" + path
	}
	decoded, err := wire.Unescape(strings.ReplaceAll(path, "+", "%2B"))
	return err == nil && decoded == q.Path
}
