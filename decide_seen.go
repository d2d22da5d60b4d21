package rekey

// The most that is kept of what a recorder shows, and of a follow-through list.
const (
	maxSeen    = 64
	MaxFollows = 200
)

// Saw is what the recorder showed about itself to somebody who is logged in: one
// of [ClockCompared], [LogEvidence], [FirmwareSeen], [DisksSeen], [LoginsSeen],
// [AccountsSeen], [AccountHardened] and [RestartProven]. Texts are cut where they are too long. What was seen the same
// way last is not kept again.
type Saw struct{ What Body }

func (c Saw) decide(p *plan) error {
	if !p.r.Met() {
		return p.notNow("Looking around at the recorder")
	}
	var body Body
	switch b := c.What.(type) {
	case ClockCompared:
		body = b
	case LogEvidence:
		body = b
	case RestartProven:
		body = b
	case AccountHardened:
		b.Account = short(b.Account)
		body = b
	case AccountsSeen:
		body = AccountsSeen{Accounts: bounded(b.Accounts, func(a AccountSeen) AccountSeen {
			a.Name, a.Group = short(a.Name), short(a.Group)
			return a
		})}
	case FirmwareSeen:
		b.Version, b.Build = short(b.Version), short(b.Build)
		if last, read := p.r.Seen.Firmware[b.When]; read && last == b {
			return nil
		}
		body = b
	case DisksSeen:
		body = DisksSeen{Disks: bounded(b.Disks, func(d DiskSeen) DiskSeen {
			d.Name, d.State = short(d.Name), short(d.State)
			return d
		})}
	case LoginsSeen:
		body = LoginsSeen{Logins: bounded(b.Logins, func(l LoginSeen) LoginSeen {
			return LoginSeen{Account: short(l.Account), Kind: short(l.Kind), From: short(l.From)}
		})}
	default:
		return Errorf(CodeInternal, "%T is nothing that a recorder shows", c.What)
	}
	p.add(BySeen, body)
	return nil
}

// Met reports whether a new password that rekey knows was seen to work, so that
// the recorder can be asked about itself.
func (r *Recovery) Met() bool {
	return r.Password != nil && r.Password.N > 0 && r.NewWorks.Known && r.NewWorks.Is &&
		(r.Stage == StageClosing || r.Stage == StageFinish || r.Stage == StageEnded)
}

// bounded gives the first of what a recorder listed, each kept short. The list is
// never nil: none is an answer, too.
func bounded[T any](all []T, each func(T) T) []T {
	kept := []T{}
	for _, v := range all[:min(len(all), maxSeen)] {
		kept = append(kept, each(v))
	}
	return kept
}

func short(s string) string {
	if len(s) > maxText {
		return cut(s, maxText)
	}
	return s
}

// KeepSnapshot says that a snapshot with that hash is on disk.
type KeepSnapshot struct {
	Hash string
	Why  string
}

func (c KeepSnapshot) decide(p *plan) error {
	if !p.r.Met() {
		return p.notNow("A snapshot")
	}
	if c.Hash == "" || len(c.Hash) > maxText || len(c.Why) > maxText {
		return Errorf(CodeInvalid, "a snapshot has a hash")
	}
	p.add(ByRekey, SnapshotKept{N: len(p.r.Snapshots) + 1, Hash: c.Hash, Why: c.Why, RemindD: days(p.Remind.Snapshot)})
	return nil
}
