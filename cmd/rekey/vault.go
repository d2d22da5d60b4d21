package main

import (
	"bufio"
	"fmt"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/config"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/vault"
	"github.com/rekey-dvr/rekey/internal/vault/osring"
)

// vaultCmd is everything about the kept passwords as a whole.
type vaultCmd struct {
	Status  vaultStatusCmd  `cmd:"" help:"How the key to the kept passwords lies on disk."`
	Protect vaultProtectCmd `cmd:"" help:"Change that: a passphrase, the system's keyring, or open."`
	Export  vaultExportCmd  `cmd:"" help:"The passwords for a password manager: KeePass or CSV."`
	Rotate  vaultRotateCmd  `cmd:"" help:"Seal with a new key from now on."`
}

// Help is shown by --help.
func (vaultCmd) Help() string { return "Example: rekey vault protect passphrase" }

// vaultStatus is the answer.
type vaultStatus struct {
	Data       string           `json:"data"`
	Protection vault.Protection `json:"protection"`
	Unlocked   bool             `json:"unlocked"` // without a passphrase, by this user on this computer
	Keyring    string           `json:"keyring_error,omitempty"`
}

// vaultStatusCmd says how the key is protected.
type vaultStatusCmd struct {
	config.Flags
	JSON bool `name:"json" help:"Print one JSON document."`
}

// Help is shown by --help.
func (vaultStatusCmd) Help() string { return "Example: rekey vault status" }

// Run says it. Nobody is asked for a passphrase.
func (c vaultStatusCmd) Run(p *process) error {
	return p.withVault(c.Flags, func(v *vault.Vault, s config.Settings) error {
		out := vaultStatus{Data: s.Data, Protection: v.Protection(), Unlocked: !v.Locked()}
		if err := v.RingError(); err != nil {
			out.Keyring = err.Error()
		}
		if c.JSON {
			return p.writeJSON(out)
		}
		return p.print(func(w *bufio.Writer) {
			fmt.Fprintln(w, protectionWords[out.Protection])
			if out.Keyring != "" {
				fmt.Fprintf(w, "The keyring does not unlock it now, the passphrase does: %s.\n", out.Keyring)
			}
		})
	})
}

var protectionWords = map[vault.Protection]string{
	vault.Open: "The key is open: it lies beside the data, in a file that only you can read. Whoever copies the whole folder\n" +
		"can read the passwords. Protect it with: rekey vault protect passphrase",
	vault.Passphrase: "The key is protected by a passphrase. Without it nobody reads the passwords, you included.",
	vault.Keyring: "The key is in the keyring of this computer's user, and a copy of it is protected by the passphrase.\n" +
		"Whoever is signed in as you can read the passwords; a copy of the folder alone is of no use without the passphrase.",
}

// vaultProtectCmd changes how the key lies on disk.
type vaultProtectCmd struct {
	config.Flags
	How               string `arg:"" enum:"passphrase,keyring,open" help:"passphrase, keyring or open."`
	NewPassphraseFile string `name:"new-passphrase-file" help:"File whose first line is the passphrase from now on." placeholder:"FILE" predictor:"file"`
}

// Help is shown by --help.
func (vaultProtectCmd) Help() string {
	return "Also changes the passphrase. keyring needs one too: a copy of the key that it opens is always kept, so that a lost\n" +
		"keyring loses nothing. Cut short at any moment, the vault opens in the old way or in the new one.\n\n" +
		"Older copies of an open key, in backups and on the disk's free space, still open what was sealed with it.\n\n" +
		"Example: rekey vault protect passphrase"
}

// Run changes it.
func (c vaultProtectCmd) Run(p *process) error {
	return p.withVault(c.Flags, func(v *vault.Vault, s config.Settings) error {
		if err := p.unlock(v, s); err != nil {
			return err
		}
		how := vault.Protection(c.How)
		var passphrase secret.String
		if how != vault.Open {
			var err error
			if passphrase, err = p.newPassphrase(c.NewPassphraseFile, newPassphraseFlag); err != nil {
				return err
			}
		}
		leftover, err := v.Protect(how, passphrase)
		p.leftover(leftover)
		if err != nil {
			return err
		}
		return p.print(func(w *bufio.Writer) { fmt.Fprintln(w, protectionWords[how]) })
	})
}

// vaultRotateCmd makes a new key.
type vaultRotateCmd struct{ config.Flags }

