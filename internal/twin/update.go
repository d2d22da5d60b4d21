package twin

import (
	"strconv"
	"strings"
	"time"
)

// How long an update takes on the twin's clock. Nobody published figures; sources
// only say to wait for up to five minutes.
const (
	updatePrepare = 5 * time.Second  // the recorder looks at the file
	updateWrite   = 90 * time.Second // it writes to flash
	updateRest    = 3 * time.Second  // the result stands on the screen, then it restarts
)

// The words of upgrader.cgi. They are not confirmed.
const (
	UpdatePreparing = "Preparing"
	UpdateUpgrading = "Upgrading"
	UpdateSucceeded = "Succeeded"
	UpdateFailed    = "Failed"
	UpdateInvalid   = "Invalid" // no update, or a file that is none for this recorder
	UpdateCancelled = "Cancelled"
	UpdateNoMemory  = "Notenough memory"
)

// firmware is what flash holds of programs: two slots, of which one is started.
type firmware struct {
	InUse  int     `json:"in_use,omitempty"`
	Slots  [2]slot `json:"slots,omitzero"`
	Update *update `json:"update,omitempty"` // that goes on
	Last   string  `json:"last,omitempty"`   // the word the last one ended with
	Reach  int     `json:"reach,omitempty"`  // the percentage it ended at
	Dead   bool    `json:"dead,omitempty"`   // nothing starts any more
	Begun  int     `json:"begun,omitempty"`  // updates, since it was made
}

// slot is one place for a program. It holds no program: what it is, is all that a
// twin needs of it.
type slot struct {
	Version string `json:"version,omitempty"`
	Date    string `json:"date,omitempty"`
	SHA256  string `json:"sha256,omitempty"` // of the file it came from; empty out of the factory
	Broken  bool   `json:"broken,omitempty"` // written in part
}

// update is one that goes on. Its course is known from the start.
type update struct {
	Since time.Time `json:"since"`
	To    slot      `json:"to"`
	Board bool      `json:"board"`           // it was begun at the recorder itself, from a stick
	Ends  string    `json:"ends,omitempty"`  // the word it fails with; empty: it succeeds
	Stops int       `json:"stops,omitempty"` // the percentage it fails at; 0 is before anything is written
}

// writes is when the first byte of flash is written.
func (u *update) writes() time.Time { return u.Since.Add(updatePrepare) }

// over is when the result is known.
func (u *update) over() time.Time {
	percent := 100
	if u.Ends != "" {
		percent = u.Stops
	}
	return u.writes().Add(updateWrite * time.Duration(percent) / 100)
}

// touched tells whether flash is half written at a moment.
func (u *update) touched(now time.Time) bool {
	return now.After(u.writes()) && !u.whole(now) && (u.Ends == "" || u.Stops > 0)
}

// whole tells whether the new program is in its slot.
func (u *update) whole(now time.Time) bool { return u.Ends == "" && !now.Before(u.over()) }

// next is when the next thing happens by itself.
func (u *update) next() time.Time {
	if u.Ends != "" && u.Stops == 0 {
		return u.over() // nothing was written, so nothing restarts
	}
	return u.over().Add(updateRest)
}

// at gives word and percentage at a moment.
func (u *update) at(now time.Time) (word string, percent int) {
	switch {
	case now.Before(u.writes()):
		return UpdatePreparing, 0
	case !now.Before(u.over()) && u.Ends != "":
		return u.Ends, u.Stops
	case !now.Before(u.over()):
		return UpdateSucceeded, 100
	}
	return UpdateUpgrading, min(99, int(100*now.Sub(u.writes())/updateWrite))
}

// updateState is what upgrader.cgi tells.
func (t *Twin) updateState(now time.Time) (word string, percent int) {
	f := &t.body.Flash.Firmware
	switch {
	case f.Update != nil:
		return f.Update.at(now)
	case t.mind.receiving != nil:
		return UpdatePreparing, 0
	case f.Last != "":
		return f.Last, f.Reach
	}
	return UpdateInvalid, 0
}

// beginUpdate starts one with a file that was looked at. The right to do it has been
// asked for before.
func (t *Twin) beginUpdate(now time.Time, user string, c Candidate, stick bool) {
	f := &t.body.Flash.Firmware
	if f.Slots[f.InUse].Version == "" {
		f.Slots[f.InUse] = slot{Version: t.body.Flash.Version, Date: t.body.buildDate()}
	}
	u := &update{Since: now, To: c.slot(), Board: stick}
	switch stage, fails := t.body.Faults.spendUpdate(); {
	case c.Refused != "":
		u.Ends = UpdateInvalid
	case fails:
		u.Ends, u.Stops = UpdateFailed, stage
	}
	f.Update, f.Last, f.Reach = u, "", 0
	f.Begun++
	t.dirty = true
	t.noteUpdate(now, user, "Begin", c.slot())
}

