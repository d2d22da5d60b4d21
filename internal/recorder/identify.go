package recorder

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"sync"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const (
	opIdentify = "identify"
	// maxPage is how much of the front page is looked at.
	maxPage = 64 << 10
)

var errStranger = errors.New("something answers, but not as a recorder of this family does")

// Identify gathers what a recorder shows without a login: discovery, front page,
// login challenges, and the set-up state. No request carries a password or a
// proof, so it cannot lock an account. Sources that do not answer are recorded
// and tolerated. A recorder that sends to its own HTTPS service is asked there,
// whatever its certificate; nothing else is followed. The error is Unreachable when none did, and NotSupported, with
// the identity filled as far as it goes, when nothing looked like a recorder.
func (c *Client) Identify(ctx context.Context) (Identity, error) {
	t, err := c.target(ctx, opIdentify)
	if err != nil {
		return Identity{}, err
	}
	id := Identity{Address: netip.AddrPortFrom(t.addrs[0], t.port), HTTPPort: int(t.port), State: StateUnknown}
	s := &id.Sources
	var wg sync.WaitGroup
	if c.discoveryPort() > 0 {
		wg.Go(func() {
			n, err := c.discover(ctx, t.addrs[0])
			if s.DiscoveryErr = err; err == nil {
				s.Discovery = &n
			}
		})
	} else {
		s.DiscoveryErr = &Error{Op: opDiscover, Kind: Unsent, Err: errNotAsked}
	}
	c.askWeb(ctx, s)
	wg.Wait()
	id.conclude()
	switch {
	case ctx.Err() != nil:
		return id, &Error{Op: opIdentify, Kind: Unreachable, Err: context.Cause(ctx)}
	case s.recognized():
		return id, nil
	case s.answered():
		return id, &Error{Op: opIdentify, Kind: NotSupported, Err: errStranger}
	case KindOf(s.PageErr) == Unreachable:
		return id, s.PageErr
	}
	return id, &Error{Op: opIdentify, Kind: Unreachable, Err: s.PageErr}
}

var errNotAsked = errors.New("not asked")

// askWeb asks over HTTP, one question after the other: small recorders serve few
// connections. When nobody can be dialed the rest is not tried.
func (c *Client) askWeb(ctx context.Context, s *Sources) {
	rep, err := c.exchange(ctx, ask{op: opIdentify, method: http.MethodGet, target: "/"})
	if e := redirected(rep.at, rep); err == nil && e != nil {
		s.Redirect = e
		if e.to != nil { // once: over HTTPS nothing is followed
			c = c.over(e.to)
			rep, err = c.exchange(ctx, ask{op: opIdentify, method: http.MethodGet, target: "/"})
		}
	}
	s.page(rep, err)
	if KindOf(s.PageErr) == Unreachable {
		s.ChallengeErr, s.CGIErr, s.OutsideErr = s.PageErr, s.PageErr, s.PageErr
		return
	}
	s.challenge(c.challenge(ctx, opIdentify, "admin"))
	s.cgi(c.exchange(ctx, ask{op: opIdentify, method: http.MethodGet, target: probeTarget}))
	var st wire.InitStatus
	st, err = c.initStatus(ctx, opIdentify)
	if s.OutsideErr = err; err == nil {
		s.Outside = &st
	}
	s.Certificate = c.Certificate()
}

func (s *Sources) page(rep reply, err error) {
	if s.PageErr = err; err == nil {
		s.PageStatus = rep.status
		s.PageMark = markOf(rep.body[:min(len(rep.body), maxPage)])
	}
}

func (s *Sources) challenge(res wire.Response, ch *wire.LoginChallenge, err error) {
	switch {
	case err != nil:
		s.ChallengeErr = err
	case ch != nil:
		ch.Random = ""
		s.Challenge = ch
	case res.Result.OK():
		s.ChallengeErr = &Error{Op: opIdentify, Kind: Garbage, Err: errGranted}
	default:
		s.ChallengeErr = &Error{Op: opIdentify, Kind: codeKind(res.Code()), Err: &CallError{res.Code()}}
	}
}

func (s *Sources) cgi(rep reply, err error) {
	if err != nil {
		s.CGIErr = err
		return
	}
	lines := rep.header.Values("WWW-Authenticate")
	for _, line := range lines[:min(len(lines), maxChallengeHeaders)] {
		all, err := wire.ParseChallenges(line)
		if err == nil && (all[0].Scheme == wire.SchemeDigest || s.CGIScheme == "") {
			s.CGIRealm, s.CGIScheme = all[0].Realm, all[0].Scheme
		}
	}
	if s.CGIScheme == "" {
		s.CGIErr = &Error{Op: opIdentify, Kind: NotSupported, Err: errNoDigest}
	}
}
