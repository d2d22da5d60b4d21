package server

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/remind"
	"github.com/rekey-dvr/rekey/internal/vault"
)

// mailbox is a receiver of posts; status is what it answers.
type mailbox struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	bodies []string
}

func newMailbox(t *testing.T) *mailbox {
	t.Helper()
	m := &mailbox{status: http.StatusOK}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		m.mu.Lock()
		defer m.mu.Unlock()
		m.bodies = append(m.bodies, string(b))
		w.WriteHeader(m.status)
	}))
	t.Cleanup(m.Close)
	return m
}

func (m *mailbox) got() []string { m.mu.Lock(); defer m.mu.Unlock(); return m.bodies }

func (m *mailbox) answer(status int) { m.mu.Lock(); defer m.mu.Unlock(); m.status = status }

// reminding is a world with a webhook and Web Push, and what delivers there.
func reminding(t *testing.T) (*world, *mailbox, *remind.Deliverer) {
	t.Helper()
	box := newMailbox(t)
	v, err := vault.Ephemeral()
	if err != nil {
		t.Fatal(err)
	}
	book, err := remind.OpenBook(filepath.Join(t.TempDir(), remind.BookFile), v, remind.PushHosts, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := remind.NewWebhook(remind.PostConfig{URL: box.URL})
	o := remind.NewOutlet(remind.OutletConfig{Channels: map[string]remind.Channel{remind.Webhook: client}, Book: book})
	w := newWorld(t, func(c *guide.Config) { c.Outbox = o })
	d := remind.New(remind.Config{Outbox: w.store, Find: o.Find, Compose: remind.Compose, Settle: w.guide.Settle, Forget: o.Forget, Now: time.Now})
	return w, box, d
}

// TestAReminderOfTheWait goes from the choice on its page to the message at its
// receiver and the record of it, without script.
func TestAReminderOfTheWait(t *testing.T) {
	w, box, deliver := reminding(t)
	b := w.browser().toGates("rest")
	b.send("/gate", "gate", "cord-out").at("gate")
	b.send("/start-rest", "when", w.clock.Now().Format("2006-01-02T15:04")).at("rest")
	url := b.url
	b.follow("/reminders").at("reminders")
	for _, want := range []string{"calendar.ics", "while this computer is on", "Not set up: e-mail, ntfy, push to browsers", "Everything stays on this computer, except"} {
		if !strings.Contains(strings.ReplaceAll(textOf(b.doc)+b.text, "\n", " "), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	b.send("/remind-test", "way", "webhook").at("reminders")
	if got := box.got(); len(got) != 1 || !strings.Contains(got[0], `"kind":"test"`) || !strings.Contains(textOf(b.doc), "Taken. Now look") {
		t.Fatalf("%q", got)
	}
	box.answer(http.StatusForbidden)
	if b.send("/remind-test", "way", "webhook"); b.status != http.StatusUnprocessableEntity || !strings.Contains(textOf(b.doc), "not taken: it answered 403 Forbidden") {
		t.Errorf("%d %s", b.status, b.say())
	}
	box.answer(http.StatusOK)
	b.get(url+"/reminders").send("/reminders", "what", "rest-ready", "where", "webhook").at("reminders")
	if c := b.recovery().Reminding; c == nil || len(c.What) != 1 || c.Zone != "UTC" {
		t.Fatalf("%+v", c)
	}
	w.clock.pass(50 * time.Hour)
	wake := func() {
		t.Helper()
		if _, _, err := w.guide.Wake(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := deliver.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	wake()
	if got := box.got(); len(got) != 2 {
		t.Fatalf("before the time: %q", got)
	}
	w.clock.pass(25 * time.Hour)
	wake()
	wake()
	got := box.got()
	if len(got) != 3 || !strings.Contains(got[2], `"kind":"rest-ready"`) || !strings.Contains(got[2], "2026-11-25") {
		t.Fatalf("%q", got)
	}
	told := b.get(url).at("rest").recovery().Told
	if len(told) != 1 {
		t.Errorf("%+v", told)
	}
	if b.follow("/reminders"); !strings.Contains(textOf(b.doc), "by webhook, taken") {
		t.Errorf("the page does not show what went out: %s", textOf(b.doc))
	}
}

// TestPushIsSwitchedOnAtThisComputer takes a subscription where the page came from
// this computer, and none that leads elsewhere or came over the network in clear.
func TestPushIsSwitchedOnAtThisComputer(t *testing.T) {
	w, _, _ := reminding(t)
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	enc := base64.RawURLEncoding.EncodeToString
	subscription := func(host string) string {
		return fmt.Sprintf(`{"endpoint":"https://%s/x","keys":{"p256dh":%q,"auth":%q}}`, host, enc(key.PublicKey().Bytes()), enc(make([]byte, 16)))
	}
	b := w.browser().toGates("rest")
	url := b.url
	fill := func(form, field, value string) *browser {
		t.Helper()
		fields, action, ok := b.get(url+"/reminders").form(form, nil)
		if !ok {
			t.Fatalf("no form %s", form)
		}
		fields.Set(field, value) // as the script does
		return b.post(action, fields)
	}
	if fill("/push", "subscription", subscription("192.168.1.1")); b.status != http.StatusUnprocessableEntity && b.status != http.StatusBadRequest {
		t.Errorf("another host: %d %s", b.status, b.say())
	}
	fill("/push", "subscription", subscription("fcm.googleapis.com")).at("reminders")
	if !strings.Contains(textOf(b.doc), "1 browser has it on") {
		t.Error("it is not on")
	}
	fill("/push-off", "endpoint", "https://fcm.googleapis.com/x").at("reminders")
	if strings.Contains(textOf(b.doc), "browser has it on") {
		t.Error("it is not off")
	}
	b.get("/push.js")
	if b.status != http.StatusOK || !strings.Contains(b.text, "showNotification") {
		t.Errorf("the worker: %d", b.status)
	}
}

// TestCalendarOutsideAWait has an alarm for a one-time password that is awaited.
func TestCalendarOutsideAWait(t *testing.T) {
	w := newWorld(t)
	r, err := w.guide.Begin(t.Context(), "Shop", nil)
	if err != nil {
		t.Fatal(err)
	}
	b := w.browser()
	if b.get("/r/" + r.ID + "/calendar.ics"); b.status == http.StatusOK {
		t.Error("there is a file for no moment")
	}
	if _, err := w.guide.Do(t.Context(), r.ID, guide.Any, rekey.Describe{Facts: rekey.Facts{SupportPending: rekey.Yes}}); err != nil {
		t.Fatal(err)
	}
	if b.get("/r/" + r.ID + "/calendar.ics"); strings.Count(b.text, "BEGIN:VALARM") != 1 || !strings.Contains(b.text, "one-time password") {
		t.Errorf("%d %s", b.status, b.text)
	}
}

// TestTooManyTests presses the button of a test over and over.
func TestTooManyTests(t *testing.T) {
	box, at := newMailbox(t), time.Now()
	o := remind.NewOutlet(remind.OutletConfig{
		Channels: map[string]remind.Channel{remind.Webhook: remind.NewWebhook(remind.PostConfig{URL: box.URL})},
		Now:      func() time.Time { return at },
	})
	b := newWorld(t, func(c *guide.Config) { c.Outbox = o }).browser().toGates("rest").follow("/reminders").at("reminders")
	for range remind.TestPace.Burst {
		b.send("/remind-test", "way", "webhook").at("reminders")
	}
	if b.send("/remind-test", "way", "webhook"); b.status != http.StatusTooManyRequests || !strings.Contains(textOf(b.doc), "this one was not sent") {
		t.Errorf("%d %s", b.status, b.say())
	}
	if got := len(box.got()); got != remind.TestPace.Burst {
		t.Errorf("%d went out", got)
	}
}
