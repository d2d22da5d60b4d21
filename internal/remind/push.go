package remind

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/SherClockHolmes/webpush-go"
)

const (
	pushLasts = 3 * 24 * time.Hour // that a push service keeps a message for a browser that is off
	maxPush   = 3000               // bytes of text; an encrypted message has 4,096 at most (RFC 8291, 4)
)

// subscriber is where a push service finds who sends (RFC 8292, 2.1). It is the
// program, not the person.
const subscriber = "https://github.com/rekey-dvr/rekey"

type pusher struct {
	book   *Book
	id     string
	client *http.Client
}

// Channel gives the channel of a subscription, nil for one that is not in the book.
func (b *Book) Channel(id string) Channel {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.find(id) < 0 {
		return nil
	}
	return pusher{book: b, id: id, client: b.client}
}

// Send implements [Channel]. The message is encrypted to the browser (RFC 8291): its
// push service sees when, how much and to whom, and not what.
func (p pusher) Send(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, SendTimeout)
	defer cancel()
	to, keys, err := p.book.open(p.id)
	if err != nil {
		return &Failure{Reason: "the subscription cannot be opened", Cause: err}
	}
	payload, err := json.Marshal(map[string]any{
		"id": m.ID(), "title": m.Title, "text": m.Text[:min(len(m.Text), maxPush)], "lang": m.Lang,
	})
	if err != nil {
		return &Failure{Reason: "the message could not be made", Final: true, Cause: err}
	}
	return posted(webpush.SendNotificationWithContext(ctx, payload, &to, &webpush.Options{
		HTTPClient: p.client, Subscriber: subscriber, TTL: int(pushLasts / time.Second), Urgency: webpush.UrgencyNormal,
		Topic:          m.ID(), // a repetition replaces the one that waits (RFC 8030, 5.4)
		VAPIDPublicKey: keys.Public, VAPIDPrivateKey: keys.Private.Reveal(),
	}))
}
