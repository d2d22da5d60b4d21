package vault

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"path/filepath"
	"slices"

	"filippo.io/age"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// newSuffix ends the name of the key file that is on its way to replace the one
// that counts.
const newSuffix = ".new"

// MinPassphrase is the shortest passphrase that is taken, in characters.
const MinPassphrase = 10

// CheckPassphrase refuses a passphrase that is too short, or one of the most common
// passwords, with [rekey.CodePassphrase].
func CheckPassphrase(passphrase secret.String) error {
	switch text := passphrase.Reveal(); {
	case len([]rune(text)) < MinPassphrase:
		return rekey.Errorf(rekey.CodePassphrase, "The passphrase needs %d characters at least", MinPassphrase).
			WithHint("Four or five words that do not belong together are easy to type and hard to guess.")
	case Common(text):
		return rekey.Errorf(rekey.CodePassphrase, "That is one of the passwords that everybody tries first").
			WithHint("Four or five words that do not belong together are easy to type and hard to guess.")
	}
	return nil
}

// Protect changes how the key lies on disk, while the vault is unlocked. For
// [Passphrase] and [Keyring] the passphrase is needed: the keyring is never the
// only way in. What was sealed stays as it is.
//
// The change is one replacement of the key file: whenever it is cut short, the
// file opens in the old way or in the new one. The new file is read back and
// opened before it counts. leftover says that everything is done but that an entry
// in the keyring which is of no more use could not be removed.
func (v *Vault) Protect(how Protection, passphrase secret.String) (leftover, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.replace(how, passphrase, v.keys)
}

// Rotate makes a new key that seals from now on. The older ones stay, since what
// they sealed has to be opened; what somebody could read with a copy of them, they
// still can. The protection stays, and its passphrase is asked for, which unlocks
// the vault as well: a wrong one is [rekey.CodePassphrase].
func (v *Vault) Rotate(passphrase secret.String) (leftover, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.box.Protection != Open {
		keys, err := v.box.unwrap(passphrase)
		if errors.Is(err, errNoBox) {
			return nil, damagedKey(v.path)
		}
		if err != nil {
			return nil, err
		}
		v.keys = keys
	}
	if len(v.keys) >= maxKeys {
		return nil, rekey.Errorf(rekey.CodeTooLarge, "The vault was rotated %d times, which is as often as it can be", maxKeys-1)
	}
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	return v.replace(v.box.Protection, passphrase, slices.Insert(slices.Clone(v.keys), 0, key))
}

// replace writes the keys in a way of lying on disk; v.mu is held.
func (v *Vault) replace(how Protection, passphrase secret.String, keys []*age.X25519Identity) (leftover, err error) {
	if v.path == "" {
		return nil, rekey.Errorf(rekey.CodeNotNow, "This vault is not kept on disk")
	}
	if len(v.keys) == 0 {
		return nil, rekey.Errorf(rekey.CodeVaultLocked, "The vault is locked").WithHint("Unlock it with its passphrase first.")
	}
	next, before := box{Format: boxFormat, Protection: how, Recipient: keys[0].Recipient().String()}, v.box
	switch how {
	case Open:
		next = box{Protection: Open}
	case Passphrase, Keyring:
		if next.ByPassphrase, err = v.options.wrap(keys, passphrase); err != nil {
			return nil, rekey.Errorf(rekey.CodePassphrase, "The passphrase cannot be used").Wrap(err)
		}
	default:
		return nil, rekey.Errorf(rekey.CodeInvalid, "A vault cannot be protected by %q", how)
	}
	if how == Keyring {
		if err := v.toRing(&next, keys); err != nil {
			return nil, err
		}
	}
	if err := v.unchanged(); err != nil {
		return v.dropEntry(next), err
	}
	moved, err := v.write(next, keys, passphrase)
	if !moved {
		return v.dropEntry(next), err
	}
	v.box, v.keys, v.ring = next, slices.Clip(keys), nil
	if err != nil { // it may still be the old file after a power cut: both entries are kept
		return nil, err
	}
	return v.dropEntry(before), nil
}

