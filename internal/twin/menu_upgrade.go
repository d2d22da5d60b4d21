package twin

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// stick is a USB stick with one file. The recorder looked at the file when it was
// put in; nothing else of it is kept.
type stick struct {
	name string
	file Candidate
}

// InsertUSB puts a stick with one file into the recorder's USB socket, for the
// menu's upgrade page. The file is read now, and not after. Sticks are in no state
// file. [ErrNotNow] while the socket holds something, name is none, or there are
// more bytes than a recorder reads.
func (t *Twin) InsertUSB(name string, file io.ReaderAt, size int64) error {
	if name == "" || strings.ContainsAny(name, "/\\") || !printable(name) || len(name) > maxFileName || size < 0 {
		return &ConfigError{Field: "the file's name", Reason: "is none that the screen can show"}
	}
	c := t.LookAtFile(file, size, name)
	return t.do(func(time.Time) error {
		if t.stick != nil {
			return ErrNotNow
		}
		t.stick = &stick{name, c}
		t.body.In.Cables[CableUSB], t.dirty = true, true
		return nil
	})
}

// RemoveUSB pulls the stick out. [ErrNotNow] without one.
func (t *Twin) RemoveUSB() error {
	return t.do(func(time.Time) error {
		if t.stick == nil {
			return ErrNotNow
		}
		t.stick = nil
		t.body.In.Cables[CableUSB], t.dirty = false, true
		return nil
	})
}

const maxFileName = 128

// upgradePanel starts an update with the file on the stick, and shows how far it is.
// No source spells the steps; they are UNCONFIRMED.
func (v viewer) upgradePanel() *panel {
	p := &panel{title: "Upgrade", buttons: []Button{buttonCancel}, press: v.pressUpgrade}
	f := &v.t.body.Flash.Firmware
	word, percent := v.t.updateState(v.now)
	p.lines = []string{"System Version: " + v.t.body.Flash.Version}
	switch {
	case f.Update != nil:
		p.lines = append(p.lines, fmt.Sprintf("%s: %d %%. Do not turn the device off.", word, percent))
		p.buttons = nil
		return p
	case f.Last != "":
		p.lines = append(p.lines, "Last upgrade: "+f.Last)
	}
	s := v.t.stick
	if s == nil {
		p.lines = append(p.lines, "No USB device.")
		return p
	}
	p.table = &Table{
		Heads: []string{"Name", "Size"},
		Rows:  [][]string{{s.name, fmt.Sprintf("%.2f MB", float64(s.file.Size)/(1<<20))}},
	}
	p.buttons = []Button{{ID: "start", Label: "Start", Enter: true}, buttonCancel}
	return p
}

func (v viewer) pressUpgrade(id string) error {
	switch {
	case id == buttonCancel.ID:
		return v.toMenu(id)
	case !v.may(authMaintence):
		return v.noRight()
	}
	v.ask(askUpgrade, "")
	return nil
}

// upgrade begins with the file on the stick. Why a file is not taken is not told.
func (v viewer) upgrade() {
	s := v.t.stick
	switch {
	case s == nil:
		v.m.box = "No USB device."
	case v.t.takeFromStick(v.now, v.m.user, s.file) != "":
		v.m.box = "Upgrade failed. The file is not for this device."
	}
}
