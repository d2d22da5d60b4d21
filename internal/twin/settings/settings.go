package settings

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Settings are the settings of one recorder: the factory's, and what was changed.
// The zero value has none; [Settings.Bind] gives it a tree. It is not safe for
// concurrent use.
type Settings struct {
	tree *Tree
	over map[string]string // only values that differ from the factory's
	// Facts gives what stands in place of the factory's value because this one
	// recorder is so: its MAC, the address of its socket. It may be nil.
	Facts func(key string) (value string, there bool)
}

// New gives the factory state.
func New(t *Tree) Settings { return Settings{tree: t} }

// Reason says why a value was refused.
type Reason uint8

// The reasons.
const (
	Unknown Reason = iota + 1 // there is no such setting
	Value                     // the setting does not take the value
	Fixed                     // the setting is only to be read
)

// Error is a refused change. Nothing of the call it was part of was done.
type Error struct {
	Key    string
	Reason Reason
}

// Error names the setting.
func (e *Error) Error() string {
	return fmt.Sprintf("setting %.80q: %s", e.Key, [...]string{"", "is not known", "does not take the value", "cannot be set"}[e.Reason])
}

// factory is a leaf's value before anybody changed it.
func (s *Settings) factory(l *leaf) string {
	if s.Facts != nil {
		if v, there := s.Facts(l.key); there {
			return v
		}
	}
	return l.value
}

func (s *Settings) value(l *leaf) string {
	if v, there := s.over[l.key]; there {
		return v
	}
	return s.factory(l)
}

// Get gives one value; empty for a key that is not known.
func (s *Settings) Get(key string) string {
	l := s.tree.find(key)
	if l == nil {
		return ""
	}
	return s.value(l)
}

// Int gives a number, Bool a truth value; 0 and false for what is none.
func (s *Settings) Int(key string) int {
	l := s.tree.find(key)
	if l == nil {
		return 0
	}
	n, _ := l.kind.value(s.value(l)).(int64)
	return int(n)
}

// Bool gives a truth value; false for what is none.
func (s *Settings) Bool(key string) bool { return s.Get(key) == "true" }

// Names lists the first steps of all keys.
func (s *Settings) Names() []string { return s.tree.Names() }

// Lines gives the settings a name covers, in order; none for a name not known.
func (s *Settings) Lines(name string) wire.Table { return s.lines(name, s.value) }

// FactoryLines gives them as the factory set them.
func (s *Settings) FactoryLines(name string) wire.Table { return s.lines(name, s.factory) }

func (s *Settings) lines(name string, value func(*leaf) string) wire.Table {
	part := s.tree.under(name)
	if len(part) == 0 {
		return nil
	}
	t := make(wire.Table, 0, len(part))
	for i := range part {
		t = append(t, wire.Pair{Key: part[i].key, Value: value(&part[i])})
	}
	return t
}

// Check tells whether [Settings.Set] would take all of the pairs; an [*Error] names
// the first that it would not.
func (s *Settings) Check(pairs wire.Table) error {
	for _, p := range pairs {
		l := s.tree.find(p.Key)
		switch {
		case l == nil:
			return &Error{p.Key, Unknown}
		case l.kind.takes(p.Value), p.Value == s.value(l), p.Value == s.factory(l):
		case l.kind.name == "fixed":
			return &Error{p.Key, Fixed}
		default:
			return &Error{p.Key, Value}
		}
	}
	return nil
}

// Set changes several settings or, with an [*Error], none. It gives the keys whose
// value is another now, in the order given.
func (s *Settings) Set(pairs wire.Table) ([]string, error) {
	if err := s.Check(pairs); err != nil {
		return nil, err
	}
	var changed []string
	for _, p := range pairs {
		if s.put(s.tree.find(p.Key), p.Value) {
			changed = append(changed, p.Key)
		}
	}
	return changed, nil
}

// put stores a value and tells whether it is another one.
func (s *Settings) put(l *leaf, v string) bool {
	if v == s.value(l) {
		return false
	}
	if v == s.factory(l) {
		delete(s.over, l.key)
		return true
	}
	if s.over == nil {
		s.over = map[string]string{}
	}
	s.over[l.key] = v
	return true
}

// Restore sets what the names cover to the factory state; no names is everything.
// A name that is not known is an [*Error], and nothing is done.
func (s *Settings) Restore(names ...string) ([]string, error) {
	for _, n := range names {
		if len(s.tree.under(n)) == 0 {
			return nil, &Error{n, Unknown}
		}
	}
	return s.drop(func(key string) bool { return len(names) == 0 || coversAny(names, key) }), nil
}

// RestoreExcept sets everything but what the names cover to the factory state.
func (s *Settings) RestoreExcept(names ...string) ([]string, error) {
	for _, n := range names {
		if len(s.tree.under(n)) == 0 {
			return nil, &Error{n, Unknown}
		}
	}
	return s.drop(func(key string) bool { return !coversAny(names, key) }), nil
}

func coversAny(names []string, key string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return covers(n, key) })
}

func (s *Settings) drop(which func(key string) bool) []string {
	var dropped []string
	for _, key := range slices.Sorted(maps.Keys(s.over)) {
		if which(key) {
			delete(s.over, key)
			dropped = append(dropped, key)
		}
	}
	return dropped
}

// stored is one change as a state file has it.
type stored struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// MarshalJSON gives the changes, sorted by key.
func (s Settings) MarshalJSON() ([]byte, error) {
	list := make([]stored, 0, len(s.over))
	for _, key := range slices.Sorted(maps.Keys(s.over)) {
		list = append(list, stored{key, s.over[key]})
	}
	return json.Marshal(list)
}

// UnmarshalJSON reads a list of keys and values. They count once [Settings.Bind]
// has looked at them.
func (s *Settings) UnmarshalJSON(b []byte) error {
	var list []stored
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	s.tree, s.over = nil, nil
	for _, p := range list {
		if s.over == nil {
			s.over = make(map[string]string, len(list))
		}
		s.over[p.Key] = p.Value
	}
	return nil
}

// Bind joins what was read with the tree of the recorder. Values as the factory has
// them and settings that the tree does not have are let go: files of earlier
// versions list all settings. A value that the setting does not take is an
// [*Error].
func (s *Settings) Bind(t *Tree) error {
	s.tree = t
	for key, v := range s.over {
		l := t.find(key)
		switch {
		case l == nil, l.kind.name == "fixed", v == s.factory(l):
			delete(s.over, key)
		case !l.kind.takes(v):
			return &Error{key, Value}
		}
	}
	if len(s.over) == 0 {
		s.over = nil
	}
	return nil
}
