package device

import (
	"context"
	"errors"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// session is an accepted login. Where it was proved by CGI there is no session at
// the recorder, and login is nil.
type session struct {
	client *recorder.Client
	login  *recorder.Session
	access *access // nil where the proof went by a protocol that only judges
}

// SetPassword implements [guide.Session]. Some firmware refuses every CGI call
// although the password is right, so where CGI refused the login, the session that
// is open is asked once; no second proof leaves. Where it refuses, too, what CGI
// said stands.
func (s *session) SetPassword(ctx context.Context, account string, old, new secret.String) (rekey.SendOutcome, guide.Judgement) {
	o := s.client.SetPassword(ctx, recorder.PasswordChange{User: account, Old: old, New: new})
	if o.Verdict == recorder.ChangeRefused && s.login != nil {
		switch inside := s.login.ChangePassword(ctx, account, old, new); inside.Verdict {
		case recorder.ChangeTaken, recorder.ChangeLost, recorder.ChangeUnclear:
			return sent(inside), judged(o)
		}
	}
	return sent(o), judged(o)
}

// judged gives what the answer to a change says about the proof in it. A refusal
// by rule means that the proof was accepted; where the login was not taken, the
// recorder may have counted a failed try. An answer that is neither yes nor no
// tells as much as none.
func judged(o recorder.ChangeOutcome) guide.Judgement {
	j := guide.Judgement{Outcome: outcomes[o.Proof()], Err: o.Err}
	if o.Verdict == recorder.ChangeUnclear {
		j.Outcome = rekey.ProofLost
	}
	var e *recorder.Error
	if errors.As(o.Err, &e) && e.RetryKnown && j.Outcome == rekey.ProofLocked {
		seconds := int(e.RetryAfter / time.Second)
		j.LockedFor = &seconds
	}
	return j
}

// ChangeInside implements [guide.Session].
func (s *session) ChangeInside(ctx context.Context, account string, old, new secret.String) rekey.SendOutcome {
	if s.login == nil {
		return rekey.SendUnsent
	}
	return sent(s.login.ChangePassword(ctx, account, old, new))
}

// sent gives what a change means for the password. An answer that is neither yes
// nor no leaves it open, as a lost one does.
func sent(o recorder.ChangeOutcome) rekey.SendOutcome {
	switch o.Verdict {
	case recorder.ChangeTaken:
		return rekey.SendTaken
	case recorder.ChangeRule:
		return rekey.SendRefused
	case recorder.ChangeUnsent, recorder.ChangeRefused, recorder.ChangeLocked:
		return rekey.SendUnsent // the login in the call was not taken: nothing was changed
	}
	return rekey.SendLost
}

// Close implements [guide.Session].
// Access is what the proof opened.
func (s *session) Access() (guide.Access, bool) {
	if s.access == nil {
		return nil, false
	}
	return s.access, true
}

func (s *session) Close(ctx context.Context) {
	if s.login != nil {
		_ = s.login.Logout(ctx) // it ends by itself when nobody logs it out
	}
}
