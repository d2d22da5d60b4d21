package guide_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/icholy/digest"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/backup"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/settings"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/vault"
)

// Nothing that was secret is readable in any file of a data folder: recoveries with
// an old password, a generated one and one of the owner's, the history, a link, the
// settings of a recorder that hold a password, and the backup of it all.
func TestNothingPlantedIsReadableOnDisk(t *testing.T) {
	b := setup(t, twin.Config{})
	dir := t.TempDir()
	phrase := secret.New("planted phrase 7hq")
	v, err := vault.OpenFolder(dir, true, vault.Options{Work: 10})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Protect(vault.Passphrase, phrase); err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "rekey.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	worker := &settings.Worker{Sealer: v, Shelf: settings.Folder(filepath.Join(dir, "snapshots"))}
	b.config.Store, b.config.Vault = store, v
	b.guide = guide.New(b.config)

	r, err := b.guide.Begin(b.ctx, "shop", nil)
	if err != nil {
		t.Fatal(err)
	}
	b.id = r.ID
	const old, mail, own = "Planted-0ld-word", "Planted-mail-w0rd", "plant3d8"
	b.must(b.guide.OldPassword(b.ctx, b.id, guide.Any, secret.New(old)))
	b.drain()
	if r = b.network(); !r.Proven() {
		t.Fatalf("stage %s", r.Stage)
	}
	made, _, err := b.guide.Reveal(b.ctx, b.id)
	if err != nil {
		t.Fatal(err)
	}
	b.configure(made.Reveal(), "Email.Password", mail)
	b.do(rekey.GoFinish{})
	b.clock.Advance(time.Hour) // two bad proofs are behind it
	if _, err := worker.Keep(b.ctx, b.guide, b.id, "asked"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.guide.ChangePassword(b.ctx, b.twin.Address(), "admin", made, guide.NewPassword{Password: secret.New(own)}, func([]byte) error { return nil }); err != nil {
		t.Fatal(err)
	}
	k, err := b.guide.Kept(b.ctx, b.id)
	if err != nil || len(k.Last()) != 2 {
		t.Fatal(len(k.Last()), err)
	}
	token, _, err := b.guide.HandOver(b.ctx, b.id, k.Last()[0].ID, guide.HandOverUsual)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Make(b.ctx, backup.Source{Dir: dir, Database: "rekey.db", Store: store, Vault: v, Also: []string{"snapshots"}},
		filepath.Join(dir, "kept.tar"), secret.String{}, b.clock.Now()); err != nil {
		t.Fatal(err)
	}
	planted := []string{old, mail, own, made.Reveal(), phrase.Reveal(), token.Reveal(), strings.ReplaceAll(token.Reveal(), "-", ""), "AGE-SECRET-KEY"}
	names := searchFiles(t, dir, planted)
	for _, want := range []string{"rekey.db", "rekey.db-wal", "vault.key", "kept.tar", "snapshots"} {
		if !strings.Contains(names, want) {
			t.Errorf("%s was not searched: %s", want, names)
		}
	}
	// And with the key nothing is lost.
	again, err := vault.OpenFolder(dir, false, vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Unlock(phrase); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{own, made.Reveal()} {
		if pw, err := again.Unseal(k.Last()[i].Sealed); err != nil || pw.Reveal() != want {
			t.Fatalf("password %d is lost: %v", i, err)
		}
	}
}

// configure sets one setting of the twin, as a client that is not rekey's does.
func (b *bench) configure(password, name, value string) {
	b.t.Helper()
	c := &http.Client{Transport: &digest.Transport{Username: "admin", Password: password}}
	resp, err := c.Get("http://" + b.twin.Address() + "/cgi-bin/configManager.cgi?action=setConfig&" + name + "=" + url.QueryEscape(value))
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		b.t.Fatalf("%s: %d %s %v", name, resp.StatusCode, body, err)
	}
}

// searchFiles looks for secrets in every file below a folder, in the forms in which
// they may have been written, and gives the names of the files.
func searchFiles(t *testing.T, dir string, secrets []string) string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		names = append(names, path)
		for _, s := range secrets {
			for how, form := range forms(s) {
				if bytes.Contains(text, form) {
					t.Errorf("%s has a secret as %s", path, how)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, " ")
}

func forms(s string) map[string][]byte {
	var little, big []byte
	for _, u := range utf16.Encode([]rune(s)) {
		little = append(little, byte(u), byte(u>>8))
		big = append(big, byte(u>>8), byte(u))
	}
	f := map[string][]byte{
		"text": []byte(s), "utf-16le": little, "utf-16be": big, "hex": []byte(hex.EncodeToString([]byte(s))),
		"HEX": []byte(strings.ToUpper(hex.EncodeToString([]byte(s)))), "percent": percent(s), "query": []byte(url.QueryEscape(s)),
	}
	for shift := range 3 { // base64 of it, wherever it lies in what was encoded
		for name, enc := range map[string]*base64.Encoding{"base64": base64.StdEncoding, "base64url": base64.URLEncoding} {
			text := enc.EncodeToString(append(make([]byte, shift), s...))
			f[name+string(rune('0'+shift))] = []byte(text[(shift*8+5)/6 : (shift+len(s))*8/6])
		}
	}
	return f
}

func percent(s string) []byte {
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteString("%" + strings.ToUpper(hex.EncodeToString([]byte{c})))
	}
	return []byte(b.String())
}

// The search itself finds what it looks for.
func TestSearchFindsWhatIsPlanted(t *testing.T) {
	const s = "Planted-0ld-word"
	for shift := range 3 {
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + s + "yz"))
		if form := forms(s)["base64"+string(rune('0'+shift))]; !strings.Contains(text, string(form)) || len(form) < 18 {
			t.Errorf("shifted by %d: %q is not in %q", shift, form, text)
		}
	}
}
