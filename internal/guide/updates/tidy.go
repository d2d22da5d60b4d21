package updates

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
)

// What a folder keeps of files that no task needs, and of all files together.
const (
	KeptFor   = 30 * 24 * time.Hour // since somebody brought it, or planned with it
	KeptFiles = 8                   // the newest
	KeptBytes = 1 << 30             // with those that tasks need
)

// planWithin is how long a plan may take until it is recorded, and a file until it has
// arrived; what is half made and older was left by a process that was killed.
const planWithin = time.Hour

// The names in a folder that are not those of files.
const (
	newPrefix    = ".new-"   // being written
	gonePrefix   = ".gone-"  // and the name of a file that is being removed
	needPrefix   = "need-"   // a recovery's ID, a dash and the file that it plans with
	beforePrefix = "before-" // a recovery's ID, a dash and its plan's digest
)

// need notes that a recovery plans with a file, before the file is opened for it. What
// has such a note stays for as long as that recovery has a task with the file.
func (f Folder) need(recovery, hash string) error {
	if _, err := os.Stat(f.path(hash)); err != nil {
		return nil //nolint:nilerr // opening it says so
	}
	file, err := os.Create(f.path(needPrefix + recovery + "-" + hash))
	if err != nil {
		return rekey.Errorf(rekey.CodeFull, "Nothing can be written beside the firmware files").Wrap(err)
	}
	_ = f.touch(hash, time.Now()) // it has just gone: opening it says so
	return errors.Join(file.Sync(), file.Close())
}

// touch makes a file one of the newest.
func (f Folder) touch(hash string, now time.Time) error { return os.Chtimes(f.path(hash), now, now) }

func (f Folder) path(name string) string { return filepath.Join(string(f), name) }

// Tidy removes what no task needs: files older than [KeptFor], the oldest beyond
// [KeptFiles], and as many more as room bytes take of [KeptBytes]. A file that a task
// needs which has not ended is never removed; if such files leave no room, the error
// is [rekey.CodeTooLarge]. It may be called while others plan, but not twice at once.
func (f Folder) Tidy(ctx context.Context, g *guide.Guide, room int64) error {
	return f.tidy(time.Now(), room, func(recovery string) (string, string, error) { return needs(ctx, g, recovery) })
}

// needs gives the file that a recovery's open task installs, and the name of what it
// keeps beside it; both are empty when there is no such task.
func needs(ctx context.Context, g *guide.Guide, recovery string) (hash, before string, err error) {
	r, err := g.State(ctx, recovery)
	if rekey.CodeOf(err) == rekey.CodeNotFound {
		return "", "", nil
	}
	if err != nil {
		return "", "", err
	}
	t := r.Task()
	if t == nil || t.Kind != rekey.TaskFirmware {
		return "", "", nil
	}
	var p Plan
	if err := json.Unmarshal(t.Plan, &p); err != nil {
		return "", "", rekey.Errorf(rekey.CodeDamaged, "The plan of a firmware task cannot be read").Wrap(err)
	}
	return p.Source, beforeName(planName(recovery, p)), nil
}

// kept is a file in the folder.
type kept struct {
	hash   string
	used   time.Time
	size   int64
	needed bool
}

func (f Folder) tidy(now time.Time, room int64, needs func(recovery string) (hash, before string, err error)) error {
	all, err := os.ReadDir(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	needed, err := f.needed(all, now, needs)
	if err != nil {
		return err
	}
	var files []kept
	for _, e := range all {
		info, err := e.Info()
		if err != nil {
			continue // it went meanwhile
		}
		old := now.Sub(info.ModTime())
		switch name := e.Name(); {
		case isHash(name) && e.IsDir():
			files = append(files, kept{name, info.ModTime(), f.sizeOf(name), needed[name]})
		case strings.HasPrefix(name, newPrefix) && old > planWithin,
			strings.HasPrefix(name, beforePrefix) && old > KeptFor && !needed[name]:
			err = os.RemoveAll(f.path(name))
		case strings.HasPrefix(name, gonePrefix):
			err = f.drop(strings.TrimPrefix(name, gonePrefix))
		}
		if err != nil {
			return err
		}
	}
	return f.thin(files, now, room)
}

// needed reads the notes, and removes those of plans that are no more.
func (f Folder) needed(all []fs.DirEntry, now time.Time, needs func(string) (string, string, error)) (map[string]bool, error) {
	needed := map[string]bool{}
	for _, e := range all {
		recovery, hash, is := strings.Cut(strings.TrimPrefix(e.Name(), needPrefix), "-")
		if !is || !strings.HasPrefix(e.Name(), needPrefix) {
			continue
		}
		open, before, err := needs(recovery)
		if err != nil {
			return nil, err
		}
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		if open != hash && now.Sub(info.ModTime()) > planWithin {
			if err := os.Remove(f.path(e.Name())); err != nil {
				return nil, err
			}
			continue
		}
		needed[hash], needed[before] = true, true
	}
	return needed, nil
}

// thin removes files that are not needed, the oldest first, until the rest is within
// the bounds.
func (f Folder) thin(files []kept, now time.Time, room int64) error {
	slices.SortFunc(files, func(a, b kept) int { return cmp.Or(a.used.Compare(b.used), cmp.Compare(a.hash, b.hash)) })
	free, bytes := 0, room
	for _, k := range files {
		bytes += k.size
		if !k.needed {
			free++
		}
	}
	for _, k := range files {
		if k.needed || free <= KeptFiles && bytes <= KeptBytes && now.Sub(k.used) <= KeptFor {
			continue
		}
		if os.Rename(f.path(k.hash), f.path(gonePrefix+k.hash)) != nil {
			continue // some systems hold on to what somebody reads
		}
		if err := f.drop(k.hash); err != nil {
			return err
		}
		free, bytes = free-1, bytes-k.size
	}
	if bytes > KeptBytes {
		return rekey.Errorf(rekey.CodeTooLarge, "The files of firmware tasks that have not ended fill the %d MB that rekey keeps of them", KeptBytes>>20).
			WithHint("Let one of those tasks end, or stop it, and choose the file again.")
	}
	return nil
}

// drop removes a file that was put aside, or puts it back where somebody began to plan
// with it meanwhile. Whoever notes a need from now on does not find it any more.
func (f Folder) drop(hash string) error {
	all, err := os.ReadDir(string(f))
	if err != nil {
		return err
	}
	noted := slices.ContainsFunc(all, func(e fs.DirEntry) bool {
		return strings.HasPrefix(e.Name(), needPrefix) && strings.HasSuffix(e.Name(), "-"+hash)
	})
	if noted && os.Rename(f.path(gonePrefix+hash), f.path(hash)) == nil {
		return nil
	}
	return os.RemoveAll(f.path(gonePrefix + hash)) // or it was brought again
}

// sizeOf is how many bytes a file has.
func (f Folder) sizeOf(hash string) (n int64) {
	all, err := os.ReadDir(f.path(hash))
	if err != nil {
		return 0
	}
	for _, e := range all {
		if info, err := e.Info(); err == nil {
			n += info.Size()
		}
	}
	return n
}
