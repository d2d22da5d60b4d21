package memory

import (
	"context"
	"slices"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store"
)

// Load implements [rekey.Store].
func (s *Store) Load(ctx context.Context, stream rekey.StreamID, after int64) ([]rekey.Record, error) {
	if err := s.reading(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	seqs := s.streams[stream]
	if after >= int64(len(seqs)) {
		return nil, nil
	}
	var out []rekey.Record
	for _, seq := range seqs[max(after, 0):] {
		out = append(out, clone(s.records[seq-1]))
	}
	return out, nil
}

// ReadAll implements [rekey.Store].
func (s *Store) ReadAll(ctx context.Context, after int64, limit int) ([]rekey.Record, error) {
	if err := s.reading(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	from := min(max(after, 0), int64(len(s.records)))
	to := min(from+int64(max(limit, 0)), int64(len(s.records)))
	var out []rekey.Record
	for _, r := range s.records[from:to] {
		out = append(out, clone(r))
	}
	return out, nil
}

// List implements [rekey.Store].
func (s *Store) List(ctx context.Context, f rekey.ListFilter) ([]rekey.Summary, error) {
	if err := s.reading(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	last, paging := s.summaries[f.After]
	if f.After != "" && !paging {
		return nil, store.UnknownRow(f.After)
	}
	var out []rekey.Summary
	for _, sum := range s.summaries {
		if f.Open && sum.Outcome != "" || f.Practice != nil && *f.Practice != sum.Practice {
			continue
		}
		if paging && store.CompareSummaries(sum, last) <= 0 {
			continue
		}
		out = append(out, sum)
	}
	slices.SortFunc(out, store.CompareSummaries)
	return out[:min(len(out), store.PageSize(f.Limit))], nil
}

// DueBefore implements [rekey.Store].
func (s *Store) DueBefore(ctx context.Context, t time.Time, limit int) ([]rekey.DueRow, error) {
	if err := s.reading(ctx); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	var out []rekey.DueRow
	for stream, due := range s.due {
		for _, d := range due {
			if !d.At.After(t) {
				out = append(out, rekey.DueRow{Stream: stream, Due: d})
			}
		}
	}
	slices.SortFunc(out, store.CompareDueRows)
	return out[:min(len(out), max(limit, 0))], nil
}
