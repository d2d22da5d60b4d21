package updates

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/firmware"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Folder keeps firmware files, one in a folder named by its SHA-256, and beside it
// what a recorder was like before it was given that file. Its methods may be called
// from many goroutines.
type Folder string

// maxName bounds the name of a file; it tells what the file is for.
const maxName = 150

// Keep puts a file there, synced, and gives its SHA-256. The name is its own, of
// which only what is harmless is kept. More than [wire.MaxFirmware] bytes are
// [rekey.CodeTooLarge].
func (f Folder) Keep(name string, from io.Reader) (hash string, err error) {
	defer func() {
		if err != nil && rekey.CodeOf(err) == rekey.CodeInternal {
			err = rekey.Errorf(rekey.CodeFull, "The firmware file cannot be kept").
				WithHint("Make room on the disk that rekey's data lie on.").Wrap(err)
		}
	}()
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return "", err
	}
	tmp, err := os.MkdirTemp(string(f), newPrefix+"*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(tmp) // finds nothing once it was renamed
	file, err := os.OpenFile(filepath.Join(tmp, plainName(name)), os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(file, h), io.LimitReader(from, wire.MaxFirmware+1))
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return "", err
	}
	if n > wire.MaxFirmware {
		return "", rekey.Errorf(rekey.CodeTooLarge, "A firmware file has %d bytes at most", int64(wire.MaxFirmware))
	}
	hash = hex.EncodeToString(h.Sum(nil))
	if f.touch(hash, time.Now()) == nil {
		return hash, nil // it is there
	}
	return hash, os.Rename(tmp, filepath.Join(string(f), hash))
}

// plainName keeps the letters, digits and signs that firmware files are named with.
func plainName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || strings.ContainsRune("._-", r) {
			return r
		}
		return '_'
	}, filepath.Base(strings.ReplaceAll(name, `\`, "/")))
	name = strings.TrimLeft(name[max(0, len(name)-maxName):], ".")
	if name == "" {
		return "firmware.bin"
	}
	return name
}

// File is a file that is kept, open.
type File struct {
	*os.File
	size int64
	name string
}

// Inspect says what it is.
func (f File) Inspect() firmware.Inspection { return firmware.Inspect(f, f.size, f.name) }

// isHash reports whether a name is a SHA-256 as the folder writes it.
func isHash(name string) bool {
	return len(name) == 2*sha256.Size && strings.Trim(name, "0123456789abcdef") == ""
}

// Open opens a file by its SHA-256. One that is not there is [rekey.CodeNotFound].
func (f Folder) Open(hash string) (File, error) {
	none := rekey.Errorf(rekey.CodeNotFound, "That firmware file is not kept here").WithHint("Choose it again.")
	if !isHash(hash) {
		return File{}, none
	}
	all, err := os.ReadDir(filepath.Join(string(f), hash))
	if err != nil || len(all) != 1 {
		return File{}, none.Wrap(err)
	}
	name := all[0].Name()
	file, err := os.Open(filepath.Join(string(f), hash, name))
	if err != nil {
		return File{}, none.Wrap(err)
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		file.Close()
		return File{}, none.Wrap(err)
	}
	return File{file, info.Size(), name}, nil
}

// planName names a plan of a recovery.
func planName(recovery string, p Plan) string { return recovery + "-" + p.Digest() }

// beforeName is the file of what a recorder was like, for the plan with that name.
func beforeName(plan string) string { return beforePrefix + plainName(plan) + ".json" }

// keepBefore keeps what a recorder was like, for the plan with that name.
func (f Folder) keepBefore(name string, b firmware.Before) error {
	data, err := json.Marshal(b)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(string(f), newPrefix+"*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // finds nothing once it was renamed
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), f.path(beforeName(name)))
}

// maxBefore bounds what is read of it.
const maxBefore = 4 << 20

// before gives what was kept, false when nothing was.
func (f Folder) before(name string) (b firmware.Before, kept bool, err error) {
	file, err := os.Open(f.path(beforeName(name)))
	if errors.Is(err, fs.ErrNotExist) {
		return b, false, nil
	}
	if err != nil {
		return b, false, err
	}
	defer file.Close()
	return b, true, json.NewDecoder(io.LimitReader(file, maxBefore)).Decode(&b)
}
