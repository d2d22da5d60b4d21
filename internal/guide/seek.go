package guide

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey"
)

// The least time between two searches for the same recorder that nobody asked for:
// while it is away, which may be for days, and while it waits to be reached, which a
// person does something for.
const (
	seekAway  = 5 * time.Second
	seekApart = 4 * time.Second
)

// searches keeps what was sought and found for each recovery. It is of this process
// only: what matters of it is in the events.
type searches struct {
	mu     sync.Mutex
	at     map[string]time.Time // on this computer's clock
	survey map[string]Survey

	one sync.Mutex // one search at a time, so that two do not send at twice the pace
}

// turn waits for the other searches to end, or with wait unset gives up when there is
// one; done ends the turn.
func (s *searches) turn(wait bool) (done func(), got bool) {
	if !wait && !s.one.TryLock() {
		return nil, false
	}
	if wait {
		s.one.Lock()
	}
	return s.one.Unlock, true
}

// due reports whether it is time to seek, and notes that it is done.
func (s *searches) due(id string, every time.Duration, now bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last, sought := s.at[id]; sought && !now && time.Since(last) < every {
		return false
	}
	if s.at == nil || len(s.at) >= maxFolded {
		s.at = map[string]time.Time{}
	}
	s.at[id] = time.Now()
	return true
}

func (s *searches) keep(id string, found Survey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.survey == nil || len(s.survey) >= maxFolded {
		s.survey = map[string]Survey{}
	}
	s.survey[id] = found
}

func (s *searches) get(id string) Survey {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.survey[id]
}

// apart gives the recorder that the last survey found at an address in a subnet that
// this computer was not in.
func (s *searches) apart(id, address string) (Sighting, bool) {
	for _, seen := range s.get(id).Found {
		if seen.Address == address && seen.Subnet != "" {
			return seen, true
		}
	}
	return Sighting{}, false
}

// Searches reports whether a person can have the network searched in a recovery: not
// in practice, whose recorder is in this computer.
func (g *Guide) Searches(r *rekey.Recovery) bool { return g.finder != nil && r.Practice == nil }

// Surveyed gives what the last [Guide.Search] of this process found for a recovery.
func (g *Guide) Surveyed(id string) Survey { return g.searches.get(id) }

// seeks reports whether rekey looks for the recorder on the network by itself: one
// that it has met at an address of this network which a person named, and can tell
// from others. See docs/adr/0014.
func (g *Guide) seeks(r *rekey.Recovery) bool {
	return g.Searches(r) && (r.Identity.MAC != "" || r.Identity.Serial != "") && !onThisComputer(r.Identity.Address)
}

func onThisComputer(address string) bool {
	host := strings.TrimSuffix(strings.TrimPrefix(address, "https://"), "/")
	if at, err := netip.ParseAddrPort(host); err == nil {
		return at.Addr().IsLoopback()
	}
	if a, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return a.IsLoopback()
	}
	name, _, _ := strings.Cut(host, ":")
	return strings.EqualFold(name, "localhost")
}

func wanted(r *rekey.Recovery) Wanted {
	return Wanted{Address: r.Identity.Address, MAC: r.Identity.MAC, Serial: r.Identity.Serial}
}

// seek looks for the recorder on the network when it is time to, and records what
// that shows.
func (g *Guide) seek(ctx context.Context, r rekey.Recovery, now bool) (Device, rekey.Recovery, error) {
	every := seekAway
	if r.Apart() {
		every = seekApart
	}
	done, got := g.searches.turn(now)
	if !got {
		return nil, r, nil
	}
	if !g.searches.due(r.ID, every, now) {
		done()
		return nil, r, nil
	}
	asked := g.NowFor(&r)
	seen, found, err := g.finder.Seek(ctx, wanted(&r))
	done()
	g.looks.note(r.ID, g.NowFor(&r))
	if err != nil || !found {
		if ctx.Err() != nil {
			return nil, r, ctx.Err()
		}
		if err != nil { // this computer has no network: where the recorder is, it does not know
			g.log.Debug("seek", "recovery", r.ID, "err", err)
		}
		r, err = g.sawNone(ctx, r)
		return nil, r, err
	}
	return g.met(ctx, r, seen, asked)
}

// met records a recorder that was found on the network. One that can be reached is
// asked who it is at its address, as every recorder is before anything is sent to it.
func (g *Guide) met(ctx context.Context, r rekey.Recovery, seen Sighting, asked time.Time) (Device, rekey.Recovery, error) {
	if seen.Subnet != "" {
		r, err := g.saw(ctx, r, seen, asked)
		return nil, r, err
	}
	d, err := g.devices.At(seen.Address)
	if err != nil {
		return nil, r, err
	}
	there, err := d.Identify(ctx)
	switch {
	case rekey.CodeOf(err) == rekey.CodeUnreachable: // it was there a moment ago: still starting, or going
		return nil, r, nil
	case err != nil:
		return nil, r, err
	case another(&r, &there):
		r, err = g.sawNone(ctx, r)
		return nil, r, err
	}
	there.Address = seen.Address
	if r, err = g.saw(ctx, r, there, asked); err != nil {
		return nil, r, err
	}
	return d, r, nil
}

// Search looks for the recorder of a recovery because a person asked for it: where it
// was last, then everywhere on the networks that this computer is in. What was found
// is kept for [Guide.Surveyed]. The error is [rekey.CodeUnreachable] when the
// recorder is known and nobody answers as it; a recorder that nobody has met yet is
// chosen from the survey, with [Guide.PointAt]. Practice recoveries search nowhere,
// which is [rekey.CodeNotNow].
func (g *Guide) Search(ctx context.Context, id string) (rekey.Recovery, error) {
	r, err := g.State(ctx, id)
	if err != nil {
		return r, err
	}
	if !g.Searches(&r) {
		return r, rekey.Errorf(rekey.CodeNotNow, "A practice recovery searches no network").
			WithHint("Its recorder is in this computer.")
	}
	asked := g.NowFor(&r)
	done, _ := g.searches.turn(true)
	found, err := g.finder.Survey(ctx, wanted(&r))
	done()
	if err != nil {
		return r, err
	}
	found.At = g.NowFor(&r)
	g.searches.keep(id, found)
	g.looks.note(id, found.At)
	if r.Identity.MAC == "" && r.Identity.Serial == "" {
		return r, nil
	}
	for _, seen := range found.Found {
		if mine(&r, &seen) {
			_, r, err = g.met(ctx, r, seen, asked)
			return r, err
		}
	}
	if r, err = g.Do(ctx, id, Any, rekey.SawNothing{Address: r.Identity.Address}); err != nil {
		return r, err
	}
	return r, rekey.Errorf(rekey.CodeUnreachable, "No recorder answers as yours").
		WithHint("Check its power and network cable.")
}

// mine reports whether a recorder is that of the recovery.
func mine(r *rekey.Recovery, seen *Sighting) bool {
	if r.Identity.MAC != "" && seen.MAC != "" {
		return r.Identity.MAC == seen.MAC
	}
	return r.Identity.Serial != "" && r.Identity.Serial == seen.Serial
}
