package twin

import (
	"slices"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// flash is what survives without charge, unless a boot finds the flag gone.
type flash struct {
	Accounts    []account  `json:"accounts"`
	Initialised bool       `json:"initialised"` // somebody set a first password, or there is a factory one
	Wizard      bool       `json:"wizard"`      // the set-up wizard still waits on the screen
	Agreed      bool       `json:"agreed"`      // the licence, first step of a first run
	RealmID     string     `json:"realm_id"`
	Settings    []setting  `json:"settings"`
	Log         []logEntry `json:"log"`
	Version     string     `json:"version"`
}

const maxLog = 1000

type setting struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

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
		f.Log = slices.Delete(f.Log, 0, maxLog/4)
	}
	for i := range detail {
		detail[i][1] = printableName(detail[i][1])
	}
	f.Log = append(f.Log, logEntry{
		Time: at.Format(time.DateTime), Type: kind, User: printableName(user), Detail: detail,
	})
}

// table is the settings as lines, under one name.
func (f *flash) table(name string) wire.Table {
	var t wire.Table
	for _, s := range f.Settings {
		if s.Key == name || hasStep(s.Key, name) {
			t = append(t, wire.Pair{Key: "table." + s.Key, Value: s.Value})
		}
	}
	return t
}

// hasStep tells whether key lies under name: Network.eth0.MTU under Network, and
// under Network.eth0, but not under Net.
func hasStep(key, name string) bool {
	return len(key) > len(name) && key[:len(name)] == name && (key[len(name)] == '.' || key[len(name)] == '[')
}

func (f *flash) get(key string) string {
	for _, s := range f.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}
