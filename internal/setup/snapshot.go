package setup

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// Snapshot is the whole readable configuration of a recorder at one moment. As text
// ([Snapshot.Bytes]) it ends with its own hash.
type Snapshot struct {
	About
	Channels int
	Taken    time.Time // by this computer's clock
	Listed   bool      // the recorder listed its names; otherwise those that rekey knows were asked for
	Unread   []string  // names that the recorder lists and does not let be read
	Accounts []Account // as they were, without passwords: listed, never restored
	Settings []Setting // sorted
}

// Setting is one value. Of a password there is what a [Sealer] made of it, or
// nothing.
type Setting struct {
	Key    string
	Value  string
	Sealed []byte
	Hidden bool // a password that was left out
}

// maxSettings bounds how many settings a snapshot has.
const maxSettings = 200_000

// Take reads everything that the recorder lets be read, and writes nothing. Secrets
// are sealed with g.Sealer, and left out without one.
func Take(ctx context.Context, r Recorder, about About, accounts []Account, g Given) (Snapshot, error) {
	s := Snapshot{About: about, Taken: g.Now().UTC().Truncate(time.Second), Listed: true, Accounts: accounts}
	names, err := r.SettingNames(ctx)
	switch {
	case absent(err):
		s.Listed, names = false, knownNames()
	case err != nil:
		return s, err
	}
	slices.Sort(names)
	t := Target{Tables: map[string]wire.Table{}}
	var refusal error
	for _, name := range slices.Compact(names) {
		if holdsAccounts(name) || !keyForm.MatchString(name) {
			continue
		}
		table, err := r.Settings(ctx, name)
		switch {
		case absent(err), unreadable(err):
			refusal = err
			if s.Listed || !absent(err) {
				s.Unread = append(s.Unread, name)
			}
			continue
		case err != nil:
			return s, err
		}
		t.Tables[name] = table
		if err := s.add(table, g.Sealer); err != nil {
			return s, err
		}
	}
	if len(t.Tables) == 0 {
		return s, refusal
	}
	s.Channels = t.count()
	slices.SortStableFunc(s.Settings, func(a, b Setting) int { return compareKeys(a.Key, b.Key) })
	s.Settings = slices.CompactFunc(s.Settings, func(a, b Setting) bool { return a.Key == b.Key })
	return s, nil
}

// add takes over one table.
func (s *Snapshot) add(table wire.Table, sealer Sealer) error {
	for _, p := range table {
		if !keyForm.MatchString(p.Key) || volatile.MatchString(p.Key) {
			continue
		}
		if len(s.Settings) == maxSettings {
			return rekey.Errorf(rekey.CodeTooLarge, "The recorder has more settings than a snapshot takes")
		}
		x := Setting{Key: p.Key, Value: canonical(p.Key, p.Value)}
		if wire.IsSecret(p.Key, p.Value) {
			x.Value, x.Hidden = "", true
			if sealer != nil && !masked(p.Value) {
				sealed, err := sealer.Seal(secret.New(p.Value))
				if err != nil {
					return err
				}
				x.Sealed, x.Hidden = sealed, false
			}
		}
		s.Settings = append(s.Settings, x)
	}
	return nil
}

// keyForm are keys as recorders have them; another is not taken into a snapshot,
// where it could be mistaken for something else.
var keyForm = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+|\[[0-9]{1,4}\])*$`)

// volatile are settings that change by themselves, or say which recorder this is.
var volatile = regexp.MustCompile(`\.(PhysicalAddress|RegisterID|Online|ActivationTime|LastUpdate\w*|UpTime|Status|State)$`)

// holdsAccounts tells whether a name is of accounts, which a snapshot lists and
// never holds.
func holdsAccounts(name string) bool {
	return name != "UserGlobal" && (strings.HasPrefix(name, "User") || strings.HasPrefix(name, "Account") || strings.HasPrefix(name, "Group"))
}

var (
	decimals = regexp.MustCompile(`^-?[0-9]+\.0+$`)
	isText   = regexp.MustCompile(`(?i)(name|title|text|memo|hint|ssid|desc|directory|host\w*)(\[[0-9]+\])?$`)
)

// canonical gives numbers without empty decimals and booleans in lower case, so that
// the same state is the same text whichever way it was read. What somebody may have
// typed stays as it is.
func canonical(key, value string) string {
	switch {
	case isText.MatchString(key):
	case decimals.MatchString(value):
		value, _, _ = strings.Cut(value, ".")
		if value == "-0" {
			value = "0"
		}
	case strings.EqualFold(value, "true"), strings.EqualFold(value, "false"):
		value = strings.ToLower(value)
	}
	return value
}

// compareKeys sorts names by the alphabet and indexes by number.
func compareKeys(a, b string) int {
	x, err1 := wire.ParseKey(a)
	y, err2 := wire.ParseKey(b)
	if err1 != nil || err2 != nil {
		return strings.Compare(a, b)
	}
	return slices.CompareFunc(x, y, func(p, q wire.Step) int {
		if p.Name == q.Name {
			return p.Index - q.Index
		}
		return strings.Compare(p.Name, q.Name)
	})
}

// knownNames are all names that sections list.
func knownNames() []string {
	var names []string
	for _, s := range sections {
		names = append(names, s.names...)
	}
	return names
}
