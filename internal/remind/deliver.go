package remind

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey"
)

const (
	maxAtOnce = 16              // tries under way
	batch     = 4 * maxAtOnce   // deliveries that are leased together
	leaseFor  = 3 * time.Minute // longer than a batch takes: what is left of it then is not tried

	// MaxOnTheWay is how many messages of one way are between being sent and being
	// recorded at any moment. So many may go out once more when the process is killed.
	MaxOnTheWay = 4

	// grace is what a try that is under way is given when the process is asked to end:
	// one that is broken off may have been taken, and would go out once more.
	grace = 3 * time.Second

	// MaxAttempts is when a delivery is given up; by [Backoff] that is after three
	// days of trying.
	MaxAttempts = 20
)

// Backoff gives the pause after so many failed tries: 30 s, doubled each time up to
// 6 hours.
func Backoff(attempts int) time.Duration {
	const least, most = 30 * time.Second, 6 * time.Hour
	return min(least<<min(max(attempts-1, 0), 16), most)
}

// Outbox is what is taken of the store.
type Outbox interface {
	Lease(ctx context.Context, now, until time.Time, limit int) ([]rekey.Queued, error)
	Postpone(ctx context.Context, key string, attempt int, next time.Time, reason string) error
}

// Config is what a deliverer is made of. Outbox, Find, Compose and Settle are
// required.
type Config struct {
	Outbox Outbox

	// Find gives a channel by the name in the delivery, nil for one that is not set
	// up any more.
	Find func(name string) Channel

	// Compose makes the message of a delivery.
	Compose func(rekey.Queued) (Message, error)

	// Settle records the outcome and ends the delivery, in one transaction. Told
	// twice, it records once.
	Settle func(ctx context.Context, q rekey.Queued, s rekey.Settlement) error

	// Forget is told of a channel whose address is no more; nil tells nobody.
	Forget func(channel string)

	Now   func() time.Time // nil: this computer's clock
	Log   *slog.Logger
	Lease time.Duration // how long a try is thought to be under way; 0: 3 minutes
	Pace  Pace          // of each channel; zero: see DefaultPace
}

// Deliverer takes what is due out of the outbox and sends it.
type Deliverer struct {
	c     Config
	poke  chan struct{}
	gates *gates
}

// New makes a deliverer. It does nothing before [Deliverer.Run] or
// [Deliverer.Drain].
func New(c Config) *Deliverer {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Lease <= 0 {
		c.Lease = leaseFor
	}
	if c.Pace == (Pace{}) {
		c.Pace = DefaultPace
	}
	return &Deliverer{c: c, poke: make(chan struct{}, 1), gates: newGates(c.Pace)}
}

// Poke says that something may be due. It never waits.
func (d *Deliverer) Poke() {
	select {
	case d.poke <- struct{}{}:
	default:
	}
}

// Run delivers what is due at first and after each [Deliverer.Poke], until ctx ends.
// It has no timer: whoever keeps the one of the store's next moment pokes.
func (d *Deliverer) Run(ctx context.Context) {
	for {
		if err := d.Drain(ctx); err != nil && ctx.Err() == nil {
			d.c.Log.Warn("reminders", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-d.poke:
		}
	}
}

// Drain delivers until nothing is due, a few at a time, however much there is.
func (d *Deliverer) Drain(ctx context.Context) error {
	for {
		now := d.c.Now()
		due, err := d.c.Outbox.Lease(ctx, now, now.Add(d.c.Lease), batch)
		if err != nil || len(due) == 0 {
			return err
		}
		var work sync.WaitGroup
		places := make(chan struct{}, maxAtOnce)
		for _, q := range due {
			places <- struct{}{}
			work.Go(func() {
				defer func() { <-places }()
				if err := d.deliver(ctx, q); err != nil && ctx.Err() == nil {
					d.c.Log.Warn("reminder", "key", q.Key, "err", err)
				}
			})
		}
		work.Wait()
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// deliver makes one try and writes down what became of it. A process that ends in
// between tries again once the lease is over.
func (d *Deliverer) deliver(ctx context.Context, q rekey.Queued) error {
	g := d.gates.of(q.Channel)
	if why := g.resting(d.c.Now()); why != "" && q.Attempts < MaxAttempts {
		return d.again(ctx, q, &Failure{Reason: "not tried, since others failed: " + why})
	}
	if err := g.wait(ctx, d.c.Now); err != nil {
		return err
	}
	if !g.enter(ctx) {
		return ctx.Err()
	}
	defer g.leave()
	if q.Next.Sub(d.c.Now()) < d.c.Lease/2 {
		return nil // it will be leased anew: another could be at it before this try ends
	}
	late, end := afterwards(ctx, grace)
	err := d.try(late, q)
	end()
	if err == nil {
		g.went()
		return d.end(ctx, q, rekey.DeliveryDone, "")
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	f := failureOf(err)
	if f.Gone && d.c.Forget != nil {
		d.c.Forget(q.Channel)
	}
	if f.Final || q.Attempts >= MaxAttempts {
		return d.end(ctx, q, rekey.DeliveryDead, f.Reason)
	}
	g.failed(d.c.Now(), f)
	return d.again(ctx, q, f)
}

// afterwards gives a context that ends a while after ctx does.
func afterwards(ctx context.Context, while time.Duration) (context.Context, func()) {
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(while)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-late.Done():
		}
	})
	return late, func() { stop(); cancel() }
}

func (d *Deliverer) try(ctx context.Context, q rekey.Queued) error {
	channel := d.c.Find(q.Channel)
	if channel == nil {
		return &Failure{Reason: "this way is not set up any more", Final: true}
	}
	m, err := d.c.Compose(q)
	if err != nil {
		return &Failure{Reason: "the message could not be made", Final: true, Cause: err}
	}
	return channel.Send(ctx, m)
}

// end records the outcome, even when ctx ends meanwhile: the message is out.
func (d *Deliverer) end(ctx context.Context, q rekey.Queued, state rekey.DeliveryState, reason string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), SendTimeout)
	defer cancel()
	return d.c.Settle(ctx, q, rekey.Settlement{Key: q.Key, State: state, Reason: reason, At: d.c.Now()})
}

func (d *Deliverer) again(ctx context.Context, q rekey.Queued, f *Failure) error {
	next := d.c.Now().Add(max(Backoff(q.Attempts), f.After))
	return d.c.Outbox.Postpone(context.WithoutCancel(ctx), q.Key, q.Attempts, next, f.Reason)
}
