package rekey

import "time"

func init() {
	register[PasswordKept]()
	register[KeptBecame]()
	register[KeptShown]()
	register[AccountsReset]()
	register[HandOverMade]()
	register[HandOverEnded]()
}

// The streams of the kept passwords. "vault/<identity>" has the passwords of one
// recorder, over all its recoveries; "handover/<hash>" one link, named by the
// SHA-256 of its token, which is nowhere kept.
const (
	VaultPrefix    = "vault/"
	HandOverPrefix = "handover/"
)

// PasswordKept keeps a password of a recorder, sealed, beside those before it.
type PasswordKept struct {
	ID       string `json:"id"`                 // "<recovery>-<n>", or a name of its own
	Recovery string `json:"recovery,omitempty"` // empty: from the command line
	N        int    `json:"n,omitempty"`        // in that recovery
	Account  string `json:"account"`
	Model    string `json:"model,omitempty"`
	Name     string `json:"name,omitempty"` // what the owner calls the recorder
	Length   int    `json:"length"`
	Own      bool   `json:"own,omitempty"`   // typed by the owner, not generated; only known of a recovery's
	Drawn    bool   `json:"drawn,omitempty"` // generated; only known of the command line's
	Weak     bool   `json:"weak,omitempty"`  // by device
	Made     bool   `json:"made,omitempty"`  // of an account that a set-up makes: never the owner's
	Sealed   []byte `json:"sealed"`
}

// Became is what became of a kept password.
type Became string

// What may become of one.
const (
	BecameTaken   Became = "taken"   // the recorder took it
	BecameRefused Became = "refused" // the recorder did not take it
	BecameUnsent  Became = "unsent"
	BecameLost    Became = "lost"  // sent, and the answer is not known
	BecameWorks   Became = "works" // a login with it was accepted
	BecameFails   Became = "fails" // a login with it was refused
	BecameSaid    Became = "said"  // set at the recorder's screen, as said
)

// KeptBecame is what became of a kept password.
type KeptBecame struct {
	ID     string `json:"id"`
	Became Became `json:"became"`
}

// AccountsReset says that the recorder was seen, or said, to be in its factory state:
// its accounts are those of the factory, and no password that it took before holds.
type AccountsReset struct {
	ID string `json:"id"`
}

// KeptShown says that a kept password was shown.
type KeptShown struct {
	ID string `json:"id"`
}

// HandOverMade says that a link was made which shows a kept password once. It is
// in the link's own stream and in the recorder's. Token is the link's name there.
type HandOverMade struct {
	ID       string    `json:"id"`
	Token    string    `json:"token"` // SHA-256 of the token, in hex
	Recovery string    `json:"recovery"`
	Kept     string    `json:"kept"`
	Account  string    `json:"account"`
	Model    string    `json:"model,omitempty"`
	Name     string    `json:"name,omitempty"`
	Until    time.Time `json:"until"`
	Sealed   []byte    `json:"sealed"`
}

// HandOverEnd is how a link came to its end.
type HandOverEnd string

// The ends.
const (
	HandOverOpened    HandOverEnd = "opened"
	HandOverExpired   HandOverEnd = "expired"
	HandOverWithdrawn HandOverEnd = "withdrawn"
)

// HandOverEnded says that a link shows nothing any more, and why.
type HandOverEnded struct {
	ID  string      `json:"id"`
	How HandOverEnd `json:"how"`
}

// EventName gives the name in docs/reference/events.md.
func (PasswordKept) EventName() string { return "password-kept" }

// EventName gives the name in docs/reference/events.md.
func (KeptBecame) EventName() string { return "kept-became" }

// EventName gives the name in docs/reference/events.md.
func (AccountsReset) EventName() string { return "accounts-reset" }

// EventName gives the name in docs/reference/events.md.
func (KeptShown) EventName() string { return "kept-shown" }

// EventName gives the name in docs/reference/events.md.
func (HandOverMade) EventName() string { return "hand-over-made" }

// EventName gives the name in docs/reference/events.md.
func (HandOverEnded) EventName() string { return "hand-over-ended" }
