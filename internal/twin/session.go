package twin

import (
	"cmp"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const (
	keepAlive   = 60 * time.Second
	sessionLife = 3 * keepAlive // without traffic; not known of real ones
	maxSessions = 64
)

// sessions are the RPC2 sessions, by their JSON spelling. One that was only
// challenged holds the random it has to prove.
type sessions struct {
	open map[string]*session
}

type session struct {
	id      wire.Session
	user    string // of a login that was granted
	address string
	client  string // what it says it is
	random  string // of a challenge that waits for its proof
	link    *talk  // the connection it lives and dies with; nil for HTTP
	login   time.Time
	seen    time.Time
	notify  notify // of a session over HTTP
}

// clients is the time that clients live on, by which sessions, challenges and
// searches run out: a keep-alive of a minute is one of theirs. It is the twin's own
// clock, unless that runs faster or slower than theirs.
func (t *Twin) clients(now time.Time) time.Time {
	if _, paced := t.clock.(*Paced); paced {
		return Real{}.Now()
	}
	return now
}

// newSession is a whole number or 32 hex digits.
func newSession(kind string) wire.Session {
	if kind == SessionNumber {
		return wire.IntSession(number())
	}
	return wire.StringSession(hex.EncodeToString(random(16)))
}

// start opens a session and lets the ones go that ran out; if all are in use, the
// one longest silent goes, and one that nobody proved himself for before any other:
// a challenge is free, and would cost somebody who is logged in his session.
// Sessions of a connection are numbers on all firmware: its headers have no room
// for more.
func (s *sessions) start(now time.Time, kind, address string, link *talk) *session {
	if s.open == nil {
		s.open = map[string]*session{}
	}
	var silent string
	for key, x := range s.open {
		if now.Sub(x.seen) >= sessionLife {
			s.drop(key)
		} else if silent == "" || x.goesBefore(s.open[silent]) {
			silent = key
		}
	}
	if len(s.open) >= maxSessions {
		s.drop(silent)
	}
	if link != nil {
		kind = SessionNumber
	}
	one := &session{id: newSession(kind), address: address, seen: now, link: link}
	s.open[one.id.Key()] = one
	return one
}

// goesBefore tells which of two sessions is let go of when there is no room.
func (x *session) goesBefore(y *session) bool {
	if open := x.user == ""; open != (y.user == "") {
		return open
	}
	return x.seen.Before(y.seen)
}

// find gives a session that is alive, and keeps it so. One that belongs to a
// connection is found on that connection alone: its number could be guessed.
func (s *sessions) find(now time.Time, id wire.Session, link *talk) *session {
	key := s.key(id)
	x := s.open[key]
	if x == nil || x.link != link {
		return nil
	}
	if now.Sub(x.seen) >= sessionLife {
		s.drop(key)
		return nil
	}
	x.seen = now
	return x
}

// key is the spelling under which a session is open. Clients that keep every session
// as text send the number of one in quotes.
func (s *sessions) key(id wire.Session) string {
	key := id.Key()
	if bare, quoted := strings.CutPrefix(key, `"`); quoted {
		bare = strings.TrimSuffix(bare, `"`)
		if _, err := strconv.ParseUint(bare, 10, 32); err == nil && s.open[bare] != nil {
			return bare
		}
	}
	return key
}

// keep keeps the sessions of a connection alive that are logged in, and tells
// whether there is one.
func (s *sessions) keep(now time.Time, link *talk) (kept bool) {
	for _, x := range s.open {
		if x.link == link && x.user != "" && now.Sub(x.seen) < sessionLife {
			x.seen, kept = now, true
		}
	}
	return kept
}

// lives tells whether a session is still open. Unlike find it keeps none alive.
func (s *sessions) lives(now time.Time, id wire.Session) bool {
	x := s.open[s.key(id)]
	return x != nil && now.Sub(x.seen) < sessionLife
}

func (s *sessions) end(id wire.Session) { s.drop(s.key(id)) }

// drop takes a session away, and with it the answer that its events go to.
func (s *sessions) drop(key string) {
	if x := s.open[key]; x != nil {
		delete(s.open, key)
		x.notify.close()
	}
}

// dropAll drops those that match.
func (s *sessions) dropAll(match func(*session) bool) {
	for key, x := range s.open {
		if match(x) {
			s.drop(key)
		}
	}
}

// endAll ends what was opened on a connection.
func (s *sessions) endAll(link *talk) {
	s.dropAll(func(x *session) bool { return x.link == link })
}

// endUser ends all sessions of an account.
func (s *sessions) endUser(user string) {
	s.dropAll(func(x *session) bool { return x.user == user })
}

// active are the sessions of granted logins that are alive, oldest first.
func (s *sessions) active(now time.Time) []*session {
	var list []*session
	for _, x := range s.open {
		if x.user != "" && now.Sub(x.seen) < sessionLife {
			list = append(list, x)
		}
	}
	slices.SortFunc(list, func(a, b *session) int {
		return cmp.Or(a.login.Compare(b.login), strings.Compare(a.id.Key(), b.id.Key()))
	})
	return list
}
