package server

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/vault"
	"github.com/rekey-dvr/rekey/internal/web/site"
)

const phrase = "four words of mine"

// lockable is a world whose vault is in a folder and locked by a passphrase.
func lockable(t *testing.T) (*world, *vault.Vault) {
	t.Helper()
	v, err := vault.OpenFolder(t.TempDir(), true, vault.Options{Work: 10})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Protect(vault.Passphrase, secret.New(phrase)); err != nil {
		t.Fatal(err)
	}
	w := newWorldSite(t, nil, nil, func(c *site.Config) { c.Vault = v }, func(c *guide.Config) { c.Vault = v })
	return w, v
}

// withPassword gives a recovery with a password of a recorder that was seen.
func (w *world) withPassword() (id, password string) {
	w.t.Helper()
	ctx := w.t.Context()
	r, err := w.guide.Begin(ctx, "Shop", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range []rekey.Command{
		rekey.Describe{Facts: rekey.Facts{Ownership: rekey.OwnedByMe, Kind: rekey.KindHDCVI, Footage: rekey.FootageNotNeeded, Button: rekey.ButtonFront}},
		rekey.ChooseRoute{Route: rekey.RouteDrainFront}, rekey.AgreeDrain{}, rekey.PassGate{Gate: rekey.GatePowerOff},
		rekey.PassGate{Gate: rekey.GateCordOut}, rekey.PassGate{Gate: rekey.GateCables}, rekey.StartCoach{},
	} {
		if r, err = w.guide.Do(ctx, r.ID, guide.Any, c); err != nil {
			w.t.Fatalf("%T: %v", c, err)
		}
	}
	w.clock.pass(25 * time.Minute)
	for _, c := range []rekey.Command{rekey.Tick{}, rekey.SayPower{}, rekey.ReadClock{Unknown: true}, rekey.ChooseWay{Way: rekey.WayScreen}, rekey.SayLogin{Outcome: rekey.ProofAccepted}} {
		if r, err = w.guide.Do(ctx, r.ID, guide.Any, c); err != nil {
			w.t.Fatalf("%T: %v", c, err)
		}
	}
	if r, err = w.guide.NewPassword(ctx, r.ID, guide.Any); err != nil {
		w.t.Fatal(err)
	}
	pw, _, err := w.guide.Reveal(ctx, r.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range []rekey.Command{rekey.ConfirmWritten{}, rekey.SaySet{}} {
		if r, err = w.guide.Do(ctx, r.ID, guide.Any, c); err != nil {
			w.t.Fatalf("%T: %v", c, err)
		}
	}
	return r.ID, pw.Reveal()
}

// has reports whether the page has a text, however it is marked up.
func (b *browser) has(text string) bool {
	plain := strings.Join(strings.Fields(textOf(b.doc)), "")
	return strings.Contains(plain, text) || strings.Contains(b.text, text)
}

func TestLockedVaultAsksAndGoesOn(t *testing.T) {
	w, v := lockable(t)
	id, password := w.withPassword()
	v.Lock()
	b := w.browser()
	b.get("/r/" + id + "/kept").at("kept")
	if b.has(password) {
		t.Fatal("a locked vault shows a password")
	}
	b.post("/r/"+id+"/kept/show", url.Values{"kept": {rekey.KeptID(id, 1)}, "v": {"1"}}).at("unlock")
	b.get("/unlock?back=/r/"+id+"/kept").at("unlock").send("/unlock", "passphrase", "another phrase")
	if b.status != http.StatusUnprocessableEntity || !v.Locked() || strings.Contains(b.text, "another phrase") {
		t.Fatalf("a wrong passphrase: status %d, locked %v", b.status, v.Locked())
	}
	b.send("/unlock", "passphrase", phrase).at("kept")
	if v.Locked() {
		t.Fatal("still locked")
	}
	b.send("/kept/show").at("kept")
	if b.secret() != password {
		t.Fatal("the password is not shown")
	}
	b.get("/r/" + id + "/kept").at("kept")
	if b.has(password) {
		t.Fatal("loading the page shows the password")
	}
}

func TestHandOverIsNotUsedUpByLooking(t *testing.T) {
	w := newWorld(t)
	id, password := w.withPassword()
	b := w.browser()
	b.get("/r/" + id + "/kept").at("kept").send("/kept/hand-over").at("kept")
	link := attr(find(b.doc, func(n *html.Node) bool { return attr(n, "id") == "f-link" }), "value")
	address, code, has := strings.Cut(link, "#")
	if !has || address != w.base+"/handover" || len(code) != 23 {
		t.Fatalf("link %q", link)
	}
	if b.has(password) {
		t.Fatal("making a link shows the password")
	}
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} { // previews, prefetch, scanners
		req, err := http.NewRequestWithContext(t.Context(), method, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := b.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if method == http.MethodGet && (resp.Header.Get("Referrer-Policy") != "no-referrer" || resp.Header.Get("Cache-Control") != "no-store") {
			t.Fatalf("headers %v", resp.Header)
		}
	}
	c := w.browser()
	c.get("/handover").at("handover").send("/handover", "code", "aaaaa-bbbbb-ccccc-ddddd")
	if c.status != http.StatusUnprocessableEntity {
		t.Fatalf("a wrong code: status %d", c.status)
	}
	c.send("/handover", "code", strings.ToUpper(code)).at("handover")
	if c.secret() != password {
		t.Fatal("the password is not handed over")
	}
	c.get("/handover").send("/handover", "code", code)
	if c.status != http.StatusForbidden || c.has(password) {
		t.Fatalf("a second time: status %d", c.status)
	}
	if b.get("/r/" + id + "/kept").at("kept"); !strings.Contains(b.text, "Opened") {
		t.Fatal("the owner does not see that it was opened")
	}
	// Over the door for phones, which is plain http, there is no way to it.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.base+"/handover", strings.NewReader("code="+code))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", "http://elsewhere.example")
	resp, err := b.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Fatalf("a form of another site: status %d", resp.StatusCode)
	}
}

func TestRecoveryCard(t *testing.T) {
	w := newWorld(t)
	id, password := w.withPassword()
	b := w.browser()
	b.get("/r/" + id + "/keycard").at("keycard")
	if b.has(password) || find(b.doc, func(n *html.Node) bool { return strings.Contains(attr(n, "class"), "qr") }) != nil {
		t.Fatal("the card has the password, or a code, without being asked")
	}
	b.send("/kept/card").at("keycard")
	if !b.has(password) || find(b.doc, func(n *html.Node) bool { return strings.Contains(attr(n, "class"), "qrbox") }) != nil {
		t.Fatal("the card that was asked for lacks the password, or has its code")
	}
	resp, err := b.client.Get(w.base + "/r/" + id + "/keycard.pdf")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	pdf, err := io.ReadAll(resp.Body)
	if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) || filepath.Ext(strings.Trim(resp.Header.Get("Content-Disposition"), `"`)) != ".pdf" {
		t.Fatalf("status %d, %d bytes, %v", resp.StatusCode, len(pdf), err)
	}
	k, err := w.guide.Kept(t.Context(), id)
	if err != nil || len(k.Last()[0].Shown) != 1 {
		t.Fatalf("shown %v, %v", k.Last()[0].Shown, err)
	}
}
