package sqlite

import (
	"context"
	"database/sql/driver"
	"math"
	"slices"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store"
)

// List implements [rekey.Store]. The index keeps open and ended, practice and
// real recoveries apart, each in the order of the list; a filter that wants
// several reads a page of each and merges them, so that no number of other
// recoveries makes it slower.
func (s *Store) List(ctx context.Context, f rekey.ListFilter) ([]rekey.Summary, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	after, err := s.place(ctx, f.After)
	if err != nil {
		return nil, err
	}
	limit := store.PageSize(f.Limit)
	var out []rekey.Summary
	for _, open := range []bool{true, false} {
		for _, practice := range []bool{false, true} {
			if f.Open && !open || f.Practice != nil && *f.Practice != practice {
				continue
			}
			part, err := s.summaries(ctx, flag(open), flag(practice), after, limit)
			if err != nil {
				return nil, err
			}
			out = append(out, part...)
		}
	}
	slices.SortFunc(out, store.CompareSummaries)
	return out[:min(len(out), limit)], nil
}

// place is a row's place in the order of the list.
type place struct {
	next, newest int64
	id           string
}

// place gives the place of the row with the id, and one before all others for no id.
func (s *Store) place(ctx context.Context, id string) (place, error) {
	if id == "" {
		return place{next: math.MinInt64, newest: math.MinInt64}, nil
	}
	found := false
	var p place
	err := s.rows(ctx, s.stmts.place, func(row []driver.Value) error {
		sum, err := summaryOf(row)
		if err != nil || sum.ID != id {
			return errShape
		}
		stored := summaryRow(sum)
		p = place{next: stored[8].(int64), newest: stored[13].(int64), id: id}
		found = true
		return nil
	}, id)
	if err == nil && !found {
		err = store.UnknownRow(id)
	}
	return p, err
}

func (s *Store) summaries(ctx context.Context, open, practice int64, after place, limit int) ([]rekey.Summary, error) {
	var out []rekey.Summary
	err := s.rows(ctx, s.stmts.list, func(row []driver.Value) error {
		sum, err := summaryOf(row)
		if err != nil || flag(sum.Outcome == "") != open || flag(sum.Practice) != practice {
			return errShape
		}
		out = append(out, sum)
		return nil
	}, open, practice, after.next, after.newest, after.id, limit)
	return out, err
}
