package sqlite

import (
	"sync"
	"time"
)

// keeper keeps the head file up with the store.
type keeper struct {
	files   files
	trouble func(error)

	mu      sync.Mutex
	now     head // what is on disk in the database
	written head // what the head file holds, as far as this process knows
	timer   *time.Timer
	closed  bool

	writing sync.Mutex // held while the file is written; taken before mu
}

// newKeeper begins with what the head file of a store that was found whole holds.
func newKeeper(f files, written head, trouble func(error)) *keeper {
	return &keeper{files: f, now: written, written: written, trouble: trouble}
}

// set names a new head. It returns when the file holds it if the file names no
// record yet, since an empty head beside a log that was lost would look like a
// fresh install; otherwise the file follows within HeadDelay.
func (k *keeper) set(h head) error {
	k.mu.Lock()
	k.now = h
	first := k.written.seq <= 0
	if !first && k.timer == nil && !k.closed {
		k.timer = time.AfterFunc(HeadDelay, k.follow)
	}
	k.mu.Unlock()
	if first {
		return k.write()
	}
	return nil
}

func (k *keeper) follow() {
	k.mu.Lock()
	k.timer = nil
	k.mu.Unlock()
	if err := k.write(); err != nil {
		k.trouble(err)
	}
}

func (k *keeper) write() error {
	k.writing.Lock()
	defer k.writing.Unlock()
	k.mu.Lock()
	h := k.now
	same := h == k.written
	k.mu.Unlock()
	if same {
		return nil
	}
	if err := k.files.raiseHead(h); err != nil {
		return err
	}
	k.mu.Lock()
	k.written = h
	k.mu.Unlock()
	return nil
}

// close writes the head for the last time.
func (k *keeper) close() error {
	k.mu.Lock()
	k.closed = true
	if k.timer != nil {
		k.timer.Stop()
	}
	k.mu.Unlock()
	return k.write()
}
