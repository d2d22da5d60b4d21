package recorder

import (
	"context"

	"github.com/rekey-dvr/rekey/internal/secret"
)

const methodModifyPassword = "userManager.modifyPassword"

// ChangePassword changes an account's password inside the session, so that no
// proof of the old one is sent: old is only named. It is the way out when a
// recorder took a password that no login matches and this session is still open.
// For everything else use [Client.SetPassword], the documented call.
//
// Both passwords are sent as text. Web pages of old firmware send hashes here, and
// which ones is not known, so hardware may refuse what a twin takes.
func (s *Session) ChangePassword(ctx context.Context, user string, old, new secret.String) ChangeOutcome {
	if user == "" || old.IsEmpty() || new.IsEmpty() {
		return ChangeOutcome{Verdict: ChangeUnsent, Err: &Error{Op: opPassword, Kind: Unsent, Err: errNoPassword}}
	}
	_, err := s.call(ctx, opPassword, methodModifyPassword,
		map[string]string{"name": user, "pwd": new.Reveal(), "pwdOld": old.Reveal()}, nil)
	o := ChangeOutcome{Err: err}
	switch KindOf(err) {
	case 0:
		o.Verdict = ChangeTaken
	case Refused:
		o.Verdict = ChangeRule
	case Locked:
		o.Verdict = ChangeLocked
	case Expired, NotSupported, Uninitialised, Limit:
		o.Verdict = ChangeRefused
	case Unsent, Unreachable, PublicAddress, Untrusted:
		o.Verdict = ChangeUnsent
	case Lost:
		o.Verdict = ChangeLost
	default:
		o.Verdict = ChangeUnclear
	}
	return o
}