// toRing wraps the keys for a key that only the keyring has, under a new name: the
// entry of the box that counts is not touched.
func (v *Vault) toRing(next *box, keys []*age.X25519Identity) error {
	ring := v.options.Ring
	if ring == nil {
		return rekey.Errorf(rekey.CodeKeyring, "This rekey has no keyring").WithHint("Protect the vault with a passphrase.")
	}
	key, err := newKey()
	if err != nil {
		return err
	}
	var name [8]byte
	rand.Read(name[:]) // never fails (crypto/rand)
	next.Ring = "vault-" + hex.EncodeToString(name[:])
	if next.ByRing, err = encrypt(keysText(keys), key.Recipient()); err != nil {
		return rekey.Errorf(rekey.CodeInternal, "the key could not be wrapped").Wrap(err)
	}
	if err := ring.Set(next.Ring, secret.New(key.String())); err != nil {
		return keyringError("The system's keyring did not take the key; nothing was changed", err)
	}
	got, err := ring.Get(next.Ring)
	if err == nil && !got.Equal(secret.New(key.String())) {
		err = errors.New("it gave another one back")
	}
	if err != nil {
		_ = ring.Delete(next.Ring) // it may not even be there
		return keyringError("The system's keyring did not give the key back; nothing was changed", err)
	}
	return nil
}

// dropEntry removes a box's entry from the keyring.
func (v *Vault) dropEntry(b box) error {
	if b.Ring == "" || v.options.Ring == nil {
		return nil
	}
	return v.options.Ring.Delete(b.Ring)
}

// unchanged makes sure that the file is still the one that was opened: another
// process may have changed it, and must not lose a key by this.
func (v *Vault) unchanged() error {
	text, err := v.options.files.read(v.path)
	if err != nil {
		return rekey.Errorf(rekey.CodeDamaged, "The key file %s cannot be read", v.path).Wrap(err)
	}
	var same bool
	if v.box.Protection == Open {
		keys, err := readKeys(string(text))
		same = err == nil && keysText(keys) == keysText(v.keys)
	} else {
		same = bytes.Equal(text, v.box.text())
	}
	if !same {
		return rekey.Errorf(rekey.CodeConflict, "The key file %s was changed meanwhile", v.path).
			WithHint("Another rekey did it. Nothing was changed by this one; begin again.")
	}
	return nil
}

// write replaces the key file: under another name, synced, read back, and moved
// into place, so that a crash leaves the old one or the new one. moved says that the
// new one is in its place, even if it is not known to last.
func (v *Vault) write(b box, keys []*age.X25519Identity, passphrase ...secret.String) (moved bool, err error) {
	text := []byte(keysText(keys))
	if b.Protection != Open {
		text = b.text()
	}
	d, path := v.options.files, v.path+newSuffix
	f, err := d.create(path)
	if err != nil {
		return false, cannotWrite(v.path, err)
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return false, cannotWrite(v.path, errors.Join(err, d.remove(path)))
	}
	if err := v.opens(path, text, b, passphrase); err != nil {
		return false, cannotWrite(v.path, errors.Join(err, d.remove(path)))
	}
	if err := d.rename(path, v.path); err != nil {
		return false, cannotWrite(v.path, errors.Join(err, d.remove(path)))
	}
	if err := d.syncDir(filepath.Dir(v.path)); err != nil {
		return true, rekey.Errorf(rekey.CodeFull, "The folder of %s cannot be synced", v.path).Wrap(err)
	}
	return true, nil
}

// opens tries a new key file before it counts.
func (v *Vault) opens(path string, text []byte, b box, passphrase []secret.String) error {
	back, err := v.options.files.read(path)
	if err != nil {
		return err
	}
	if !bytes.Equal(back, text) {
		return errors.New("it was not written as it should be")
	}
	if b.Protection == Open {
		_, err = readKeys(string(back))
		return err
	}
	read, err := readBox(back)
	if err == nil && len(passphrase) > 0 {
		_, err = read.unwrap(passphrase[0])
	}
	return err
}

func cannotWrite(path string, err error) error {
	return rekey.Errorf(rekey.CodeFull, "The key file %s cannot be written; the old one stays", path).Wrap(err)
}

// Wrapped gives a key file that a passphrase opens, for a backup. A vault that is
// protected gives the copy that its own passphrase opens, also while it is locked;
// one whose key lies open wraps it by the given passphrase.
func (v *Vault) Wrapped(passphrase secret.String) ([]byte, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	b := v.box
	if b.Protection != Open {
		b.Protection, b.Ring, b.ByRing = Passphrase, "", nil
		return b.text(), nil
	}
	b = box{Format: boxFormat, Protection: Passphrase, Recipient: v.keys[0].Recipient().String()}
	var err error
	if b.ByPassphrase, err = v.options.wrap(v.keys, passphrase); err != nil {
		return nil, rekey.Errorf(rekey.CodePassphrase, "The passphrase cannot be used").Wrap(err)
	}
	return b.text(), nil
}
