package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// planted are the secrets of a test, and what they are proved with.
type planted map[string][]byte // by a name that may be printed

// plant adds a secret in every form in which programs write one down.
func (p planted) plant(name, secret string) {
	quoted, _ := json.Marshal(secret) // a string always can be
	for form, text := range map[string]string{
		"in clear":         secret,
		"percent-encoded":  url.PathEscape(secret),
		"query-encoded":    url.QueryEscape(secret),
		"in a path":        strings.TrimPrefix((&url.URL{Path: "/" + secret}).EscapedPath(), "/"),
		"all percent":      percent(secret),
		"JSON":             string(quoted[1 : len(quoted)-1]),
		"HTML":             html.EscapeString(secret),
		"Go-quoted":        strings.Trim(fmt.Sprintf("%q", secret), `"`),
		"hex":              hex.EncodeToString([]byte(secret)),
		"HEX":              strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"bytes":            strings.Trim(fmt.Sprint([]byte(secret)), "[]"),
		"UTF-16":           wide(secret),
		"hash of old ones": wire.Gen1(secret),
	} {
		p[name+" "+form] = []byte(text)
	}
	for shift := range 3 { // base64 of a text that the secret lies somewhere in
		text := strings.Repeat("\x00", shift) + secret
		for form, e := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
			whole := e.EncodeToString([]byte(text))
			first := (shift*8 + 5) / 6
			p[fmt.Sprintf("%s %s %d", name, form, shift)] = []byte(whole[first : len(text)*8/6])
		}
	}
}

// proofs adds what a recorder stores instead of the secret: enough to log in with.
func (p planted) proofs(name, realm, secret string) {
	p[name+" hash"] = []byte(wire.Gen2("admin", realm, secret))
	p[name+" HA1"] = []byte(wire.HA1("admin", realm, secret))
}

// in fails the test for each secret that the text holds.
func (p planted) in(t *testing.T, where string, text []byte) {
	t.Helper()
	for name, form := range p {
		if at := bytes.Index(text, form); at >= 0 {
			t.Errorf("%s: the %s, in …%q…", where, name, text[max(0, at-60):min(len(text), at+len(form)+20)])
		}
	}
}

// inFolder looks through every file below a folder.
func (p planted) inFolder(t *testing.T, dir string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		p.in(t, path, b)
		files++
		return err
	})
	if err != nil || files < 4 {
		t.Errorf("%d files, %v", files, err)
	}
}

func percent(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

func wide(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteByte(c)
		b.WriteByte(0)
	}
	return b.String()
}

// TestFormsOfASecretAreFound holds the search against what it has to find.
func TestFormsOfASecretAreFound(t *testing.T) {
	const secret = `p@ss #%&:;/ 0ld`
	p := planted{}
	p.plant("old", secret)
	body, err := json.Marshal(map[string]string{"password": secret})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"x" + secret + "y", "/cgi?pwd=" + url.QueryEscape(secret) + "&x=1", url.Values{"p": {secret}}.Encode(), string(body),
		"Basic " + base64.StdEncoding.EncodeToString([]byte("admin:"+secret)), base64.URLEncoding.EncodeToString([]byte("a" + secret + "bc")),
		base64.StdEncoding.EncodeToString([]byte(secret)), fmt.Sprintf("%x", secret), fmt.Sprintf("%X", "q"+secret), fmt.Sprintf("%q", secret),
		"<b>" + html.EscapeString(secret) + "</b>", fmt.Sprint([]byte(secret)), (&url.URL{Path: "/" + secret}).String(),
	} {
		found := false
		for _, form := range p {
			found = found || strings.Contains(text, string(form))
		}
		if !found {
			t.Errorf("not found in %q", text)
		}
	}
	for name, form := range p {
		if len(form) < 8 {
			t.Errorf("%s is too short to be looked for: %q", name, form)
		}
	}
}
