package rehearse

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/store/memory"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/vault"
)

// start is the first moment of every rehearsal.
var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Wall time, for what belongs to sockets. A twin on loopback answers at once; the
// waits are long enough for a busy machine and short enough for a recorder that
// is off.
const (
	exchangeWithin = 5 * time.Second
	discoveryWait  = 600 * time.Millisecond
	slowBy         = 60 * time.Millisecond
)

// scene is the stage of a rehearsal: clock, twin, guide, and the transcript.
type scene struct {
	cat     *catalog.Catalog
	clock   *twin.Stepped
	twin    *twin.Twin // nil for a recorder that no twin stands for
	devices *device.Devices
	guide   *guide.Guide
	store   rekey.Store
	id      string
	r       rekey.Recovery
	told    int // events that are in the transcript
	out     func(Entry) error
	onProof atomic.Pointer[func()] // once, just before the next password proof leaves
}

// newScene sets the stage. cfg is nil where there is no twin.
func newScene(cat *catalog.Catalog, cfg *twin.Config, with *hooks, out func(Entry) error) (*scene, error) {
	begin := start
	if !with.at.IsZero() {
		begin = with.at
	}
	s := &scene{cat: cat, clock: twin.NewStepped(begin), store: memory.New(), out: out}
	if with.told != nil {
		s.store = &telling{s.store, func(a []rekey.Append) { with.told(s, a) }}
	}
	v, err := vault.Ephemeral()
	if err != nil {
		return nil, err
	}
	s.devices = device.New(device.Options{
		Timeout: exchangeWithin, DiscoveryWait: discoveryWait, OnRequest: s.onRequest,
	})
	proofs := 0
	config := guide.Config{
		Store: s.store, Catalog: cat, Clock: s.clock, Vault: v, Devices: s.devices,
		NewID: func() string {
			if proofs++; proofs == 1 && with.id != "" {
				return with.id
			}
			return fmt.Sprintf("rehearsal-%d", proofs)
		},
	}
	if with.workers != nil {
		config.Workers = with.workers(v)
	}
	s.guide = guide.New(config)
	if cfg == nil {
		return s, nil
	}
	cfg.Clock, cfg.SlowBy = s.clock, slowBy
	if s.twin, err = twin.New(*cfg); err != nil {
		return nil, err
	}
	if err := s.twin.Start(); err != nil {
		return nil, err
	}
	return s, nil
}

// telling is a store that tells what was kept.
type telling struct {
	rekey.Store
	of func([]rekey.Append)
}

func (t *telling) Append(ctx context.Context, appends ...rekey.Append) ([]rekey.Record, error) {
	kept, err := t.Store.Append(ctx, appends...)
	if err == nil {
		t.of(appends)
	}
	return kept, err
}

func (s *scene) close(ctx context.Context) error {
	s.guide.Close(ctx)
	if s.twin == nil {
		return nil
	}
	return s.twin.Close()
}

// onRequest sees every exchange of the client's before it is sent. A fault that
// is to happen in the middle of a login is switched on here.
func (s *scene) onRequest(i recorder.RequestInfo) {
	if !i.Proof {
		return
	}
	if f := s.onProof.Swap(nil); f != nil {
		(*f)()
	}
}

// address gives where the twin is, and registers its discovery port under it.
func (s *scene) address() string {
	address := s.twin.Address()
	s.devices.DiscoveryAt(address, s.twin.DiscoveryAddress())
	return address
}

// sync loads the recovery and tells what is new.
func (s *scene) sync(ctx context.Context) error {
	r, events, err := s.guide.Load(ctx, s.id)
	if err != nil {
		return err
	}
	s.r = r
	for _, e := range events[s.told:] {
		line, err := entryOf(e)
		if err != nil {
			return err
		}
		s.told++
		if err := s.out(line); err != nil {
			return err
		}
	}
	return nil
}

// do gives the guide a command, as a page's button does.
func (s *scene) do(ctx context.Context, cmd rekey.Command) error {
	_, err := s.guide.Do(ctx, s.id, guide.Any, cmd)
	if err != nil {
		return err
	}
	return s.sync(ctx)
}

// try gives the guide a command that it may refuse. A refusal goes into the
// transcript; its code is given.
func (s *scene) try(ctx context.Context, what string, f func() error) (rekey.Code, error) {
	err := f()
	if err == nil {
		return "", s.sync(ctx)
	}
	code := rekey.CodeOf(err)
	if code == rekey.CodeInternal {
		return code, err
	}
	return code, s.refused(what, err)
}

// refused tells that the guide did not allow something. Only the message of the
// guide's own error is told: a cause may name ports.
func (s *scene) refused(what string, err error) error {
	code := rekey.CodeOf(err)
	return s.out(Entry{
		At: s.clock.Now(), Event: EventRefused, By: rekey.ByRekey,
		Fields: map[string]any{"command": what, "code": code},
		Text:   fmt.Sprintf("Not now: %s (%s).", what, code),
	})
}

// look looks for the recorder, as watching does.
func (s *scene) look(ctx context.Context) error {
	if _, err := s.guide.Look(ctx, s.id); err != nil {
		return s.unreadable(err)
	}
	return s.sync(ctx)
}

// carry lets the guide do what the person has allowed.
func (s *scene) carry(ctx context.Context) error {
	if _, err := s.guide.Carry(ctx, s.id); err != nil {
		if err := s.unreadable(err); err != nil {
			return err
		}
	}
	return s.sync(ctx)
}

// unreadable tells of a recorder whose answers nobody can use. Any other error is
// the rehearsal's end.
func (s *scene) unreadable(err error) error {
	switch rekey.CodeOf(err) {
	case rekey.CodeGarbage, rekey.CodeLimit, rekey.CodeUnreachable:
		return s.refused("look at the recorder", err)
	}
	return err
}

// pass lets time go by until t, and everything happen that is due on the way.
func (s *scene) pass(ctx context.Context, t time.Time) error {
	for {
		next, any, err := s.guide.Wake(ctx)
		if err != nil {
			return err
		}
		if err := s.sync(ctx); err != nil {
			return err
		}
		now := s.clock.Now()
		if !now.Before(t) {
			return ctx.Err()
		}
		to := t
		if any && next.After(now) && next.Before(to) {
			to = next
		}
		s.clock.Set(to)
	}
}

// spend lets a while go by.
func (s *scene) spend(ctx context.Context, d time.Duration) error {
	return s.pass(ctx, s.clock.Now().Add(d))
}

// hand tells what the hands do; it is in the readable transcript only.
func (s *scene) hand(format string, args ...any) error {
	return s.out(Entry{At: s.clock.Now(), Text: fmt.Sprintf(format, args...)})
}

// note tells a remark: who is "model", "source" or "rehearsal".
func (s *scene) note(who, format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	return s.out(Entry{
		At: s.clock.Now(), Event: EventNote, By: rekey.ByRekey,
		Fields: map[string]any{"who": who, "text": text}, Text: noteHeads[who] + text,
	})
}

var noteHeads = map[string]string{
	"model": "The model: ", "source": "The source: ", "rehearsal": "This rehearsal: ",
}
