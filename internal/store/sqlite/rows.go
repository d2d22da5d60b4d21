package sqlite

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"math"
	"time"

	"github.com/rekey-dvr/rekey"
)

// errShape is a row whose columns do not have the types they were written with.
// STRICT tables take no such row, so the file was changed by other means.
var errShape = errors.New("a row does not have the shape it was written with")

// never stands for the next moment of a recovery that has none, so that those
// come last in the index.
const never = math.MaxInt64

// columns takes a row apart and remembers whether every column was as expected.
type columns struct {
	row []driver.Value
	bad bool
}

func (c *columns) next() driver.Value {
	v := c.row[0]
	c.row = c.row[1:]
	return v
}

func (c *columns) num() int64 {
	v, ok := c.next().(int64)
	c.bad = c.bad || !ok
	return v
}

func (c *columns) text() string {
	v, ok := c.next().(string)
	c.bad = c.bad || !ok
	return v
}

func (c *columns) hash() (h [32]byte) {
	b, _ := c.next().([]byte)
	if len(b) != len(h) {
		c.bad = true
		return h
	}
	return [32]byte(b)
}

func (c *columns) time() time.Time { return time.UnixMilli(c.num()).UTC() }

func (c *columns) err() error {
	if c.bad {
		return errShape
	}
	return nil
}

func recordOf(row []driver.Value) (rekey.Record, error) {
	c := columns{row: row}
	r := rekey.Record{
		Seq: c.num(), Stream: rekey.StreamID(c.text()), Version: c.num(), At: c.time(), By: rekey.By(c.text()),
		Type: c.text(), Schema: int(c.num()), Data: []byte(c.text()), Prev: c.hash(), Hash: c.hash(),
	}
	return r, c.err()
}

// summaryRow gives the columns of a summary without its sum.
func summaryRow(s rekey.Summary) []driver.Value {
	next := int64(never)
	if !s.Next.IsZero() {
		next = s.Next.UnixMilli()
	}
	row := make([]driver.Value, 0, 15)
	return append(row, s.ID, s.Name, flag(s.Practice), s.Model, s.Route, s.Stage, s.Outcome, s.Identity,
		next, s.NextWhat, s.Began.UnixMilli(), s.Updated.UnixMilli(), flag(s.Outcome == ""), -s.Updated.UnixMilli())
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// summaryOf also checks the row against its sum.
func summaryOf(row []driver.Value) (rekey.Summary, error) {
	const width = 14
	c := columns{row: row}
	s := rekey.Summary{
		ID: c.text(), Name: c.text(), Practice: c.num() == 1, Model: c.text(), Route: c.text(), Stage: c.text(),
		Outcome: c.text(), Identity: c.text(),
	}
	if next := c.num(); next != never {
		s.Next = time.UnixMilli(next).UTC()
	}
	s.NextWhat, s.Began, s.Updated = c.text(), c.time(), c.time()
	c.num() // open
	c.num() // newest
	sum := c.hash()
	if c.bad || summarySum(nil, row[:width]) != sum {
		return s, errShape
	}
	return s, nil
}

// summarySum covers every column, each with its length or in full width.
func summarySum(buf []byte, row []driver.Value) [32]byte {
	for _, v := range row {
		switch v := v.(type) {
		case int64:
			buf = binary.BigEndian.AppendUint64(buf, uint64(v))
		case string:
			buf = binary.BigEndian.AppendUint64(buf, uint64(len(v)))
			buf = append(buf, v...)
		}
	}
	return sha256.Sum256(buf)
}

func dueSum(buf []byte, stream rekey.StreamID, d rekey.Due) [32]byte {
	return summarySum(buf, []driver.Value{d.At.UnixMilli(), string(stream), d.What})
}

// dueRowOf also checks the row against its sum.
func dueRowOf(row []driver.Value) (rekey.DueRow, error) {
	c := columns{row: row}
	at := c.time()
	d := rekey.DueRow{Stream: rekey.StreamID(c.text()), Due: rekey.Due{At: at, What: c.text()}}
	sum := c.hash()
	if c.bad || dueSum(nil, d.Stream, d.Due) != sum {
		return d, errShape
	}
	return d, nil
}
