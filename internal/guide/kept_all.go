package guide

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/rekey-dvr/rekey"
)

// KeptRecorder is one recorder with its kept passwords.
type KeptRecorder struct {
	rekey.Keep
	Names   []string // "mac-…", "serial-…", or "address-…" when nothing better is known
	Name    string   // what the owner calls it
	Model   string
	Address string // of its web service, where it was last
}

// Title gives what to call it in a list.
func (k KeptRecorder) Title() string {
	switch {
	case k.Name != "" && k.Model != "":
		return k.Name + " (" + k.Model + ")"
	case k.Name+k.Model != "":
		return k.Name + k.Model
	case len(k.Names) > 0:
		return k.Names[0]
	}
	return "recorder"
}

// allBatch is how many events are read at a time.
const allBatch = 1000

// AllKept gives every recorder with kept passwords, practice left out, by title. It
// reads the whole store.
func (g *Guide) AllKept(ctx context.Context) ([]KeptRecorder, error) {
	streams, err := g.streams(ctx)
	if err != nil {
		return nil, err
	}
	var all gathered
	for _, stream := range streams {
		events, err := g.events(ctx, stream)
		if err != nil {
			return nil, err
		}
		if id, is := strings.CutPrefix(string(stream), rekey.VaultPrefix); is {
			all.add(KeptRecorder{Names: []string{id}}, events)
			continue
		}
		r := rekey.Replay(events)
		if r.Practice != nil {
			continue
		}
		one := KeptRecorder{Name: r.Name, Model: r.Model(), Address: r.Identity.Address}
		for _, named := range keepsNamed(r.Identity) {
			one.Names = append(one.Names, strings.TrimPrefix(string(named), rekey.VaultPrefix))
		}
		all.add(one, g.rules.KeptFrom(&r, events))
	}
	return all.recorders(), nil
}

// streams gives the names of the streams that passwords are in: the recoveries,
// then the recorders' own.
func (g *Guide) streams(ctx context.Context) ([]rekey.StreamID, error) {
	seen := map[rekey.StreamID]bool{}
	var recoveries, vaults []rekey.StreamID
	for after := int64(0); ; {
		records, err := g.store.ReadAll(ctx, after, allBatch)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			after = r.Seq
			switch {
			case seen[r.Stream]:
			case strings.HasPrefix(string(r.Stream), rekey.VaultPrefix+"recovery-"): // reveals and links only
			case strings.HasPrefix(string(r.Stream), rekey.RecoveryPrefix):
				recoveries = append(recoveries, r.Stream)
			case strings.HasPrefix(string(r.Stream), rekey.VaultPrefix):
				vaults = append(vaults, r.Stream)
			}
			seen[r.Stream] = true
		}
		if len(records) < allBatch {
			return append(recoveries, vaults...), nil
		}
	}
}

// gathered joins what is known of one recorder under several names.
type gathered struct {
	groups []*group
	byName map[string]*group
	byKept map[string]*group
}

type group struct {
	KeptRecorder
	events []rekey.Event
	joined *group // what it went into
}

func (g *group) root() *group {
	for g.joined != nil {
		g = g.joined
	}
	return g
}

func (a *gathered) add(one KeptRecorder, events []rekey.Event) {
	if a.byName == nil {
		a.byName, a.byKept = map[string]*group{}, map[string]*group{}
	}
	into := &group{}
	a.groups = append(a.groups, into)
	join := func(index map[string]*group, key string) {
		if other := index[key]; other != nil && other.root() != into.root() {
			from := other.root()
			into.events = append(from.events, into.events...)
			into.Names = append(from.Names, into.Names...)
			into.Name, into.Model, into.Address = cmp.Or(into.Name, from.Name), cmp.Or(into.Model, from.Model), cmp.Or(into.Address, from.Address)
			from.joined = into
		}
		index[key] = into
	}
	for _, name := range one.Names {
		join(a.byName, name)
	}
	for _, e := range events {
		if b, is := e.Body.(rekey.PasswordKept); is {
			join(a.byKept, b.ID)
			into.Model, into.Name = cmp.Or(into.Model, b.Model), cmp.Or(into.Name, b.Name)
		}
	}
	into.events = append(into.events, events...)
	into.Names = append(into.Names, one.Names...)
	into.Name, into.Model, into.Address = cmp.Or(one.Name, into.Name), cmp.Or(one.Model, into.Model), cmp.Or(one.Address, into.Address)
}

func (a *gathered) recorders() []KeptRecorder {
	var list []KeptRecorder
	for _, g := range a.groups {
		if g.joined != nil {
			continue
		}
		slices.SortStableFunc(g.events, func(a, b rekey.Event) int { return cmp.Compare(a.At.UnixMilli(), b.At.UnixMilli()) })
		for _, e := range g.events {
			g.Keep = rekey.EvolveKeep(g.Keep, e)
		}
		slices.Sort(g.Names)
		if g.Names = slices.Compact(g.Names); len(g.Passwords) > 0 {
			list = append(list, g.KeptRecorder)
		}
	}
	slices.SortStableFunc(list, func(a, b KeptRecorder) int { return cmp.Compare(a.Title(), b.Title()) })
	return list
}
