package rekey

import (
	"strings"
	"time"
)

// Delivery is a message on its way out of rekey. It is written in the transaction
// of the events that cause it and goes out at least once: a process that ends
// between the sending and the [Settlement] leads to one more try. Receivers are
// given the key, so that they can tell a repetition.
type Delivery struct {
	Key     string    // what is told, and where; unique for ever, a second one changes nothing
	Channel string    // the way it goes
	Kind    string    // what it tells of
	Due     time.Time // not before
	Data    []byte    // a JSON object, what the message is made of; no secret in clear
}

// DeliveryKey names the delivery of a recovery's notice by a channel.
func DeliveryKey(recovery, notice, channel string) string {
	return recovery + "/" + notice + "/" + channel
}

// Notice gives the recovery and the notice's key that a delivery was made for by
// [DeliveryKey].
func (q *Queued) Notice() (recovery, notice string) {
	recovery = strings.TrimPrefix(string(q.Stream), RecoveryPrefix)
	return recovery, strings.TrimSuffix(strings.TrimPrefix(q.Key, recovery+"/"), "/"+q.Channel)
}

// DeliveryState is where a delivery stands.
type DeliveryState string

// The states.
const (
	DeliveryOpen DeliveryState = "open" // to be tried, or under way
	DeliveryDone DeliveryState = "done" // its channel took it
	DeliveryDead DeliveryState = "dead" // given up, with a reason
)

// Queued is a delivery as a store keeps it.
type Queued struct {
	Delivery
	Stream   StreamID
	State    DeliveryState
	Attempts int       // tries that were begun
	Next     time.Time // the next try; while one is under way, the moment at which it counts as lost
	Reason   string    // why the last try failed, or why it was given up
	Settled  time.Time // when it was done or dead; zero while open
}

// Settlement ends a delivery. It is written in the transaction of the event that
// records the outcome, so that there is one record however often it was sent.
type Settlement struct {
	Key    string
	State  DeliveryState // DeliveryDone or DeliveryDead
	Reason string        // why it was given up
	At     time.Time
}

// OutboxFilter chooses deliveries for [Store.Outbox].
type OutboxFilter struct {
	Stream StreamID      // "": all
	State  DeliveryState // "": all
	After  string        // the key of the last row of the page before
	Limit  int           // at most this many; 0 means 50, at most 500
}

// OutboxCount is how many deliveries there are in each state, and the moment of
// the oldest open one, zero for none.
type OutboxCount struct {
	Open, Done, Dead int
	Oldest           time.Time // the least Due of those open
}
