package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Schemes of HTTP authentication.
const (
	SchemeDigest = "Digest"
	SchemeBasic  = "Basic"
)

// Challenge is one challenge of a WWW-Authenticate value. Recorders send MD5
// without saying so and qop "auth"; RTSP sends neither qop nor opaque.
type Challenge struct {
	Scheme    string
	Realm     string
	Nonce     string
	Opaque    string
	QOP       string // as sent; may be a list
	Algorithm string // empty is MD5
	Stale     bool
}

const challengeWhat = "WWW-Authenticate"

// ParseChallenges reads one WWW-Authenticate value, which may hold several
// challenges. A Digest challenge without realm or nonce is malformed.
func ParseChallenges(value string) ([]Challenge, error) {
	sets, err := parseAuth(challengeWhat, value)
	if err != nil {
		return nil, err
	}
	var cs []Challenge
	for _, s := range sets {
		c := Challenge{
			Scheme:    s.scheme,
			Realm:     s.params["realm"],
			Nonce:     s.params["nonce"],
			Opaque:    s.params["opaque"],
			QOP:       s.params["qop"],
			Algorithm: s.params["algorithm"],
			Stale:     strings.EqualFold(s.params["stale"], "true"),
		}
		switch {
		case strings.EqualFold(s.scheme, SchemeDigest):
			c.Scheme = SchemeDigest
			if c.Realm == "" || c.Nonce == "" {
				return nil, malformed(challengeWhat, "no realm or no nonce")
			}
		case strings.EqualFold(s.scheme, SchemeBasic):
			c.Scheme = SchemeBasic
		}
		cs = append(cs, c)
	}
	return cs, nil
}

// String prints the challenge in the order and spacing of recorders. Stale is
// printed only when set.
func (c Challenge) String() string {
	s := c.Scheme + " realm=" + quote(c.Realm)
	if c.Scheme == SchemeBasic {
		return s
	}
	if c.QOP != "" {
		s += ",qop=" + quote(c.QOP)
	}
	s += ",nonce=" + quote(c.Nonce)
	// An empty opaque is sent by newer firmware; a reader cannot tell it from an
	// absent one and does not need to.
	s += ",opaque=" + quote(c.Opaque)
	if c.Algorithm != "" {
		s += ",algorithm=" + c.Algorithm
	}
	if c.Stale {
		s += `,stale="true"`
	}
	return s
}

// Credentials is an Authorization value of scheme Digest.
type Credentials struct {
	Username  string
	Realm     string
	Nonce     string
	URI       string // exactly the request target that is sent
	Response  string
	Algorithm string // empty is MD5
	CNonce    string
	Opaque    string
	QOP       string // "auth", or empty for the form of RFC 2069
	NC        string // up to eight hex digits, as sent
}

const credentialsWhat = "Authorization"

// Answer makes the credentials for one request. ha1 is [HA1] (or, for algorithm
// SHA-256, [HA1For]); cnonce is fresh for each request; nc counts the uses of the
// nonce from 1. It refuses challenges it cannot answer.
func (c Challenge) Answer(user, ha1, method, uri, cnonce string, nc uint32) (Credentials, error) {
	if c.Scheme != SchemeDigest {
		return Credentials{}, malformed(challengeWhat, "not a Digest challenge")
	}
	a := Credentials{
		Username: user, Realm: c.Realm, Nonce: c.Nonce, URI: uri,
		Algorithm: c.Algorithm, Opaque: c.Opaque,
	}
	switch {
	case c.QOP == "":
	case hasToken(c.QOP, "auth"):
		a.QOP, a.CNonce, a.NC = "auth", cnonce, fmt.Sprintf("%08x", nc)
	default:
		return Credentials{}, malformed(challengeWhat, "no qop this side knows")
	}
	var err error
	a.Response, err = a.expected(method, ha1)
	return a, err
}

