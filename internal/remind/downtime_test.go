package remind_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/remind"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
	"github.com/rekey-dvr/rekey/internal/vault"
)

// childVariable makes this test binary a process that wakes recoveries and delivers
// what they have to tell, as rekey serve does: "PATH URL". It ends when nothing is
// due and nothing waits.
const childVariable = "REKEY_REMIND_TEST_CHILD"

func child() bool {
	path, url, is := strings.Cut(os.Getenv(childVariable), " ")
	if !is {
		return false
	}
	if err := serve(path, url); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return true
}

type wall struct{}

func (wall) Now() time.Time { return time.Now() }

func serve(path, url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute) // a busy computer takes five
	defer cancel()
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	cat, err := catalog.Load()
	if err != nil {
		return err
	}
	v, err := vault.Ephemeral()
	if err != nil {
		return err
	}
	o := remind.NewOutlet(remind.OutletConfig{Channels: map[string]remind.Channel{
		remind.Webhook: remind.NewWebhook(remind.PostConfig{URL: url}),
	}})
	g := guide.New(guide.Config{Store: s, Catalog: cat, Clock: wall{}, Vault: v, Outbox: o})
	d := remind.New(remind.Config{
		Outbox: s, Find: o.Find, Compose: remind.Compose, Settle: g.Settle,
		Lease: time.Second, Pace: remind.Pace{Burst: 1 << 20, Every: time.Nanosecond},
	})
	o.Wake(d.Poke)
	var work sync.WaitGroup
	work.Go(func() { d.Run(ctx) })
	for {
		_, more, err := g.Wake(ctx)
		if err != nil {
			return err
		}
		if !more { // the outbox's next tries count as well
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	cancel()
	work.Wait()
	return s.Close()
}

// waiting fills a store with recoveries whose waits without power have ended while
// this computer was off, over the last three days.
func waiting(t *testing.T, path string, recoveries int) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const each = 250
	now := time.Now().UTC().Truncate(time.Millisecond)
	for first := 0; first < recoveries; first += each {
		var appends []rekey.Append
		for i := first; i < first+each; i++ {
			id := fmt.Sprintf("r%05d", i)
			ready := now.Add(-72 * time.Hour * time.Duration(i) / time.Duration(recoveries))
			began := ready.Add(-72 * time.Hour)
			a := rekey.Append{
				Stream: rekey.StreamID(rekey.RecoveryPrefix + id),
				Due:    []rekey.Due{{At: ready, What: rekey.DueRest}},
				Summary: &rekey.Summary{
					ID: id, Stage: string(rekey.StageRest), Began: began, Updated: began, Next: ready, NextWhat: rekey.DueRest,
				},
			}
			for _, body := range []rekey.Body{rekey.Begun{ID: id, Catalog: "test"}, rekey.RestStarted{Drain: 1, From: began, MinH: 48, AdviseH: 72}} {
				record, err := rekey.Event{At: began, By: rekey.BySaid, Body: body}.Encode()
				if err != nil {
					t.Fatal(err)
				}
				a.Events = append(a.Events, record)
			}
			appends = append(appends, a)
		}
		if _, err := s.Append(t.Context(), appends...); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDowntime has 10,000 reminders come due while the computer was off for three
// days. They all go out once each, although the process is killed in the middle: only
// what was sent and not recorded then, a few, goes out twice, with the same key, and
// all are recorded once.
func TestDowntime(t *testing.T) {
	recoveries := 10_000
	if testing.Short() {
		recoveries = 1_000
	}
	path := filepath.Join(t.TempDir(), "rekey.db")
	began := time.Now()
	waiting(t, path, recoveries)
	t.Logf("made in %s", time.Since(began))
	var mu sync.Mutex
	got := map[string]int{}
	third := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		mu.Lock()
		defer mu.Unlock()
		got[r.Header.Get("Idempotency-Key")]++
		if len(got) == recoveries/3 {
			close(third)
		}
	}))
	defer server.Close()
	run := func() (*exec.Cmd, *strings.Builder) {
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), childVariable+"="+path+" "+server.URL)
		var errs strings.Builder
		cmd.Stderr = &errs
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd, &errs
	}
	began = time.Now()
	first, said := run()
	ended := make(chan struct{})
	go func() { _ = first.Wait(); close(ended) }()
	select {
	case <-third:
	case <-ended:
		t.Fatalf("it ended by itself: %s", said)
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-ended
	t.Logf("a third in %s", time.Since(began))
	second, errs := run()
	if err := second.Wait(); err != nil {
		t.Fatalf("%v: %s", err, errs)
	}
	t.Logf("all in %s", time.Since(began))
	mu.Lock()
	defer mu.Unlock()
	twice := 0
	for key, n := range got {
		if n > 2 {
			t.Errorf("%s went out %d times", key, n)
		}
		twice += n - 1
	}
	if len(got) != recoveries || twice > remind.MaxOnTheWay {
		t.Errorf("%d of %d went out, %d of them twice", len(got), recoveries, twice)
	}
	t.Logf("%d went out twice", twice)
	checkRecorded(t, path, recoveries)
}

// checkRecorded ends the test unless every recovery has one record of one reminder.
func checkRecorded(t *testing.T, path string, recoveries int) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if n, err := s.CountOutbox(t.Context()); err != nil || n != (rekey.OutboxCount{Done: recoveries}) {
		t.Errorf("outbox %+v, %v", n, err)
	}
	sent, after := map[rekey.StreamID]int{}, int64(0)
	for {
		records, err := s.ReadAll(t.Context(), after, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			if r.Type == (rekey.ReminderSent{}).EventName() {
				sent[r.Stream]++
			}
			after = r.Seq
		}
		if len(records) < 1000 {
			break
		}
	}
	for stream, n := range sent {
		if n != 1 {
			t.Errorf("%s has %d records", stream, n)
		}
	}
	if len(sent) != recoveries {
		t.Errorf("%d of %d are recorded", len(sent), recoveries)
	}
}
