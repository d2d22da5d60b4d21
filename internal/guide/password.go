package guide

import (
	"context"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/vault"
)

// maxPassword bounds what a person may type as a password, in bytes.
const maxPassword = 128

// NewPassword generates a password for the recorder's generation and seals it.
// It is shown by [Guide.Reveal] only.
func (g *Guide) NewPassword(ctx context.Context, id string, expect int64) (rekey.Recovery, error) {
	r, err := g.State(ctx, id)
	if err != nil {
		return r, err
	}
	pw, err := vault.Generate(g.rules.Password[r.PasswordGeneration()])
	if err != nil {
		return r, err
	}
	return g.seal(ctx, id, expect, pw, false)
}

// OwnPassword takes a password that the owner typed, checks it against the rules
// of the recorder's generation, and seals it.
func (g *Guide) OwnPassword(ctx context.Context, id string, expect int64, pw secret.String) (rekey.Recovery, error) {
	r, err := g.State(ctx, id)
	if err != nil {
		return r, err
	}
	if err := g.rules.Password[r.PasswordGeneration()].Check(pw.Reveal()); err != nil {
		return r, err
	}
	if pw.Equal(secret.New(g.rules.Factory.Password)) {
		return r, rekey.Errorf(rekey.CodePassword, "That is the factory password").
			WithHint("Choose another one. The default one never stays.")
	}
	return g.seal(ctx, id, expect, pw, true)
}

func (g *Guide) seal(ctx context.Context, id string, expect int64, pw secret.String, own bool) (rekey.Recovery, error) {
	sealed, err := g.vault.Seal(pw)
	if err != nil {
		return rekey.Recovery{}, err
	}
	return g.Do(ctx, id, expect, rekey.SealPassword{Length: len(pw.Reveal()), Own: own, Sealed: sealed})
}

// Reveal gives the new password to be shown, and records that it was.
func (g *Guide) Reveal(ctx context.Context, id string) (secret.String, rekey.Recovery, error) {
	r, err := g.Do(ctx, id, Any, rekey.ShowPassword{})
	if err != nil {
		return secret.String{}, r, err
	}
	pw, err := g.vault.Unseal(r.Password.Sealed)
	return pw, r, err
}

// OldPassword seals the password that the owner typed as the old one.
func (g *Guide) OldPassword(ctx context.Context, id string, expect int64, pw secret.String) (rekey.Recovery, error) {
	switch n := len(pw.Reveal()); {
	case n == 0:
		return rekey.Recovery{}, rekey.Errorf(rekey.CodeInvalid, "No password was typed")
	case n > maxPassword:
		return rekey.Recovery{}, rekey.Errorf(rekey.CodeTooLarge, "A password may have %d characters at most", maxPassword)
	}
	sealed, err := g.vault.Seal(pw)
	if err != nil {
		return rekey.Recovery{}, err
	}
	return g.Do(ctx, id, expect, rekey.TypeOld{Sealed: sealed})
}
