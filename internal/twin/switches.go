package twin

import "slices"

// Switches are the choices where no source decides. They are not faults: a real
// recorder may be either.
type Switches struct {
	LongPassword LongPassword `json:"long_password,omitempty"` // A: NeverMatches
	LongLimit    int          `json:"long_limit,omitempty"`    // A: 6, or 8
	Lock         LockScope    `json:"lock,omitempty"`          // by user on A, by address on B and C
	FirstLogin   FirstLogin   `json:"first_login,omitempty"`   // B: factory
}

// LongPassword is what generation A does with a new password over its limit.
type LongPassword string

// The ways reported of old recorders.
const (
	LongRefuse       LongPassword = "refuse"        // it says no
	LongTruncate     LongPassword = "truncate"      // it keeps the first characters and says OK
	LongNeverMatches LongPassword = "never-matches" // it says OK and no login ever matches
)

// LockScope is what a lock counts by.
type LockScope string

// The scopes.
const (
	LockUser    LockScope = "user"
	LockAddress LockScope = "address" // each user from each address for itself
	LockDevice  LockScope = "device"  // one count for all users and addresses
)

// FirstLogin is how a generation B recorder starts its life.
type FirstLogin string

// The two ways.
const (
	FirstFactory FirstLogin = "factory" // admin and admin, as A
	FirstInit    FirstLogin = "init"    // no password until one is set, as C
)

func (s Switches) withDefaults(g Generation) Switches {
	if s.LongPassword == "" {
		s.LongPassword = LongNeverMatches
	}
	if s.LongLimit == 0 {
		s.LongLimit = 6
	}
	if s.Lock == "" && g == GenA {
		s.Lock = LockUser
	}
	if s.Lock == "" {
		s.Lock = LockAddress
	}
	if s.FirstLogin == "" {
		s.FirstLogin = FirstFactory
	}
	return s
}

func (s Switches) validate() error {
	switch {
	case !slices.Contains([]LongPassword{LongRefuse, LongTruncate, LongNeverMatches}, s.LongPassword):
		return &ConfigError{Field: "long-password", Reason: "is refuse, truncate or never-matches"}
	case s.LongLimit != 6 && s.LongLimit != 8:
		return &ConfigError{Field: "the limit of long-password", Reason: "is 6 or 8"}
	case !slices.Contains([]LockScope{LockUser, LockAddress, LockDevice}, s.Lock):
		return &ConfigError{Field: "lock", Reason: "is user, address or device"}
	case s.FirstLogin != FirstFactory && s.FirstLogin != FirstInit:
		return &ConfigError{Field: "first-login", Reason: "is factory or init"}
	}
	return nil
}