// Help is shown by --help.
func (vaultRotateCmd) Help() string {
	return "What is sealed from now on is sealed with a new key. The older keys are kept, since the older passwords are sealed\n" +
		"with them; if somebody has a copy of the key, change the recorders' passwords as well.\n\n" +
		"Example: rekey vault rotate"
}

// Run makes it.
func (c vaultRotateCmd) Run(p *process) error {
	return p.withVault(c.Flags, func(v *vault.Vault, s config.Settings) error {
		var passphrase secret.String
		if v.Protection() != vault.Open {
			var err error
			if passphrase, err = p.passphrase(s); err != nil {
				return err
			}
		}
		leftover, err := v.Rotate(passphrase)
		p.leftover(leftover)
		if err != nil {
			return err
		}
		return p.print(func(w *bufio.Writer) { fmt.Fprintf(w, "A new key seals from now on. Keys kept: %d.\n", v.Keys()) })
	})
}

// leftover tells of an entry in the keyring that is of no more use.
func (p *process) leftover(err error) {
	if err != nil {
		fmt.Fprintf(p.stderr, "An entry of %s in the system's keyring is of no more use and could not be removed: %v\n", osring.Service, err)
	}
}

// withVault opens the vault of a data folder that is there, and keeps other
// processes from opening it until f has returned.
func (p *process) withVault(flags config.Flags, f func(*vault.Vault, config.Settings) error) error {
	settings, err := config.Load(flags, p.getenv)
	if err != nil {
		return err
	}
	if err := somethingIn(settings.Data); err != nil {
		return err
	}
	done, err := lockOpening(p.ctx, settings.Data)
	if err != nil {
		return err
	}
	defer done()
	v, err := vault.OpenFolder(settings.Data, false, vaultOptions)
	if err != nil {
		return err
	}
	return f(v, settings)
}

// unlock opens a locked vault with the passphrase that the settings name or a
// person types.
func (p *process) unlock(v *vault.Vault, s config.Settings) error {
	if !v.Locked() {
		return nil
	}
	passphrase, err := p.passphrase(s)
	if err != nil {
		return err
	}
	return v.Unlock(passphrase)
}

// unlockTries is how often a person may type the passphrase when serve starts.
const unlockTries = 3

// offerUnlock asks for the passphrase of a locked vault where a person types. Who
// types nothing goes on without: the browser asks when a password is needed.
func (p *process) offerUnlock(v *vault.Vault) error {
	if !v.Locked() || !p.terminal() {
		return nil
	}
	for range unlockTries {
		passphrase, err := p.askPassword("Passphrase of the vault (nothing: later, in the browser): ", passphraseFlag)
		if err != nil || passphrase.IsEmpty() {
			return err
		}
		err = v.Unlock(passphrase)
		if rekey.CodeOf(err) != rekey.CodePassphrase {
			return err
		}
		fmt.Fprintln(p.stderr, err)
	}
	return nil
}

// The flags that give a passphrase by a file.
const (
	passphraseFlag    = "--passphrase-file"
	newPassphraseFlag = "--new-passphrase-file"
)

// passphrase gives the vault's passphrase: from the file of the settings, from a
// prompt, or from the next line of standard input.
func (p *process) passphrase(s config.Settings) (secret.String, error) {
	if s.PassphraseFile == "" {
		passphrase, err := p.askPassword("Passphrase of the vault: ", passphraseFlag)
		if rekey.CodeOf(err) == rekey.CodeInvalid {
			err = rekey.Errorf(rekey.CodeVaultLocked, "The vault is locked, and no passphrase was given").WithHint(rekey.HintOf(err))
		}
		return passphrase, err
	}
	return fromFile(s.PassphraseFile, "passphrase")
}

// newPassphrase gives a passphrase that is to be one: from the file that a flag
// names, or typed twice.
func (p *process) newPassphrase(file, flag string) (secret.String, error) {
	if file != "" {
		passphrase, err := fromFile(file, "passphrase")
		if err == nil {
			err = vault.CheckPassphrase(passphrase)
		}
		return passphrase, err
	}
	passphrase, err := p.askPassword("New passphrase: ", flag)
	if err != nil {
		return passphrase, err
	}
	if err := vault.CheckPassphrase(passphrase); err != nil {
		return passphrase, err
	}
	if !p.terminal() {
		return passphrase, nil
	}
	again, err := p.askPassword("The same passphrase again: ", flag)
	if err == nil && !again.Equal(passphrase) {
		err = rekey.Errorf(rekey.CodePassphrase, "The two are not the same").WithHint("Nothing was changed. Begin again.")
	}
	return passphrase, err
}
