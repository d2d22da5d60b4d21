package sqlite

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	lib "modernc.org/sqlite/lib"

	"github.com/rekey-dvr/rekey"
)

// maxGroup is the number of calls that share a transaction at most.
const maxGroup = 256

// call is one waiting Append, or other work in a transaction.
type call struct {
	appends []rekey.Append
	work    func(*writer) error
	records []rekey.Record
	err     error
	done    chan struct{}
	state   atomic.Int32
}

// The states of a call.
const (
	waiting int32 = iota
	taken
	withdrawn
)

func (c *call) withdraw() bool { return c.state.CompareAndSwap(waiting, withdrawn) }
func (c *call) take() bool     { return c.state.CompareAndSwap(waiting, taken) }

// writer is the one goroutine that writes. It folds the calls that have gathered
// while it was busy into one transaction, since syncing costs far more than the
// rows.
type writer struct {
	s    *Store
	wake chan struct{}
	done chan struct{}

	mu     sync.Mutex
	queue  []*call
	closed bool

	// Below is used by the goroutine only.
	conn  *conn
	tx    txStatements
	head  head
	wrote bool // something, in the transaction under way
	known map[rekey.StreamID]*stream
	buf   []byte
}

func newWriter(s *Store) *writer {
	return &writer{
		s: s, wake: make(chan struct{}, 1), done: make(chan struct{}),
		known: make(map[rekey.StreamID]*stream),
	}
}

// connect opens the write connection anew.
func (w *writer) connect(ctx context.Context) error {
	c, err := dial(ctx, w.s.files.writeDSN(w.s.options.MaxPageCount))
	if err != nil {
		return err
	}
	if err := w.tx.prepare(c); err != nil {
		return errors.Join(err, c.close())
	}
	w.conn = c
	return nil
}

// disconnect drops a connection whose state is in doubt after an error.
func (w *writer) disconnect() {
	if w.conn != nil {
		_ = w.conn.close()
		w.conn = nil
	}
}

// enqueue reports whether the call will be answered.
func (w *writer) enqueue(c *call) bool {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return false
	}
	w.queue = append(w.queue, c)
	w.mu.Unlock()
	w.poke()
	return true
}

func (w *writer) poke() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *writer) run() {
	defer close(w.done)
	var spare []*call
	for range w.wake {
		for {
			// Those whose calls were just answered are about to make their next.
			// Without a turn for them two halves would take turns, and every sync
			// would serve half of the callers.
			runtime.Gosched()
			calls, closed := w.swap(spare)
			if len(calls) == 0 && closed {
				return
			}
			if len(calls) == 0 {
				break
			}
			w.answer(calls)
			clear(calls)
			spare = calls
		}
	}
}

// swap takes what has gathered, if anything, and leaves spare's memory for what
// gathers next.
func (w *writer) swap(spare []*call) (calls []*call, closed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) > 0 {
		calls, w.queue = w.queue, spare[:0]
	}
	return calls, w.closed
}

// answer commits the calls that were not withdrawn and wakes their callers.
func (w *writer) answer(calls []*call) {
	group := make([]*call, 0, min(len(calls), maxGroup))
	for _, c := range calls {
		if !c.take() {
			continue
		}
		if group = append(group, c); len(group) == maxGroup {
			w.settle(group)
			group = group[:0]
		}
	}
	w.settle(group)
}

// settle gives every call of the group its outcome. When the group's transaction
// fails, each call is tried alone, so that one that is too large for the room
// left does not fail the others.
func (w *writer) settle(group []*call) {
	if len(group) == 0 {
		return
	}
	err := w.commit(group)
	if err != nil && len(group) > 1 {
		for _, c := range group {
			if err := w.commit([]*call{c}); err != nil {
				c.fail(err)
			}
		}
	} else if err != nil {
		group[0].fail(err)
	}
	for _, c := range group {
		close(c.done)
	}
}

func (c *call) fail(err error) { c.records, c.err = nil, err }

// commit writes the calls in one transaction. An error means that nothing of it
// was stored; a conflict is the outcome of its call and no error here.
func (w *writer) commit(group []*call) error {
	err := w.begin()
	if err == nil {
		err = w.write(group)
	}
	if err == nil {
		return nil
	}
	w.abandon(err)
	return w.s.files.coded(context.Background(), err)
}

// begin starts a transaction, on a new connection when there is none.
func (w *writer) begin() error {
	if w.conn == nil {
		if err := w.connect(context.Background()); err != nil {
			return err
		}
	}
	return w.tx.begin.exec()
}

// abandon ends the transaction after err. SQLite has ended it already after some
// errors, and then says so; only after a full disk is the connection known to be
// as before.
func (w *writer) abandon(err error) {
	w.forget()
	if w.conn == nil {
		return
	}
	rollback := w.tx.rollback.exec()
	if code, _ := primary(err); code != lib.SQLITE_FULL && code != lib.SQLITE_BUSY || rollback != nil {
		w.disconnect()
	}
}

// close waits for the calls that were enqueued, then moves the log into the
// database.
func (w *writer) close() error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.poke()
	<-w.done
	if w.conn == nil {
		return nil
	}
	// What cannot be moved, for lack of room or because another process reads,
	// stays in the log, where it is just as safe.
	_ = w.conn.exec("PRAGMA wal_checkpoint(TRUNCATE)")
	return w.conn.close()
}
