package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
)

// pages measures how long a page of an open recovery takes with others open. All
// numbers share one store, which grows; the baseline is the first number's.
func (p StoreParams) pages(ctx context.Context) (figures []Figure, err error) {
	s, err := sqlite.Open(ctx, filepath.Join(p.Dir, "pages", "rekey.db"), sqlite.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if _, err := s.Append(ctx, p.Recovery(0)); err != nil {
		return nil, err
	}
	open, err := p.Page(ctx, s)
	if err != nil {
		return nil, err
	}
	base, there := 0.0, 0
	for _, others := range p.Others {
		if err := p.fill(ctx, s, there+1, others+1); err != nil {
			return nil, err
		}
		there = others
		ms, n, err := p.timed(ctx, open)
		if err != nil {
			return nil, fmt.Errorf("a page with %d other recoveries: %w", others, err)
		}
		if base == 0 {
			base = ms
		}
		figures = append(figures, NewFigure(fmt.Sprint("page-open-", others), "ms", ms, base, n))
	}
	return figures, nil
}

// fill appends the recoveries from up to but not including to.
func (p StoreParams) fill(ctx context.Context, s rekey.Store, from, to int) error {
	var batch []rekey.Append
	events := 0
	for i := from; i < to; i++ {
		a := p.Recovery(i)
		if events+len(a.Events) > store.MaxEvents {
			if _, err := s.Append(ctx, batch...); err != nil {
				return err
			}
			batch, events = batch[:0], 0
		}
		batch = append(batch, a)
		events += len(a.Events)
	}
	if len(batch) == 0 {
		return nil
	}
	_, err := s.Append(ctx, batch...)
	return err
}

// timed gives the median of opening the page again and again for the span, in
// milliseconds, after a first time that is not counted.
func (p StoreParams) timed(ctx context.Context, open func(context.Context) error) (ms float64, n int, err error) {
	if err := open(ctx); err != nil {
		return 0, 0, err
	}
	var all []float64
	for begun := time.Now(); time.Since(begun) < p.Span || len(all) < p.Runs; {
		start := time.Now()
		if err := open(ctx); err != nil {
			return 0, 0, err
		}
		all = append(all, time.Since(start).Seconds()*1000)
	}
	return median(all), len(all), nil
}
