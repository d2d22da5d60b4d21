package setup

import (
	"fmt"
	"slices"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// Given is what a plan is made and carried out with.
type Given struct {
	Now     func() time.Time         // this computer's clock
	Sealer  Sealer                   // for secrets; nil if there are none
	Secrets map[string]secret.String // by [SecretMail], [SecretDDNS] and [SecretOf]
	Footage Footage                  // answered in this run
	Maker   Maker                    // for a profile with accounts, and for their steps
}

// clockWithin is how far a recorder's clock may be off: reference list of checks
// after a set-up.
const clockWithin = 60 * time.Second

// Compare makes the plan that brings a recorder to what the profile wants. It writes
// nothing. An error is [rekey.CodeInvalid]: the profile wants what no recorder has.
func Compare(t Target, p Profile, g Given) (Plan, error) {
	if err := check(&p); err != nil {
		return Plan{}, err
	}
	w := newWants(&t)
	now := g.Now()
	w.general(p.General)
	if err := w.clock(p.Clock, now); err != nil {
		return Plan{}, err
	}
	w.ntp(p.NTP)
	w.channels(&p)
	w.disk(p.Disk)
	w.reach(p.Reach)
	w.mail(p.Mail)
	if err := w.secrets(g.Secrets, g.Sealer); err != nil {
		return Plan{}, err
	}
	w.maintenance(p.Maintenance)
	w.logins(p.Logins)
	w.network(p.Network)
	plan := w.plan(FromProfile)
	plan.setClock(&t, p.Clock)
	if err := plan.accounts(&t, p.Accounts, g); err != nil {
		return Plan{}, err
	}
	plan.note()
	if p.Disk != nil && p.Disk.Format != nil && *p.Disk.Format {
		plan.ByHand = append(plan.ByHand, ByHand{Section: SectionDisk, Word: "disk.format", Destroys: true})
	}
	plan.noteProfile(&p)
	return plan, nil
}

// plan makes steps of what is not as wanted.
func (w *wants) plan(kind PlanKind) Plan {
	plan := Plan{Kind: kind, About: w.t.About, Absent: w.absent, Steps: []Step{}}
	by := map[[2]string][]Change{}
	for _, x := range w.list {
		if x.Sealed == nil && same(x.Key, x.From, x.To) {
			plan.Same++
			continue
		}
		at := [2]string{string(x.section), topOf(x.Key)}
		by[at] = append(by[at], x.Change)
	}
	for _, s := range sections {
		names := s.names
		if s.id == SectionOther {
			names = w.others()
		}
		for _, name := range names {
			for i, part := range parts(by[[2]string{string(s.id), name}]) {
				plan.Steps = append(plan.Steps, stepOf(s, name, i, part))
			}
		}
	}
	plan.note()
	return plan
}

// others are the top names that no section lists, in the order of the alphabet.
func (w *wants) others() []string {
	var names []string
	for _, x := range w.list {
		if x.section == SectionOther {
			names = append(names, topOf(x.Key))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// stepRoom is how long the settings of one step may be as a query, in bytes: the web
// servers of recorders are small.
const stepRoom = 3 << 10

// parts cuts changes into steps.
func parts(all []Change) [][]Change {
	var list [][]Change
	room := 0
	for _, c := range all {
		n := len(wire.Escape(c.Key)) + len(wire.Escape(c.To)) + 2
		if room < n || len(list) == 0 {
			list, room = append(list, nil), stepRoom
		}
		list[len(list)-1] = append(list[len(list)-1], c)
		room -= n
	}
	return list
}

func stepOf(s section, name string, i int, changes []Change) Step {
	step := Step{ID: string(s.id) + "/" + name, Section: s.id, Name: name, Changes: changes, Cuts: s.cuts}
	if i > 0 {
		step.ID = fmt.Sprintf("%s-%d", step.ID, i+1)
	}
	step.mark()
	return step
}

// setClock adds the step that sets the clock, after zone and summer time and before
// everything else: a zone that changes may turn the clock.
func (p *Plan) setClock(t *Target, c *Clock) {
	if c == nil || c.Set == nil || *c.Set != ClockNow {
		return
	}
	if t.Clock.IsZero() {
		p.Absent = append(p.Absent, Absent{Section: SectionClock, Word: "clock.set", Key: clockKey})
		return
	}
	zone := time.Local
	name := ""
	if c.Zone != nil {
		if z, err := load(*c.Zone); err == nil {
			zone, name = z, *c.Zone
		}
	}
	after := slices.IndexFunc(p.Steps, func(s Step) bool { return s.Section.place() > SectionClock.place() })
	if after < 0 {
		after = len(p.Steps)
	}
	turned := after > 0 && p.Steps[after-1].Section == SectionClock
	if !turned && off(t.Clock, wall(t.ReadAt, zone)) <= clockWithin {
		return
	}
	p.Steps = slices.Insert(p.Steps, after, Step{ID: clockStep, Section: SectionClock, Zone: name, Changes: []Change{
		{Word: "clock.set", Key: clockKey, From: t.Clock.Format(time.DateTime), To: ClockNow},
	}})
}

// The id of the step that sets the clock, and what stands where others have a key.
const (
	clockStep = "clock/set"
	clockKey  = "clock"
)

// wall gives the digits that a clock in the zone shows, in time.UTC.
func wall(now time.Time, zone *time.Location) time.Time {
	n := now.In(zone)
	return time.Date(n.Year(), n.Month(), n.Day(), n.Hour(), n.Minute(), n.Second(), 0, time.UTC)
}

func off(a, b time.Time) time.Duration { return a.Sub(b).Abs() }
