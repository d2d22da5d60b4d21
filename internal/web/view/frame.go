package view

import "time"

// Page is what a renderer draws.
type Page interface {
	PageName() string // the folder under pages
	Base() Frame
}

// Frame is what every page has.
type Frame struct {
	Lang    string         // "en"
	Zone    *time.Location // never nil
	Now     time.Time      // the server's, when the page was made
	Here    string         // this page's own path, to come back to
	Version int64          // of the recovery; every form sends it as v
	Name    string         // the recovery's name; "" outside of a recovery
	Ref     string         // its number, "K4M-7TD"
	HomeURL string         // "" means "/"

	Practice bool // the PRACTICE stripe; set by what launched the recovery
	Step     int  // 1 to 7 on the key; 0 shows none
	Secure   bool // loopback or https: passwords may be shown and taken

	Rename *Entry // gives the recovery a name; nil outside of one

	PhoneURL string // page that continues on a phone; "" hides the button
	Langs    []Lang // other languages

	// EventsURL is a text/event-stream of [Live] and StateURL one such JSON value;
	// both "" on pages where nothing changes by itself. Refresh is the seconds
	// between reloads where there is no script; 0 means never.
	EventsURL string
	StateURL  string
	Refresh   int

	RemindURL string // page of the reminders; "" outside of a recovery, and where there are none
	Outside   bool   // reminders go out by some way: not everything stays here

	Notice Text  // one line on top of the page, when its Key is not ""
	Twin   *Twin // beside the guide in practice; nil otherwise
}

// Base gives the frame.
func (f Frame) Base() Frame { return f }

// Lang is a link that shows the page in another language.
type Lang struct {
	Code string // "es"
	URL  string
}

// Text names a message of the catalogue with what goes into it. Args of type
// time.Time, time.Duration and Text are put into words; N chooses the plural.
type Text struct {
	Key  string
	Args map[string]any
}

// T makes a Text from a key and pairs of name and value.
func T(key string, pairs ...any) Text {
	t := Text{Key: key}
	for i := 0; i+1 < len(pairs); i += 2 {
		if t.Args == nil {
			t.Args = map[string]any{}
		}
		t.Args[pairs[i].(string)] = pairs[i+1]
	}
	return t
}

// Action is a form that posts, or with Get a link. The zero Action is absent:
// templates leave its button out.
type Action struct {
	URL    string
	Get    bool
	Fields []Field   // hidden
	Off    Text      // why it is not possible yet; shown under a disabled button
	Until  time.Time // with Off: counted down to; zero shows none
}

// Is reports whether there is such an action.
func (a Action) Is() bool { return a.URL != "" || a.Off.Key != "" }

// Field is a hidden field of a form.
type Field struct{ Name, Value string }

// Link makes an Action that is a link.
func Link(url string) Action { return Action{URL: url, Get: true} }

// Post makes an Action from pairs of field name and value.
func Post(url string, pairs ...string) Action {
	a := Action{URL: url}
	for i := 0; i+1 < len(pairs); i += 2 {
		a.Fields = append(a.Fields, Field{pairs[i], pairs[i+1]})
	}
	return a
}

// Known is how a fact is known; pages show a word, a shape and a tone for each.
type Known string

// The ways of knowing.
const (
	Seen    Known = "seen"    // rekey observed it
	Said    Known = "said"    // a person reported it
	Unknown Known = "unknown" // nobody knows
	NotYet  Known = "notyet"  // still to do
	Refused Known = "refused" // the recorder refused, or it failed
)

// Fact is a line that says something and how it is known.
type Fact struct {
	Known  Known
	What   Text
	How    Text // small, after the mark; may be empty
	Marked Text // a word instead of "Seen", "Refused" …; may be empty
}

// Source is who says so.
type Source struct {
	Title      Text   // or a literal in Args through "source.as"
	Date       string // when it was read, "2026-11-22"; "" for rekey's own
	Confidence string // confirmed, reported, inferred or unknown
	Note       Text
}

// Fold is a question that opens: "Why?" and its answer.
type Fold struct {
	Title Text
	Body  []Text
	Do    Action // a quiet button inside; may be absent
	DoSay Text
}

// Picture is a drawing with its marked part and a caption.
type Picture struct {
	Art, Part string
	Alt       Text
	Caption   Text
}

// Live is what a page listens to: the moment, the version of the recovery, the
// page it belongs to now, and on coach and practice pages their own state.
type Live struct {
	Now     int64      `json:"now"`     // server's clock, ms since 1970
	Version int64      `json:"version"` // a change means: load the page again
	Page    string     `json:"page"`    // path of the page it is at now
	Coach   *CoachLive `json:"coach,omitempty"`
	Twin    *TwinLive  `json:"twin,omitempty"`
	Work    *int       `json:"work,omitempty"` // percent of a step that is under way, -1 not known
}
