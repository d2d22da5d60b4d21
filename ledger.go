package rekey

import (
	"maps"
	"slices"
	"time"
)

func init() {
	register[LedgerAsked]()
	register[LedgerJudged]()
	register[LedgerCycled]()
}

// Ledger is the attempt ledger of one recorder: every password proof that was
// sent to it, over all protocols and recoveries. It is folded from its own
// stream with [EvolveLedger]. The zero value is a recorder that nobody has tried.
type Ledger struct {
	Version     int64
	Last        time.Time
	Entries     []LedgerEntry // oldest first
	LockedUntil time.Time
	Tries       map[string]TriesLeft // by account; none since it was reset
}

// TriesLeft is how many tries an account has left, as the recorder said at At.
type TriesLeft struct {
	Left int
	At   time.Time
}

// LedgerEntry is one proof.
type LedgerEntry struct {
	LedgerAsked
	At      time.Time
	Outcome ProofOutcome // "" while it is not judged
}

// LedgerAsked reserves a proof. It is on disk before the proof is sent.
type LedgerAsked struct {
	ID       string  `json:"id"`
	Account  string  `json:"account"`
	Purpose  Purpose `json:"purpose"`
	Recovery string  `json:"recovery,omitempty"`
}

// LedgerJudged is what became of it. An ID that was not asked for is a try that
// a person made at the recorder.
type LedgerJudged struct {
	ID        string       `json:"id"`
	Account   string       `json:"account"`
	Purpose   Purpose      `json:"purpose"`
	Outcome   ProofOutcome `json:"outcome"`
	TriesLeft *int         `json:"tries_left,omitempty"`
	LockedFor *int         `json:"lock_seconds,omitempty"`
}

// LedgerCycled says that the recorder's power was off: it forgets a lock and its
// count of tries. rekey's own budget forgets nothing.
type LedgerCycled struct{}

// EventName gives the name in docs/reference/events.md.
func (LedgerAsked) EventName() string { return "ledger-asked" }

// EventName gives the name in docs/reference/events.md.
func (LedgerJudged) EventName() string { return "ledger-judged" }

// EventName gives the name in docs/reference/events.md.
func (LedgerCycled) EventName() string { return "ledger-cycled" }

// Held is the cause inside a [CodeLocked] or [CodeBudget] error of
// [Rules.Reserve]: no proof before Until, or none until somebody looks at the
// recorder when Until is zero.
type Held struct {
	Until time.Time
	Why   Code
}

// Error names the code only; the [Error] around it has the sentence.
func (h *Held) Error() string { return "held: " + string(h.Why) }

// EvolveLedger folds one event into a ledger; l is not changed.
func (rules *Rules) EvolveLedger(l Ledger, e Event) Ledger {
	l.Version++
	l.Last = e.At
	switch b := e.Body.(type) {
	case LedgerAsked:
		l.Entries = append(slices.Clip(l.Entries), LedgerEntry{LedgerAsked: b, At: e.At})
	case LedgerJudged:
		l = l.judged(b, e.At)
		if b.Outcome == ProofLocked {
			quiet := rules.LockQuiet
			if b.LockedFor != nil && *b.LockedFor > 0 {
				quiet = time.Duration(*b.LockedFor) * time.Second
			}
			l.LockedUntil = e.At.Add(quiet)
		}
	case LedgerCycled:
		l.LockedUntil, l.Tries = time.Time{}, nil
	}
	return l
}

func (l Ledger) judged(b LedgerJudged, at time.Time) Ledger {
	l.Entries = slices.Clone(l.Entries)
	i := slices.IndexFunc(l.Entries, func(e LedgerEntry) bool { return e.ID == b.ID && e.Outcome == "" })
	if i < 0 {
		l.Entries = append(l.Entries, LedgerEntry{At: at, Outcome: b.Outcome,
			LedgerAsked: LedgerAsked{ID: b.ID, Account: b.Account, Purpose: b.Purpose}})
	} else {
		l.Entries[i].Outcome = b.Outcome
		if b.Outcome.Bad() { // the recorder counted it when it answered
			l.Entries[i].At = at
		}
	}
	if b.TriesLeft == nil && b.Outcome != ProofAccepted {
		return l
	}
	tries := maps.Clone(l.Tries)
	if b.Outcome == ProofAccepted { // of this account only: another may be one try from its lock
		delete(tries, b.Account)
	} else if tries == nil {
		tries = map[string]TriesLeft{}
	}
	if b.Outcome != ProofAccepted {
		tries[b.Account] = TriesLeft{Left: *b.TriesLeft, At: at}
	}
	l.Tries = tries
	return l
}

