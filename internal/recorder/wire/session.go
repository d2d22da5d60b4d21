package wire

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

// Session is an RPC2 session exactly as a recorder printed it: an integer on
// older firmware, a string on newer. A client echoes it untouched. The zero
// Session is an absent member. Sessions are comparable; == is right for map
// keys, [Equal] on Key for deciding access.
//
// A session is a credential while it lasts: it prints as its kind only.
type Session struct{ raw string }

// IntSession is the session of older firmware.
func IntSession(n int64) Session { return Session{strconv.FormatInt(n, 10)} }

// StringSession is the session of newer firmware.
func StringSession(s string) Session {
	b, err := marshal(s)
	if err != nil {
		panic(err) // a string always prints
	}
	return Session{string(b)}
}

// IsZero reports an absent member.
func (s Session) IsZero() bool { return s.raw == "" }

// Usable reports whether s can name a session: not absent, null, 0 or "".
func (s Session) Usable() bool {
	return s.raw != "" && s.raw != "null" && s.raw != "0" && s.raw != `""`
}

// Key gives the JSON spelling, quotes included.
func (s Session) Key() string { return s.raw }

// Format prints the kind of session for every verb, never the session.
func (s Session) Format(f fmt.State, _ rune) { io.WriteString(f, s.kind()) }

func (s Session) kind() string {
	switch {
	case s.raw == "":
		return "no session"
	case s.raw[0] == '"':
		return "text session"
	case s.raw == "null":
		return "null session"
	}
	return "number session"
}

// MarshalJSON gives the spelling received.
func (s Session) MarshalJSON() ([]byte, error) {
	if s.raw == "" {
		return []byte("null"), nil
	}
	return []byte(s.raw), nil
}

// UnmarshalJSON keeps an integer, a string or null.
func (s *Session) UnmarshalJSON(b []byte) error {
	const what = "session"
	if len(b) > MaxSession {
		return tooLarge(what, "")
	}
	switch {
	case string(b) == "null":
	case len(b) > 0 && b[0] == '"':
		var t string
		if json.Unmarshal(b, &t) != nil {
			return malformed(what, "")
		}
	default:
		if _, err := strconv.ParseInt(string(b), 10, 64); err != nil {
			return malformed(what, "neither integer nor text")
		}
	}
	s.raw = string(b)
	return nil
}
