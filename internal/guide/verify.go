package guide

import (
	"context"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// Verified is what one login attempt from the command line showed.
type Verified struct {
	Identity  rekey.Identity
	Judgement Judgement
}

// Verify identifies the recorder at address and sends one proof for the account,
// if the attempt ledger allows one. It is for one named recorder outside any
// recovery; the ledger is the same.
func (g *Guide) Verify(ctx context.Context, address, account string, password secret.String) (Verified, Session, error) {
	d, err := g.devices.At(address)
	if err != nil {
		return Verified{}, nil, err
	}
	seen, err := d.Identify(ctx)
	if err != nil {
		return Verified{}, nil, err
	}
	v := Verified{Identity: g.known(rekey.Identity{}, seen.Identity)}
	if v.Identity.State == rekey.StateUninitialised {
		v.Judgement.Outcome = rekey.ProofUninitialised
		return v, nil, nil
	}
	var session Session
	v.Judgement, session, err = g.prove(ctx, try{
		books: booksAt(v.Identity, address), generation: v.Identity.Generation,
		ask:  rekey.LedgerAsked{ID: g.newID(), Account: account, Purpose: rekey.ProofVerify},
		send: func(ctx context.Context) (Judgement, Session) { return d.Prove(ctx, account, password) },
	})
	return v, session, err
}

// Changed is what a change of password from the command line showed.
type Changed struct {
	Verified
	Sent     rekey.SendOutcome
	NewWorks rekey.Tri
	OldFails rekey.Tri
}

// NewPassword is what [Guide.ChangePassword] sets.
type NewPassword struct {
	Password secret.String
	Drawn    bool // by rekey's generator: its strength is counted and not guessed
}

// ChangePassword signs in with the old password, sets the new one, and proves
// both: new works, old fails. Each proof goes through the ledger; what it does
// not allow is left unknown. kept is called with the sealed new password before
// it is sent, and has to put it on disk. It is also kept among the recorder's.
func (g *Guide) ChangePassword(ctx context.Context, address, account string, old secret.String, to NewPassword, kept func(sealed []byte) error) (Changed, error) {
	new := to.Password
	v, session, err := g.Verify(ctx, address, account, old)
	c := Changed{Verified: v}
	if err != nil || session == nil {
		return c, err
	}
	defer func() { session.Close(context.WithoutCancel(ctx)) }()
	sealed, err := g.vault.Seal(new)
	if err != nil {
		return c, err
	}
	if err := kept(sealed); err != nil {
		return c, err
	}
	became, err := g.keepOutside(ctx, v.Identity, address, rekey.PasswordKept{Account: account, Length: len(new.Reveal()), Drawn: to.Drawn, Sealed: sealed})
	if err != nil {
		return c, err
	}
	_, _, err = g.prove(ctx, try{
		books: booksAt(v.Identity, address), generation: v.Identity.Generation,
		ask: rekey.LedgerAsked{ID: g.newID(), Account: account, Purpose: rekey.ProofChange},
		send: func(ctx context.Context) (Judgement, Session) {
			var judged Judgement
			c.Sent, judged = session.SetPassword(ctx, account, old, new)
			return judged, nil
		},
	})
	became(rekey.Became(c.Sent))
	if err != nil || c.Sent == rekey.SendRefused || c.Sent == rekey.SendUnsent {
		return c, err
	}
	c.NewWorks, err = g.proveOutside(ctx, address, account, new, true)
	if c.NewWorks.Known && !c.NewWorks.Is {
		became(rekey.BecameFails)
	}
	if err == nil && c.NewWorks.Known && c.NewWorks.Is {
		became(rekey.BecameWorks)
		c.OldFails, err = g.proveOutside(ctx, address, account, old, false)
	}
	return c, err
}

// proveOutside gives whether a password works (want true) or fails (want false),
// unknown when the ledger or the recorder gave no verdict.
func (g *Guide) proveOutside(ctx context.Context, address, account string, pw secret.String, want bool) (rekey.Tri, error) {
	v, session, err := g.Verify(ctx, address, account, pw)
	if session != nil {
		session.Close(ctx)
	}
	switch {
	case rekey.CodeOf(err) == rekey.CodeBudget || rekey.CodeOf(err) == rekey.CodeLocked:
		return rekey.Tri{}, nil
	case err != nil:
		return rekey.Tri{}, err
	case v.Judgement.Outcome == rekey.ProofAccepted:
		return rekey.Tri{Known: true, Is: want}, nil
	case v.Judgement.Outcome == rekey.ProofWrong:
		return rekey.Tri{Known: true, Is: !want}, nil
	}
	return rekey.Tri{}, nil
}
