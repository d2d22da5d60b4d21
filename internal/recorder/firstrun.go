package recorder

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"slices"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
)

const opFirstRun = "first run"

// FirstRun is the first password of a recorder of generation C that has none.
// It is not a way around a password: a recorder that has one refuses it.
type FirstRun struct {
	User     string // empty is admin
	Password secret.String
	Mail     string // for the recorder's own recovery; may be empty
}

// FirstRunVerdict is what became of a first run.
type FirstRunVerdict string

// The verdicts.
const (
	FirstRunDone         FirstRunVerdict = "done"        // the recorder says so; prove it with a login
	FirstRunAlready      FirstRunVerdict = "initialised" // it has a password; nothing was changed
	FirstRunNotSupported FirstRunVerdict = "unsupported" // it has no first run over the network
	FirstRunRefused      FirstRunVerdict = "refused"     // it did not take the password
	FirstRunUnsent       FirstRunVerdict = "unsent"      // the password did not leave this computer
	FirstRunLost         FirstRunVerdict = "lost"        // sent; whether it was taken is not known
	FirstRunUnclear      FirstRunVerdict = "unclear"     // answered, but neither yes nor no
)

// FirstRunOutcome is the result of a first run.
type FirstRunOutcome struct {
	Verdict FirstRunVerdict
	// CloudOff reports that access through the maker's servers and automatic update
	// checks were turned off; failing that is not fatal.
	CloudOff bool
	Err      error // an [*Error] for every verdict but done
}

var (
	errInitState = errors.New("the state of its set-up is unknown")
	errCipher    = errors.New("the recorder offers no encryption rekey knows")
)

// FirstRun gives an uninitialised recorder its first password, as the recorder's
// own web page does: state, agreement, key, account, access. The password is sent
// sealed for the key the recorder shows; on the local network nothing proves
// whose key that is. Nothing is repeated.
func (c *Client) FirstRun(ctx context.Context, f FirstRun) FirstRunOutcome {
	if f.Password.IsEmpty() {
		return FirstRunOutcome{Verdict: FirstRunUnsent, Err: &Error{Op: opFirstRun, Kind: Unsent, Err: errNoPassword}}
	}
	if f.User == "" {
		f.User = "admin"
	}
	if o := c.firstRunState(ctx); o != nil {
		return *o
	}
	s := sealer{c: c, id: 2}
	if err := s.prepare(ctx); err != nil {
		return firstRunUnsent(err)
	}
	plain := wire.InitAccount{Name: f.User, Pwd: f.Password.Reveal(), Mail: f.Mail}
	if sent, err := s.send(ctx, wire.MethodInitAccount, plain); err != nil {
		return FirstRunOutcome{Verdict: firstRunVerdict(err, sent), Err: err}
	}
	_, err := s.send(ctx, wire.MethodInitAccess, wire.InitAccess{NetAccess: 0, UpgradeCheck: 2})
	return FirstRunOutcome{Verdict: FirstRunDone, CloudOff: err == nil}
}

// firstRunState gives nil for a recorder without a password.
func (c *Client) firstRunState(ctx context.Context) *FirstRunOutcome {
	st, err := c.initStatus(ctx, opFirstRun)
	if err != nil {
		o := firstRunUnsent(err)
		return &o
	}
	switch st.Init {
	case wire.AccountUninitialised:
		return nil
	case wire.AccountInitialised:
		return &FirstRunOutcome{Verdict: FirstRunAlready,
			Err: &Error{Op: opFirstRun, Kind: Refused, Err: &CallError{wire.CodeNoRight}}}
	}
	return &FirstRunOutcome{Verdict: FirstRunUnsent, Err: &Error{Op: opFirstRun, Kind: Garbage, Err: errInitState}}
}

func firstRunUnsent(err error) FirstRunOutcome {
	if KindOf(err) == NotSupported {
		return FirstRunOutcome{Verdict: FirstRunNotSupported, Err: err}
	}
	return FirstRunOutcome{Verdict: FirstRunUnsent, Err: err}
}

