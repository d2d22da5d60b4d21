package storetest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/rekey-dvr/rekey"
)

// testConcurrent has 64 producers, each with a stream of its own, fight over one
// more stream, while others read.
func testConcurrent(t *testing.T, k Kind) {
	const producers, rounds = 64, 12
	s := open(t, k)
	var (
		mu   sync.Mutex
		seen = map[int64]rekey.Record{}
		lost int
		g    errgroup.Group
	)
	keep := func(records []rekey.Record) error {
		mu.Lock()
		defer mu.Unlock()
		for _, r := range records {
			if _, twice := seen[r.Seq]; twice {
				return fmt.Errorf("the number %d was given twice", r.Seq)
			}
			seen[r.Seq] = r
		}
		return nil
	}
	for p := range producers {
		g.Go(func() error {
			for i := range rounds {
				own := Recovery(fmt.Sprint("p", p), int64(2*i), 2)
				records, err := s.Append(t.Context(), own)
				if err != nil {
					return err
				}
				if err := keep(records); err != nil {
					return err
				}
				records, err = s.Append(t.Context(), rekey.Append{Stream: "ledger/shared", Expect: int64(i), Events: []rekey.NewRecord{Event("proof", i)}})
				switch rekey.CodeOf(err) {
				case "":
					err = keep(records)
				case rekey.CodeConflict:
					mu.Lock()
					lost++
					mu.Unlock()
					err = nil
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	for range 4 {
		g.Go(func() error {
			for range rounds {
				if err := s.Verify(t.Context()); err != nil {
					return err
				}
				if _, err := s.List(t.Context(), rekey.ListFilter{Open: true}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	all := MustReadAll(t, s)
	CheckChain(t, all)
	if len(all) != len(seen) || len(all)+lost != producers*rounds*3 {
		t.Fatalf("%d records stored, %d acknowledged, %d conflicts", len(all), len(seen), lost)
	}
	for _, r := range all {
		same(t, "a record as acknowledged", seen[r.Seq], r)
	}
}

func testContext(t *testing.T, k Kind) {
	s := open(t, k)
	MustAppend(t, s, Recovery("a", 0, 1))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Append(ctx, Recovery("a", 1, 1))
	errs := map[string]error{"append": err}
	_, errs["load"] = s.Load(ctx, "recovery/a", 0)
	_, errs["read all"] = s.ReadAll(ctx, 0, 1)
	_, errs["list"] = s.List(ctx, rekey.ListFilter{})
	_, errs["due"] = s.DueBefore(ctx, Epoch, 1)
	_, _, errs["next due"] = s.NextDue(ctx)
	_, errs["lease"] = s.Lease(ctx, Epoch, Epoch, 1)
	errs["postpone"] = s.Postpone(ctx, "k", 1, Epoch, "")
	_, errs["outbox"] = s.Outbox(ctx, rekey.OutboxFilter{})
	_, errs["count outbox"] = s.CountOutbox(ctx)
	_, _, errs["head"] = s.Head(ctx)
	errs["verify"] = s.Verify(ctx)
	for name, err := range errs {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s under a context that has ended: %v", name, err)
		}
	}
	MustAppend(t, s, Recovery("a", 1, 1))
}

func testClosed(t *testing.T, k Kind) {
	s := k.Open(t, t.TempDir())
	var g sync.WaitGroup
	for p := range 16 {
		g.Go(func() {
			for i := range 50 {
				if _, err := s.Append(t.Context(), Recovery(fmt.Sprint(p), int64(i), 1)); err != nil {
					if !errors.Is(err, fs.ErrClosed) {
						t.Errorf("while closing: %v", err)
					}
					return
				}
			}
		})
	}
	mustClose(t, s)
	g.Wait()
	mustClose(t, s)
	_, err := s.Append(t.Context(), Recovery("late", 0, 1))
	errs := map[string]error{"append": err}
	_, errs["load"] = s.Load(t.Context(), "recovery/a", 0)
	_, errs["read all"] = s.ReadAll(t.Context(), 0, 1)
	_, errs["list"] = s.List(t.Context(), rekey.ListFilter{})
	_, errs["due"] = s.DueBefore(t.Context(), Epoch, 1)
	_, _, errs["next due"] = s.NextDue(t.Context())
	_, errs["lease"] = s.Lease(t.Context(), Epoch, Epoch, 1)
	errs["postpone"] = s.Postpone(t.Context(), "k", 1, Epoch, "")
	_, errs["outbox"] = s.Outbox(t.Context(), rekey.OutboxFilter{})
	_, errs["count outbox"] = s.CountOutbox(t.Context())
	_, _, errs["head"] = s.Head(t.Context())
	errs["verify"] = s.Verify(t.Context())
	for name, err := range errs {
		if !errors.Is(err, fs.ErrClosed) {
			t.Errorf("%s of a closed store: %v", name, err)
		}
	}
}

func testReopen(t *testing.T, k Kind) {
	if !k.Lasting {
		t.Skip("this store ends with its process")
	}
	dir := t.TempDir()
	var want snapshot
	for i := range 5 {
		s := k.Open(t, dir)
		same(t, "what was there before", look(t, s), want)
		a := Recovery(fmt.Sprint("r", i), 0, 2)
		a.Due = []rekey.Due{{At: Epoch, What: "ready"}}
		MustAppend(t, s, a)
		if i > 0 {
			MustAppend(t, s, Recovery(fmt.Sprint("r", i-1), 2, 1))
		}
		if err := s.Verify(t.Context()); err != nil {
			t.Fatal(err)
		}
		want = look(t, s)
		mustClose(t, s)
	}
}
