package recorder

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
)

const opPassword = "change password"

// PasswordChange sets the password of User. The recorders' own call carries both
// passwords in clear over the network cable.
type PasswordChange struct {
	User string        // the account whose password changes
	Old  secret.String // its password now
	New  secret.String // not empty; the caller checks the generation's rule

	// Login and LoginPassword are the account that asks, for changing another one's
	// password. Empty is User with Old.
	Login         string
	LoginPassword secret.String
}

// ChangeVerdict is what became of a password change.
type ChangeVerdict string

// The verdicts.
const (
	ChangeTaken ChangeVerdict = "taken" // the recorder says so; prove it with a login
	// ChangeRule: the login was good, the change was not. The new password breaks the
	// recorder's rule or, for another account, Old may be wrong.
	ChangeRule ChangeVerdict = "rule"
	// ChangeRefused: the login was not taken, or the account may not; CGI does not say
	// which.
	ChangeRefused ChangeVerdict = "refused"
	ChangeLocked  ChangeVerdict = "locked"
	ChangeUnsent  ChangeVerdict = "unsent"  // no byte of the change left this computer
	ChangeLost    ChangeVerdict = "lost"    // sent; whether it was taken is not known
	ChangeUnclear ChangeVerdict = "unclear" // answered, but neither yes nor no
)

// ChangeOutcome is the result of a password change.
type ChangeOutcome struct {
	Verdict ChangeVerdict
	Err     error // an [*Error] for every verdict but taken
}

// Proof gives the change as a password proof for whoever counts them: it carries
// one of the account that logs in.
func (o ChangeOutcome) Proof() Verdict {
	switch o.Verdict {
	case ChangeTaken, ChangeRule:
		return Accepted
	case ChangeLocked:
		return AccountLocked
	case ChangeUnsent:
		return NotSent
	case ChangeLost:
		return AnswerLost
	}
	return Unclear
}

var errNoPassword = errors.New("neither the account nor its passwords may be empty")

// SetPassword changes a password by CGI: one request without credentials for a
// nonce, then one with the change and a proof. It is never repeated; after lost
// and unclear, a login with the new password tells.
func (c *Client) SetPassword(ctx context.Context, p PasswordChange) ChangeOutcome {
	o := c.setPassword(ctx, p)
	if next := c.followed(o.Err); o.Verdict == ChangeUnsent && next != nil {
		return next.setPassword(ctx, p)
	}
	return o
}

func (c *Client) setPassword(ctx context.Context, p PasswordChange) ChangeOutcome {
	login, with := p.Login, p.LoginPassword
	if login == "" {
		login, with = p.User, p.Old
	}
	if p.User == "" || p.New.IsEmpty() {
		return ChangeOutcome{ChangeUnsent, &Error{Op: opPassword, Kind: Unsent, Err: errNoPassword}}
	}
	ch, err := c.cgiChallenge(ctx, opPassword)
	if err != nil {
		return ChangeOutcome{ChangeUnsent, err}
	}
	target := "/cgi-bin/userManager.cgi?" + wire.FormatQuery(wire.Table{
		{Key: "action", Value: "modifyPassword"},
		{Key: "name", Value: p.User},
		{Key: "pwd", Value: p.New.Reveal()},
		{Key: "pwdOld", Value: p.Old.Reveal()},
	})
	rep, err := c.provedGet(ctx, opPassword, target, ch, login, with)
	if err != nil {
		return ChangeOutcome{changeFailed(err), err}
	}
	return changeAnswer(rep)
}

func changeFailed(err error) ChangeVerdict {
	switch KindOf(err) {
	case Unsent, Unreachable, PublicAddress, Untrusted:
		return ChangeUnsent
	case Lost:
		return ChangeLost
	}
	return ChangeUnclear
}

func changeAnswer(rep reply) ChangeOutcome {
	if rep.status == http.StatusOK && wire.IsOK(rep.body) {
		return ChangeOutcome{Verdict: ChangeTaken}
	}
	err := cgiError(opPassword, rep)
	var e *wire.CGIError
	errors.As(err, &e)
	switch {
	case err == nil:
		return ChangeOutcome{ChangeUnclear, &Error{Op: opPassword, Kind: Garbage, Err: errMissing}}
	case KindOf(err) == Locked:
		return ChangeOutcome{ChangeLocked, err}
	case e == nil || KindOf(err) == Limit:
		return ChangeOutcome{ChangeUnclear, err}
	case rep.status == http.StatusUnauthorized || rep.status == http.StatusForbidden ||
		e.Kind == wire.CGIAuthority || e.Kind == wire.CGINoRight || KindOf(err) == NotSupported:
		return ChangeOutcome{ChangeRefused, err}
	}
	// Only the recorder's own word is a refusal; a server that broke down may have
	// taken the change.
	if e.Kind == wire.CGIOther && !bytes.HasPrefix(bytes.TrimSpace(rep.body), []byte("Error")) {
		return ChangeOutcome{ChangeUnclear, err}
	}
	return ChangeOutcome{ChangeRule, err}
}
