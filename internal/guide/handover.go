package guide

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// How long a link that hands a password over may be good.
const (
	HandOverLeast = 10 * time.Minute
	HandOverUsual = 24 * time.Hour
	HandOverMost  = 7 * 24 * time.Hour
)

// tokenEncoding has small letters and digits; 12 bytes of it are 20 characters.
var tokenEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// newToken gives 100 random bits as four groups of letters and digits that can be
// read out, and typed.
func newToken() secret.String {
	var b [13]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	text := strings.ToLower(tokenEncoding.EncodeToString(b[:]))[:20]
	return secret.New(text[:5] + "-" + text[5:10] + "-" + text[10:15] + "-" + text[15:])
}

// handOverStream names the stream of a token: by its hash, so that the store has
// nothing that opens anything. Spaces, dashes and capitals do not count.
func handOverStream(token secret.String) (stream rekey.StreamID, hash string) {
	var plain strings.Builder
	for _, c := range strings.ToLower(token.Reveal()) {
		if c >= 'a' && c <= 'z' || c >= '2' && c <= '7' {
			plain.WriteRune(c)
		}
	}
	sum := sha256.Sum256([]byte(plain.String()))
	hash = hex.EncodeToString(sum[:])
	return rekey.StreamID(rekey.HandOverPrefix + hash), hash
}

// HandOver makes a link's token, which shows one of the last passwords of a
// recovery's recorder once, within lasts. Only the token's hash is kept.
func (g *Guide) HandOver(ctx context.Context, id, kept string, lasts time.Duration) (secret.String, rekey.HandOver, error) {
	var none rekey.HandOver
	if lasts < HandOverLeast || lasts > HandOverMost {
		return secret.String{}, none, rekey.Errorf(rekey.CodeInvalid, "A link is good for %s at least and %s at most", HandOverLeast, HandOverMost)
	}
	r, p, err := g.keptOf(ctx, id, kept)
	if err != nil {
		return secret.String{}, none, err
	}
	if _, err := g.vault.Unseal(p.Sealed); err != nil { // one that cannot be shown is not handed over
		return secret.String{}, none, err
	}
	token, now := newToken(), g.Now()
	stream, hash := handOverStream(token)
	made := rekey.HandOverMade{
		ID: g.newID(), Token: hash, Recovery: r.ID, Kept: p.ID, Account: p.Account, Model: r.Model(), Name: r.Name,
		Until: now.Add(lasts), Sealed: p.Sealed,
	}
	e := rekey.Event{At: now, By: rekey.BySaid, Body: made}
	write, _ := keepsOf(&r)
	err = g.addKept(ctx, write, []rekey.Event{e}, func() ([]rekey.Append, error) {
		record, err := e.Encode()
		due := []rekey.Due{{At: made.Until, What: "hand-over"}}
		return []rekey.Append{{Stream: stream, Events: []rekey.NewRecord{record}, Due: due}}, err
	})
	if err != nil {
		return secret.String{}, none, err
	}
	g.changes.Publish(r.ID)
	return token, rekey.HandOver{HandOverMade: made, At: now}, nil
}

// OpenHandOver gives the password that a token hands over, once, and records it. A
// token that never was is [rekey.CodeNotFound]; one that was used, withdrawn or is
// too old [rekey.CodeForbidden]. While the vault is locked nothing is used up.
func (g *Guide) OpenHandOver(ctx context.Context, token secret.String) (secret.String, rekey.HandOver, error) {
	stream, _ := handOverStream(token)
	h, err := g.handOver(ctx, stream)
	if err != nil {
		return secret.String{}, h, err
	}
	if h.Ended == "" && !g.Now().Before(h.Until) {
		if err := g.endHandOver(ctx, stream, h, rekey.HandOverExpired); err != nil {
			return secret.String{}, h, err
		}
		h.Ended = rekey.HandOverExpired
	}
	if h.Ended != "" {
		return secret.String{}, h, handOverOver(h.Ended)
	}
	pw, err := g.vault.Unseal(h.Sealed)
	if err != nil {
		return secret.String{}, h, err
	}
	if err := g.endHandOver(ctx, stream, h, rekey.HandOverOpened); err != nil {
		return secret.String{}, h, err
	}
	return pw, h, nil
}

func handOverOver(how rekey.HandOverEnd) error {
	e := rekey.Errorf(rekey.CodeForbidden, "This link was used already")
	switch how {
	case rekey.HandOverExpired:
		e = rekey.Errorf(rekey.CodeForbidden, "The time of this link is over")
	case rekey.HandOverWithdrawn:
		e = rekey.Errorf(rekey.CodeForbidden, "This link was withdrawn")
	}
	return e.WithHint("Ask whoever gave it to you for a new one. If you did not open it yourself, somebody else has seen the password: have it changed.")
}

// WithdrawHandOver ends a link of a recovery's recorder before it is opened.
func (g *Guide) WithdrawHandOver(ctx context.Context, id, handOver string) error {
	k, err := g.Kept(ctx, id)
	if err != nil {
		return err
	}
	for _, h := range k.HandOvers {
		if h.ID != handOver {
			continue
		}
		if h.Ended != "" {
			return nil
		}
		return g.endHandOver(ctx, rekey.StreamID(rekey.HandOverPrefix+h.Token), h, rekey.HandOverWithdrawn)
	}
	return rekey.Errorf(rekey.CodeNotFound, "There is no such link")
}

// handOver folds one link.
func (g *Guide) handOver(ctx context.Context, stream rekey.StreamID) (rekey.HandOver, error) {
	events, err := g.events(ctx, stream)
	if err != nil {
		return rekey.HandOver{}, err
	}
	var k rekey.Keep
	for _, e := range events {
		k = rekey.EvolveKeep(k, e)
	}
	if len(k.HandOvers) == 0 {
		return rekey.HandOver{}, rekey.Errorf(rekey.CodeNotFound, "Nothing is handed over with this code").
			WithHint("Type it as it was given to you, all four groups.")
	}
	return k.HandOvers[0], nil
}

// endHandOver ends a link, if nobody has: whoever comes second is refused.
func (g *Guide) endHandOver(ctx context.Context, stream rekey.StreamID, h rekey.HandOver, how rekey.HandOverEnd) error {
	by := rekey.ByRekey
	if how == rekey.HandOverWithdrawn {
		by = rekey.BySaid
	}
	r, err := g.State(ctx, h.Recovery)
	if err != nil {
		return err
	}
	write, _ := keepsOf(&r)
	e := rekey.Event{At: g.Now(), By: by, Body: rekey.HandOverEnded{ID: h.ID, How: how}}
	err = g.addKept(ctx, write, []rekey.Event{e}, func() ([]rekey.Append, error) {
		now, err := g.handOver(ctx, stream)
		if err != nil {
			return nil, err
		}
		if now.Ended != "" {
			return nil, handOverOver(now.Ended)
		}
		record, err := e.Encode()
		return []rekey.Append{{Stream: stream, Expect: 1, Events: []rekey.NewRecord{record}, Due: []rekey.Due{}}}, err
	})
	if err == nil {
		g.changes.Publish(h.Recovery)
	}
	return err
}

// expireHandOver ends a link whose time is over.
func (g *Guide) expireHandOver(ctx context.Context, stream rekey.StreamID) error {
	h, err := g.handOver(ctx, stream)
	if err != nil || h.Ended != "" {
		return err
	}
	return g.endHandOver(ctx, stream, h, rekey.HandOverExpired)
}
