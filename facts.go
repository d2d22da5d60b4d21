package rekey

// Answer is a person's answer to a yes-or-no question. Empty means not asked
// yet, which is not the same as [DontKnow].
type Answer string

// The answers.
const (
	Yes      Answer = "yes"
	No       Answer = "no"
	DontKnow Answer = "unknown"
)

// Ownership says whose recorder it is, as stated. Nothing is checked.
type Ownership string

// The answers to "Whose recorder is it?".
const (
	OwnedByMe      Ownership = "mine"
	OwnedByAsker   Ownership = "asked" // its owner asked me
	OwnedByNeither Ownership = "neither"
)

// Kind tells HDCVI recorders from the analog ones.
type Kind string

// The kinds.
const (
	KindHDCVI   Kind = "hdcvi"
	Kind960H    Kind = "960h"
	KindUnknown Kind = "unknown"
)

// Button says what the recorder's front has.
type Button string

// A rear rocker only breaks the mains and empties nothing: it is not a front
// button.
const (
	ButtonFront  Button = "front"
	ButtonRocker Button = "rocker"
	ButtonNone   Button = "none"
)

// Footage says what the owner needs of what is recorded.
type Footage string

// The answers to "Do you need recorded footage?".
const (
	FootageNotNeeded Footage = "no"
	FootageNeeded    Footage = "yes"
	FootageEvidence  Footage = "evidence" // police, court or insurer
)

// Screen says what the recorder's login screen shows.
type Screen string

// A pattern grid or "Forgot password" is a mark of generation C.
const (
	ScreenPlain   Screen = "plain"
	ScreenForgot  Screen = "forgot"
	ScreenUnknown Screen = "unknown"
)

// Facts are what the person said about the case. Empty fields were not asked
// yet. A later answer replaces an earlier one.
type Facts struct {
	Ownership      Ownership  `json:"ownership,omitempty"`
	Kind           Kind       `json:"kind,omitempty"`
	Model          string     `json:"model,omitempty"`    // as the catalogue spells it
	ModelAs        string     `json:"model_as,omitempty"` // as the person typed it
	Firmware       string     `json:"firmware,omitempty"` // version, if anybody knows it
	Series         Series     `json:"series,omitempty"`   // the catalogue's, from the model said
	Says           Generation `json:"says,omitempty"`     // the catalogue's generation for the model said
	Channels       int        `json:"channels,omitempty"` // the catalogue's
	Screen         Screen     `json:"screen,omitempty"`   //
	Button         Button     `json:"button,omitempty"`   //
	Refused        Answer     `json:"refused,omitempty"`  // is a password that should be right refused after failed tries?
	OtherAccount   Answer     `json:"other,omitempty"`    // another account of the owner's own
	SupportPending Answer     `json:"support_pending,omitempty"`
	Footage        Footage    `json:"footage,omitempty"`
	FootageSafe    Answer     `json:"footage_safe,omitempty"`   // exported, or the disk taken out
	Photographed   Answer     `json:"photographed,omitempty"`   // label and screen
	ScreenClock    string     `json:"screen_clock,omitempty"`   // date and time on its screen before the drain, as said
	Evidence       Answer     `json:"evidence_asked,omitempty"` // police, court or insurer were asked
}

// merge gives f with the non-empty fields of g in place of its own.
func (f Facts) merge(g Facts) Facts {
	set(&f.Ownership, g.Ownership)
	set(&f.Kind, g.Kind)
	set(&f.Model, g.Model)
	set(&f.ModelAs, g.ModelAs)
	set(&f.Firmware, g.Firmware)
	set(&f.Series, g.Series)
	set(&f.Says, g.Says)
	set(&f.Channels, g.Channels)
	set(&f.Screen, g.Screen)
	set(&f.Button, g.Button)
	set(&f.Refused, g.Refused)
	set(&f.OtherAccount, g.OtherAccount)
	set(&f.SupportPending, g.SupportPending)
	set(&f.Footage, g.Footage)
	set(&f.FootageSafe, g.FootageSafe)
	set(&f.Photographed, g.Photographed)
	set(&f.ScreenClock, g.ScreenClock)
	set(&f.Evidence, g.Evidence)
	return f
}

func set[T comparable](to *T, from T) {
	var zero T
	if from != zero {
		*to = from
	}
}

// check reports the first field that holds none of its values.
func (f Facts) check() error {
	bad := func(field, value string) error {
		return Errorf(CodeInvalid, "%q is not an answer to %s", value, field)
	}
	switch {
	case !oneOf(f.Ownership, OwnedByMe, OwnedByAsker, OwnedByNeither):
		return bad("whose recorder it is", string(f.Ownership))
	case !oneOf(f.Kind, KindHDCVI, Kind960H, KindUnknown):
		return bad("what kind it is", string(f.Kind))
	case !oneOf(f.Screen, ScreenPlain, ScreenForgot, ScreenUnknown):
		return bad("what its screen shows", string(f.Screen))
	case !oneOf(f.Button, ButtonFront, ButtonRocker, ButtonNone):
		return bad("what its front has", string(f.Button))
	case !oneOf(f.Footage, FootageNotNeeded, FootageNeeded, FootageEvidence):
		return bad("what footage is needed", string(f.Footage))
	case f.Says != "" && !f.Says.Valid():
		return bad("its generation", string(f.Says))
	}
	for _, a := range []Answer{f.Refused, f.OtherAccount, f.SupportPending, f.FootageSafe, f.Photographed, f.Evidence} {
		if !oneOf(a, Yes, No, DontKnow) {
			return bad("a yes-or-no question", string(a))
		}
	}
	for _, s := range []string{f.Model, f.ModelAs, f.Firmware, f.ScreenClock} {
		if len(s) > maxText {
			return Errorf(CodeTooLarge, "an answer may have %d characters at most", maxText)
		}
	}
	return nil
}

// maxText bounds every text that a person types into a recovery, in bytes.
const maxText = 200

// oneOf reports whether v is empty or one of the values.
func oneOf[T ~string](v T, values ...T) bool {
	if v == "" {
		return true
	}
	for _, k := range values {
		if v == k {
			return true
		}
	}
	return false
}

// Identity is what rekey saw of the recorder without a login. Empty fields were
// not seen.
type Identity struct {
	Address    string     `json:"address,omitempty"` // host:port of its web service
	Model      string     `json:"model,omitempty"`
	Serial     string     `json:"serial,omitempty"`
	MAC        string     `json:"mac,omitempty"`
	Firmware   string     `json:"firmware,omitempty"`
	Series     Series     `json:"series,omitempty"` // the catalogue's, from the model seen
	Generation Generation `json:"generation,omitempty"`
	State      InitState  `json:"state,omitempty"`
}

// InitState says whether a recorder has its first password.
type InitState string

// The states, as in `rekey find --json`.
const (
	StateUninitialised InitState = "uninitialised"
	StateInitialised   InitState = "initialised"
	StateUnknown       InitState = "unknown"
)

// LedgerIdentity gives the name under which the attempt ledger keeps this
// recorder: its MAC, or else its serial, or "" when neither is known.
func (i Identity) LedgerIdentity() string {
	if i.MAC != "" {
		return "mac-" + i.MAC
	}
	if i.Serial != "" {
		return "serial-" + i.Serial
	}
	return ""
}
