package recorder

import (
	"context"
	"errors"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// ClientType is the kind of client that rekey signs in as: a recorder's list of
// logins shows it.
const ClientType = "Web3.0"

const (
	opLogin   = "login"
	loginType = "Direct"

	// assumedKeepAlive is for generation A, which does not say.
	assumedKeepAlive = 60 * time.Second
	maxKeepAlive     = time.Hour
)

var (
	errEncryption = errors.New("the recorder asks for the password in a readable form")
	errChallenge  = errors.New("the login challenge is incomplete")
	errGranted    = errors.New("the recorder granted a login before any password was sent")
)

// Prove sends one password proof: by RPC2, or, only where the recorder has no
// RPC2 login, by CGI. RPC2 comes first because only it tells a wrong password
// from a lock. A recorder that sends its callers to HTTPS on itself is asked there
// if the owner agreed to its certificate; one without any web service, at its
// DVRIP port, which opens no session that outlasts the call. It never sends a second proof: each
// further way is tried only after one by which none left.
func (c *Client) Prove(ctx context.Context, user string, password secret.String) Outcome {
	o := c.proveWeb(ctx, user, password)
	if next := c.followed(o.Err); o.Verdict == NotSent && next != nil {
		return next.proveWeb(ctx, user, password)
	}
	if o.Verdict == NotSent && KindOf(o.Err) == Unreachable {
		return c.proveApart(ctx, o, user, password)
	}
	return o
}

func (c *Client) proveWeb(ctx context.Context, user string, password secret.String) Outcome {
	o := c.ProveRPC(ctx, user, password)
	if o.Verdict == NotSent && KindOf(o.Err) == NotSupported {
		return c.ProveCGI(ctx, user, password)
	}
	return o
}

// followed gives a client of the HTTPS service that a recorder sent to, nil if it
// sent nowhere or the owner did not agree to a certificate. It is asked before a
// proof left, never after.
func (c *Client) followed(err error) *Client {
	var e *RedirectError
	if c.Fingerprint == "" || !errors.As(err, &e) || e.to == nil {
		return nil
	}
	return c.over(e.to)
}

// ProveRPC sends one password proof by RPC2: a challenge is fetched, which is no
// proof, then answered once.
func (c *Client) ProveRPC(ctx context.Context, user string, password secret.String) Outcome {
	step1, ch, err := c.challenge(ctx, opLogin, user)
	if err != nil {
		return failed(ViaRPC, err, false)
	}
	o := Outcome{Via: ViaRPC, Code: step1.Code()}
	if ch == nil {
		return o.unchallenged(step1)
	}
	proof, ok := wire.LoginProof(*ch, user, password.Reveal())
	if !ok {
		return failed(ViaRPC, &Error{Op: opLogin, Kind: NotSupported, Err: errEncryption}, false)
	}
	res, granted, err := c.answer(ctx, step1.Session, *ch, user, proof)
	if err != nil {
		return failed(ViaRPC, err, true)
	}
	o.Code = res.Code()
	o.judge(res)
	if o.Verdict == Accepted {
		o.Session = granted
	}
	return o
}

// challenge does step 1 of a login. The challenge is nil when the recorder
// answered anything else.
func (c *Client) challenge(ctx context.Context, op, user string) (wire.Response, *wire.LoginChallenge, error) {
	params, err := wire.Params(wire.Login{UserName: user, ClientType: ClientType, LoginType: loginType})
	if err != nil {
		return wire.Response{}, nil, &Error{Op: op, Kind: Unsent, Err: err}
	}
	res, _, err := c.post(ctx, ask{op: op, target: wire.PathLogin},
		wire.Request{Method: wire.MethodLogin, Params: params, ID: 1})
	// Firmware without RPC2 shows its front page, or asks for HTTP credentials first,
	// as it does of every page; RPC2 itself answers a refusal with 200.
	if errors.Is(err, errPage) || KindOf(err) == Refused {
		return res, nil, &Error{Op: op, Kind: NotSupported, Err: err}
	}
	if err != nil {
		return res, nil, err
	}
	ch, err := challengeIn(op, res)
	return res, ch, err
}

// challengeIn reads the challenge in the answer to step 1, nil for any other
// answer.
func challengeIn(op string, res wire.Response) (*wire.LoginChallenge, error) {
	if code := res.Code(); code != wire.CodeChallenge && code != wire.CodeWebChallenge {
		return nil, nil
	}
	var ch wire.LoginChallenge
	if err := wire.DecodeParams(res.Params, &ch); err != nil {
		return nil, &Error{Op: op, Kind: Garbage, Err: err}
	}
	if ch.Encryption == wire.EncryptionDefault && (ch.Realm == "" || ch.Random == "") {
		return nil, &Error{Op: op, Kind: Garbage, Err: errChallenge}
	}
	return &ch, nil
}

// answer does step 2, the proof. The session of the second answer replaces that
// of the first; newer firmware changes even its type.
func (c *Client) answer(ctx context.Context, first wire.Session, ch wire.LoginChallenge, user, proof string) (
	wire.Response, *Session, error) {
	params, err := wire.Params(wire.Login{UserName: user, Password: proof, ClientType: ClientType,
		LoginType: loginType, AuthorityType: ch.Encryption, PasswordType: ch.Encryption})
	if err != nil {
		return wire.Response{}, nil, &Error{Op: opLogin, Kind: Unsent, Err: err}
	}
	res, header, err := c.post(ctx, ask{op: opLogin, target: wire.PathLogin, proof: true},
		wire.Request{Method: wire.MethodLogin, Params: params, ID: 2, Session: first})
	if err != nil {
		return res, nil, err
	}
	id := res.Session
	if !id.Usable() {
		id = first
	}
	s := &Session{client: c, id: id, user: user, every: keepAliveOf(res), cookies: sessionCookies(header)}
	s.last.Store(2)
	return res, s, nil
}

func keepAliveOf(res wire.Response) time.Duration {
	var g wire.LoginGranted
	d := assumedKeepAlive
	if wire.DecodeParams(res.Params, &g) == nil && g.KeepAliveInterval > 0 {
		d = min(time.Duration(min(g.KeepAliveInterval, maxCounter))*time.Second, maxKeepAlive)
	}
	return d
}

// unchallenged judges a step 1 that gave no challenge. No proof has been sent.
func (o Outcome) unchallenged(res wire.Response) Outcome {
	o.Verdict = NotSent
	if res.Result.OK() {
		o.Err = &Error{Op: opLogin, Kind: Garbage, Err: errGranted}
		return o
	}
	switch k := codeKind(o.Code); k {
	case Locked:
		o.Verdict = AccountLocked
		o.counters(res)
	case Limit:
		o.Verdict = ConnectionLimit
	case Uninitialised:
		o.Verdict = NotInitialised
	default:
		o.Err = &Error{Op: opLogin, Kind: k, Err: &CallError{o.Code}}
	}
	return o
}

// judge reads the answer to a proof.
func (o *Outcome) judge(res wire.Response) {
	if res.Result.OK() && res.Error == nil {
		o.Verdict = Accepted
		return
	}
	o.counters(res)
	switch o.Code {
	case wire.CodeLoginNotValid, wire.CodePasswordNotValid, wire.CodeUserNotValid, wire.CodeWebUserInvalid:
		o.Verdict = Wrong
		return
	}
	switch k := codeKind(o.Code); k {
	case Locked:
		o.Verdict = AccountLocked
	case Limit:
		o.Verdict = ConnectionLimit
	case Uninitialised:
		o.Verdict = NotInitialised
	default:
		o.Verdict = Unclear
		o.Err = &Error{Op: opLogin, Kind: k, Err: &CallError{o.Code}}
	}
}
