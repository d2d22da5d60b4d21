package guide

import (
	"context"
	"io"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// Access reads and changes a recorder that accepted a password. It is made from
// that proof ([Session.Access]) and from nothing else. The rooms that set up,
// harden, update and restart a recorder each name the part of it that they use.
//
// Calls may carry a proof of the same password, which accepted is free. One that
// the recorder refuses is sent no second time: see Refusal. Nothing is repeated.
// Errors are the client's own, so that what they tell by methods is kept: Answered
// (the recorder said no), Absent (perhaps since it does not have this), NotSent
// (nothing left this computer) and NotKept (settings that read back otherwise); after any other error nobody knows whether a write was done. Explain
// makes sentences of them.
//
// Package device implements it with the recorder client, where the methods are
// described. They may be called by many goroutines.
type Access interface {
	// Settings reads one part of the settings, SetSettings writes and reads back.
	// Keys are whole: Network.eth0.DhcpEnable.
	Settings(ctx context.Context, name string) (wire.Table, error)
	SetSettings(ctx context.Context, changes wire.Table) (restart bool, err error)
	SettingNames(context.Context) ([]string, error) // the first names of all

	// The recorder's clock is digits without a zone, in time.UTC.
	Clock(context.Context) (time.Time, error)
	SetClock(context.Context, time.Time) error

	Software(context.Context) (version, build string, err error) // build is a date, or empty
	Upgrade(context.Context) (state string, percent int, err error)
	// UploadFirmware sends a firmware file once; see package firmware for what has to be
	// asked before.
	UploadFirmware(ctx context.Context, name string, r io.Reader, size int64, sent func(int64)) error
	Disks(context.Context) ([]wire.Disk, error)
	Logins(context.Context) ([]wire.ActiveUser, error)                  // of others, where the recorder tells them apart
	Snapshot(ctx context.Context, channel int) (jpeg []byte, err error) // channels count from 1
	Reboot(context.Context) error                                       // it may go before it answers
	UpTime(context.Context) (time.Duration, error)                      // since its last start

	// Log reads the lines between two moments of the recorder's clock, of one type
	// or, with "", of all, oldest first.
	Log(ctx context.Context, from, to time.Time, kind string) ([]LogLine, error)

	Accounts(context.Context) ([]Account, error)
	AddUser(context.Context, NewAccount) error
	DeleteUser(ctx context.Context, name string) error
	ModifyUser(context.Context, Account) error
	// SetPassword changes the password of another account, whose password now is
	// old. The proof in it is the one of this access.
	SetPassword(ctx context.Context, account string, old, new secret.String) (rekey.SendOutcome, error)

	// Refusal reports whether the recorder refused the login inside of a call: the
	// password is not the right one any more, or never was for such calls. The
	// guide tells the ledger and lets the access go.
	Refusal() (Judgement, bool)
	// Explain says what an error of these calls means, as an [rekey.Error]. nil
	// stays nil.
	Explain(error) error
}

// Account is an account on a recorder. Passwords are not among what it tells.
type Account struct {
	ID          int
	Name        string
	Group       string // admin or user
	Memo        string
	Reserved    bool // cannot be deleted
	Sharable    bool // may be logged in more than once
	Authorities []string
}

// NewAccount is one to be made.
type NewAccount struct {
	Account
	Password secret.String
}

// LogLine is one line of the recorder's log.
type LogLine struct {
	Time      time.Time // digits of its clock in time.UTC, zero where it printed none
	Type      string
	User      string
	Detail    wire.Table
	Restart   bool // it is a restart,
	LostPower bool // after power had gone
}

// Sealer is the guide's vault: what plans and snapshots keep secrets with.
func (g *Guide) Sealer() Vault { return g.vault }

// WithAccess signs in at the recorder at address, if the attempt ledger allows it,
// and hands the access to f. It is for one named recorder outside of any recovery,
// as the host commands are; the ledger is the same. f is not called when the proof
// was not accepted: the judgement says why. What f returns is returned.
func (g *Guide) WithAccess(ctx context.Context, address, account string, password secret.String,
	f func(context.Context, Access) error) (Verified, error) {
	v, session, err := g.Verify(ctx, address, account, password)
	if err != nil || session == nil {
		return v, err
	}
	late := context.WithoutCancel(ctx)
	defer func() { session.Close(late) }()
	a, ok := session.Access()
	if !ok {
		return v, noAccess()
	}
	err = f(ctx, a)
	t := try{
		books: booksAt(v.Identity, address), generation: v.Identity.Generation,
		ask: rekey.LedgerAsked{ID: g.newID(), Account: account, Purpose: rekey.ProofVerify},
	}
	if told := g.tellRefusal(late, t, a); told != nil && err == nil {
		err = told
	}
	return v, err
}

// tellRefusal writes into the ledger that the recorder refused the login inside of
// a later call, if it did.
func (g *Guide) tellRefusal(ctx context.Context, t try, a Access) error {
	judged, refused := a.Refusal()
	if !refused {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	return g.settleLedger(ctx, t, judged)
}

func noAccess() error {
	return rekey.Errorf(rekey.CodeUnsupported, "The recorder took the password in a way that allows nothing else").
		WithHint("Connect it so that its web service can be reached.")
}