func (t *Twin) noteUpdate(now time.Time, user, what string, s slot) {
	t.body.Flash.write(t.body.Memory.clock(now), "Upgrade", user,
		[2]string{"Action", what}, [2]string{"Version", s.Version}, [2]string{"BuildDate", s.Date})
}

// settleUpdate lets an update end that is over.
func (t *Twin) settleUpdate(now time.Time) {
	u := t.body.Flash.Firmware.Update
	if u == nil || now.Before(u.next()) || !t.body.Run.On {
		return
	}
	restart := u.Ends == "" || u.Stops > 0
	t.endUpdate(now)
	if restart {
		t.restart(now)
	}
}

// endUpdate closes one as it stands: through, or cut off. Nothing goes on after it.
func (t *Twin) endUpdate(now time.Time) {
	f := &t.body.Flash.Firmware
	u := f.Update
	if u == nil {
		return
	}
	_, f.Reach = u.at(now)
	f.Update, f.Last, t.dirty = nil, UpdateFailed, true
	other := 1 - f.InUse
	switch {
	case u.whole(now):
		f.Slots[other], f.InUse, f.Last = u.To, other, UpdateSucceeded
		t.body.Flash.Version, t.body.Flash.BuildDate = u.To.Version, u.To.Date
	case u.touched(now):
		f.Slots[other] = u.To
		f.Slots[other].Broken = true
		f.Dead = t.body.Switches.HalfUpdate == HalfDead
	case u.Ends != "":
		f.Last = u.Ends
	}
	t.noteUpdate(now, "System", f.Last, u.To)
}

// buildDate is of the firmware in use.
func (b *body) buildDate() string {
	if b.Flash.BuildDate != "" {
		return b.Flash.BuildDate
	}
	return b.Model.BuildDate
}

// cancelUpdate takes one back that has written nothing yet.
func (t *Twin) cancelUpdate(now time.Time) bool {
	f := &t.body.Flash.Firmware
	t.mind.receiving = nil
	switch {
	case f.Update == nil:
		return true
	case now.After(f.Update.writes()):
		return false
	}
	f.Update, f.Last, f.Reach, t.dirty = nil, UpdateCancelled, 0, true
	return true
}

// maxStage is the last percentage that update-fails may name.
const maxStage = 99

// defaultStage is where an update fails when the fault names nothing: half way.
const defaultStage = 50

// stage is the percentage that a fault of updates names, and whether it is one.
func (f Fault) stage() (int, bool) {
	if f.Kind() != UpdateFails {
		return 0, false
	}
	_, text, named := strings.Cut(string(f), ":")
	if !named {
		return defaultStage, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 0 && n <= maxStage && strconv.Itoa(n) == text
}

// spendUpdate uses one time of a fault of updates.
func (s FaultSet) spendUpdate() (stage int, on bool) {
	for _, f := range s.Names() {
		if stage, is := f.stage(); is {
			return stage, s.spend(f)
		}
	}
	return 0, false
}

// updateWords are what the switch of that name makes of the words.
func (s Switches) updateWord(word string) string {
	if s.UpdateWords == UpdateWordsLower {
		return strings.ToLower(word)
	}
	return word
}

// UpdateState is an update as a page shows it.
type UpdateState struct {
	Word    string `json:"word"`
	Percent int    `json:"percent"`
	Version string `json:"version"`      // that is in use
	To      string `json:"to,omitempty"` // the version it brings, while it goes on
	Dead    bool   `json:"dead,omitempty"`
}

// UpdateNow is how far an update is, or how the last one ended.
func (t *Twin) UpdateNow() UpdateState {
	var s UpdateState
	_ = t.do(func(now time.Time) error {
		f := &t.body.Flash.Firmware
		s.Word, s.Percent = t.updateState(now)
		s.Version = t.body.Flash.Version
		if s.Dead = f.Dead; f.Update != nil {
			s.To = f.Update.To.Version
		}
		return nil
	})
	return s
}

// Uploads is how many updates a twin began, by network or stick. It is for tests; a
// recorder has no such thing.
func (t *Twin) Uploads() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.body.Flash.Firmware.Begun
}
