// Package vault keeps secrets at rest and makes new passwords.
//
// A secret is sealed with age to a key in a file of its own in the data folder
// (mode 0600). The key lies there as it is, or wrapped by a passphrase, or wrapped
// for the operating system's keyring with a copy wrapped by a passphrase beside
// it: see [Vault.Protect]. That keeps passwords out of the database, its backups
// and anything read from it; a key that is not wrapped does not keep them from
// somebody who has both files. Nothing here logs.
package vault

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"

	"filippo.io/age"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// KeyFile is the name of the key's file in the data folder.
const KeyFile = "vault.key"

// maxSealed bounds what Unseal reads, in bytes: a password is far smaller, the
// secrets of a recorder's whole configuration are not larger.
const maxSealed = 64 << 10

// Vault seals and opens secrets. It may be used by many goroutines. While it is
// locked ([Vault.Locked]), sealing and unsealing are [rekey.CodeVaultLocked].
type Vault struct {
	path    string // of the key file; "" for one that was never written
	options Options

	mu   sync.RWMutex
	box  box                   // what the key file holds
	keys []*age.X25519Identity // the first seals, each opens; none while locked
	ring error                 // why the keyring did not unlock it
}

// Options are what a vault is opened with. The zero value is right where there is
// no keyring.
type Options struct {
	Ring Ring // the operating system's keyring; nil: there is none

	// Work is the scrypt work of a new passphrase, as a power of two; 0: age's own,
	// the right one for whoever keeps something. Only a test that is not about the
	// passphrase asks for less (internal/arch).
	Work int

	files disk // nil: the real one
}

// Ephemeral makes a vault whose key is never written: what it sealed cannot be
// opened once the process ends. It is for rehearsals and offline practice.
func Ephemeral() (*Vault, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	return &Vault{keys: []*age.X25519Identity{key}, box: box{Protection: Open}}, nil
}

func newKey() (*age.X25519Identity, error) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInternal, "no key could be made").Wrap(err)
	}
	return key, nil
}

// OpenFolder opens the vault of a data folder and makes its key the first time.
// fresh says whether the data folder is new: a key that is missing beside existing
// data is damage ([rekey.CodeDamaged]) and never replaced, since nothing sealed
// before could be opened again. Whoever calls it keeps other processes from
// opening the folder meanwhile.
//
// A vault that needs a passphrase is opened locked; one whose key is for the
// keyring is unlocked by it, and locked when the keyring does not give the key.
func OpenFolder(dir string, fresh bool, o Options) (*Vault, error) {
	if o.files == nil {
		o.files = realDisk{}
	}
	v := &Vault{path: filepath.Join(dir, KeyFile), options: o}
	if err := o.files.remove(v.path + newSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, rekey.Errorf(rekey.CodeDamaged, "%s is left from a change that was cut short, and cannot be removed", v.path+newSuffix).Wrap(err)
	}
	text, err := o.files.read(v.path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && fresh:
		return v, v.create()
	case errors.Is(err, fs.ErrNotExist):
		return nil, rekey.Errorf(rekey.CodeDamaged, "The key file %s is missing", v.path).WithHint(putBack)
	case err != nil:
		return nil, rekey.Errorf(rekey.CodeDamaged, "The key file %s cannot be read", v.path).Wrap(err)
	}
	if v.box, err = readBox(text); err != nil {
		return nil, damagedKey(v.path)
	}
	switch v.box.Protection {
	case Open:
		v.keys, err = readKeys(string(text))
		if err != nil { // the parse error may quote the key
			return nil, damagedKey(v.path)
		}
	case Keyring:
		v.ring = v.unlockByRing()
	}
	return v, nil
}

const putBack = "Put it back from a backup. Without it the passwords kept here cannot be read."

func damagedKey(path string) error {
	return rekey.Errorf(rekey.CodeDamaged, "The key file %s is damaged", path).WithHint(putBack)
}

func (v *Vault) create() error {
	key, err := newKey()
	if err != nil {
		return err
	}
	v.keys, v.box = []*age.X25519Identity{key}, box{Protection: Open}
	if _, err := v.write(v.box, v.keys); err != nil {
		return rekey.Errorf(rekey.CodeFull, "The key file %s cannot be written", v.path).Wrap(err)
	}
	return nil
}

// Seal encrypts a secret.
func (v *Vault) Seal(s secret.String) ([]byte, error) {
	v.mu.RLock()
	keys := v.keys
	v.mu.RUnlock()
	if len(keys) == 0 {
		return nil, v.locked()
	}
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, keys[0].Recipient())
	if err == nil {
		_, err = io.WriteString(w, s.Reveal())
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInternal, "a secret could not be sealed").Wrap(err)
	}
	return sealed.Bytes(), nil
}

// Unseal decrypts what Seal made, also with a key from before [Vault.Rotate]. A
// secret sealed with another key is [rekey.CodeDamaged].
func (v *Vault) Unseal(sealed []byte) (secret.String, error) {
	v.mu.RLock()
	keys := v.keys
	v.mu.RUnlock()
	if len(keys) == 0 {
		return secret.String{}, v.locked()
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), identities(keys)...)
	var text []byte
	if err == nil {
		text, err = io.ReadAll(io.LimitReader(r, maxSealed+1))
	}
	if err == nil && len(text) > maxSealed {
		err = errors.New("it is too long")
	}
	if err != nil {
		return secret.String{}, rekey.Errorf(rekey.CodeDamaged, "A kept password cannot be opened with the key file %s", KeyFile).
			WithHint("The key file belongs to other data. Put the right one back from a backup.").Wrap(err)
	}
	return secret.New(string(text)), nil
}

func identities(keys []*age.X25519Identity) []age.Identity {
	list := make([]age.Identity, len(keys))
	for i, k := range keys {
		list[i] = k
	}
	return list
}

// maxKeys bounds the keys of a vault: one for each time it was rotated.
const maxKeys = 1000

// readKeys reads the keys of a vault, one a line, the one that seals first.
func readKeys(text string) ([]*age.X25519Identity, error) {
	var keys []*age.X25519Identity
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		key, err := age.ParseX25519Identity(line)
		if err != nil {
			return nil, err
		}
		if keys = append(keys, key); len(keys) > maxKeys {
			return nil, errors.New("there are too many keys")
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("there is no key")
	}
	return keys, nil
}

func keysText(keys []*age.X25519Identity) string {
	var b strings.Builder
	for _, k := range keys {
		b.WriteString(k.String() + "\n")
	}
	return b.String()
}
