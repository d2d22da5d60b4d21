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
	"path"
	"path/filepath"
	"strings"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/vault"
)

// Verify checks a backup: that every file is what was written, that the database
// is whole and ends where the list says, and that the key is one. It leaves nothing
// behind. What is not so is [rekey.CodeDamaged] and names the backup. A passphrase
// that is not empty is tried on the key; a wrong one is [rekey.CodePassphrase].
func Verify(ctx context.Context, file string, passphrase secret.String) (Manifest, error) {
	work, err := os.MkdirTemp("", "rekey-backup-*")
	if err != nil {
		return Manifest{}, rekey.Errorf(rekey.CodeFull, "There is no room to check the backup in").Wrap(err)
	}
	m, err := unpack(ctx, file, work, passphrase)
	return m, errors.Join(err, os.RemoveAll(work))
}

// Restore puts a backup into a data folder that is not there yet, or is empty. The
// folder appears whole and checked, or not at all.
func Restore(ctx context.Context, file, dir string) (Manifest, error) {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return Manifest{}, rekey.Errorf(rekey.CodeConflict, "%s is there and is no folder", dir).WithHint("Name another folder with --data.")
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) || len(entries) > 0 {
		return Manifest{}, rekey.Errorf(rekey.CodeConflict, "The folder %s is not empty; rekey overwrites no data", dir).
			WithHint("Move what is in it away, or name another folder with --data.").Wrap(err)
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return Manifest{}, cannotRestore(dir, err)
	}
	work, err := os.MkdirTemp(filepath.Dir(dir), ".rekey-restore-*")
	if err != nil {
		return Manifest{}, cannotRestore(dir, err)
	}
	m, err := unpack(ctx, file, work, secret.String{})
	if err == nil {
		if err = os.Remove(dir); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		if err = errors.Join(err, os.Rename(work, dir)); err != nil {
			err = cannotRestore(dir, err)
		}
	}
	if err != nil {
		return m, errors.Join(err, os.RemoveAll(work))
	}
	return m, nil
}

func cannotRestore(dir string, err error) error {
	return rekey.Errorf(rekey.CodeFull, "The folder %s cannot be written", dir).Wrap(err)
}

func damaged(file, why string, err error) error {
	return rekey.Errorf(rekey.CodeDamaged, "The backup %s is damaged: %s", file, why).
		WithHint("Use another one, or make a new one with rekey backup. Nothing was changed.").Wrap(err)
}

// unpack puts the files of a backup into a folder and checks all of it.
func unpack(ctx context.Context, file, dir string, passphrase secret.String) (Manifest, error) {
	in, err := os.Open(file)
	if err != nil {
		return Manifest{}, rekey.Errorf(rekey.CodeInvalid, "The backup cannot be read").Wrap(err)
	}
	defer in.Close()
	r := tar.NewReader(in)
	m, err := readManifest(r)
	if err != nil {
		return m, damaged(file, "it does not begin with its list", err)
	}
	database, key := "", false
	for _, f := range m.Files {
		if err := ctx.Err(); err != nil {
			return m, err
		}
		if err := unpackFile(r, f, dir); err != nil {
			return m, damaged(file, f.Name+" is not what was written", err)
		}
		if !strings.Contains(f.Name, "/") && strings.HasSuffix(f.Name, ".db") {
			database = f.Name
		}
		key = key || f.Name == vault.KeyFile
	}
	if h, err := r.Next(); !errors.Is(err, io.EOF) || h != nil {
		return m, damaged(file, "there is more in it than its list says", err)
	}
	if database == "" || !key {
		return m, damaged(file, "it has no database or no key", nil)
	}
	events, head, err := headOf(ctx, filepath.Join(dir, database))
	if err != nil {
		return m, damaged(file, "its database is not whole", err)
	}
	if events != m.Events || head != m.Head {
		return m, damaged(file, "its database ends elsewhere than its list says", nil)
	}
	v, err := vault.OpenFolder(dir, false, vault.Options{})
	if err != nil {
		return m, damaged(file, "its key is none", err)
	}
	if v.Protection() != vault.Passphrase {
		return m, damaged(file, "its key is not wrapped by a passphrase", nil)
	}
	if !passphrase.IsEmpty() {
		return m, v.Unlock(passphrase)
	}
	return m, nil
}

func readManifest(r *tar.Reader) (m Manifest, err error) {
	h, err := r.Next()
	if err != nil {
		return m, err
	}
	if h.Name != manifestName || h.Typeflag != tar.TypeReg || h.Size > maxManifest {
		return m, errors.New("another file is first")
	}
	text, err := io.ReadAll(io.LimitReader(r, maxManifest))
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, err
	}
	if m.Format != Format || len(m.Files) > maxFiles {
		return m, errors.New("it is of another kind, or lists too much")
	}
	return m, nil
}

// unpackFile takes the next file of the archive, if it is the one that the list
// has.
func unpackFile(r *tar.Reader, f File, dir string) error {
	h, err := r.Next()
	if err != nil {
		return err
	}
	if h.Name != f.Name || h.Typeflag != tar.TypeReg || h.Size != f.Size || f.Size < 0 || f.Size > maxFile || !fit(f.Name) {
		return errors.New("another file is in its place")
	}
	to := filepath.Join(dir, filepath.FromSlash(f.Name))
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, sum), io.LimitReader(r, f.Size))
	if err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return err
	}
	if n != f.Size || hex.EncodeToString(sum.Sum(nil)) != f.Sum {
		return errors.New("its sum is another")
	}
	return nil
}

// fit reports whether a name is one that a backup has: below the data folder,
// spelled one way, and not of the files that are only there while rekey runs.
func fit(name string) bool {
	if name == "" || path.Clean(name) != name || path.IsAbs(name) || name == ".." || strings.HasPrefix(name, "../") ||
		strings.ContainsAny(name, "\\:\x00") || len(name) > 200 {
		return false
	}
	for _, end := range []string{".lock", "-shm", "-wal", ".tmp", ".new"} {
		if strings.HasSuffix(name, end) {
			return false
		}
	}
	return true
}