func firstRunVerdict(err error, sent bool) FirstRunVerdict {
	var call *CallError
	switch k := KindOf(err); {
	case !sent, k == Unsent, k == Unreachable, k == PublicAddress, k == Untrusted:
		return FirstRunUnsent
	case k == Lost:
		return FirstRunLost
	case errors.As(err, &call), errors.Is(err, errResult):
		return FirstRunRefused
	}
	return FirstRunUnclear
}

// initStatus reads the state of the set-up. NotSupported is generation A or B.
func (c *Client) initStatus(ctx context.Context, op string) (wire.InitStatus, error) {
	var st wire.InitStatus
	err := c.outside(ctx, op, wire.Request{Method: wire.MethodInitStatus, ID: 1}, &st)
	return st, err
}

// outside makes one call that needs no login and reads its params into out, if
// not nil.
func (c *Client) outside(ctx context.Context, op string, r wire.Request, out any) error {
	sealed := r.Method == wire.MethodInitAccount || r.Method == wire.MethodInitAccess
	res, _, err := c.post(ctx, ask{op: op, target: wire.PathOutside, secret: sealed}, r)
	if err != nil {
		return err
	}
	if code := res.Code(); code != 0 {
		return &Error{Op: op, Kind: codeKind(code), Err: &CallError{code}}
	}
	if !res.Result.OK() {
		return &Error{Op: op, Kind: Refused, Err: errResult}
	}
	if out == nil {
		return nil
	}
	if err := wire.DecodeParams(res.Params, out); err != nil {
		return &Error{Op: op, Kind: Garbage, Err: err}
	}
	return nil
}

// sealer sends sealed calls, each with a key of its own.
type sealer struct {
	c      *Client
	id     int64
	pub    *rsa.PublicKey
	cipher string
}

func (s *sealer) next() int64 { s.id++; return s.id - 1 }

// prepare agrees and fetches the key.
func (s *sealer) prepare(ctx context.Context) error {
	agree, err := wire.Params(wire.ProtocolAgree{ProtocolEnable: true})
	if err != nil {
		return &Error{Op: opFirstRun, Kind: Unsent, Err: err}
	}
	err = s.c.outside(ctx, opFirstRun, wire.Request{Method: wire.MethodProtocolAgree, Params: agree,
		ID: s.next(), Session: wire.IntSession(0)}, nil)
	if err != nil {
		return err
	}
	var info wire.EncryptInfo
	err = s.c.outside(ctx, opFirstRun, wire.Request{Method: wire.MethodEncryptInfo, ID: s.next()}, &info)
	if err != nil {
		return err
	}
	switch {
	case slices.Contains(info.Cipher, "RPAC"), slices.Contains(info.Cipher, wire.RPAC256):
		s.cipher = wire.RPAC256
	case slices.Contains(info.Cipher, wire.RPAC128):
		s.cipher = wire.RPAC128
	default:
		return &Error{Op: opFirstRun, Kind: NotSupported, Err: errCipher}
	}
	if s.pub, err = wire.ParsePublicKey(info.Pub); err != nil {
		return &Error{Op: opFirstRun, Kind: Garbage, Err: err}
	}
	return nil
}

// send seals plain and sends it. sent is false when it failed before the call.
func (s *sealer) send(ctx context.Context, method string, plain any) (sent bool, err error) {
	text, err := wire.Params(plain)
	if err != nil {
		return false, &Error{Op: opFirstRun, Kind: Unsent, Err: err}
	}
	key, err := wire.NewKey(s.cipher, rand.Reader)
	if err != nil {
		return false, &Error{Op: opFirstRun, Kind: Unsent, Err: err}
	}
	env, err := wire.Seal(s.pub, s.cipher, key, text, rand.Reader)
	if err != nil {
		return false, &Error{Op: opFirstRun, Kind: Unsent, Err: err}
	}
	params, err := wire.Params(env)
	if err != nil {
		return false, &Error{Op: opFirstRun, Kind: Unsent, Err: err}
	}
	return true, s.c.outside(ctx, opFirstRun, wire.Request{Method: method, Params: params, ID: s.next()}, nil)
}
