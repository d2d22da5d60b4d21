package twin

import (
	"maps"
	"slices"
	"time"
)

// lockRule is how a recorder locks: plain configuration, 5 and 1800 s where it was
// seen on recorders.
type lockRule struct {
	on    bool
	after int
	lasts time.Duration
}

// lockRule reads the settings that say how this recorder locks.
func (t *Twin) lockRule() lockRule {
	s := &t.body.Flash.Settings
	return lockRule{
		on:    s.Bool("General.LockLoginEnable"),
		after: s.Int("General.LockLoginTimes"),
		lasts: time.Duration(s.Int("General.LoginFailLockTime")) * time.Second,
	}
}

// Bounds of the tables a stranger can fill.
const (
	maxLockEntries   = 256
	maxLedgerEntries = 256
)

// console is the address of whoever stands in front of the recorder.
const console = "console"

// locks is the one table behind every way to log in. It lives in working memory:
// a power cycle clears it.
type locks struct {
	Scope   LockScope            `json:"scope"`
	Entries map[string]lockEntry `json:"entries"`
}

type lockEntry struct {
	Bad   int       `json:"bad"`
	Until time.Time `json:"until,omitzero"`
	Seen  time.Time `json:"seen"`
	Known bool      `json:"known,omitempty"` // there is such an account
}

// key is what a proof counts under.
func (l *locks) key(user, address string) string {
	switch l.Scope {
	case LockDevice:
		return "device"
	case LockAddress:
		return "user " + user + " from " + address
	}
	return "user " + user
}

// until is when the lock that holds for user from address ends; zero if none
// holds at now.
func (l *locks) until(now time.Time, user, address string) time.Time {
	var end time.Time
	for _, k := range l.keys(user, address) {
		if e := l.Entries[k]; e.Until.After(now) && e.Until.After(end) {
			end = e.Until
		}
	}
	return end
}

// keys are all entries that can lock user from address: what a proof counts under,
// and the lock of the whole account, which another client's tries bring about.
func (l *locks) keys(user, address string) []string {
	own := l.key(user, address)
	if whole := "user " + user; whole != own {
		return []string{own, whole}
	}
	return []string{own}
}

// restart makes a lock that holds begin again, as a proof during it does.
func (l *locks) restart(now time.Time, rule lockRule, user, address string) {
	for _, k := range l.keys(user, address) {
		if e := l.Entries[k]; e.Until.After(now) {
			e.Until, e.Seen = now.Add(rule.lasts), now
			l.put(k, e)
		}
	}
}

// bad counts a wrong proof and gives how many are left; 0 means it is locked now.
// A recorder that does not lock always has all left. known tells whether there is
// such an account.
func (l *locks) bad(now time.Time, rule lockRule, user, address string, known bool) int {
	if !rule.on {
		return rule.after
	}
	k := l.key(user, address)
	e := l.Entries[k]
	if !e.Until.IsZero() && !e.Until.After(now) {
		e = lockEntry{} // the lock ran out, and the count with it
	}
	e.Bad, e.Seen, e.Known = e.Bad+1, now, known
	if e.Bad >= rule.after {
		e.Until = now.Add(rule.lasts)
	}
	l.put(k, e)
	return max(0, rule.after-e.Bad)
}

// good forgets the count after a right proof.
func (l *locks) good(user, address string) { delete(l.Entries, l.key(user, address)) }

// whole locks an account for every address.
func (l *locks) whole(now time.Time, rule lockRule, user string) {
	l.put("user "+user, lockEntry{Bad: rule.after, Until: now.Add(rule.lasts), Seen: now, Known: true})
}

// put stores an entry and makes room for it by forgetting the one longest unseen.
// Names that are nobody's go first: whoever makes up enough of them would otherwise
// have the recorder forget how often he tried a real one.
func (l *locks) put(k string, e lockEntry) {
	if l.Entries == nil {
		l.Entries = map[string]lockEntry{}
	}
	if _, there := l.Entries[k]; !there && len(l.Entries) >= maxLockEntries {
		oldest := slices.MinFunc(slices.Collect(maps.Keys(l.Entries)), func(a, b string) int {
			x, y := l.Entries[a], l.Entries[b]
			if x.Known != y.Known {
				if y.Known {
					return -1
				}
				return 1
			}
			return x.Seen.Compare(y.Seen)
		})
		delete(l.Entries, oldest)
	}
	l.Entries[k] = e
}

// clear is a power cycle.
func (l *locks) clear() { l.Entries = nil }

// Tally is what the proofs for one account came to since the twin was made, over
// all protocols and the console, power cycles included. Requests without a proof
// (no credentials, Basic, a stale nonce) are in none of the numbers.
type Tally struct {
	Proofs      int `json:"proofs"`       // all that reached the recorder
	Accepted    int `json:"accepted"`     //
	Bad         int `json:"bad"`          // judged and wrong: what counts towards a lock
	WhileLocked int `json:"while_locked"` // not judged, because of a lock
	NotJudged   int `json:"not_judged"`   // not judged for another reason
}

// ledger counts proofs for tests and scores. A recorder has no such thing.
type ledger map[string]Tally

func (l ledger) add(user string, count func(*Tally)) {
	if _, there := l[user]; !there && len(l) >= maxLedgerEntries {
		user = "(others)"
	}
	t := l[user]
	t.Proofs++
	count(&t)
	l[user] = t
}
