package sqlite

import (
	"bytes"
	"database/sql/driver"
	"slices"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store"
)

// maxKnown bounds what the writer remembers of streams.
const maxKnown = 8192

// stream is what the writer knows of a stream without asking the database. It
// holds as long as nobody else has written.
type stream struct {
	version  int64
	due      []rekey.Due
	dueKnown bool
}

func (w *writer) forget() {
	w.head = head{seq: -1}
	clear(w.known)
}

// write writes the calls inside the transaction that has begun, and commits.
func (w *writer) write(group []*call) error {
	if err := w.readHead(); err != nil {
		return err
	}
	w.wrote = false
	for _, c := range group {
		do := w.place
		if c.work != nil {
			do = func(c *call) error { return c.work(w) }
		}
		if err := do(c); err != nil {
			return err
		}
	}
	if !w.wrote {
		return w.tx.rollback.exec()
	}
	if err := w.tx.commit.exec(); err != nil {
		return err
	}
	if err := w.s.keeper.set(w.head); err != nil {
		w.s.trouble(err)
	}
	if w.s.options.OnCommit != nil {
		w.s.options.OnCommit(len(group))
	}
	return nil
}

// readHead reads the head again in every transaction, because another process
// may have written. Only then is it checked in full.
func (w *writer) readHead() error {
	seq, hash, err := last(w.tx.last)
	if err != nil || seq == w.head.seq && hash == w.head.hash {
		return err
	}
	w.forget()
	if seq > 0 {
		var r rekey.Record
		err = w.tx.record.query(func(row []driver.Value) (err error) {
			r, err = recordOf(row)
			return err
		}, seq)
		if err != nil {
			return err
		}
		if err := w.s.checkRecord(r); err != nil {
			return err
		}
	}
	w.head = head{seq: seq, hash: hash}
	return nil
}

// place gives one call its outcome: a conflict, with nothing written, or rows.
// The error is one that ends the whole transaction.
func (w *writer) place(c *call) error {
	c.records, c.err = nil, nil
	versions := make([]int64, len(c.appends))
	for i, a := range c.appends {
		st, err := w.stream(a.Stream)
		if err != nil {
			return err
		}
		versions[i] = st.version
		for _, earlier := range c.appends[:i] {
			if earlier.Stream == a.Stream {
				versions[i] += int64(len(earlier.Events))
			}
		}
		if versions[i] != a.Expect {
			c.err = store.Conflict(a.Stream, a.Expect, versions[i])
			return nil
		}
	}
	ended, err := w.ends(c)
	if err != nil || c.err != nil {
		return err
	}
	for i, a := range c.appends {
		if err := w.insert(c, a, versions[i]); err != nil {
			return err
		}
	}
	for _, q := range ended {
		if err := w.putQueued(w.tx.putQueued, q); err != nil {
			return err
		}
	}
	return nil
}

// stream gives what is known of a stream, from the database if need be.
func (w *writer) stream(id rekey.StreamID) (*stream, error) {
	if st, ok := w.known[id]; ok {
		return st, nil
	}
	if len(w.known) >= maxKnown {
		clear(w.known)
	}
	st := &stream{}
	err := w.tx.version.query(func(row []driver.Value) error {
		var ok bool
		if st.version, ok = row[0].(int64); !ok || st.version < 1 {
			return damaged(w.s.files.db, "a stream has no version", nil)
		}
		return nil
	}, string(id))
	if err != nil {
		return nil, err
	}
	st.dueKnown = st.version == 0
	w.known[id] = st
	return st, nil
}

func (w *writer) insert(c *call, a rekey.Append, version int64) error {
	for _, e := range a.Events {
		version++
		r := store.Place(e, a.Stream, w.head.seq+1, version, w.head.hash)
		if err := w.tx.insertEvent(r); err != nil {
			return err
		}
		w.wrote = true
		c.records = append(c.records, r)
		w.head = head{seq: r.Seq, hash: r.Hash}
	}
	st, err := w.stream(a.Stream)
	if err != nil {
		return err
	}
	st.version = version
	if err := w.deliver(a); err != nil {
		return err
	}
	if a.Summary != nil {
		if err := w.putSummary(store.CleanSummary(*a.Summary)); err != nil {
			return err
		}
	}
	if a.Summary == nil && a.Due == nil {
		return nil
	}
	return w.replaceDue(a.Stream, st, store.CleanDue(a.Due))
}

// replaceDue writes only what differs: most commands leave the moments alone.
func (w *writer) replaceDue(id rekey.StreamID, st *stream, due []rekey.Due) error {
	if !st.dueKnown {
		st.due = nil
		err := w.tx.dueOf.query(func(row []driver.Value) error {
			d, err := w.s.dueOf(row, id)
			st.due = append(st.due, d)
			return err
		}, string(id))
		if err != nil {
			return err
		}
		slices.SortFunc(st.due, store.CompareDue)
		st.dueKnown = true
	}
	for _, d := range st.due {
		if !slices.Contains(due, d) {
			if err := w.tx.deleteDue.exec(d.At.UnixMilli(), string(id), d.What); err != nil {
				return err
			}
		}
	}
	for _, d := range due {
		if !slices.Contains(st.due, d) {
			sum := dueSum(w.buf[:0], id, d)
			if err := w.tx.insertDue.exec(d.At.UnixMilli(), string(id), d.What, bytes.Clone(sum[:])); err != nil {
				return err
			}
		}
	}
	st.due = due
	return nil
}

func (w *writer) putSummary(sum rekey.Summary) error {
	row := summaryRow(sum)
	check := summarySum(w.buf[:0], row)
	return w.tx.putSummary.exec(append(row, check[:])...)
}
