package setup

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
)

// ReadFor reads of a recorder what a snapshot has, whole or of the sections named.
func ReadFor(ctx context.Context, r Recorder, about About, s Snapshot, now func() time.Time, only ...Section) (Target, error) {
	names := []string{"ChannelTitle", "RecordMode"}
	for _, x := range s.Settings {
		if len(only) == 0 || slices.Contains(only, sectionOf(x.Key)) {
			names = append(names, topOf(x.Key))
		}
	}
	slices.Sort(names)
	return read(ctx, r, about, now, slices.Compact(names))
}

// Restore makes the plan that brings a recorder back to a snapshot, whole or the
// sections named. Another model or generation is [rekey.CodeSafety] unless only
// sections are named that mean the same on all of them. Accounts are listed and are
// no part of it.
func Restore(t Target, s Snapshot, only []Section, g Given) (Plan, error) {
	for _, x := range only {
		if x == SectionAccounts {
			return Plan{}, rekey.Errorf(rekey.CodeSafety, "Accounts of a snapshot are never put back").
				WithHint("An old account would come back with whoever knows its password. A profile makes new ones: rekey setup.")
		}
		if !slices.Contains(Sections(), x) {
			return Plan{}, rekey.Errorf(rekey.CodeInvalid, "There is no section %.40q", string(x)).WithHint("There are " + listed(Sections()) + ".")
		}
	}
	if err := fits(t.About, s.About, only); err != nil {
		return Plan{}, err
	}
	w := newWants(&t)
	left := false
	for _, x := range s.Settings {
		section := sectionOf(x.Key)
		if len(only) > 0 && !slices.Contains(only, section) {
			continue
		}
		if x.Sealed == nil && !x.Hidden {
			w.put(x.Key, x.Value, x.Key)
			continue
		}
		kept, err := w.sealed(x, g.Sealer)
		if err != nil {
			return Plan{}, err
		}
		left = left || !kept
	}
	plan := w.plan(FromSnapshot)
	plan.Accounts = s.Accounts
	if left {
		plan.say(NoteSecrets)
	}
	if t.Serial != s.Serial {
		plan.say(NoteOtherUnit)
	}
	return plan, nil
}

// sealed wants a password of a snapshot; kept is false for one that the snapshot
// does not have, or that was sealed by another vault.
func (w *wants) sealed(x Setting, s Sealer) (kept bool, err error) {
	if x.Hidden || s == nil {
		return false, nil
	}
	v, err := s.Unseal(x.Sealed)
	if err != nil {
		return false, nil //nolint:nilerr // sealed elsewhere: it stays as it is, and the plan says so
	}
	return true, w.secret(x.Key, x.Key, v, s)
}

// fits tells whether a snapshot may go to a recorder.
func fits(t, s About, only []Section) error {
	if strings.EqualFold(t.Model, s.Model) && t.Generation == s.Generation {
		return nil
	}
	var carry []Section
	for _, x := range Sections() {
		if x.Carries() {
			carry = append(carry, x)
		}
	}
	if len(only) > 0 && !slices.ContainsFunc(only, func(x Section) bool { return !x.Carries() }) {
		return nil
	}
	return rekey.Errorf(rekey.CodeSafety, "The snapshot is of another recorder: %s, generation %s; this is %s, generation %s",
		s.Model, s.Generation, t.Model, t.Generation).
		WithHint(fmt.Sprintf("What means the same on both can be named: %s.", listed(carry)))
}

func listed(list []Section) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}

// Diff gives what is different in b: settings that changed, came (From is empty) or
// went (To is). Of secrets only those are told that one has and the other has not.
func Diff(a, b Snapshot) []Change {
	have := map[string]Setting{}
	for _, x := range a.Settings {
		have[x.Key] = x
	}
	var list []Change
	for _, y := range b.Settings {
		x, there := have[y.Key]
		delete(have, y.Key)
		if !there || !same(y.Key, x.Value, y.Value) || (x.Sealed == nil) != (y.Sealed == nil) && x.Hidden == y.Hidden {
			list = append(list, Change{Word: y.Key, Key: y.Key, From: x.Value, To: y.Value})
		}
	}
	for _, x := range a.Settings {
		if _, gone := have[x.Key]; gone {
			list = append(list, Change{Word: x.Key, Key: x.Key, From: x.Value})
		}
	}
	return list
}
