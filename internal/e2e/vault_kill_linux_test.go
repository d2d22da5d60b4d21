package e2e

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/vault"
)

const (
	vaultPhrase = "pl4nted phrase of the vault"
	filePhrase  = "pl4nted phrase of the KeePass file"
	keptSecret  = `K3pt1word`
)

// keptFolder makes a data folder with one password in it, and gives the folder and the file
// of the passphrase, which is outside.
func keptFolder(t *testing.T) (dir, phrase string) {
	t.Helper()
	dir, phrase = t.TempDir(), filepath.Join(t.TempDir(), "phrase")
	if err := os.WriteFile(phrase, []byte(vaultPhrase+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tw := owned(t, twin.Config{Model: models["C"], Password: oldSecret, Seed: 46})
	if r := rekeyCLI(t, dir, oldSecret+"\n"+keptSecret+"\n", at(t, "passwd", tw)...); r.code != 0 {
		t.Fatalf("passwd: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	return dir, phrase
}

// TestVaultKilledAtEveryChange ends "rekey vault protect" with SIGKILL at every change
// of the folder that it makes, from an open key to a passphrase and back. Each time the
// vault opens in the old way or the new one, the password in it is what it was, the
// database is untouched, and nothing that was secret is readable.
func TestVaultKilledAtEveryChange(t *testing.T) {
	t.Parallel()
	dir, phrase := keptFolder(t)
	secrets := planted{}
	for name, s := range map[string]string{"old": oldSecret, "kept": keptSecret, "passphrase": vaultPhrase} {
		secrets.plant(name, s)
	}
	k := &killing{T: t, dir: dir, secrets: secrets, opens: map[string]bool{}}
	k.each("--new-passphrase-file", phrase, "passphrase")
	clear := planted{}
	clear.plant("open key", "AGE-SECRET-KEY")
	clear.inFolder(t, dir)
	k.each("--passphrase-file", phrase, "open")
	if r := rekeyCLI(t, dir, "", "doctor"); r.code != 0 || !strings.Contains(r.stdout, "opens all that is kept: 2 passwords.") {
		t.Errorf("doctor: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
}

// killing is a folder whose vault is changed again and again.
type killing struct {
	*testing.T
	dir     string
	secrets planted
	opens   map[string]bool // the key files that were seen to open; a passphrase takes its time
}

// each kills a change at every moment, and lets it come to its end at last.
func (k *killing) each(flag, phrase, how string) {
	k.Helper()
	key := filepath.Join(k.dir, vault.KeyFile)
	old := k.read(key)
	database := k.read(filepath.Join(k.dir, "rekey.db"))
	for n := 1; ; n++ {
		if n > 50 {
			k.Fatal("it never comes to its end")
		}
		if err := os.WriteFile(key, old, 0o600); err != nil {
			k.Fatal(err)
		}
		killed := killedAtChange(k.T, n, []string{k.dir}, nil, "vault", "protect", how, "--data", k.dir, flag, phrase)
		k.secrets.inFolder(k.T, k.dir)
		if !bytes.Equal(k.read(filepath.Join(k.dir, "rekey.db")), database) {
			k.Errorf("%s, change %d: the database was touched", how, n)
		}
		k.opensStill(how, n)
		if !killed {
			if n < 4 {
				k.Errorf("%s: only %d changes were seen", how, n-1)
			}
			k.Logf("%s: killed at %d changes", how, n-1)
			if bytes.Equal(k.read(key), old) {
				k.Errorf("%s: nothing was changed", how)
			}
			return
		}
	}
}

// opensStill opens the folder as the next rekey does.
func (k *killing) opensStill(how string, n int) {
	k.Helper()
	v, err := vault.OpenFolder(k.dir, false, vault.Options{})
	if err != nil {
		k.Fatalf("%s, change %d: %v", how, n, err)
	}
	if names, err := filepath.Glob(filepath.Join(k.dir, vault.KeyFile+"?*")); err != nil || len(names) > 0 {
		k.Errorf("%s, change %d: left behind: %v, %v", how, n, names, err)
	}
	text := string(k.read(filepath.Join(k.dir, vault.KeyFile)))
	if k.opens[text] {
		return
	}
	if v.Locked() {
		if err := v.Unlock(secret.New(vaultPhrase)); err != nil {
			k.Fatalf("%s, change %d: %v", how, n, err)
		}
	}
	sealed, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(k.read(filepath.Join(k.dir, "passwd.last")))))
	if err != nil {
		k.Fatal(err)
	}
	if pw, err := v.Unseal(sealed); err != nil || pw.Reveal() != keptSecret {
		k.Fatalf("%s, change %d: what was kept is lost: %v", how, n, err)
	}
	k.opens[text] = true
}

func (k *killing) read(path string) []byte {
	k.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		k.Fatal(err)
	}
	return text
}
