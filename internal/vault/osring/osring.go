// Package osring is the operating system's keyring as the vault needs it: Keychain
// on macOS, the Credential Manager on Windows, the Secret Service over D-Bus on
// Linux. Every failure is a [rekey.CodeKeyring] error that says which of them is
// missing; nothing here is ever the only way to a key.
package osring

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strconv"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// Service is the name that the entries have in the keyring.
const Service = "rekey"

// within bounds one call: the system may ask a person to open the keyring.
const within = time.Minute

// Ring is the keyring. The zero value is ready.
type Ring struct{}

// Get gives an entry.
func (Ring) Get(entry string) (secret.String, error) {
	text, err := do(func() (string, error) { return keyring.Get(Service, entry) })
	return secret.New(text), err
}

// Set makes or replaces an entry.
func (Ring) Set(entry string, key secret.String) error {
	_, err := do(func() (string, error) { return "", keyring.Set(Service, entry, key.Reveal()) })
	return err
}

// Delete removes an entry; one that is not there is no error.
func (Ring) Delete(entry string) error {
	_, err := do(func() (string, error) { return "", keyring.Delete(Service, entry) })
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return err
}

// do calls the system's keyring, which may hang, and codes its error.
func do(call func() (string, error)) (string, error) {
	if err := noBus(); err != nil {
		return "", err
	}
	type answer struct {
		text string
		err  error
	}
	done := make(chan answer, 1)
	go func() {
		text, err := call()
		done <- answer{text, err}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	select {
	case a := <-done:
		return a.text, coded(a.err)
	case <-ctx.Done():
		return "", rekey.Errorf(rekey.CodeKeyring, "The system's keyring did not answer within %s", within)
	}
}

func coded(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, keyring.ErrNotFound):
		return rekey.Errorf(rekey.CodeKeyring, "The system's keyring has no such entry").
			WithHint("It was removed, or this is another computer or user. The passphrase opens the vault.").Wrap(err)
	}
	return rekey.Errorf(rekey.CodeKeyring, "The system's keyring refused").
		WithHint("On Linux it needs a running Secret Service (GNOME Keyring, KWallet, KeePassXC). A passphrase needs nothing.").Wrap(err)
}

// noBus says that there is no D-Bus session, where the keyring needs one. Asking
// without it would start one nobody else sees.
func noBus() error {
	switch runtime.GOOS {
	case "windows", "darwin":
		return nil
	}
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return nil
	}
	if _, err := os.Stat("/run/user/" + strconv.Itoa(os.Getuid()) + "/bus"); err == nil {
		return nil
	}
	return rekey.Errorf(rekey.CodeKeyring, "There is no D-Bus session, and without one no keyring").
		WithHint("Over SSH and in services there is none. Protect the vault with a passphrase instead.")
}
