package onvif

import (
	"encoding/base64"
	"fmt"
	"testing"
	"time"
)

const tokenForm = `<Header><Security><UsernameToken><Username>%s</Username><Password Type="%s">%s</Password><Nonce>%s</Nonce><Created>%s</Created></UsernameToken></Security></Header>`

func header(t *testing.T, user, kind, digest, nonce, created string) *node {
	t.Helper()
	n, err := parse(fmt.Appendf(nil, tokenForm, user, kind, digest, nonce, created))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// The vector is of the protocol notes: computed with other tools.
func TestTokenVector(t *testing.T) {
	const digest, nonce, created = "OIt9Ggt+aCHcBD5Y3rIXLUU9VAk=", "AAECAwQFBgcICQoLDA0ODw==", "2024-01-02T03:04:05Z"
	tok, ok := readToken(header(t, "admin", passwordDigest, digest, nonce, created))
	if !ok || tok.user != "admin" {
		t.Fatalf("the token is not read: %+v", tok)
	}
	if !tok.proves("admin") {
		t.Error("the right password does not prove it")
	}
	for _, password := range []string{"", "Admin", "admin "} {
		if tok.proves(password) {
			t.Errorf("%q proves it", password)
		}
	}
	for name, h := range map[string]*node{
		"in clear":        header(t, "admin", "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText", "admin", nonce, created),
		"without a user":  header(t, "", passwordDigest, digest, nonce, created),
		"without a nonce": header(t, "admin", passwordDigest, digest, "", created),
		"not base64":      header(t, "admin", passwordDigest, digest, "!", created),
	} {
		if _, ok := readToken(h); ok {
			t.Errorf("a token %s is credentials", name)
		}
	}
}

// A nonce may come in many tokens, a token only for a moment.
func TestTokenIsFreshOnce(t *testing.T) {
	now := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	var r replays
	tok := func(nonce byte, at time.Time) token {
		return token{nonce: []byte{nonce}, created: at.Format(time.RFC3339Nano)}
	}
	for i, c := range []struct {
		token token
		now   time.Time
		want  bool
	}{
		{tok(1, now), now, true},
		{tok(1, now), now.Add(time.Second / 2), true},              // again, for a call that follows at once
		{tok(1, now), now.Add(time.Second), false},                 // again
		{tok(1, now.Add(time.Millisecond)), now, true},             // the same nonce in another token
		{tok(2, now.Add(Freshness)), now, true},                    // as early as may be
		{tok(3, now.Add(Freshness+time.Second)), now, false},       // a clock ahead
		{tok(3, now.Add(-Freshness-time.Second)), now, false},      // a clock behind
		{tok(1, now), now.Add(Freshness), false},                   // still within the window
		{tok(1, now.Add(Freshness)), now.Add(2 * Freshness), true}, // the first is forgotten
		{token{nonce: []byte{9}, created: "yesterday"}, now, false},
		{token{nonce: []byte{9}, created: "2024-01-02T06:04:05.5+03:00"}, now, true},
	} {
		if got := r.fresh(c.token, c.now); got != c.want {
			t.Errorf("%d: %v", i, got)
		}
	}
	for i := range 2 * maxReplays {
		r.fresh(token{nonce: []byte(base64.StdEncoding.EncodeToString([]byte{byte(i), byte(i >> 8)})), created: now.Format(time.RFC3339)}, now)
	}
	if len(r.list) > maxReplays {
		t.Errorf("%d nonces are kept", len(r.list))
	}
}

// A token that logged in stays known however many wrong ones come after it.
func TestWrongTokensDoNotMakeRoomForARightOne(t *testing.T) {
	now := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	var r replays
	one := func(nonce string) token {
		return token{nonce: []byte(nonce), created: now.Format(time.RFC3339)}
	}
	r.fresh(one("right"), now)
	r.grant(one("right"))
	for i := range 3 * maxReplays {
		r.fresh(one(fmt.Sprintf("wrong %d", i)), now)
	}
	if r.fresh(one("right"), now.Add(again)) {
		t.Error("it is taken again")
	}
	for i := range 3 * maxReplays {
		right := one(fmt.Sprintf("right %d", i))
		r.fresh(right, now)
		r.grant(right)
	}
	if len(r.list) > maxReplays {
		t.Errorf("%d nonces are kept", len(r.list))
	}
}
