package firmware

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	rekey "github.com/rekey-dvr/rekey"
)

// Journal is the record of an installation outside of any recovery: a file that only
// grows, one JSON object a line, each on disk before what it speaks of is sent. A line
// that a crash cut short is left out. It is for one goroutine of one process.
type Journal struct {
	path   string
	digest string
	kept   *Before
}

// Entry is one line of it.
type Entry struct {
	At     time.Time `json:"at"`
	Event  string    `json:"event"` // planned, kept, started, ended
	Digest string    `json:"digest,omitempty"`
	Plan   *Plan     `json:"plan,omitempty"`
	Kept   *Before   `json:"kept,omitempty"`
	Step   string    `json:"step,omitempty"`
	Result *Result   `json:"result,omitempty"`
}

// The events of a journal.
const (
	EntryPlanned = "planned"
	EntryKept    = "kept"
	EntryStarted = "started" // on disk before the first byte of the step
	EntryEnded   = "ended"
)

const maxJournal = 16 << 20

// OpenJournal opens or makes the journal of a plan in a folder that is there.
func OpenJournal(dir string, p Plan) (*Journal, error) {
	digest := p.Digest()
	j := &Journal{path: filepath.Join(dir, "firmware-"+digest[:16]+".jsonl"), digest: digest}
	all, err := j.Entries()
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		if e.Event == EntryKept {
			j.kept = e.Kept
		}
	}
	return j, j.write(Entry{Event: EntryPlanned, Digest: digest, Plan: &p})
}

// Path is where it is.
func (j *Journal) Path() string { return j.path }

// Entries reads it from the beginning.
func (j *Journal) Entries() ([]Entry, error) {
	f, err := os.Open(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, j.damaged(err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxJournal+1))
	if err != nil || len(b) > maxJournal {
		return nil, j.damaged(err)
	}
	var all []Entry
	for line := range bytes.Lines(b) {
		var e Entry
		if err := json.Unmarshal(line, &e); err != nil {
			if bytes.HasSuffix(line, []byte("\n")) && len(bytes.TrimSpace(line)) > 0 {
				return nil, j.damaged(err)
			}
			continue
		}
		all = append(all, e)
	}
	return all, nil
}

func (j *Journal) damaged(err error) error {
	return rekey.Errorf(rekey.CodeDamaged, "The record of this installation cannot be read: %s", j.path).
		WithHint("Move it away. What the recorder is at is seen again; only the settings noted before are lost.").Wrap(err)
}

// write appends a line and waits until it is on disk.
func (j *Journal) write(e Entry) (err error) {
	e.At = time.Now().UTC()
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = rekey.Errorf(rekey.CodeFull, "The record of this installation cannot be written; nothing was sent").Wrap(err)
		}
	}()
	if err := j.mend(); err != nil {
		return err
	}
	f, err := os.OpenFile(j.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	_, _ = w.Write(append(line, '\n'))
	return errors.Join(w.Flush(), f.Sync(), f.Close())
}

// mend cuts off a last line that has no end.
func (j *Journal) mend() error {
	b, err := os.ReadFile(j.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && (len(b) == 0 || b[len(b)-1] == '\n') {
		return nil
	}
	if err != nil {
		return err
	}
	return os.Truncate(j.path, int64(bytes.LastIndexByte(b, '\n')+1))
}

// Keep keeps the settings before; it is a [Job]'s.
func (j *Journal) Keep(b Before) error {
	if err := j.write(Entry{Event: EntryKept, Kept: &b}); err != nil {
		return err
	}
	j.kept = &b
	return nil
}

// Kept gives what was kept; it is a [Job]'s.
func (j *Journal) Kept() (Before, bool, error) {
	if j.kept == nil {
		return Before{}, false, nil
	}
	return *j.kept, true, nil
}

// Run runs steps of the plan in their order, each recorded before and after, and stops
// at one that is refused or lost. tell, which may be nil, is told of each that ended.
// An error is that of the record; the step that it is about was not begun.
func (j *Journal) Run(ctx context.Context, p Plan, steps []string, job Job, tell func(Result)) ([]Result, error) {
	job.Keep, job.Kept = j.Keep, j.Kept
	var all []Result
	for _, step := range steps {
		if err := j.write(Entry{Event: EntryStarted, Step: step}); err != nil {
			return all, err
		}
		r := p.Run(ctx, step, job)
		all = append(all, r)
		if tell != nil {
			tell(r)
		}
		if err := j.write(Entry{Event: EntryEnded, Step: step, Result: &r}); err != nil {
			return all, err
		}
		if !r.Outcome.Over() {
			break
		}
	}
	return all, nil
}
