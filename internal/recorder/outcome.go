package recorder

import (
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Via is the protocol a proof went by.
type Via string

// The protocols.
const (
	ViaRPC   Via = "rpc2"
	ViaCGI   Via = "cgi"
	ViaBasic Via = "basic" // CGI with a password in a readable form
	ViaDVRIP Via = "dvrip"
	ViaDHIP  Via = "dhip"
)

// Verdict is what became of one password proof.
type Verdict string

// The verdicts.
const (
	Accepted        Verdict = "accepted"
	Wrong           Verdict = "wrong"         // judged, and not the password
	AccountLocked   Verdict = "locked"        // not judged
	ConnectionLimit Verdict = "limit"         // not judged: too many connections
	NotInitialised  Verdict = "uninitialised" // not judged: no password set yet
	NotSent         Verdict = "unsent"        // no byte of the proof left this computer
	AnswerLost      Verdict = "lost"          // sent, at least in part; the answer is missing
	Unclear         Verdict = "unclear"       // answered, but not so that the password was judged for certain
)

// Outcome is the result of sending at most one proof.
type Outcome struct {
	Verdict Verdict
	Via     Via

	TriesLeft   int  // before the account locks, as the recorder says
	TriesKnown  bool // whether it said so
	LockSeconds int  // until a locked account may be tried again
	LockKnown   bool // whether it said so; otherwise at most 1800 are usual

	// Code is the RPC2 error code, 0 for none.
	Code wire.ErrorCode
	// Session is the session an accepted RPC2 proof opened; nil by CGI.
	Session *Session
	// Err tells more about a verdict of unsent, lost or unclear, and is an [*Error].
	Err error
}

// Judged reports whether the recorder compared the password.
func (o Outcome) Judged() bool { return o.Verdict == Accepted || o.Verdict == Wrong }

// MayHaveCounted reports whether the proof may count as a failed try on the
// recorder: wrong, or sent without a clear answer.
func (o Outcome) MayHaveCounted() bool {
	return o.Verdict == Wrong || o.Verdict == AnswerLost || o.Verdict == Unclear
}

// failed makes the outcome of an exchange without an answer. sent tells whether
// the exchange carried the proof.
func failed(via Via, err error, sent bool) Outcome {
	o := Outcome{Via: via, Verdict: NotSent, Err: err}
	if !sent {
		if KindOf(err) == Limit {
			o.Verdict = ConnectionLimit
		}
		return o
	}
	switch KindOf(err) {
	case Unsent, Unreachable, PublicAddress, Untrusted:
	case Lost:
		o.Verdict = AnswerLost
	case Limit:
		o.Verdict = ConnectionLimit
	default:
		o.Verdict = Unclear
	}
	return o
}

// maxCounter is the largest counter believed, one week in seconds.
const maxCounter = 7 * 24 * 3600

// counters takes what a refusal says about tries and time. A count of seconds of
// 0 is "not locked", so it is no knowledge in a locked answer.
func (o *Outcome) counters(r wire.Response) {
	var p wire.LoginRefused
	if wire.DecodeParams(r.Params, &p) != nil {
		return
	}
	if n := p.RemainLoginTimes; n != nil && *n >= 0 && *n <= maxCounter {
		o.TriesLeft, o.TriesKnown = *n, true
	}
	if n := p.RemainLockSecond; n != nil && *n > 0 && *n <= maxCounter {
		o.LockSeconds, o.LockKnown = *n, true
	}
}
