package vault

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

const planted = `p@#%& :;/ word`

func TestSealedSecretComesBackAndIsNotInClear(t *testing.T) {
	dir := t.TempDir()
	v, err := OpenFolder(dir, true, Options{})
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := v.Seal(secret.New(planted))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte(planted)) {
		t.Fatal("the sealed form holds the secret in clear")
	}
	again, err := OpenFolder(dir, false, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := again.Unseal(sealed)
	if err != nil || !got.Equal(secret.New(planted)) {
		t.Fatalf("unsealed something else, error %v", err)
	}
	info, err := os.Stat(filepath.Join(dir, KeyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("key file: %v, %v; want mode 0600", info.Mode(), err)
	}
}

func TestMissingOrDamagedKeyIsNeverReplaced(t *testing.T) {
	for name, content := range map[string]*string{"missing": nil, "empty": ptr(""), "cut": ptr("AGE-SECRET-KEY-1QQQ")} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, KeyFile)
			if content != nil {
				if err := os.WriteFile(path, []byte(*content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, err := OpenFolder(dir, false, Options{})
			if rekey.CodeOf(err) != rekey.CodeDamaged || !strings.Contains(err.Error(), path) {
				t.Fatalf("got %v, want damaged, naming %s", err, path)
			}
			if content != nil && *content != "" && strings.Contains(err.Error(), *content) {
				t.Fatal("the error shows the key")
			}
			if content == nil {
				if _, err := os.Stat(path); err == nil {
					t.Fatal("a new key was written over existing data")
				}
			}
		})
	}
}

func ptr(s string) *string { return &s }

func TestGeneratedPasswordsFollowTheRules(t *testing.T) {
	rules := rekey.PasswordRules{Alphabet: "abcdefghijkmnpqrstuvwxyz23456789", Length: 6, MaxLength: 8, MinLength: 1, MinClasses: 2}
	seen := map[string]bool{}
	for range 200 {
		pw, err := Generate(rules)
		if err != nil {
			t.Fatal(err)
		}
		if err := rules.Check(pw.Reveal()); err != nil || len(pw.Reveal()) != 6 {
			t.Fatalf("a generated password breaks its rules: %v", err)
		}
		seen[pw.Reveal()] = true
	}
	if len(seen) < 199 {
		t.Fatalf("only %d different passwords of 200", len(seen))
	}
	if _, err := Generate(rekey.PasswordRules{Alphabet: "a", Length: 6, MaxLength: 8, MinClasses: 2}); rekey.CodeOf(err) != rekey.CodeInternal {
		t.Fatalf("rules that cannot be met gave %v", err)
	}
}
