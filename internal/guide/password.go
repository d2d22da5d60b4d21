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
	return g.NewPasswordLength(ctx, id, expect, 0)
}

// NewPasswordLength is NewPassword with so many characters, 0 for as many as is
// usual. More than every recorder of the generation is known to match is the
// owner's choice after a warning: whoever asks for it has consented to that, and
// the consent is recorded. A length outside of the rules is [rekey.CodePassword].
func (g *Guide) NewPasswordLength(ctx context.Context, id string, expect int64, length int) (rekey.Recovery, error) {
	r, err := g.State(ctx, id)
	if err != nil {
		return r, err
	}
	rules := g.rules.Password[r.PasswordGeneration()]
	if length != 0 {
		if length < rules.Length || length > rules.MaxLength {
			return r, rekey.Errorf(rekey.CodePassword, "A password that rekey makes for this recorder has %d to %d characters", rules.Length, rules.MaxLength)
		}
		rules.Length = length
	}
	pw, err := vault.Generate(rules)
	if err != nil {
		return r, err
	}
	if g.rules.Password[r.PasswordGeneration()].Longer(rules.Length) && !r.Agreed(rekey.ConsentLonger) {
		if r, err = g.Do(ctx, id, expect, rekey.AcceptLonger{}); err != nil {
			return r, err
		}
		expect = r.Version
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
	if err := vault.CheckOwn(pw); err != nil && !pw.Equal(secret.New(g.rules.Factory.Password)) {
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
