package rekey

func init() {
	register[AccountsSeen]()
	register[AccountHardened]()
}

// AccountSeen is an account as the recorder lists it.
type AccountSeen struct {
	Name     string `json:"name"`
	Group    string `json:"group,omitempty"`
	Reserved bool   `json:"reserved,omitempty"` // cannot be deleted
	Stock    bool   `json:"stock,omitempty"`    // out of the factory, with a password that is printed in manuals
}

// AccountsSeen are the accounts that the recorder lists.
type AccountsSeen struct {
	Accounts []AccountSeen `json:"accounts"`
}

// Hardening is what was done about an account.
type Hardening string

// The ways.
const (
	AccountChanged Hardening = "changed" // it has a password that only the owner can have
	AccountDeleted Hardening = "deleted"
	AccountGone    Hardening = "gone" // it was not there any more
)

// AccountHardened says what was done about a stock account, and whether the recorder
// was then seen to refuse the password it had out of the factory. Refused is nil when
// that was not tried; Why says why.
type AccountHardened struct {
	Account string    `json:"account"`
	How     Hardening `json:"how"`
	Refused *bool     `json:"refused,omitempty"`
	Why     Code      `json:"why,omitempty"`
}

// EventName gives the name in docs/reference/events.md.
func (AccountsSeen) EventName() string { return "accounts-seen" }

// EventName gives the name in docs/reference/events.md.
func (AccountHardened) EventName() string { return "account-hardened" }

// doing reports whether a task of the kind is under way.
func (r *Recovery) doing(kind TaskKind) bool {
	t := r.Task()
	return t != nil && t.Kind == kind && !t.Accepted.IsZero()
}

// inTask reports whether a proof is part of a task, which decides what follows.
func (p Purpose) inTask() bool { return p == ProofWork || p == ProofStock || p == ProofAccount }
