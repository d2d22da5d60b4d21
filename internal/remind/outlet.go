package remind

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
)

// OutletConfig is what an outlet is made of.
type OutletConfig struct {
	Channels map[string]Channel // those that are set up, by name, without push
	Book     *Book              // nil: no Web Push
	Ref      func(id string) string
	Lang     string // of messages where nobody chose; "" means English
	Now      func() time.Time
	Log      *slog.Logger
}

// Outlet is every way to people that is set up. It turns what a recovery has to tell
// into deliveries, one for each way its owner wants, and finds their channels when
// they are due. It may be used by many goroutines.
type Outlet struct {
	c     OutletConfig
	poke  func()
	tests *gates // by way
}

// NewOutlet makes an outlet. Until [Outlet.Wake] is called nobody is told when
// something is due.
func NewOutlet(c OutletConfig) *Outlet {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Outlet{c: c, poke: func() {}, tests: newGates(TestPace)}
}

// Wake names what is called when something may be due, such as [Deliverer.Poke]. It
// is called once, before the outlet is used.
func (o *Outlet) Wake(poke func()) { o.poke = poke }

// Poke says that something may be due.
func (o *Outlet) Poke() { o.poke() }

// Ways gives the ways that are set up, in the order of [rekey.RemindWays]; push is
// one once a browser has asked for it.
func (o *Outlet) Ways() []string {
	var ways []string
	for _, way := range rekey.RemindWays {
		if o.c.Channels[way] != nil || way == Push && o.c.Book != nil && len(o.c.Book.Subscribers()) > 0 {
			ways = append(ways, way)
		}
	}
	return ways
}

// names gives every channel there is now.
func (o *Outlet) names() []string {
	names := slices.Sorted(maps.Keys(o.c.Channels))
	if o.c.Book != nil {
		for _, s := range o.c.Book.Subscribers() {
			names = append(names, Push+"/"+s.ID)
		}
	}
	return names
}

// wayOf gives the way that a channel belongs to.
func wayOf(channel string) string {
	way, _, _ := strings.Cut(channel, "/")
	return way
}

// Deliveries makes the deliveries of a recovery's notices: for each way that its
// owner wants and that is set up. They are due at once.
func (o *Outlet) Deliveries(r *rekey.Recovery, notices []rekey.Notice) []rekey.Delivery {
	var all []rekey.Delivery
	now := o.c.Now()
	for _, n := range notices {
		for _, channel := range o.names() {
			if !r.Tells(n.What, wayOf(channel)) {
				continue
			}
			data, err := json.Marshal(o.note(r, n))
			if err != nil {
				o.c.Log.Error("reminder", "recovery", r.ID, "what", n.What, "err", err)
				continue
			}
			all = append(all, rekey.Delivery{
				Key: rekey.DeliveryKey(r.ID, n.Key, channel), Channel: channel, Kind: n.What, Due: now, Data: data,
			})
		}
	}
	return all
}

func (o *Outlet) note(r *rekey.Recovery, n rekey.Notice) note {
	to := note{What: n.What, At: n.At, Name: r.Name, Ref: r.ID, Practice: r.Practice != nil, Lang: o.c.Lang}
	if o.c.Ref != nil {
		to.Ref = o.c.Ref(r.ID)
	}
	if c := r.Reminding; c != nil {
		to.Zone = c.Zone
		if c.Lang != "" {
			to.Lang = c.Lang
		}
	}
	return to
}

// Find gives the channel of a name, nil when it is not set up any more.
func (o *Outlet) Find(name string) Channel {
	if id, push := strings.CutPrefix(name, Push+"/"); push {
		if o.c.Book == nil {
			return nil
		}
		return o.c.Book.Channel(id)
	}
	return o.c.Channels[name]
}

// Forget drops a subscription whose push service does not know it any more. What is
// in the settings stays: its owner may mend it.
func (o *Outlet) Forget(name string) {
	id, push := strings.CutPrefix(name, Push+"/")
	if !push || o.c.Book == nil {
		return
	}
	if err := o.c.Book.Remove(id); err != nil {
		o.c.Log.Warn("push", "err", err)
	}
}

// Test sends a message by a way, to every browser in the case of push, and waits for
// the outcome. More tests than [TestPace] allows are refused with
// [rekey.CodeTooMany]; reminders go out whatever was tested.
func (o *Outlet) Test(ctx context.Context, way, lang string) error {
	now := o.c.Now()
	m, err := Test("test "+way+" "+now.Format(time.RFC3339Nano), lang, now)
	if err != nil {
		return err
	}
	tried := false
	for _, name := range o.names() {
		if wayOf(name) != way {
			continue
		}
		if !tried {
			if wait := o.tests.of(way).tryTake(now); wait > 0 {
				seconds := int((wait + time.Second - 1) / time.Second)
				return rekey.Errorf(rekey.CodeTooMany, "So many tests were sent this way that the next has to wait: %d s", seconds).
					WithHint("Look whether one of them arrived.")
			}
		}
		tried = true
		if err := o.Find(name).Send(ctx, m); err != nil {
			f := failureOf(err)
			if f.Gone {
				o.Forget(name)
			}
			return rekey.Errorf(rekey.CodeUnreachable, "The test was not taken: %s", f.Reason).
				WithHint("Look at the settings for reminders, and try again.")
		}
	}
	if !tried {
		return rekey.Errorf(rekey.CodeNotFound, "This way is not set up")
	}
	return nil
}

// PushKey gives the key that a browser subscribes with.
func (o *Outlet) PushKey() (string, error) {
	if o.c.Book == nil {
		return "", nil
	}
	return o.c.Book.PublicKey()
}

// PushMany gives how many browsers asked to be told.
func (o *Outlet) PushMany() int {
	if o.c.Book == nil {
		return 0
	}
	return len(o.c.Book.Subscribers())
}

// Subscribe takes what a browser gave.
func (o *Outlet) Subscribe(subscription []byte) error {
	if o.c.Book == nil {
		return rekey.Errorf(rekey.CodeNotFound, "Push is not possible here")
	}
	_, err := o.c.Book.Add(subscription, o.c.Now())
	return err
}

// Unsubscribe forgets the browser with the endpoint.
func (o *Outlet) Unsubscribe(endpoint string) error {
	if o.c.Book == nil {
		return nil
	}
	return o.c.Book.Remove(subscriberID(endpoint))
}
