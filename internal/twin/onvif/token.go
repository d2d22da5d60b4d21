package onvif

import (
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Freshness is how far a token's time may be from the recorder's, either way. Five
// minutes are the recommendation of WS-Security; what recorders take is not known.
const Freshness = 5 * time.Minute

const maxReplays = 1024

// token is a UsernameToken of the kind PasswordDigest.
type token struct {
	user    string
	digest  string
	nonce   []byte
	created string
}

// readToken finds the token in a header. Anything else, a password in clear above
// all, counts as no credentials: it is never judged and costs no try.
func readToken(header *node) (token, bool) {
	n := header.at("Security", "UsernameToken")
	password := n.child("Password")
	if password == nil || password.attr("Type") != passwordDigest {
		return token{}, false
	}
	t := token{user: n.text("Username"), created: n.text("Created")}
	// Padded or not: both are sent.
	nonce, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(n.text("Nonce"), "="))
	if err != nil || t.user == "" || len(nonce) == 0 {
		return token{}, false
	}
	t.digest, t.nonce = password.Text, nonce
	return t, true
}

// key is what is remembered of it.
func (t token) key() string {
	at, _ := t.at()
	return string(t.nonce[:min(len(t.nonce), 64)]) + " " + at.UTC().Format(time.RFC3339Nano)
}

// proves tells whether the token was made with the password, in constant time.
func (t token) proves(password string) bool {
	return wire.VerifyPasswordDigest(t.digest, t.nonce, t.created, password)
}

// at is the time of the token.
func (t token) at() (time.Time, bool) {
	at, err := time.Parse(time.RFC3339Nano, t.created)
	return at, err == nil
}

// again is how long a token may come back: clients that count their time in whole
// seconds or milliseconds make the same one for calls that follow at once.
const again = time.Second

// replays are the tokens seen within the window.
type replays struct {
	list []seen
}

type seen struct {
	key     string    // nonce and time: clients keep one nonce for all their tokens
	at      time.Time // of the token
	first   time.Time // when it came
	granted bool
}

// fresh takes a token only near its time, and not again later. What falls out of the
// window is forgotten; it could not come back.
func (r *replays) fresh(t token, now time.Time) bool {
	at, ok := t.at()
	if !ok || at.Sub(now).Abs() > Freshness {
		return false
	}
	r.list = slices.DeleteFunc(r.list, func(s seen) bool { return s.at.Sub(now).Abs() > Freshness })
	if i := r.index(t); i >= 0 {
		return now.Sub(r.list[i].first) < again
	}
	if len(r.list) >= maxReplays {
		r.room()
	}
	r.list = append(r.list, seen{key: t.key(), at: at, first: now})
	return true
}

// grant notes that a token was right.
func (r *replays) grant(t token) {
	if i := r.index(t); i >= 0 {
		r.list[i].granted = true
	}
}

// room forgets wrong tokens, which anybody can send and which would be wrong again,
// and the oldest only where there are none.
func (r *replays) room() {
	r.list = slices.DeleteFunc(r.list, func(s seen) bool { return !s.granted })
	if len(r.list) >= maxReplays {
		r.list = slices.Delete(r.list, 0, maxReplays/4)
	}
}

func (r *replays) index(t token) int {
	key := t.key()
	return slices.IndexFunc(r.list, func(s seen) bool { return s.key == key })
}
