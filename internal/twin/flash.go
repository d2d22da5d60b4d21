package twin

import (
	"slices"
	"time"

	"github.com/rekey-dvr/rekey/internal/twin/settings"
)

// flash is what survives without charge, unless a boot finds the flag gone.
type flash struct {
	Accounts    []account         `json:"accounts"`
	Initialised bool              `json:"initialised"` // somebody set a first password, or there is a factory one
	Wizard      bool              `json:"wizard"`      // the set-up wizard still waits on the screen
	Agreed      bool              `json:"agreed"`      // the licence, first step of a first run
	RealmID     string            `json:"realm_id"`
	Settings    settings.Settings `json:"settings"`
	Log         []logEntry        `json:"log"`
	Version     string            `json:"version"`
	BuildDate   string            `json:"build_date,omitempty"` // of the firmware; empty: that of the model
	Firmware    firmware          `json:"firmware,omitzero"`

	// What a first run at the screen adds, on newer firmware. Nobody reads it over the
	// network; the pattern and the answers are hashes.
	Hint       string      `json:"hint,omitempty"`
	Pattern    string      `json:"pattern,omitempty"`
	Protection *protection `json:"protection,omitempty"`
}

const maxLog = 1000

// logEntry is one line of the recorder's log, in the recorder's own time.
type logEntry struct {
	Time   string      `json:"time"`
	Type   string      `json:"type"`
	User   string      `json:"user"`
	Detail [][2]string `json:"detail,omitempty"`
}

// write adds a line and forgets the oldest when the log is full.
func (f *flash) write(at time.Time, kind, user string, detail ...[2]string) {
	if len(f.Log) >= maxLog {
		f.forget()
	}
	for i := range detail {
		detail[i][1] = printableName(detail[i][1])
	}
	f.Log = append(f.Log, logEntry{
		Time: at.Format(time.DateTime), Type: kind, User: printableName(user), Detail: detail,
	})
}

// forget makes room in a full log. Logins go first: a client that asks often writes
// so many that they would drive out why the recorder restarted.
func (f *flash) forget() {
	left := maxLog / 4
	f.Log = slices.DeleteFunc(f.Log, func(e logEntry) bool {
		login := left > 0 && (e.Type == "Login" || e.Type == "Logout" || e.Type == logRefused)
		if login {
			left--
		}
		return login
	})
	if len(f.Log) >= maxLog {
		f.Log = slices.Delete(f.Log, 0, maxLog/4)
	}
}

// get gives one setting.
func (f *flash) get(key string) string { return f.Settings.Get(key) }