// Reserve asks for one proof. When it is allowed, the event has to be stored
// before anything is sent, and the outcome afterwards. The generation decides
// whether bad proofs are counted by account (A) or all together (any other,
// whose lock may count per address or device). A refusal is a [CodeLocked] or
// [CodeBudget] error that wraps a [Held].
func (rules *Rules) Reserve(l Ledger, g Generation, ask LedgerAsked, now time.Time) (Event, error) {
	if !l.Last.IsZero() && now.Before(l.Last.Add(-rules.Clock.Back)) {
		return Event{}, clockBack(l.Last, now)
	}
	if now = now.UTC().Truncate(time.Millisecond); now.Before(l.Last) {
		now = l.Last
	}
	if now.Before(l.LockedUntil) {
		return Event{}, held(CodeLocked, l.LockedUntil, "The recorder has locked this account").
			WithHint("Leave it alone until then, at its screen and in every app. Each try starts the time again.")
	}
	if until := rules.few(l); now.Before(until) {
		return Event{}, held(CodeBudget, until, "The recorder allows few more tries").
			WithHint("rekey keeps them for you. Wait, or take the recorder's power away for a minute.")
	}
	if until, spent := rules.spent(l, g, ask.Account, now); spent {
		return Event{}, held(CodeBudget, until, "The attempt budget is spent").
			WithHint("rekey sends no more than a few wrong passwords in half an hour, so that the recorder does not lock. Wait.")
	}
	return Event{At: now, By: ByRekey, Body: ask}, nil
}

// few gives until when the recorder allows few more tries of any account.
func (rules *Rules) few(l Ledger) (until time.Time) {
	for _, t := range l.Tries {
		if end := t.At.Add(rules.Budget.Window); t.Left <= rules.Budget.TriesMin && end.After(until) {
			until = end
		}
	}
	return until
}

// mayBeBad reports whether the recorder counted this proof as a failed try, or may
// have. proven says that it accepted a proof of the account not long before: then
// the proof inside a change, which is of the same password, is no failed try for
// want of an answer.
func (e LedgerEntry) mayBeBad(proven bool) bool {
	if unanswered := e.Outcome == "" || e.Outcome == ProofLost; unanswered && e.Purpose == ProofChange && proven {
		return false
	}
	return e.Outcome == "" || e.Outcome.Bad()
}

// spent reports whether as many bad proofs as are allowed lie in the window, and
// when the oldest of them leaves it. A proof without an answer counts as bad.
func (rules *Rules) spent(l Ledger, g Generation, account string, now time.Time) (time.Time, bool) {
	var bad []time.Time
	accepted := map[string]time.Time{}
	for _, e := range l.Entries {
		proven := e.At.Before(accepted[e.Account].Add(rules.Budget.Window))
		if e.Outcome == ProofAccepted {
			accepted[e.Account] = e.At
		}
		if g == GenA && e.Account != account {
			continue
		}
		if e.mayBeBad(proven) && now.Before(e.At.Add(rules.Budget.Window)) {
			bad = append(bad, e.At)
		}
	}
	if len(bad) < rules.Budget.Bad {
		return time.Time{}, false
	}
	slices.SortFunc(bad, time.Time.Compare)
	return bad[len(bad)-rules.Budget.Bad].Add(rules.Budget.Window), true
}

func held(code Code, until time.Time, message string) *Error {
	return Errorf(code, "%s; no try before %s", message, until.UTC().Format(time.RFC3339)).
		Wrap(&Held{Until: until, Why: code})
}

func clockBack(last, now time.Time) *Error {
	return Errorf(CodeClockBack, "This computer's clock went back: the last event was at %s, it is now %s",
		last.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339)).
		WithHint("Set the computer's clock right and do it again. Nothing was changed.")
}
