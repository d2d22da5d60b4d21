package rekey

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// KeptLast is how many passwords of a recorder are shown as its history. Those
// before them stay in the event log, sealed, since events are never taken back.
const KeptLast = 5

// Kept is one password of a recorder and what became of it.
type Kept struct {
	PasswordKept
	At       time.Time // when it was sealed
	Became   Became    // "" while nothing has
	BecameBy By
	BecameAt time.Time
	Shown    []time.Time // each time it was shown from the history
	// Reset is when the recorder was seen in its factory state after it had this
	// password, which is of before then; zero when it was not.
	Reset time.Time
}

// Held reports whether the recorder had this password at some time: seen, or said.
func (k Kept) Held() bool {
	return k.Became == BecameTaken || k.Became == BecameWorks || k.Became == BecameSaid
}

// Holds reports whether the recorder had this password when it was last heard of, and
// was not reset since.
func (k Kept) Holds() bool { return k.Held() && k.Reset.IsZero() }

// HandOver is one link that shows a password once.
type HandOver struct {
	HandOverMade
	At      time.Time
	Ended   HandOverEnd // "" while it is good
	EndedAt time.Time
}

// Keep is what a recorder's vault stream folds to. The zero value is a recorder
// with nothing kept.
type Keep struct {
	Passwords []Kept     // oldest first
	HandOvers []HandOver // oldest first

	resets []string // the resets that are folded in
}

// EvolveKeep folds one event of a vault stream, or of a recovery (see
// [KeptFrom]); k is not changed. What is there already is not added again.
func EvolveKeep(k Keep, e Event) Keep {
	switch b := e.Body.(type) {
	case PasswordKept:
		if k.password(b.ID) < 0 {
			k.Passwords = append(slices.Clip(k.Passwords), Kept{PasswordKept: b, At: e.At})
		}
	case KeptBecame:
		if i := k.password(b.ID); i >= 0 {
			k.Passwords = slices.Clone(k.Passwords)
			p := &k.Passwords[i]
			p.Became, p.BecameBy, p.BecameAt, p.Reset = b.Became, e.By, e.At, time.Time{}
		}
	case AccountsReset:
		k = k.reset(b.ID, e.At)
	case KeptShown:
		if i := k.password(b.ID); i >= 0 {
			k.Passwords = slices.Clone(k.Passwords)
			p := &k.Passwords[i]
			if !slices.ContainsFunc(p.Shown, e.At.Equal) {
				p.Shown = append(slices.Clip(p.Shown), e.At)
			}
		}
	case HandOverMade:
		if k.handOver(b.ID) < 0 {
			k.HandOvers = append(slices.Clip(k.HandOvers), HandOver{HandOverMade: b, At: e.At})
		}
	case HandOverEnded:
		if i := k.handOver(b.ID); i >= 0 && k.HandOvers[i].Ended == "" {
			k.HandOvers = slices.Clone(k.HandOvers)
			k.HandOvers[i].Ended, k.HandOvers[i].EndedAt = b.How, e.At
		}
	}
	return k
}

// reset marks what the recorder had as of before.
func (k Keep) reset(id string, at time.Time) Keep {
	if slices.Contains(k.resets, id) {
		return k
	}
	k.resets = append(slices.Clip(k.resets), id)
	k.Passwords = slices.Clone(k.Passwords)
	for i := range k.Passwords {
		if p := &k.Passwords[i]; p.Holds() {
			p.Reset = at
		}
	}
	return k
}

func (k Keep) password(id string) int {
	return slices.IndexFunc(k.Passwords, func(p Kept) bool { return p.ID == id })
}

func (k Keep) handOver(id string) int {
	return slices.IndexFunc(k.HandOvers, func(h HandOver) bool { return h.ID == id })
}

// owner is the account that a recovery was about, whose passwords have a number; or,
// where there was none, the first that got one from the command line.
func (k Keep) owner() string {
	for _, p := range k.Passwords {
		if p.N > 0 {
			return p.Account
		}
	}
	for _, p := range k.Passwords {
		if !p.Made {
			return p.Account
		}
	}
	return ""
}

// Others gives the newest password of each other account that the recorder had. One
// of before a reset says so ([Kept.Reset]).
func (k Keep) Others() []Kept {
	var list []Kept
	for _, p := range slices.Backward(k.Passwords) {
		if p.Account != k.owner() && p.Held() && !slices.ContainsFunc(list, func(o Kept) bool { return o.Account == p.Account }) {
			list = append(list, p)
		}
	}
	return list
}

// Last gives the newest passwords of the owner's account first, at most [KeptLast].
func (k Keep) Last() []Kept {
	list := slices.DeleteFunc(slices.Clone(k.Passwords), func(p Kept) bool { return p.Account != k.owner() })
	slices.Reverse(list)
	slices.SortStableFunc(list, func(a, b Kept) int { return cmp.Compare(b.At.UnixMilli(), a.At.UnixMilli()) })
	return list[:min(len(list), KeptLast)]
}

// Current gives the owner's password that the recorder holds as far as is known: the
// one that it took, or that was said to be set, last.
func (k Keep) Current() (Kept, bool) {
	var last Kept
	for _, p := range k.Passwords {
		if p.Account == k.owner() && p.Holds() && !p.BecameAt.Before(last.BecameAt) {
			last = p
		}
	}
	return last, last.ID != ""
}

// KeptID names the nth password of a recovery.
func KeptID(recovery string, n int) string { return recovery + "-" + strconv.Itoa(n) }

// resetID names a reset, so that it counts once wherever it is read from.
func resetID(recovery string, at time.Time) string {
	return recovery + "-reset-" + strconv.FormatInt(at.UnixMilli(), 10)
}

// KeptFrom gives what a recovery's events say about its passwords, as the events
// of a vault stream. r is the recovery after them; account the one that the
// passwords are of.
func (rules *Rules) KeptFrom(r *Recovery, events []Event) []Event {
	var kept []Event
	n := 0 // of the password that was the newest
	if r.Password != nil {
		n = r.Password.N
	}
	add := func(e Event, b Body) { kept = append(kept, Event{At: e.At, By: e.By, Body: b}) }
	for _, e := range events {
		switch b := e.Body.(type) {
		case PasswordSealed:
			n = b.N
			add(e, PasswordKept{
				ID: KeptID(r.ID, b.N), Recovery: r.ID, N: b.N, Account: rules.Factory.User, Model: r.Model(), Name: r.Name,
				Length: b.Length, Own: b.Own, Weak: rules.Password[b.Generation].Weak, Sealed: b.Sealed,
			})
		case PasswordAnswered:
			add(e, KeptBecame{ID: KeptID(r.ID, b.N), Became: Became(b.Outcome)})
		case PasswordSaid:
			if b.N > 0 {
				add(e, KeptBecame{ID: KeptID(r.ID, b.N), Became: BecameSaid})
			}
		case Looked:
			if b.State == StateUninitialised {
				add(e, AccountsReset{ID: resetID(r.ID, e.At)})
			}
		case ProofJudged:
			if b.Purpose == ProofFactory && (b.Outcome == ProofAccepted || b.Outcome == ProofUninitialised) {
				add(e, AccountsReset{ID: resetID(r.ID, e.At)})
				continue
			}
			if b.Purpose != ProofNew || n == 0 || b.Outcome != ProofAccepted && b.Outcome != ProofWrong {
				continue
			}
			became := BecameWorks
			if b.Outcome == ProofWrong {
				became = BecameFails
			}
			add(e, KeptBecame{ID: KeptID(r.ID, n), Became: became})
		}
	}
	return kept
}
