package vault_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/vault"
)

func TestCommonPasswordsAreRefused(t *testing.T) {
	for pw, common := range map[string]bool{
		"123456": true, "Password": true, "PASSWORD1!": true, "admin": true, "888888": true, "aaaaaaaa": true, "letmein99": true,
		"qwerty2024": true, "Amcrest1": true, "": false, "k4mzq7": false, "h7tqm3xw": false, "passwordless words": false, "adminton7xqz": false,
	} {
		if vault.Common(pw) != common {
			t.Errorf("%q: common %v", pw, !common)
		}
		if err := vault.CheckOwn(secret.New(pw)); (rekey.CodeOf(err) == rekey.CodePassword) != common {
			t.Errorf("%q gave %v", pw, err)
		}
	}
}

// What is generated for each generation is taken by the recorder and by every
// client as it is, and has nothing that is read as something else.
func TestGeneratedPasswordsFitEveryClient(t *testing.T) {
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	for gen, want := range map[rekey.Generation]struct {
		length, score int
		signs         string
		weak          bool
	}{
		rekey.GenA: {6, 3, "abcdefghijkmnpqrstuvwxyz23456789", true},
		rekey.GenC: {16, 4, "", false},
	} {
		rules := cat.Rules().Password[gen]
		if strings.ContainsAny(rules.Alphabet, "l1oO0I") {
			t.Errorf("%s: %q has signs that look alike", gen, rules.Alphabet)
		}
		if want.signs != "" && rules.Alphabet != want.signs {
			t.Errorf("%s: %q", gen, rules.Alphabet)
		}
		for range 300 {
			pw, err := vault.Generate(rules)
			if err != nil {
				t.Fatal(err)
			}
			text := pw.Reveal()
			u := url.URL{Scheme: "rtsp", User: url.UserPassword("admin", text), Host: "192.0.2.7:554", Path: "/cam/realmonitor"}
			if len(text) != want.length || !strings.Contains(u.String(), ":"+text+"@") || vault.Common(text) {
				t.Fatalf("%s: a generated password does not fit", gen)
			}
			s := vault.Judge(pw, rules, true)
			if s.Awkward || s.Weak != want.weak || s.Score != want.score {
				t.Fatalf("%s: %+v", gen, s)
			}
		}
	}
}

func TestStrengthIsNoFlattery(t *testing.T) {
	rules := rekey.PasswordRules{Alphabet: "abc", Length: 6, MaxLength: 32}
	for pw, most := range map[string]int{
		"password": 0, "P@ssw0rd123": 1, "admin2024": 1, "AMDV7208": 1, "abcdefgh": 1, "qwertyuiop": 0, strings.Repeat("ab", 200): 1,
	} {
		if s := vault.Judge(secret.New(pw), rules, false, "admin", "AMDV7208"); s.Score > most {
			t.Errorf("%q scores %d, want %d at most", pw, s.Score, most)
		}
	}
	if s := vault.Judge(secret.New("vq7 lamp%tundra kiosk"), rules, false); s.Score != 4 || !s.Awkward || s.Weak {
		t.Errorf("%+v", s)
	}
}
