package rekey

func init() {
	register[OldSealed]()
	register[PasswordSealed]()
	register[PasswordShown]()
	register[PasswordWritten]()
	register[PasswordRevealed]()
	register[PasswordSending]()
	register[PasswordAnswered]()
	register[PasswordSaid]()
	register[ClosingSkipped]()
	register[FinishStarted]()
	register[FinishMarked]()
}

// OldSealed keeps the password that the owner typed as the old one, sealed.
type OldSealed struct {
	Sealed []byte `json:"sealed"`
}

// PasswordSealed keeps a new password, sealed. It is on disk before the password
// is shown, and shown before it is sent.
type PasswordSealed struct {
	N          int        `json:"n"` // number of the password in the recovery, from 1
	Generation Generation `json:"generation"`
	Length     int        `json:"length"`
	Own        bool       `json:"own,omitempty"` // typed by the owner, not generated
	Sealed     []byte     `json:"sealed"`
}

// PasswordShown says that it was shown.
type PasswordShown struct {
	N int `json:"n"`
}

// PasswordWritten is the person's word that it is written down.
type PasswordWritten struct {
	N int `json:"n"`
}

// PasswordRevealed says that it was shown again.
type PasswordRevealed struct {
	N int `json:"n"`
}

// Method is the call that sets a password.
type Method string

// The methods.
const (
	MethodChange   Method = "change"
	MethodFirstRun Method = "first-run"
)

// PasswordSending says that the password is about to be sent to the recorder. It
// is on disk before the first byte leaves.
type PasswordSending struct {
	N      int    `json:"n"`
	Method Method `json:"method"`
}

// SendOutcome is the recorder's answer to a new password, or why there is none.
type SendOutcome string

// The outcomes.
const (
	SendTaken   SendOutcome = "taken"
	SendRefused SendOutcome = "refused" // by a rule of the recorder's
	SendUnsent  SendOutcome = "unsent"
	SendLost    SendOutcome = "lost" // sent, and the answer is not known
)

// PasswordAnswered is what became of it.
type PasswordAnswered struct {
	N       int         `json:"n"`
	Outcome SendOutcome `json:"outcome"`
}

// PasswordSaid is the person's word that a new password was set at the
// recorder's own screen. N is 0 when it is one that rekey does not know.
type PasswordSaid struct {
	N int `json:"n"`
}

// ClosingSkipped says that the closing proof is left undone for now, because the
// recorder cannot be reached.
type ClosingSkipped struct{}

// FinishStarted goes from the closing proof to the finish list.
type FinishStarted struct{}

// EventName gives the name in docs/reference/events.md.
func (FinishStarted) EventName() string { return "finish-started" }

// FinishState says how a line of the finish list stands.
type FinishState string

// The states.
const (
	FinishDone    FinishState = "done"
	FinishSkipped FinishState = "skipped"
	FinishOpen    FinishState = "open"
)

// FinishMarked marks a line of the finish list, whose names are the catalogue's.
type FinishMarked struct {
	Item  string      `json:"item"`
	State FinishState `json:"state"`
}

// EventName gives the name in docs/reference/events.md.
func (OldSealed) EventName() string { return "old-sealed" }

// EventName gives the name in docs/reference/events.md.
func (PasswordSealed) EventName() string { return "password-sealed" }

// EventName gives the name in docs/reference/events.md.
func (PasswordShown) EventName() string { return "password-shown" }

// EventName gives the name in docs/reference/events.md.
func (PasswordWritten) EventName() string { return "password-written" }

// EventName gives the name in docs/reference/events.md.
func (PasswordRevealed) EventName() string { return "password-revealed" }

// EventName gives the name in docs/reference/events.md.
func (PasswordSending) EventName() string { return "password-sending" }

// EventName gives the name in docs/reference/events.md.
func (PasswordAnswered) EventName() string { return "password-answered" }

// EventName gives the name in docs/reference/events.md.
func (PasswordSaid) EventName() string { return "password-said" }

// EventName gives the name in docs/reference/events.md.
func (ClosingSkipped) EventName() string { return "closing-skipped" }

// EventName gives the name in docs/reference/events.md.
func (FinishMarked) EventName() string { return "finish-marked" }
