// Package vault keeps secrets at rest and makes new passwords.
//
// A secret is sealed with age to a key that lies in a file of its own beside the
// data (mode 0600). That keeps passwords out of the database, its backups and
// anything read from it; it does not keep them from somebody who has both files.
// Nothing here logs.
package vault

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"filippo.io/age"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// KeyFile is the name of the key's file in the data folder.
const KeyFile = "vault.key"

// maxSealed bounds what Open reads, in bytes; a sealed password is far smaller.
const maxSealed = 4096

// Vault seals and opens secrets. It may be used by many goroutines.
type Vault struct{ key *age.X25519Identity }

// Ephemeral makes a vault whose key is never written: what it sealed cannot be
// opened once the process ends. It is for rehearsals and offline practice.
func Ephemeral() (*Vault, error) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInternal, "no key could be made").Wrap(err)
	}
	return &Vault{key: key}, nil
}

// Open opens the vault of a data folder and makes its key the first time. fresh
// says whether the data folder is new: a key that is missing beside existing data
// is damage ([rekey.CodeDamaged]) and never replaced, since nothing sealed before
// could be opened again.
func Open(dir string, fresh bool) (*Vault, error) {
	path := filepath.Join(dir, KeyFile)
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && fresh:
		return create(path)
	case errors.Is(err, fs.ErrNotExist):
		return nil, rekey.Errorf(rekey.CodeDamaged, "The key file %s is missing", path).
			WithHint("Put it back from a backup. Without it the passwords kept here cannot be read.")
	case err != nil:
		return nil, rekey.Errorf(rekey.CodeDamaged, "The key file %s cannot be read", path).Wrap(err)
	}
	key, err := age.ParseX25519Identity(strings.TrimSpace(string(text)))
	if err != nil { // the parse error may quote the key
		return nil, rekey.Errorf(rekey.CodeDamaged, "The key file %s is damaged", path).
			WithHint("Put it back from a backup. Without it the passwords kept here cannot be read.")
	}
	return &Vault{key: key}, nil
}

func create(path string) (*Vault, error) {
	v, err := Ephemeral()
	if err != nil {
		return nil, err
	}
	if err := writeSynced(path, []byte(v.key.String()+"\n")); err != nil {
		return nil, rekey.Errorf(rekey.CodeFull, "The key file %s cannot be written", path).Wrap(err)
	}
	return v, nil
}

// writeSynced writes a file under another name, syncs it and moves it into place,
// so that a crash leaves no half key.
func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	if runtime.GOOS == "windows" { // it has no such call for folders and needs none
		return nil
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Seal encrypts a secret.
func (v *Vault) Seal(s secret.String) ([]byte, error) {
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, v.key.Recipient())
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

// Unseal decrypts what Seal made. A secret sealed with another key is
// [rekey.CodeDamaged].
func (v *Vault) Unseal(sealed []byte) (secret.String, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), v.key)
	var text []byte
	if err == nil {
		text, err = io.ReadAll(io.LimitReader(r, maxSealed))
	}
	if err != nil {
		return secret.String{}, rekey.Errorf(rekey.CodeDamaged, "A kept password cannot be opened with the key file %s", KeyFile).
			WithHint("The key file belongs to other data. Put the right one back from a backup.").Wrap(err)
	}
	return secret.New(string(text)), nil
}
