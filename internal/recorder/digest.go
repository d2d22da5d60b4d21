package recorder

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// probeTarget is read with and without credentials; it changes nothing.
const probeTarget = "/cgi-bin/magicBox.cgi?action=getMachineName"

var (
	errBasicOnly = errors.New("the recorder takes passwords in a readable form only (HTTP Basic)")
	errOpen      = errors.New("the recorder answers without asking for a password")
	errNoDigest  = errors.New("the recorder asks for no kind of login rekey knows")
)

// ProveCGI sends one password proof by CGI and HTTP Digest. CGI alone cannot tell
// a wrong password from most other refusals: a 401 gives verdict unclear with an
// error of kind Refused, unless its body names a lock. A recorder that knows only
// HTTP Basic gets the password only where AllowBasic says so.
func (c *Client) ProveCGI(ctx context.Context, user string, password secret.String) Outcome {
	ch, err := c.cgiChallenge(ctx, opLogin)
	if err != nil {
		return failed(ViaCGI, err, false)
	}
	via := ViaCGI
	if ch.Scheme == wire.SchemeBasic {
		via = ViaBasic
	}
	rep, err := c.provedGet(ctx, opLogin, probeTarget, ch, user, password)
	if err != nil {
		return failed(via, err, true)
	}
	o := Outcome{Via: via}
	refusal := cgiError(opLogin, rep)
	switch {
	case refusal == nil && rep.status == http.StatusOK:
		if _, err := wire.ParseTable(rep.body); err != nil || rep.short {
			return failed(via, &Error{Op: opLogin, Kind: Garbage, Err: err}, true)
		}
		o.Verdict = Accepted
	case KindOf(refusal) == Locked:
		o.Verdict = AccountLocked
	case KindOf(refusal) == Limit:
		o.Verdict = ConnectionLimit
	case refusal == nil: // another status of success is no answer recorders give
		o.Verdict, o.Err = Unclear, &Error{Op: opLogin, Kind: Garbage, Err: errStatus}
	default:
		o.Verdict, o.Err = Unclear, refusal
	}
	return o
}

// cgiChallenge asks for a nonce with a request that carries nothing.
func (c *Client) cgiChallenge(ctx context.Context, op string) (wire.Challenge, error) {
	rep, err := c.exchange(ctx, ask{op: op, method: http.MethodGet, target: probeTarget})
	if err != nil {
		return wire.Challenge{}, err
	}
	ch, err := digestChallenge(rep)
	if errors.Is(err, errBasicOnly) && c.AllowBasic {
		return wire.Challenge{Scheme: wire.SchemeBasic}, nil
	}
	if err != nil {
		kind := statusKind(rep.status)
		if kind == 0 || kind == Refused {
			kind = NotSupported
		}
		return wire.Challenge{}, &Error{Op: op, Kind: kind, Err: err}
	}
	return ch, nil
}

// maxChallengeHeaders is how many WWW-Authenticate lines are looked at.
const maxChallengeHeaders = 4

// digestChallenge picks the Digest challenge with the algorithm known best here,
// MD5 before SHA-256 because recorders store an MD5.
func digestChallenge(rep reply) (wire.Challenge, error) {
	if rep.status == http.StatusOK {
		return wire.Challenge{}, errOpen
	}
	if rep.status != http.StatusUnauthorized {
		return wire.Challenge{}, redirectOf(rep.at, rep)
	}
	why := errNoDigest
	var found *wire.Challenge
	lines := rep.header.Values("WWW-Authenticate")
	for _, line := range lines[:min(len(lines), maxChallengeHeaders)] {
		all, err := wire.ParseChallenges(line)
		if err != nil {
			why = err
			continue
		}
		for _, ch := range all {
			_, known := wire.HA1For(ch.Algorithm, "", "", "")
			switch {
			case ch.Scheme == wire.SchemeBasic && found == nil:
				why = errBasicOnly
			case ch.Scheme == wire.SchemeDigest && known && (found == nil || ch.Algorithm == "" || ch.Algorithm == "MD5"):
				found = &ch
			}
		}
	}
	if found == nil {
		return wire.Challenge{}, why
	}
	return *found, nil
}

// provedGet sends one GET with a proof, answering ch. target is signed and sent
// byte for byte the same.
func (c *Client) provedGet(ctx context.Context, op, target string, ch wire.Challenge, user string,
	password secret.String) (reply, error) {
	a, err := authorized(ask{op: op, method: http.MethodGet, target: target}, ch, user, password)
	if err != nil {
		return reply{}, err
	}
	return c.exchange(ctx, a)
}

// authorized adds a proof to a request.
func authorized(a ask, ch wire.Challenge, user string, password secret.String) (ask, error) {
	a.proof = true
	if ch.Scheme == wire.SchemeBasic { // only cgiChallenge gives one, and only by consent
		a.auth = "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password.Reveal()))
		return a, nil
	}
	ha1, ok := wire.HA1For(ch.Algorithm, user, ch.Realm, password.Reveal())
	if !ok {
		return a, &Error{Op: a.op, Kind: Unsent, Err: errNoDigest}
	}
	var b [8]byte
	rand.Read(b[:]) // never fails
	answer, err := ch.Answer(user, ha1, a.method, a.target, hex.EncodeToString(b[:]), 1)
	if err != nil {
		return a, &Error{Op: a.op, Kind: Unsent, Err: err}
	}
	a.auth = answer.String()
	return a, nil
}

// cgiError reads a CGI answer; nil is an answer that is no refusal.
func cgiError(op string, rep reply) error {
	err := wire.CheckCGI(rep.status, rep.body)
	var e *wire.CGIError
	if !errors.As(err, &e) {
		return nil
	}
	kind := Refused
	switch {
	case e.Kind == wire.CGILocked:
		kind = Locked
	case rep.status == http.StatusServiceUnavailable || rep.status == http.StatusTooManyRequests:
		kind = Limit
	case e.Kind == wire.CGINotImplemented || rep.status == http.StatusNotFound:
		kind = NotSupported
	case rep.status >= 300 && rep.status < 400:
		return &Error{Op: op, Kind: NotSupported, Err: redirectOf(rep.at, rep)}
	}
	return &Error{Op: op, Kind: kind, Err: e}
}
