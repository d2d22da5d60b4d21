package guide

import (
	"context"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// Devices reaches recorders. It is a port, so that the guide can be built where
// there are no sockets. Package device implements it with the recorder client.
type Devices interface {
	// At gives the recorder at an address (host, host:port). A name that leads
	// to a public address, or such an address itself, is
	// [rekey.CodePublicAddress].
	At(address string) (Device, error)
}

// Device is one recorder. Its methods send nothing on their own account: each
// does what it says, once, and never retries.
type Device interface {
	// Identify asks what can be known without a login.
	Identify(ctx context.Context) (Sighting, error)

	// Prove sends one request that carries a password proof. The error is nil
	// whenever the outcome says it all; the session is there when it was
	// accepted.
	Prove(ctx context.Context, account string, password secret.String) (Judgement, Session)

	// FirstRun gives an uninitialised recorder its first password.
	FirstRun(ctx context.Context, account string, password secret.String) rekey.SendOutcome
}

// Session is a login that was accepted. It is used by one goroutine at a time.
type Session interface {
	// SetPassword changes an account's password; old is the one in force. The
	// call carries a proof of it, so it has to be asked of the ledger, and its
	// judgement told to it.
	SetPassword(ctx context.Context, account string, old, new secret.String) (rekey.SendOutcome, Judgement)
	// ChangeInside does the same without a proof, inside the session that is
	// open: the way out when the recorder took a password that no login matches.
	ChangeInside(ctx context.Context, account string, old, new secret.String) rekey.SendOutcome
	// Access reads and changes the recorder. It is good until Close; there is none
	// where the proof went by a protocol that only judges.
	Access() (Access, bool)
	// Close logs out.
	Close(ctx context.Context)
}

// Finder looks for recorders on the networks that this computer is in. It sends
// questions that carry no credentials, at a pace that old recorders bear, and nothing
// to addresses outside local networks. Package device implements it.
type Finder interface {
	// Seek asks everybody at once for one recorder: a few packets, repeated twice when
	// nobody answers, for a second and a half at most. found is false when nobody did.
	Seek(ctx context.Context, w Wanted) (seen Sighting, found bool, err error)
	// Survey looks for every recorder, also address by address, and says why it may
	// have found none. It takes seconds. Where the wanted one is on this computer, so
	// is the survey.
	Survey(ctx context.Context, w Wanted) (Survey, error)
}

// Wanted is the recorder that is looked for: by its MAC, else by its serial number.
type Wanted struct{ Address, MAC, Serial string }

// Survey is what was found on the network, and when.
type Survey struct {
	At    time.Time // in the recovery's time
	Found []Sighting
	Why   []Reason // why nothing was found, or what keeps something from being reached
}

// Reason is why nothing was found. Why is one of the names of `rekey find --json`;
// fields that say nothing are empty.
type Reason struct {
	Why       string
	Interface string
	Hosts     []string // that may be recorders
	Subnet    string
	Count     int    // hosts that are there
	Where     string // what rekey seems to run in
}

// Sighting is what a recorder showed without a login. Subnet tells where it is heard
// from when that is a network this computer is not in; Device and Here are then this
// computer's interface, and its address there.
type Sighting struct {
	rekey.Identity
	Subnet, Device, Here string
	// SendsTo is the host that its web service sends to, empty if nowhere, and
	// Certificate the fingerprint of the certificate it showed, empty without HTTPS.
	SendsTo, Certificate string

	Via string // what said who it is: [ViaDiscovery] or [ViaWeb]
}

// The ways a recorder says who it is, as in `rekey identify --json`.
const (
	ViaDiscovery = "dhip" // its answer to a search
	ViaWeb       = "http" // its web service only: no model, no version
)

// Judgement is the recorder's answer to one proof.
type Judgement struct {
	Outcome   rekey.ProofOutcome
	TriesLeft *int // as the recorder says
	LockedFor *int // seconds, as the recorder says
	Err       error
}
