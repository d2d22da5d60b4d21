package guide

import (
	"context"

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
	// Close logs out.
	Close(ctx context.Context)
}

// Sighting is what a recorder showed without a login. Reset tells where it is
// heard from when that is a network this computer is not in.
type Sighting struct {
	rekey.Identity
	Subnet string
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
