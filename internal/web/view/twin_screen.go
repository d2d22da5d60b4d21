package view

import (
	"net/url"
	"strings"

	"github.com/rekey-dvr/rekey/internal/secret"
)

// TwinMonitor is what the recorder shows on its screen. Its texts are the
// recorder's own, in English.
type TwinMonitor struct {
	Screen   string   `json:"screen"` // off, boot, live, login, wizard-general and so on
	Clock    string   `json:"clock"`  // as shown, "2000-01-01 00:03"
	Stage    string   `json:"stage"`  // boot: words of the stage
	Percent  int      `json:"percent"`
	Channels []string `json:"channels"` // names, on the live view; "" is signal loss

	Title   string         `json:"title"`
	Step    int            `json:"step"` // of a wizard, from 1; 0 on other pages
	Steps   []bool         `json:"steps"`
	Box     string         `json:"box"` // what it says to what was just done
	Good    bool           `json:"good"`
	Lines   []string       `json:"lines"`
	Heads   []string       `json:"heads"`
	Rows    [][]string     `json:"rows"`
	Fields  []ScreenField  `json:"fields"`
	Buttons []ScreenButton `json:"buttons"` // what Enter means first
	Menu    bool           `json:"menu"`    // many buttons and nothing else
}

// ScreenField is a field on the recorder's screen.
type ScreenField struct {
	ID, Label string
	Kind      string // text, password, choice, check, pattern
	Value     string // of a password only how long it is, in dots
	Choices   []ScreenChoice
	Max       int
	Hint      string
	Follow    bool   // others depend on it: it is sent as soon as it is chosen
	Focus     bool   // keys go to it
	Under     string // ID of the tick that it goes with
}

// ScreenChoice is a value that a field can have.
type ScreenChoice struct{ Value, Label string }

// ScreenButton is a button on the recorder's screen.
type ScreenButton struct {
	ID, Label string
	Enter     bool
	Grave     bool // something is lost by it
	Focus     bool
}

// ScreenForm is what a person put in at the recorder's screen.
type ScreenForm struct {
	Press  string // ID of the button; empty for none
	Dot    string // of a pattern: the field's ID
	Digit  string // and the dot, 1 to 9
	Fields map[string]secret.String
	Secret bool // there is a password among them
}

// ReadScreen reads the form of the monitor. A tick that is not there is one taken
// away, unless the form showed none that could be.
func ReadScreen(v url.Values) ScreenForm {
	f := ScreenForm{Press: v.Get("press"), Fields: map[string]secret.String{}}
	f.Dot, f.Digit, _ = strings.Cut(v.Get("dot"), ":")
	for name, values := range v {
		kind, id, ok := strings.Cut(name, "!")
		if !ok || len(values) == 0 {
			continue
		}
		switch kind {
		case "f":
			f.Fields[id] = secret.New(values[0])
		case "p": // an empty one leaves what stands there
			if values[0] != "" {
				f.Fields[id], f.Secret = secret.New(values[0]), true
			}
		case "was":
			if !v.Has("f!"+id) && values[0] == "true" {
				f.Fields[id] = secret.New("false")
			}
		}
	}
	return f
}