// Verify reports whether the response proves ha1 for this method. It does not
// judge realm, nonce, URI or counter: those are the server's. Constant time in
// the response; the case of its hex digits does not matter.
func (a Credentials) Verify(method, ha1 string) bool {
	want, err := a.expected(method, ha1)
	return err == nil && Equal(want, strings.ToLower(a.Response))
}

func (a Credentials) expected(method, ha1 string) (string, error) {
	sum, ok := hashes[strings.ToUpper(a.Algorithm)]
	if !ok {
		return "", malformed(credentialsWhat, "algorithm")
	}
	ha2 := sum(method + ":" + a.URI)
	switch a.QOP {
	case "":
		return sum(ha1 + ":" + a.Nonce + ":" + ha2), nil
	case "auth":
		return sum(strings.Join([]string{ha1, a.Nonce, a.NC, a.CNonce, a.QOP, ha2}, ":")), nil
	}
	return "", malformed(credentialsWhat, "qop")
}

var hashes = map[string]func(string) string{
	"":    md5Hex,
	"MD5": md5Hex,
	"SHA-256": func(s string) string {
		d := sha256.Sum256([]byte(s))
		return hex.EncodeToString(d[:])
	},
}

// HA1For is [HA1] for the algorithm a challenge names; ok is false for one this
// package does not know.
func HA1For(algorithm, user, realm, password string) (ha1 string, ok bool) {
	sum, ok := hashes[strings.ToUpper(algorithm)]
	if !ok {
		return "", false
	}
	return sum(user + ":" + realm + ":" + password), true
}

// String prints the value of the Authorization header.
func (a Credentials) String() string {
	s := SchemeDigest + " username=" + quote(a.Username) + ", realm=" + quote(a.Realm) +
		", nonce=" + quote(a.Nonce) + ", uri=" + quote(a.URI)
	if a.Algorithm != "" {
		s += ", algorithm=" + a.Algorithm
	}
	if a.QOP != "" {
		s += ", qop=" + a.QOP + ", nc=" + a.NC + ", cnonce=" + quote(a.CNonce)
	}
	s += ", response=" + quote(a.Response)
	if a.Opaque != "" {
		s += ", opaque=" + quote(a.Opaque)
	}
	return s
}

// ParseCredentials reads an Authorization value. Any scheme but Digest is
// malformed: a server treats that as no credentials, not as a failed try.
func ParseCredentials(value string) (Credentials, error) {
	sets, err := parseAuth(credentialsWhat, value)
	if err != nil {
		return Credentials{}, err
	}
	if len(sets) != 1 || !strings.EqualFold(sets[0].scheme, SchemeDigest) {
		return Credentials{}, malformed(credentialsWhat, "scheme")
	}
	p := sets[0].params
	for _, name := range []string{"username", "realm", "nonce", "uri", "response"} {
		if _, ok := p[name]; !ok {
			return Credentials{}, malformed(credentialsWhat, "no "+name)
		}
	}
	a := Credentials{
		Username: p["username"], Realm: p["realm"], Nonce: p["nonce"], URI: p["uri"],
		Response: p["response"], Algorithm: p["algorithm"], CNonce: p["cnonce"],
		Opaque: p["opaque"], QOP: p["qop"], NC: p["nc"],
	}
	if a.QOP != "" && !nonceCount(a.NC) {
		return Credentials{}, malformed(credentialsWhat, "nc")
	}
	return a, nil
}

// nonceCount takes fewer than the eight hex digits of the standard too: some
// clients count in plain numbers, and sign what they send.
func nonceCount(s string) bool {
	for i := range len(s) {
		if unhex(s[i]) < 0 {
			return false
		}
	}
	return len(s) >= 1 && len(s) <= 8
}

func hasToken(list, token string) bool {
	for t := range strings.SplitSeq(list, ",") {
		if strings.EqualFold(strings.TrimSpace(t), token) {
			return true
		}
	}
	return false
}
