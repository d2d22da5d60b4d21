package store

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
)

// Moment gives t as every store keeps it: UTC, whole milliseconds, without a
// monotonic reading.
func Moment(t time.Time) time.Time { return time.UnixMilli(t.UnixMilli()).UTC() }

// Place gives e its place behind the record with the hash prev. The record shares
// no memory with e.
func Place(e rekey.NewRecord, stream rekey.StreamID, seq, version int64, prev [32]byte) rekey.Record {
	r := rekey.Record{
		Seq: seq, Stream: stream, Version: version,
		At: Moment(e.At), By: e.By, Type: e.Type, Schema: e.Schema,
		Data: bytes.Clone(e.Data), Prev: prev,
	}
	r.Hash = rekey.ChainHash(r)
	return r
}

// CleanSummary gives s with its times as stored.
func CleanSummary(s rekey.Summary) rekey.Summary {
	s.Next, s.Began, s.Updated = Moment(s.Next), Moment(s.Began), Moment(s.Updated)
	return s
}

// CleanDue gives the due moments as stored: oldest first, each once.
func CleanDue(due []rekey.Due) []rekey.Due {
	if len(due) == 0 {
		return nil
	}
	out := make([]rekey.Due, len(due))
	for i, d := range due {
		out[i] = rekey.Due{At: Moment(d.At), What: d.What}
	}
	slices.SortFunc(out, CompareDue)
	return slices.Compact(out)
}

// CompareDue orders due moments of one stream: oldest first, then by name.
func CompareDue(a, b rekey.Due) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.What, b.What))
}

// CompareDueRows orders due moments of all streams: oldest first, then by stream,
// then by name.
func CompareDueRows(a, b rekey.DueRow) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Stream, b.Stream), cmp.Compare(a.What, b.What))
}

// CompareSummaries is the order of the list of recoveries: by Next with zero
// last, then newest Updated first, then by ID.
func CompareSummaries(a, b rekey.Summary) int {
	if za, zb := a.Next.IsZero(), b.Next.IsZero(); za != zb {
		if za {
			return 1
		}
		return -1
	}
	return cmp.Or(a.Next.Compare(b.Next), b.Updated.Compare(a.Updated), cmp.Compare(a.ID, b.ID))
}

// Queue gives d as it enters an outbox. The row shares no memory with d.
func Queue(d rekey.Delivery, stream rekey.StreamID) rekey.Queued {
	d.Due, d.Data = Moment(d.Due), bytes.Clone(d.Data)
	return rekey.Queued{Delivery: d, Stream: stream, State: rekey.DeliveryOpen, Next: d.Due}
}

// End gives q as the settlement leaves it.
func End(q rekey.Queued, s rekey.Settlement) rekey.Queued {
	q.State, q.Reason, q.Settled = s.State, s.Reason, Moment(s.At)
	return q
}

// Take gives q as a lease until the moment leaves it.
func Take(q rekey.Queued, until time.Time) rekey.Queued {
	q.Attempts++
	q.Next = Moment(until)
	return q
}

// Postponed gives q with another next try. A reason is cut to what a row takes.
func Postponed(q rekey.Queued, next time.Time, reason string) rekey.Queued {
	q.Next, q.Reason = Moment(next), strings.ToValidUTF8(reason[:min(len(reason), MaxName)], "")
	return q
}

// CompareNext orders open deliveries: the next try first, then by key.
func CompareNext(a, b rekey.Queued) int {
	return cmp.Or(a.Next.Compare(b.Next), cmp.Compare(a.Key, b.Key))
}

// Page limits of the list of recoveries, and of the outbox.
const (
	DefaultPage = 50
	MaxPage     = 500
)

// PageSize turns [rekey.ListFilter.Limit], or that of an outbox, into the number of
// rows to give.
func PageSize(limit int) int {
	if limit <= 0 {
		return DefaultPage
	}
	return min(limit, MaxPage)
}
