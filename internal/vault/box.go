package vault

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"filippo.io/age"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// Protection is how the key lies on disk.
type Protection string

// The ways to keep the key.
const (
	Open       Protection = "open"       // as it is, in a file that only its owner reads
	Passphrase Protection = "passphrase" // wrapped by a passphrase
	Keyring    Protection = "keyring"    // wrapped for the system's keyring, and a copy by a passphrase
)

// box is a key file that is not open: one JSON line. Its sum shows damage before a
// passphrase is tried on it, so that a scribbled file is not taken for a wrong one.
type box struct {
	Format       string     `json:"format"`
	Protection   Protection `json:"protection"`
	Recipient    string     `json:"recipient"`         // the public half of the key that seals
	Ring         string     `json:"ring,omitempty"`    // the entry in the keyring
	ByRing       []byte     `json:"by_ring,omitempty"` // the keys, for the key in the keyring
	ByPassphrase []byte     `json:"by_passphrase"`     // the keys, for the passphrase
	Sum          string     `json:"sum"`               // of the line without this
}

const boxFormat = "rekey vault key 2"

var errNoBox = errors.New("that is no key file")

// readBox reads a key file. An open one, which holds the keys themselves, gives
// only its protection.
func readBox(text []byte) (box, error) {
	if !bytes.HasPrefix(text, []byte("{")) {
		return box{Protection: Open}, nil
	}
	var b box
	if json.Unmarshal(text, &b) != nil || b.Format != boxFormat || !bytes.Equal(b.text(), text) {
		return box{}, errNoBox
	}
	known := b.Protection == Passphrase || b.Protection == Keyring && b.Ring != "" && len(b.ByRing) > 0
	if !known || len(b.ByPassphrase) == 0 {
		return box{}, errNoBox
	}
	return b, nil
}

// text gives the box as its file has it, with its sum.
func (b box) text() []byte {
	b.Sum = ""
	plain, err := json.Marshal(b)
	if err != nil {
		return nil // of strings and bytes it cannot be
	}
	sum := sha256.Sum256(plain)
	b.Sum = hex.EncodeToString(sum[:])
	plain, err = json.Marshal(b)
	if err != nil {
		return nil
	}
	return append(plain, '\n')
}

// maxWork bounds the work that a key file may ask for: some seconds.
const maxWork = 20

// wrap encrypts the keys by a passphrase.
func (o Options) wrap(keys []*age.X25519Identity, passphrase secret.String) ([]byte, error) {
	r, err := age.NewScryptRecipient(passphrase.Reveal())
	if err != nil {
		return nil, err
	}
	if o.Work > 0 {
		r.SetWorkFactor(o.Work)
	}
	return encrypt(keysText(keys), r)
}

// unwrap opens the copy that is wrapped by a passphrase. A wrong one is
// [rekey.CodePassphrase].
func (b box) unwrap(passphrase secret.String) ([]*age.X25519Identity, error) {
	if passphrase.IsEmpty() {
		return nil, wrongPassphrase()
	}
	id, err := age.NewScryptIdentity(passphrase.Reveal())
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInternal, "the passphrase cannot be used").Wrap(err)
	}
	id.SetMaxWorkFactor(maxWork)
	keys, err := b.decrypt(b.ByPassphrase, id)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) {
		return nil, wrongPassphrase()
	}
	return keys, err
}

func wrongPassphrase() error {
	return rekey.Errorf(rekey.CodePassphrase, "That is not the passphrase of the vault").
		WithHint("Capitals, spaces and the keyboard's language count. Nothing was changed, and you may try again.")
}

func encrypt(text string, to age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(w, text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// decrypt opens one of the two copies and holds it against the public half. An
// error that is not about the identity has no more in it than that: its text may
// quote a key.
func (b box) decrypt(sealed []byte, id age.Identity) ([]*age.X25519Identity, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), id)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) {
		return nil, err
	}
	if err != nil {
		return nil, errNoBox
	}
	text, err := io.ReadAll(io.LimitReader(r, maxKeyFile))
	if err != nil {
		return nil, errNoBox
	}
	keys, err := readKeys(string(text))
	if err != nil || !strings.EqualFold(keys[0].Recipient().String(), b.Recipient) {
		return nil, errNoBox
	}
	return keys, nil
}
