package report

import (
	"slices"
	"time"

	"github.com/rekey-dvr/rekey"
)

// Compared is the recorder's clock beside this computer's, LogRead what its log
// told of its restarts, Restart the one restart with its login afterwards,
// Snapshot a copy of its settings that was kept, Disk and Login what it had.
type (
	Compared struct {
		When     string    `json:"when"` // "before" or "after" rekey set it
		At       time.Time `json:"at"`
		Recorder string    `json:"recorder"` // its digits; it says no zone
		Here     string    `json:"here"`
		OffS     int64     `json:"off_seconds"` // the recorder's is ahead by so much
	}
	LogRead struct {
		At       time.Time `json:"at"`
		Restarts int       `json:"restarts"`
		PowerOff int       `json:"power_off"`
		Last     string    `json:"last,omitempty"` // by the recorder's clock
	}
	Restart struct {
		Asked time.Time  `json:"asked"`
		Gone  *time.Time `json:"gone,omitempty"`
		Back  time.Time  `json:"back"`
	}
	Snapshot struct {
		At   time.Time `json:"at"`
		Hash string    `json:"hash"`
		Why  string    `json:"why"`
	}
	Disk struct {
		Name  string `json:"name"`
		State string `json:"state,omitempty"`
	}
	Login struct {
		Account string `json:"account"`
		Kind    string `json:"kind,omitempty"`
		From    string `json:"from,omitempty"`
	}
)

// evidenceOf gathers every reading, oldest first; of disks and logins the last.
func evidenceOf(r *rekey.Recovery, events []rekey.Event) Evidence {
	v := Evidence{
		ScreenClock: r.Facts.ScreenClock, Clocks: []Compared{}, Logs: []LogRead{}, Restarts: []Restart{}, Snapshots: []Snapshot{}, Logins: []Login{},
	}
	for _, e := range events {
		at := e.At.UTC()
		switch b := e.Body.(type) {
		case rekey.ClockCompared:
			v.Clocks = append(v.Clocks, Compared{string(b.When), at, b.Recorder, b.Here, b.Off})
		case rekey.LogEvidence:
			v.Logs = append(v.Logs, LogRead{at, b.Restarts, b.PowerOff, b.Last})
		case rekey.RestartProven:
			v.Restarts = append(v.Restarts, Restart{b.Asked.UTC(), moment(b.Gone), b.Back.UTC()})
		case rekey.SnapshotKept:
			v.Snapshots = append(v.Snapshots, Snapshot{at, b.Hash, b.Why})
		case rekey.DisksSeen:
			disks := []Disk{}
			for _, d := range b.Disks {
				disks = append(disks, Disk{d.Name, d.State})
			}
			v.Disks = &disks
		case rekey.LoginsSeen:
			v.Logins = []Login{}
			for _, l := range b.Logins {
				v.Logins = append(v.Logins, Login(l))
			}
		}
	}
	return v
}

// firmwareOf gives the firmware as the recorder was found and as it was seen last
// after that, which is empty where nobody looked again.
func firmwareOf(r *rekey.Recovery, events []rekey.Event) (before, after Value) {
	found, last := "", ""
	see := func(version, build string) {
		if version == "" {
			return
		}
		if build != "" {
			version += ", " + build
		}
		if found == "" {
			found = version
		} else {
			last = version
		}
	}
	for _, e := range events {
		switch b := e.Body.(type) {
		case rekey.Identified:
			if found == "" {
				see(b.Identity.Firmware, "")
			}
		case rekey.FirmwareSeen:
			if b.When == rekey.Before {
				found = ""
			}
			see(b.Version, b.Build)
		}
	}
	return either(found, r.Facts.Firmware), either(last, "")
}

// tasksOf gives the pieces of work with their steps.
func tasksOf(r *rekey.Recovery) []Task {
	tasks := []Task{}
	for _, t := range r.Tasks {
		out := Task{N: t.N, Kind: string(t.Kind), Planned: t.Planned.UTC(), Agreed: moment(t.Accepted), Outcome: string(t.Outcome), Steps: []Step{}}
		if t.Outcome == "" {
			out.Outcome = string(OutcomeOpen)
		}
		for _, s := range t.Steps {
			st := Step{ID: s.ID, Title: titleOf(s.TaskStep), Outcome: string(s.Outcome), Known: knownBy(s.By), Code: string(s.Code), As: s.As}
			switch s.Outcome {
			case "":
				st.Outcome, st.Known = string(OutcomeOpen), NotYet
			case rekey.StepLost, rekey.StepUnread:
				st.Known = Unknown
			}
			out.Steps = append(out.Steps, st)
		}
		tasks = append(tasks, out)
	}
	return tasks
}

// accountsOf gives the accounts out of the factory that something was done about,
// each with the last that was.
func accountsOf(events []rekey.Event) []Account {
	accounts := []Account{}
	for _, e := range events {
		b, is := e.Body.(rekey.AccountHardened)
		if !is {
			continue
		}
		a := Account{Name: b.Account, How: string(b.How), Refused: b.Refused, Why: string(b.Why), Known: knownBy(e.By)}
		if i := slices.IndexFunc(accounts, func(o Account) bool { return o.Name == a.Name }); i >= 0 {
			accounts[i] = a
		} else {
			accounts = append(accounts, a)
		}
	}
	return accounts
}

// followOf gives what holds the old password, and who says that it has the new one.
func followOf(r *rekey.Recovery) []Follow {
	follows := []Follow{}
	for _, f := range r.Follows {
		out := Follow{ID: f.ID, Kind: string(f.Kind), Name: f.Name, From: f.From, Found: knownBy(f.By), Done: NotYet}
		if f.Done {
			out.Done = knownBy(f.Who)
		}
		follows = append(follows, out)
	}
	return follows
}
