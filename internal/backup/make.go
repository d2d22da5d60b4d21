package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
	"github.com/rekey-dvr/rekey/internal/vault"
)

// Source is the data folder that is backed up, open.
type Source struct {
	Dir      string
	Database string // the database's name in it
	Store    *sqlite.Store
	Vault    *vault.Vault
	Also     []string // files and folders below Dir that are taken along where they are there
}

// Make writes a backup to path, which must not be there, and checks it before it
// has that name. passphrase wraps a key that lies open; it is not needed where the
// vault has one. Others may append meanwhile. The file has mode 0600.
func Make(ctx context.Context, s Source, path string, passphrase secret.String, now time.Time) (m Manifest, err error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return m, there(path, err)
	}
	work, err := os.MkdirTemp(filepath.Dir(path), ".rekey-backup-*")
	if err != nil {
		return m, cannot(path, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if m, err = s.gather(ctx, work, passphrase, now); err != nil {
		return m, err
	}
	part := filepath.Join(work, "backup.tar")
	if err := pack(part, filepath.Join(work, "data"), m); err != nil {
		return m, cannot(path, err)
	}
	if _, err := Verify(ctx, part, secret.String{}); err != nil {
		return m, rekey.Errorf(rekey.CodeInternal, "The backup was written and is not what it should be; it was removed").Wrap(err)
	}
	if err := os.Link(part, path); err != nil { // unlike a rename, it overwrites nothing
		if errors.Is(err, fs.ErrExist) {
			return m, there(path, nil)
		}
		if err := os.Rename(part, path); err != nil {
			return m, cannot(path, err)
		}
	}
	return m, nil
}

func there(path string, err error) error {
	return rekey.Errorf(rekey.CodeConflict, "%s is there already; rekey overwrites no backup", path).WithHint("Choose another name.").Wrap(err)
}

func cannot(path string, err error) error {
	return rekey.Errorf(rekey.CodeFull, "The backup %s cannot be written", path).Wrap(err)
}

// gather puts what is backed up into work/data, and lists it.
func (s Source) gather(ctx context.Context, work string, passphrase secret.String, now time.Time) (Manifest, error) {
	m := Manifest{Format: Format, Made: now.UTC().Truncate(time.Second)}
	to := filepath.Join(work, "data")
	if err := os.Mkdir(to, 0o700); err != nil {
		return m, cannot(work, err)
	}
	if err := s.Store.Copy(ctx, filepath.Join(to, s.Database)); err != nil {
		return m, err
	}
	key, err := s.Vault.Wrapped(passphrase)
	if err != nil {
		return m, err
	}
	if err := os.WriteFile(filepath.Join(to, vault.KeyFile), key, 0o600); err != nil {
		return m, cannot(work, err)
	}
	for _, name := range s.Also {
		if err := copyTree(filepath.Join(s.Dir, name), filepath.Join(to, name)); err != nil {
			return m, cannot(work, err)
		}
	}
	if m.Events, m.Head, err = headOf(ctx, filepath.Join(to, s.Database)); err != nil {
		return m, err
	}
	m.Files, err = list(to)
	return m, err
}

// headOf opens a copied store, which checks the whole of it, and gives its head.
func headOf(ctx context.Context, path string) (int64, string, error) {
	store, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return 0, "", err
	}
	err = store.Verify(ctx)
	seq, hash, headErr := store.Head(ctx)
	return seq, hex.EncodeToString(hash[:]), errors.Join(err, headErr, store.Close())
}

// copyTree copies a file, or the regular files of a folder; what is not there is
// left out.
func copyTree(from, to string) error {
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		into := filepath.Join(to, rel)
		switch {
		case d.IsDir():
			return os.MkdirAll(into, 0o700)
		case !d.Type().IsRegular() || filepath.Ext(path) == ".tmp":
			return nil
		}
		return copyFile(path, into)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// list gives the regular files below a folder. What SQLite and rekey keep only
// while they run is left out.
func list(dir string) (files []File, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if !fit(name) {
			return nil
		}
		f := File{Name: name}
		f.Size, f.Sum, err = sum(path)
		files = append(files, f)
		return err
	})
	return files, err
}

func sum(path string) (int64, string, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return n, hex.EncodeToString(h.Sum(nil)), err
}

// pack writes the archive and syncs it.
func pack(path, dir string, m Manifest) error {
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	w := tar.NewWriter(out)
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	if err := w.WriteHeader(&tar.Header{Name: manifestName, Mode: 0o600, Size: int64(len(text)), ModTime: m.Made}); err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	for _, f := range m.Files {
		if err := w.WriteHeader(&tar.Header{Name: f.Name, Mode: 0o600, Size: f.Size, ModTime: m.Made}); err != nil {
			return err
		}
		in, err := os.Open(filepath.Join(dir, filepath.FromSlash(f.Name)))
		if err != nil {
			return err
		}
		_, err = io.Copy(w, in)
		if err = errors.Join(err, in.Close()); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return out.Sync()
}
