package settings

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/setup"
)

// Shelf keeps snapshots by their hash. Its methods may be called from many
// goroutines.
type Shelf interface {
	// Keep puts one there, synced. One that is there stays.
	Keep(hash string, text []byte) error
	// Open gives one; one that is not there is [rekey.CodeNotFound].
	Open(hash string) ([]byte, error)
}

// Folder is a shelf of files, one a snapshot.
type Folder string

func (f Folder) path(hash string) (string, error) {
	if len(hash) < 16 || len(hash) > 128 || strings.Trim(hash, "0123456789abcdef") != "" {
		return "", rekey.Errorf(rekey.CodeNotFound, "There is no snapshot %.40q", hash)
	}
	return filepath.Join(string(f), hash+".snapshot"), nil
}

// Keep writes a file beside its place, syncs it, and moves it there.
func (f Folder) Keep(hash string, text []byte) error {
	path, err := f.path(hash)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := f.write(path, text); err != nil {
		return rekey.Errorf(rekey.CodeFull, "The snapshot cannot be written").
			WithHint("Make room on the disk that rekey's data lie on.").Wrap(err)
	}
	return nil
}

func (f Folder) write(path string, text []byte) (err error) {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(string(f), ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name())
		}
	}()
	_, err = tmp.Write(text)
	if err == nil {
		err = tmp.Sync()
	}
	if again := tmp.Close(); err == nil {
		err = again
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return err
	}
	dir, err := os.Open(string(f))
	if err != nil {
		return err
	}
	_ = dir.Sync() // not everywhere possible; the file itself is synced
	return dir.Close()
}

// Open reads a file.
func (f Folder) Open(hash string) ([]byte, error) {
	path, err := f.path(hash)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, rekey.Errorf(rekey.CodeNotFound, "The file of this snapshot is not there").
			WithHint("It may have been moved out of rekey's data folder.")
	}
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeDamaged, "The snapshot cannot be opened").Wrap(err)
	}
	defer func() { _ = file.Close() }() // it was read only
	text, err := io.ReadAll(io.LimitReader(file, setup.MaxSnapshot+1))
	if err != nil || len(text) > setup.MaxSnapshot {
		return nil, rekey.Errorf(rekey.CodeDamaged, "The snapshot cannot be read").Wrap(err)
	}
	return text, nil
}

func noShelf() error {
	return rekey.Errorf(rekey.CodeUnsupported, "This rekey keeps no snapshots")
}

// take reads a recorder's settings and puts them on the shelf.
func (w *Worker) take(ctx context.Context, a guide.Access, r *rekey.Recovery, given setup.Given) (hash string, err error) {
	var accounts []setup.Account
	if list, err := a.Accounts(ctx); err == nil {
		for _, x := range list {
			accounts = append(accounts, setup.Account{Name: x.Name, Group: x.Group, Note: x.Memo})
		}
	}
	s, err := setup.Take(ctx, a, about(r), accounts, given)
	if err != nil {
		return "", err
	}
	hash = s.Hash()
	return hash, w.Shelf.Keep(hash, s.Bytes())
}

// Keep takes a snapshot of the recorder of a recovery, and records it.
func (w *Worker) Keep(ctx context.Context, g *guide.Guide, id, why string) (rekey.Recovery, error) {
	if w.Shelf == nil {
		return rekey.Recovery{}, noShelf()
	}
	return g.Within(ctx, id, func(ctx context.Context, r rekey.Recovery, a guide.Access) error {
		hash, err := w.take(ctx, a, &r, setup.Given{Now: at(g.NowFor(&r)), Sealer: w.Sealer})
		if err != nil {
			return explained(a, err)
		}
		_, err = g.Do(ctx, id, guide.Any, rekey.KeepSnapshot{Hash: hash, Why: why})
		return err
	})
}

// keepFirst keeps the settings as they were before a task. What cannot be kept does
// not hold the task: the step is left out, with why.
func (w *Worker) keepFirst(ctx context.Context, a guide.Access, job guide.Job) guide.StepResult {
	if w.Shelf == nil {
		return guide.StepResult{Outcome: rekey.StepSkipped, Code: rekey.CodeUnsupported}
	}
	hash, err := w.take(ctx, a, job.Recovery, setup.Given{Now: job.Now, Sealer: w.Sealer})
	switch {
	case err == nil:
		return guide.StepResult{Outcome: rekey.StepDone, Then: []rekey.Command{
			rekey.KeepSnapshot{Hash: hash, Why: "before-" + string(job.Task.Kind)},
		}}
	case ctx.Err() != nil:
		return guide.StepResult{Outcome: rekey.StepLost, Code: rekey.CodeUnseen}
	}
	return guide.StepResult{Outcome: rekey.StepSkipped, Code: rekey.CodeOf(explained(a, err))}
}
