package setup_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/twin"
)

func take(t *testing.T, r setup.Recorder, g twin.Generation) setup.Snapshot {
	t.Helper()
	s, err := setup.Take(t.Context(), r, about(g), []setup.Account{{Name: "admin", Group: "admin"}}, given())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func restore(t *testing.T, r setup.Recorder, g twin.Generation, s setup.Snapshot, only ...setup.Section) setup.Plan {
	t.Helper()
	target, err := setup.ReadFor(t.Context(), r, about(g), s, time.Now, only...)
	if err != nil {
		t.Fatal(err)
	}
	p, err := setup.Restore(target, s, only, given())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A snapshot of each generation, a set-up that changes everything, and back.
func TestSnapshotAndBack(t *testing.T) {
	for _, g := range []twin.Generation{twin.GenA, twin.GenB, twin.GenC} {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			r := signIn(t, start(t, g, 2).Address(), g)
			before := take(t, r, g)
			text := before.Bytes()
			if !before.Listed || len(before.Settings) < 500 || before.Channels != 2 {
				t.Errorf("listed %v, %d settings, %d channels", before.Listed, len(before.Settings), before.Channels)
			}
			parsed, err := setup.ParseSnapshot(text)
			if err != nil {
				t.Fatal(err)
			}
			for _, res := range setup.Apply(t.Context(), r, planFor(t, r, g, example(t)), givenAt(r), nil) {
				if res.Outcome != setup.Done {
					t.Fatalf("%s: %s %v", res.Step, res.Outcome, res.Err)
				}
			}
			after := take(t, r, g)
			if d := setup.Diff(before, after); len(d) < 50 {
				t.Errorf("a whole set-up changed %d settings", len(d))
			}
			if bytes.Contains(after.Bytes(), []byte("m@il & w0rd\n")) || !bytes.Contains(after.Bytes(), []byte("\nEmail.Password sealed ")) {
				t.Error("the mail password is not sealed")
			}
			back := restore(t, r, g, parsed)
			if shown, err := json.Marshal(back); err != nil || bytes.Contains(shown, []byte("m@il ")) || !bytes.Contains(shown, []byte(`"Email.Password"`)) {
				t.Errorf("the plan, which is shown and stored, has the password that it takes away, or does not take it away: %v", err)
			}
			for _, res := range setup.Apply(t.Context(), r, back, givenAt(r), nil) {
				if res.Outcome != setup.Done {
					t.Errorf("%s: %s %v", res.Step, res.Outcome, res.Err)
				}
			}
			again := take(t, r, g)
			again.Taken = before.Taken
			if d := cmp.Diff(string(text), string(again.Bytes())); d != "" {
				t.Error(d)
			}
			if p := restore(t, r, g, parsed); len(p.Steps) != 0 {
				t.Errorf("restored again: %+v", p.Steps)
			}
		})
	}
}

// The last line is the SHA-256 of all lines before it, as sha256sum gives it.
func TestSnapshotHash(t *testing.T) {
	s := setup.Snapshot{About: about(twin.GenA), Taken: time.Unix(0, 0), Settings: []setup.Setting{
		{Key: "A.B", Value: "x = y "}, {Key: "A.C", Value: ""}, {Key: "A.D", Value: "two\nlines"}, {Key: "A.Pass", Hidden: true}, {Key: "A.Pwd", Sealed: []byte{1}},
	}, Unread: []string{`odd "name`}, Accounts: []setup.Account{{Name: "a b", Group: "user", Note: "n"}}}
	text := s.Bytes()
	i := bytes.LastIndex(text, []byte("sha256 "))
	sum := sha256.Sum256(text[:i])
	if want := hex.EncodeToString(sum[:]); want != s.Hash() || string(text[i:]) != "sha256 "+want+"\n" {
		t.Errorf("%s, want %s", text[i:], want)
	}
	got, err := setup.ParseSnapshot(text)
	if err != nil || !bytes.Equal(got.Bytes(), text) {
		t.Errorf("%v\n%s", err, got.Bytes())
	}
	for name, tt := range map[string]struct {
		text string
		code rekey.Code
	}{
		"a value changed":   {strings.Replace(string(text), "x = y", "x = z", 1), rekey.CodeDamaged},
		"a line gone":       {strings.Replace(string(text), "A.C = \n", "", 1), rekey.CodeDamaged},
		"cut off":           {string(text[:len(text)-1]), rekey.CodeDamaged},
		"another line":      {string(text) + "\n", rekey.CodeDamaged},
		"no snapshot":       {"hello\n", rekey.CodeInvalid},
		"a hash of its own": {hashed("rekey-snapshot 1\nmodel AMDV\n---\n"), rekey.CodeInvalid},
		"an odd key":        {hashed("rekey-snapshot 1\n---\nA B = 1\n---\n"), rekey.CodeInvalid},
		"nothing but one":   {hashed("rekey-snapshot 1\n"), rekey.CodeInvalid},
	} {
		if _, err := setup.ParseSnapshot([]byte(tt.text)); rekey.CodeOf(err) != tt.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func hashed(body string) string {
	sum := sha256.Sum256([]byte(body))
	return body + "sha256 " + hex.EncodeToString(sum[:]) + "\n"
}

// FuzzParseSnapshot: what is read prints as it was.
func FuzzParseSnapshot(f *testing.F) {
	s := setup.Snapshot{About: about(twin.GenA), Taken: time.Unix(0, 0), Settings: []setup.Setting{{Key: "A[0].B", Value: "1"}, {Key: "C", Hidden: true}}}
	body := string(s.Bytes())
	f.Add(body[:strings.LastIndex(body, "sha256 ")])
	f.Add("rekey-snapshot 1\naccount \"a\" \"b\" \"c\"\n---\nA text \"\\n\"\nB sealed AQ==\n---\n")
	f.Fuzz(func(t *testing.T, body string) {
		text := []byte(hashed(body))
		if got, err := setup.ParseSnapshot(text); err == nil && !bytes.Equal(got.Bytes(), text) {
			t.Errorf("%q prints as %q", text, got.Bytes())
		}
	})
}
