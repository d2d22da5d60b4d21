package rekey

import "time"

// Snapshot is one snapshot of the recorder's settings.
type Snapshot struct {
	SnapshotKept
	At time.Time
}

// Follow is a line of the follow-through list: something that holds the old
// password.
type Follow struct {
	ID   string
	Kind FollowKind
	Name string
	From string
	By   By // seen or said
	At   time.Time
	Done bool
	Who  By     // says that it is done, or open again
	Why  string // it was opened again
}

// Seen is what the recorder showed about itself once the new password worked.
// What is zero or nil was not read.
type Seen struct {
	At       time.Time // of the last reading
	Clock    map[Moment]ClockCompared
	Firmware map[Moment]FirmwareSeen
	Evidence *LogEvidence
	Disks    *DisksSeen
	Logins   *LoginsSeen
	Accounts *AccountsSeen
	Hardened map[string]AccountHardened // by account
	Restart  *RestartProven
}

// OpenFollows gives the lines of the follow-through list that are not done.
func (r *Recovery) OpenFollows() []Follow {
	var open []Follow
	for _, f := range r.Follows {
		if !f.Done {
			open = append(open, f)
		}
	}
	return open
}

// Follow gives a line of the follow-through list, nil when there is none.
func (r *Recovery) Follow(id string) *Follow {
	for i := range r.Follows {
		if r.Follows[i].ID == id {
			return &r.Follows[i]
		}
	}
	return nil
}

// Snapshot gives the last snapshot, nil when there is none.
func (r *Recovery) Snapshot() *Snapshot {
	if len(r.Snapshots) == 0 {
		return nil
	}
	return &r.Snapshots[len(r.Snapshots)-1]
}
