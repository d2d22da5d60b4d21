package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
)

// StoreParams says what the store's benchmark runs. What stands on the store is
// the caller's, so that the figures are of the whole path.
type StoreParams struct {
	Dir  string        // an empty directory on the disk to be measured
	Runs int           // measurements of each figure; 0 means 5
	Span time.Duration // length of each; 0 means one second

	// Commands builds the path on the store, for so many producers with a recovery
	// each, and gives what one command of a producer is. Its rows have to be
	// appended through the store it was given.
	Commands func(ctx context.Context, s rekey.Store, producers int) (func(ctx context.Context, producer, i int) error, error)

	// Recovery gives the i-th open recovery as one append: its events, summary and
	// due moments. Page builds what opens the page of the recovery with i = 0.
	// Without Page the page-open figures are absent.
	Recovery func(i int) rekey.Append
	Page     func(ctx context.Context, s rekey.Store) (func(ctx context.Context) error, error)

	// Others are the numbers of other open recoveries; nil means 1, 1,000 and
	// 100,000.
	Others []int
}

// Store measures commands a second with 1 and 64 producers, beside the bare
// driver writing the same rows with the same producers and the same group size,
// and the time to open a page with many other recoveries open, beside the same
// with one.
func Store(ctx context.Context, p StoreParams) (Report, error) {
	p.Runs = cmp.Or(p.Runs, 5)
	p.Span = cmp.Or(p.Span, time.Second)
	if p.Others == nil {
		p.Others = []int{1, 1000, 100_000}
	}
	r := Report{Bench: "store", Machine: ThisMachine()}
	for _, producers := range []int{1, 64} {
		figures, err := p.commands(ctx, producers)
		if err != nil {
			return r, fmt.Errorf("commands with %d producers: %w", producers, err)
		}
		r.Figures = append(r.Figures, figures...)
	}
	if p.Page != nil {
		figures, err := p.pages(ctx)
		if err != nil {
			return r, err
		}
		r.Figures = append(r.Figures, figures...)
	}
	return r, nil
}

// commands measures the whole path, the grouped baseline and the ungrouped one in
// turn, so that whatever else the machine does meets all three.
func (p StoreParams) commands(ctx context.Context, producers int) (figures []Figure, err error) {
	dir := filepath.Join(p.Dir, fmt.Sprint("commands-", producers))
	var calls, commits atomic.Int64
	s, err := sqlite.Open(ctx, filepath.Join(dir, "rekey.db"), sqlite.Options{
		OnCommit: func(n int) { calls.Add(int64(n)); commits.Add(1) },
	})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	t := &tap{Store: s}
	do, err := p.Commands(ctx, t, producers)
	if err != nil {
		return nil, err
	}
	t.calls = nil // what made the recoveries is not a command
	done := make([]int, producers)
	if _, err := drive(ctx, p.Span/4, done, do); err != nil {
		return nil, err
	}
	if len(t.taken()) == 0 {
		return nil, errors.New("the commands appended nothing")
	}
	var whole, grouped, single []float64
	grouping, ungrouped, err := p.baselines(ctx, dir, t.taken())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, grouping.close(), ungrouped.close()) }()
	rawDone, singleDone := make([]int, producers), make([]int, producers)
	for range p.Runs {
		calls.Store(0)
		commits.Store(0)
		perSecond, err := drive(ctx, p.Span, done, do)
		if err != nil {
			return nil, err
		}
		whole = append(whole, perSecond)
		size := max(1, int((calls.Load()+commits.Load()/2)/max(commits.Load(), 1)))
		if perSecond, err = grouping.drive(ctx, p.Span, rawDone, size); err != nil {
			return nil, err
		}
		grouped = append(grouped, perSecond)
		if perSecond, err = ungrouped.drive(ctx, p.Span, singleDone, 1); err != nil {
			return nil, err
		}
		single = append(single, perSecond)
	}
	return p.figures(producers, median(whole), median(grouped), median(single), grouping, rawDone, float64(calls.Load())/float64(max(commits.Load(), 1))), nil
}

func (p StoreParams) figures(producers int, whole, grouped, single float64, r *raw, done []int, size float64) []Figure {
	commands := 0
	for _, n := range done {
		commands += n
	}
	end := fmt.Sprint("-", producers)
	return []Figure{
		NewFigure("commands"+end, "commands/s", whole, grouped, p.Runs),
		NewFigure("ungrouped"+end, "commands/s", single, grouped, p.Runs),
		NewFigure("rows-per-command"+end, "rows", float64(r.rows)/float64(max(commands, 1)), 0, commands),
		NewFigure("group-size"+end, "commands", size, 0, 1),
	}
}

func (p StoreParams) baselines(ctx context.Context, dir string, calls [][]rekey.Append) (grouped, single *raw, err error) {
	if grouped, err = openRaw(ctx, filepath.Join(dir, "grouped"), calls); err != nil {
		return nil, nil, err
	}
	if single, err = openRaw(ctx, filepath.Join(dir, "ungrouped"), calls); err != nil {
		return nil, nil, errors.Join(err, grouped.close())
	}
	return grouped, single, nil
}
