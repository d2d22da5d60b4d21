package guide

import (
	"context"
	"time"

	"github.com/rekey-dvr/rekey"
)

// contactWithin bounds looking around at a recorder that let rekey in.
const contactWithin = 30 * time.Second

// contact looks around at a recorder the first time that it accepts the new
// password: its clock beside this computer's, its firmware, disks, who is logged
// in, and what its log says about losses of power. It reads only. What the recorder
// does not tell is left out.
func (g *Guide) contact(ctx context.Context, r rekey.Recovery, a Access) {
	if now, err := g.State(ctx, r.ID); err != nil || !now.Met() || !now.Seen.At.IsZero() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, contactWithin)
	defer cancel()
	saw := g.LookAround(ctx, &r, a, rekey.Before)
	if len(saw) == 0 {
		return
	}
	if _, err := g.Do(ctx, r.ID, Any, saw); err != nil {
		g.log.Debug("looking around", "recovery", r.ID, "err", err)
	}
}

// LookAround reads what a recorder shows about itself and gives the commands that
// record it. Workers use it after what they changed, with [rekey.After].
func (g *Guide) LookAround(ctx context.Context, r *rekey.Recovery, a Access, when rekey.Moment) rekey.Together {
	var saw rekey.Together
	add := func(b rekey.Body) { saw = append(saw, rekey.Saw{What: b}) }
	clock, err := a.Clock(ctx)
	if err == nil {
		add(Compared(g.wallFor(r), clock, when))
	}
	if version, build, err := a.Software(ctx); err == nil {
		add(rekey.FirmwareSeen{When: when, Version: version, Build: build})
	}
	if _, refused := a.Refusal(); refused || when != rekey.Before {
		return saw
	}
	if disks, err := a.Disks(ctx); err == nil {
		seen := rekey.DisksSeen{Disks: []rekey.DiskSeen{}}
		for _, d := range disks {
			one := rekey.DiskSeen{Name: d.Name, State: d.State}
			for _, p := range d.Partitions {
				one.Total, one.Used = one.Total+p.TotalBytes, one.Used+p.UsedBytes
			}
			seen.Disks = append(seen.Disks, one)
		}
		add(seen)
	}
	if accounts, err := a.Accounts(ctx); err == nil {
		add(g.accountsSeen(r, accounts))
	}
	if logins, err := a.Logins(ctx); err == nil {
		seen := rekey.LoginsSeen{Logins: []rekey.LoginSeen{}}
		for _, l := range logins {
			seen.Logins = append(seen.Logins, rekey.LoginSeen{Account: l.Name, Kind: l.ClientType, From: l.ClientAddress})
		}
		add(seen)
	}
	if !clock.IsZero() {
		if e, err := Evidence(ctx, a, clock); err == nil {
			add(e)
		}
	}
	return saw
}

func (g *Guide) accountsSeen(r *rekey.Recovery, accounts []Account) rekey.AccountsSeen {
	stock := map[string]bool{}
	for _, s := range g.catalog.StockAccounts(r.Generation()) {
		stock[s.User] = true
	}
	seen := rekey.AccountsSeen{Accounts: []rekey.AccountSeen{}}
	for _, a := range accounts {
		seen.Accounts = append(seen.Accounts, rekey.AccountSeen{Name: a.Name, Group: a.Group, Reserved: a.Reserved, Stock: stock[a.Name]})
	}
	return seen
}

// wallFor is the wall clock that a recorder's is compared with: this computer's in
// its own zone, or a twin's, which knows none.
func (g *Guide) wallFor(r *rekey.Recovery) time.Time {
	if r.Practice != nil {
		return g.NowFor(r)
	}
	return g.NowFor(r).Local()
}

// Compared gives a recorder's clock, digits without a zone, beside a wall clock.
func Compared(wall, recorder time.Time, when rekey.Moment) rekey.ClockCompared {
	digits, _ := time.Parse(time.DateTime, wall.Format(time.DateTime)) // it prints what it parses
	return rekey.ClockCompared{
		When: when, Recorder: recorder.Format(time.DateTime), Here: wall.Format(time.DateTime),
		Off: int64(recorder.Sub(digits) / time.Second),
	}
}

// Evidence reads the restarts in the recorder's log up to its clock. It begins at
// the first year that a clock which lost its time may show.
func Evidence(ctx context.Context, a Access, clock time.Time) (rekey.LogEvidence, error) {
	from, to := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), clock.Add(time.Minute)
	lines, err := a.Log(ctx, from, to, "Reboot")
	if err != nil {
		return rekey.LogEvidence{}, err
	}
	e := rekey.LogEvidence{From: from.Format(time.DateTime), To: to.Format(time.DateTime)}
	for _, l := range lines {
		if l.Restart {
			e.Restarts++
		}
		if l.LostPower {
			e.PowerOff++
			if !l.Time.IsZero() {
				e.Last = l.Time.Format(time.DateTime)
			}
		}
	}
	return e, nil
}
