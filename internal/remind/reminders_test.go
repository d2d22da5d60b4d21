package remind_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/remind"
)

func TestEveryKindHasWords(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../docs/guide/reminders.md")
	if err != nil {
		t.Fatal(err)
	}
	hook := map[string]remind.Channel{remind.Webhook: remind.NewWebhook(remind.PostConfig{}), remind.Mail: remind.NewMail(remind.MailConfig{})}
	o := remind.NewOutlet(remind.OutletConfig{Channels: hook, Ref: strings.ToUpper})
	seen := map[string]bool{}
	for _, lang := range []string{"en", "es"} {
		for _, what := range rekey.RemindKinds {
			if !strings.Contains(string(doc), "`"+what+"`") {
				t.Errorf("the guide does not name %s", what)
			}
			r := &rekey.Recovery{ID: "k4m7td", Name: "Shop\r\nBcc: x@example.org", Practice: &rekey.Practice{}, Reminding: &rekey.RemindersChosen{
				What: rekey.RemindKinds, Where: []string{"webhook"}, Lang: lang, Zone: "America/Chicago",
			}}
			ds := o.Deliveries(r, []rekey.Notice{{Key: what + "/1", What: what, At: moment}})
			if len(ds) != 1 || ds[0].Channel != "webhook" || ds[0].Key != "k4m7td/"+what+"/1/webhook" {
				t.Fatalf("%s: %+v", what, ds)
			}
			q := rekey.Queued{Delivery: ds[0], Stream: "recovery/k4m7td"}
			if id, notice := q.Notice(); id != "k4m7td" || notice != what+"/1" {
				t.Errorf("%s %s", id, notice)
			}
			m, err := remind.Compose(q)
			if err != nil {
				t.Errorf("%s: %v", what, err)
				continue
			}
			if seen[m.Text] || strings.Contains(m.Title+m.Text, "%!") || strings.ContainsAny(m.Title, "\r\n") {
				t.Errorf("%s %s: %q %q", lang, what, m.Title, m.Text)
			}
			if !strings.HasPrefix(m.Title, "PR") || !strings.Contains(m.Text, "2026-11-25 08:20 CST") || !strings.Contains(m.Text, "K4M7TD") {
				t.Errorf("%s %s: %q %q", lang, what, m.Title, m.Text)
			}
			seen[m.Text] = true
		}
	}
}

// TestWhoIsTold has what is told of a recovery of which nobody chose anything.
func TestWhoIsTold(t *testing.T) {
	t.Parallel()
	o := remind.NewOutlet(remind.OutletConfig{Channels: map[string]remind.Channel{
		"webhook": remind.NewWebhook(remind.PostConfig{}), "mail": remind.NewMail(remind.MailConfig{}),
	}})
	notices := []rekey.Notice{{Key: "a", What: rekey.DueRest, At: moment}, {Key: "b", What: rekey.DueRemindEarliest, At: moment}}
	for name, c := range map[string]struct {
		r    rekey.Recovery
		want string
	}{
		"real":            {rekey.Recovery{ID: "r"}, "r/a/mail r/a/webhook"},
		"practice":        {rekey.Recovery{ID: "r", Practice: &rekey.Practice{}}, ""},
		"nothing":         {rekey.Recovery{ID: "r", Reminding: &rekey.RemindersChosen{Where: []string{"mail"}}}, ""},
		"nowhere":         {rekey.Recovery{ID: "r", Reminding: &rekey.RemindersChosen{What: rekey.RemindKinds}}, ""},
		"by mail":         {rekey.Recovery{ID: "r", Reminding: &rekey.RemindersChosen{What: rekey.RemindKinds, Where: []string{"mail"}}}, "r/a/mail r/b/mail"},
		"not set up":      {rekey.Recovery{ID: "r", Reminding: &rekey.RemindersChosen{What: rekey.RemindKinds, Where: []string{"ntfy", "push"}}}, ""},
		"one in practice": {rekey.Recovery{ID: "r", Practice: &rekey.Practice{}, Reminding: &rekey.RemindersChosen{What: rekey.RemindKinds[:1], Where: []string{"webhook"}}}, "r/b/webhook"},
	} {
		var keys []string
		for _, d := range o.Deliveries(&c.r, notices) {
			keys = append(keys, d.Key)
		}
		if got := strings.Join(keys, " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestTestsArePaced asks for tests over and over: a few go, the rest is refused until
// time has passed, each way by itself.
func TestTestsArePaced(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	got := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { mu.Lock(); got++; mu.Unlock() }))
	defer server.Close()
	now := moment
	o := remind.NewOutlet(remind.OutletConfig{
		Channels: map[string]remind.Channel{
			"webhook": remind.NewWebhook(remind.PostConfig{URL: server.URL}), "ntfy": remind.NewNtfy(remind.PostConfig{URL: server.URL}),
		},
		Now: func() time.Time { return now },
	})
	test := func(way string) rekey.Code { return rekey.CodeOf(o.Test(t.Context(), way, "en")) }
	for i := range 100 {
		if code := test("webhook"); (code == "") != (i < remind.TestPace.Burst) || code != "" && code != rekey.CodeTooMany {
			t.Fatalf("test %d gave %q", i+1, code)
		}
	}
	if code := test("ntfy"); code != "" {
		t.Errorf("another way gave %q", code)
	}
	now = now.Add(remind.TestPace.Every)
	if first, second := test("webhook"), test("webhook"); first != "" || second != rekey.CodeTooMany {
		t.Errorf("later: %q, then %q", first, second)
	}
	if want := remind.TestPace.Burst + 2; got != want {
		t.Errorf("%d went out, not %d", got, want)
	}
}
