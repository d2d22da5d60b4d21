package vault

import (
	"errors"
	"slices"

	"filippo.io/age"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// Ring is the operating system's keyring, as far as the vault needs it: one entry
// a vault. An error says in words why; [rekey.CodeKeyring] when it has a code.
type Ring interface {
	Get(entry string) (secret.String, error)
	Set(entry string, key secret.String) error
	Delete(entry string) error
}

// Locked reports whether the keys are not at hand, so that nothing can be sealed or
// opened.
func (v *Vault) Locked() bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return len(v.keys) == 0
}

// Protection says how the key lies on disk.
func (v *Vault) Protection() Protection {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.box.Protection
}

// Keys gives how many keys the vault has, 0 while it is locked; more than one when
// it was rotated.
func (v *Vault) Keys() int {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return len(v.keys)
}

// RingError says why the keyring did not unlock a vault that is locked; nil when
// the keyring was not asked, or did.
func (v *Vault) RingError() error {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.ring
}

// Unlock opens the keys with the passphrase. A wrong one is [rekey.CodePassphrase]
// and changes nothing. It takes about a second, on purpose; calls wait for each
// other. An unlocked vault stays as it is, whatever the passphrase.
func (v *Vault) Unlock(passphrase secret.String) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.keys) > 0 {
		return nil
	}
	keys, err := v.box.unwrap(passphrase)
	if errors.Is(err, errNoBox) {
		return damagedKey(v.path)
	}
	if err != nil {
		return err
	}
	v.keys, v.ring = keys, nil
	return nil
}

// Lock forgets the keys of a vault that a passphrase can open again, and does
// nothing to one whose key lies open.
func (v *Vault) Lock() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.box.Protection != Open {
		v.keys = nil
	}
}

func (v *Vault) locked() error {
	e := rekey.Errorf(rekey.CodeVaultLocked, "The vault is locked").
		WithHint("Give its passphrase: on the page “Unlock”, at the prompt, or in a file with --passphrase-file.")
	if why := v.RingError(); why != nil {
		return e.Wrap(why)
	}
	return e
}

// unlockByRing asks the keyring. Its error says why not; the file is then as
// whole as it was, and the passphrase opens it.
func (v *Vault) unlockByRing() error {
	ring := v.options.Ring
	if ring == nil {
		return rekey.Errorf(rekey.CodeKeyring, "This rekey has no keyring")
	}
	text, err := ring.Get(v.box.Ring)
	if err != nil {
		return keyringError("The system's keyring did not give the vault's key", err)
	}
	key, err := age.ParseX25519Identity(text.Reveal())
	if err != nil { // the parse error may quote the key
		return rekey.Errorf(rekey.CodeKeyring, "What the system's keyring has for this vault is no key")
	}
	keys, err := v.box.decrypt(v.box.ByRing, key)
	if err != nil {
		return rekey.Errorf(rekey.CodeKeyring, "The key in the system's keyring does not open this vault")
	}
	v.keys = slices.Clip(keys)
	return nil
}

func keyringError(message string, err error) error {
	e := rekey.Errorf(rekey.CodeKeyring, "%s", message).WithHint(rekey.HintOf(err))
	return e.Wrap(err)
}
