package recorder

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// Access reads and changes a recorder that accepted a password: by CGI, and where
// CGI refuses, in the RPC2 session. Some firmware refuses every CGI call although
// the password is right, so one refused login there ends CGI for good: no second
// proof follows it. Its methods may be called concurrently; CGI calls then wait for
// each other, so that a password that stopped being right is sent once.
//
// Each CGI call is one request without credentials for a nonce and one with a
// proof. Nothing is repeated.
type Access struct {
	user     string
	password secret.String
	session  *Session // nil where the proof went by CGI

	turn chan struct{} // holds one token while a CGI call is under way

	mu     sync.Mutex
	client *Client
	off    error // why CGI is over
}

var errNoAccess = errors.New("the password was not accepted")

// Access makes one from an accepted outcome of this client. It keeps the password
// until it is let go of.
func (c *Client) Access(o Outcome, user string, password secret.String) (*Access, error) {
	if o.Verdict != Accepted || user == "" {
		return nil, &Error{Op: opLogin, Kind: Unsent, Err: errNoAccess}
	}
	a := &Access{user: user, password: password, session: o.Session, client: c, turn: make(chan struct{}, 1)}
	if o.Session != nil {
		a.client = o.Session.client // it may have moved to HTTPS
	}
	return a, nil
}

// Session is the RPC2 session, nil where there is none.
func (a *Access) Session() *Session { return a.session }

// LoginRefused gives why CGI is over: the recorder refused the login inside of a
// call, or the account is locked. nil means that it did not.
func (a *Access) LoginRefused() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.off
}

// either runs byCGI, and byRPC if CGI refused and there is a session. What CGI did
// not answer is not asked again: a change may have been made. The first error is
// the one told when neither knows the call, or the session has ended meanwhile.
func (a *Access) either(byCGI func() error, byRPC func(*Session) error) error {
	err := byCGI()
	switch KindOf(err) {
	case Refused, NotSupported, Locked, Limit:
	default:
		return err
	}
	if a.session == nil || byRPC == nil {
		return err
	}
	second := byRPC(a.session)
	switch {
	case KindOf(second) == NotSupported:
		return err
	case KindOf(second) == Expired && a.LoginRefused() == nil:
		return err // CGI goes on without a session, and has answered
	}
	return second
}

// get makes one CGI call; the query is signed and sent as [wire.FormatQuery] prints
// it. limit bounds the answer in bytes, 0 is the usual limit. An answer that is a
// refusal is an error.
func (a *Access) get(ctx context.Context, op, script string, query wire.Table, limit int) (reply, error) {
	done, err := a.wait(ctx, op)
	if err != nil {
		return reply{}, err
	}
	defer done()
	call, c, err := a.signed(ctx, op, script, query)
	if err != nil {
		return reply{}, err
	}
	call.limit = limit
	rep, err := c.exchange(ctx, call)
	if err != nil {
		return rep, err
	}
	return rep, a.judge(op, rep)
}

// wait takes the turn to make a CGI call; done gives it back.
func (a *Access) wait(ctx context.Context, op string) (done func(), err error) {
	select {
	case a.turn <- struct{}{}:
		return func() { <-a.turn }, nil
	case <-ctx.Done():
		return nil, &Error{Op: op, Kind: Unsent, Err: context.Cause(ctx)}
	}
}

// closeWithin bounds the last calls of a search, which end it at the recorder. They
// are made after a cancellation, too, and whoever canceled does not wait for long;
// recorders end searches by themselves as well.
const closeWithin = 2 * time.Second

func lastCalls(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), closeWithin)
}

// signed makes the request of one CGI call, which fetches a nonce.
func (a *Access) signed(ctx context.Context, op, script string, query wire.Table) (ask, *Client, error) {
	return a.signedAs(ctx, op, http.MethodGet, script, query)
}

// signedAs is signed for a call of another method.
func (a *Access) signedAs(ctx context.Context, op, method, script string, query wire.Table) (ask, *Client, error) {
	a.mu.Lock()
	c, off := a.client, a.off
	a.mu.Unlock()
	if off != nil {
		return ask{}, nil, off
	}
	ch, err := c.cgiChallenge(ctx, op)
	if next := c.followed(err); next != nil {
		a.mu.Lock()
		a.client, c = next, next
		a.mu.Unlock()
		ch, err = c.cgiChallenge(ctx, op)
	}
	if err != nil {
		return ask{}, nil, err
	}
	call := ask{op: op, method: method, target: "/cgi-bin/" + script}
	if len(query) > 0 {
		call.target += "?" + wire.FormatQuery(query)
	}
	call, err = authorized(call, ch, a.user, a.password)
	return call, c, err
}

// judge reads a refusal, and ends CGI when it is one of the login.
func (a *Access) judge(op string, rep reply) error {
	err := cgiError(op, rep)
	var e *wire.CGIError
	if errors.As(err, &e) && (rep.status == http.StatusUnauthorized || e.Kind == wire.CGIAuthority || e.Kind == wire.CGILocked) {
		a.mu.Lock()
		a.off = err
		a.mu.Unlock()
	}
	return err
}

// table makes a CGI call whose answer is lines.
func (a *Access) table(ctx context.Context, op, script string, query wire.Table) (wire.Table, error) {
	rep, err := a.get(ctx, op, script, query, 0)
	if err != nil {
		return nil, err
	}
	t, err := wire.ParseTable(rep.body)
	if err != nil || rep.short {
		return nil, &Error{Op: op, Kind: Garbage, Err: err}
	}
	return t, nil
}

// value makes a CGI call whose answer is one line.
func (a *Access) value(ctx context.Context, op, script string, query wire.Table, key string) (string, error) {
	t, err := a.table(ctx, op, script, query)
	if err != nil {
		return "", err
	}
	v, ok := t.Get(key)
	if !ok {
		return "", &Error{Op: op, Kind: Garbage, Err: errMissing}
	}
	return v, nil
}

// done makes a CGI call whose answer is OK.
func (a *Access) done(ctx context.Context, op, script string, query wire.Table) error {
	rep, err := a.get(ctx, op, script, query, 0)
	if err == nil && !wire.IsOK(rep.body) {
		return &Error{Op: op, Kind: Garbage, Err: errMissing}
	}
	return err
}

// action is the query of a call with further pairs of names and values.
func action(name string, more ...string) wire.Table {
	t := wire.Table{{Key: "action", Value: name}}
	for i := 0; i+1 < len(more); i += 2 {
		t = append(t, wire.Pair{Key: more[i], Value: more[i+1]})
	}
	return t
}
