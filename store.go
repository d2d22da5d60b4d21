package rekey

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// StreamID names one sequence of events. A recovery is "recovery/<id>", the
// attempt ledger of one recorder "ledger/<identity>".
type StreamID string

// The kinds of stream.
const (
	RecoveryPrefix = "recovery/"
	LedgerPrefix   = "ledger/"
)

// Record is one stored event. Data is a JSON object that holds no secret in
// clear.
type Record struct {
	Seq     int64     // place in the store, from 1, without gaps
	Stream  StreamID  //
	Version int64     // place in the stream, from 1, without gaps
	At      time.Time // when it happened; UTC, whole milliseconds
	By      By        //
	Type    string    // an event name of docs/reference/events.md
	Schema  int       // version of Data's shape, from 1; older ones are upcast on load
	Data    []byte    //
	Prev    [32]byte  // Hash of the record before (by Seq), zeros for the first
	Hash    [32]byte  // see ChainHash
}

// ChainHash gives the hash of r over its own fields and r.Prev. Each variable
// field is written with its length in front, so that no two records share an
// encoding.
func ChainHash(r Record) [32]byte {
	h := sha256.New()
	var n [8]byte
	num := func(v int64) {
		binary.BigEndian.PutUint64(n[:], uint64(v))
		h.Write(n[:])
	}
	text := func(b []byte) {
		num(int64(len(b)))
		h.Write(b)
	}
	h.Write(r.Prev[:])
	num(r.Seq)
	text([]byte(r.Stream))
	num(r.Version)
	num(r.At.UnixMilli())
	text([]byte(r.By))
	text([]byte(r.Type))
	num(int64(r.Schema))
	text(r.Data)
	return [32]byte(h.Sum(nil))
}

// NewRecord is an event on its way into a store, which gives it its place and
// hashes.
type NewRecord struct {
	At     time.Time
	By     By
	Type   string
	Schema int
	Data   []byte
}

// Append is what one command adds to one stream.
type Append struct {
	Stream StreamID
	Expect int64 // the version the decision was made on; 0 for a new stream
	Events []NewRecord

	// Summary replaces the recovery's row in the list, and Due all its due
	// moments. Both are nil for streams that have none (ledgers).
	Summary *Summary
	Due     []Due

	// Deliveries are added to the outbox, Settle ends some that are in it. One
	// that is not open any more, or was never there, gives CodeConflict.
	Deliveries []Delivery
	Settle     []Settlement
}

// Summary is a recovery's row in the list of recoveries.
type Summary struct {
	ID       string
	Name     string // what the owner calls it; may be empty
	Practice bool
	Model    string // as known so far; may be empty
	Route    string
	Stage    string
	Outcome  string // empty while under way
	Identity string // recorder identity (see LedgerIdentity), may be empty
	Next     time.Time
	NextWhat string // what Next is, for example "rest-ready"; empty when there is no next moment
	Began    time.Time
	Updated  time.Time
}

// Due is a moment at which something is to happen without anybody asking.
type Due struct {
	At   time.Time
	What string
}

// DueRow is a due moment with the stream it belongs to.
type DueRow struct {
	Stream StreamID
	Due
}

// ListFilter chooses recoveries for [Store.List].
type ListFilter struct {
	Open     bool   // only those without an outcome
	Practice *bool  // nil: both
	Limit    int    // at most this many; 0 means 50, at most 500
	After    string // ID of the last row of the page before
}

// Store is the event log and what is read from it. All methods may be called
// from many goroutines. Every method returns [CodeDamaged] with the file's name
// and the cure when what is on disk is not what was written, and never serves
// such data.
type Store interface {
	// Append adds the events of one or more streams, all or none. When it
	// returns nil everything is on disk and synced, and survives a power cut
	// that follows at once. It returns the records as stored. A stream that is
	// not at its Expect version gives CodeConflict and changes nothing; a full
	// disk gives CodeFull and changes nothing.
	Append(ctx context.Context, appends ...Append) ([]Record, error)

	// Load gives the records of a stream after the version, in order, each
	// checked against its hash. An unknown stream gives none and no error.
	Load(ctx context.Context, stream StreamID, after int64) ([]Record, error)

	// ReadAll gives at most limit records after seq in global order, each
	// checked against its hash and the one before it in the same call.
	ReadAll(ctx context.Context, after int64, limit int) ([]Record, error)

	// List gives summaries, those due first: by Next (zero last), then newest
	// Updated first.
	List(ctx context.Context, f ListFilter) ([]Summary, error)

	// DueBefore gives the due moments up to and including t, oldest first, at
	// most limit; NextDue the earliest of all, tries of the outbox included, false
	// when there is none.
	DueBefore(ctx context.Context, t time.Time, limit int) ([]DueRow, error)
	NextDue(ctx context.Context) (time.Time, bool, error)

	// Lease takes the open deliveries whose next try is due at now, oldest first,
	// at most limit, counts the try and puts the next one to until: whoever has not
	// settled or postponed one by then has lost it to the next Lease. It is on disk
	// before it returns, so that no crash sends without being counted.
	Lease(ctx context.Context, now, until time.Time, limit int) ([]Queued, error)

	// Postpone puts the next try of an open delivery to next, with the reason. It
	// changes nothing when the attempt is not the last one that was begun.
	Postpone(ctx context.Context, key string, attempt int, next time.Time, reason string) error

	// Outbox gives deliveries by key, and CountOutbox how many there are.
	Outbox(ctx context.Context, f OutboxFilter) ([]Queued, error)
	CountOutbox(ctx context.Context) (OutboxCount, error)

	// Head gives the last sequence number and its hash, zeros when empty.
	Head(ctx context.Context) (int64, [32]byte, error)

	// Verify reads the whole chain and compares it with the head that was
	// synced last.
	Verify(ctx context.Context) error

	Close() error
}
