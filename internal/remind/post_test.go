package remind_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/remind"
	"github.com/rekey-dvr/rekey/internal/secret"
)

func timeout(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), d)
}

// receiver is an HTTP server that keeps what is posted to it and answers as told.
type receiver struct {
	*httptest.Server
	mu   sync.Mutex
	got  []*http.Request
	body []string
}

func receive(t *testing.T, answer http.HandlerFunc) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		b, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		r.got, r.body = append(r.got, q), append(r.body, string(b))
		r.mu.Unlock()
		if answer != nil {
			answer(w, q)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

// seen gives what came so far.
func (r *receiver) seen() ([]*http.Request, []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got), slices.Clone(r.body)
}

func TestPostsSayTheSameEachTime(t *testing.T) {
	t.Parallel()
	r := receive(t, nil)
	m := message(t, "recovery/a/rest-ready/webhook")
	m.Title = "¿Listo? " + m.Title
	hook := remind.NewWebhook(remind.PostConfig{URL: r.URL + "/in?x=1", Token: secret.New("tk_1")})
	ntfy := remind.NewNtfy(remind.PostConfig{URL: r.URL + "/topic"})
	for _, c := range []remind.Channel{hook, hook, ntfy} {
		if err := c.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	got, body := r.seen()
	var object map[string]any
	if err := json.Unmarshal([]byte(body[0]), &object); err != nil {
		t.Fatal(err)
	}
	if object["title"] != m.Title || object["recovery"] != "K4M-7TD" || object["practice"] != false || object["at"] != "2026-11-25T14:20:00Z" {
		t.Errorf("%v", object)
	}
	for i, q := range got {
		if q.Method != http.MethodPost || q.Header.Get("Idempotency-Key") != m.ID() || len(m.ID()) != 32 {
			t.Errorf("post %d: %s %q", i, q.Method, q.Header.Get("Idempotency-Key"))
		}
	}
	if got[0].Header.Get("Authorization") != "Bearer tk_1" || got[2].Header.Get("Authorization") != "" {
		t.Error("the token went to the wrong place")
	}
	if title := got[2].Header.Get("Title"); !strings.HasPrefix(title, "=?utf-8?q?=C2=BFListo") || body[2] != m.Text {
		t.Errorf("ntfy: %q %q", title, body[2])
	}
}

func TestAnswersToPosts(t *testing.T) {
	t.Parallel()
	elsewhere := receive(t, nil)
	status := func(code int, pairs ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i+1 < len(pairs); i += 2 {
				w.Header().Set(pairs[i], pairs[i+1])
			}
			w.WriteHeader(code)
		}
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   remind.Failure // without its reason
		posts  int
	}{
		"503":                      {status(503, "Retry-After", "120"), remind.Failure{After: 2 * time.Minute}, 1},
		"429 for a year":           {status(429, "Retry-After", "31536000"), remind.Failure{After: 6 * time.Hour}, 1},
		"429 with nonsense":        {status(429, "Retry-After", "-5"), remind.Failure{}, 1},
		"500":                      {status(500), remind.Failure{}, 1},
		"400":                      {status(400), remind.Failure{Final: true}, 1},
		"401":                      {status(401), remind.Failure{Final: true}, 1},
		"404":                      {status(404), remind.Failure{Final: true, Gone: true}, 1},
		"410":                      {status(410), remind.Failure{Final: true, Gone: true}, 1},
		"to another host":          {status(307, "Location", elsewhere.URL), remind.Failure{Final: true}, 1},
		"to this host as a GET":    {status(302, "Location", "/other"), remind.Failure{Final: true}, 1},
		"round and round":          {status(307, "Location", "/again"), remind.Failure{Final: true}, 4},
		"not modified":             {status(304), remind.Failure{Final: true}, 1},
		"closes without an answer": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, remind.Failure{}, 1},
	} {
		r := receive(t, c.answer)
		const path = "/services/k3y-to-the-channel" // who knows it may post there
		err := remind.NewWebhook(remind.PostConfig{URL: r.URL + path}).Send(t.Context(), message(t, "k"))
		var f *remind.Failure
		if !errors.As(err, &f) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if strings.Contains(fmt.Sprint(f.Reason, f.Cause), path) {
			t.Errorf("%s: the reason, which is stored and shown, tells the address: %s, %v", name, f.Reason, f.Cause)
		}
		got := remind.Failure{Final: f.Final, After: f.After, Gone: f.Gone}
		if posts, _ := r.seen(); got != c.want || f.Reason == "" || len(posts) != c.posts {
			t.Errorf("%s: %+v, %q after %d posts", name, got, f.Reason, len(posts))
		}
	}
	if posts, _ := elsewhere.seen(); len(posts) != 0 {
		t.Error("a redirect led to a host that nobody named")
	}
	moved := receive(t, func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/" {
			http.Redirect(w, q, "/new", http.StatusPermanentRedirect)
		}
	})
	err := remind.NewWebhook(remind.PostConfig{URL: moved.URL}).Send(t.Context(), message(t, "k"))
	if _, body := moved.seen(); err != nil || len(body) != 2 || body[1] == "" {
		t.Errorf("moved within the host: %v, %d posts", err, len(body))
	}
}

func TestPostsBelieveNoWrongCertificate(t *testing.T) {
	t.Parallel()
	seen := 0
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { seen++ }))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	_, other := certificate(t, "127.0.0.1")
	var f *remind.Failure
	err := remind.NewWebhook(remind.PostConfig{URL: s.URL, Roots: other}).Send(t.Context(), message(t, "k"))
	if !errors.As(err, &f) || f.Final || seen != 0 {
		t.Errorf("%v, %d requests", err, seen)
	}
}

// TestSlowAnswers has a receiver that never answers, and one that answers without
// end: neither keeps a try longer than its time.
func TestSlowAnswers(t *testing.T) {
	t.Parallel()
	stop := make(chan struct{})
	defer close(stop)
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		taken  bool
	}{
		"hangs": {func(http.ResponseWriter, *http.Request) { <-stop }, false},
		"answers without end": {func(w http.ResponseWriter, q *http.Request) {
			for q.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 32<<10)); err != nil {
					return
				}
			}
		}, true},
	} {
		r := receive(t, c.answer)
		ctx, cancel := timeout(t, 300*time.Millisecond)
		err := remind.NewNtfy(remind.PostConfig{URL: r.URL}).Send(ctx, message(t, "k"))
		cancel()
		if (err == nil) != c.taken {
			t.Errorf("%s: %v", name, err)
		}
	}
}
