package sqlite

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// head is the content of the head file.
type head struct {
	seq  int64
	hash [32]byte

	// building is set from before the database file comes into being until it is
	// whole. Without it a process killed in between would leave a database
	// without a head, or a head without a database, which look like damage.
	building bool
}

// maxHead bounds what is read of a head file.
const maxHead = 1 << 10

var (
	errNoHead  = errors.New("there is no head file")
	errBadHead = errors.New("the head file is not what was written")
)

func (h head) text() string {
	state := "open"
	if h.building {
		state = "building"
	}
	body := fmt.Sprintf("rekey head 1\nstate %s\nseq %d\nhash %x\n", state, h.seq, h.hash)
	sum := sha256.Sum256([]byte(body))
	return body + "sum " + hex.EncodeToString(sum[:]) + "\n"
}

// readHead gives errNoHead or errBadHead when there is no head to rely on.
func (f files) readHead() (head, error) {
	file, err := os.Open(f.head)
	if errors.Is(err, fs.ErrNotExist) {
		return head{}, errNoHead
	}
	if err != nil {
		return head{}, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxHead))
	if err != nil {
		return head{}, err
	}
	return parseHead(string(text))
}

func parseHead(text string) (head, error) {
	var (
		h     head
		state string
		hash  []byte
	)
	if _, err := fmt.Sscanf(text, "rekey head 1\nstate %s\nseq %d\nhash %x\n", &state, &h.seq, &hash); err != nil {
		return head{}, errBadHead
	}
	if len(hash) != len(h.hash) || h.seq < 0 {
		return head{}, errBadHead
	}
	h.hash = [32]byte(hash)
	h.building = state == "building"
	if h.text() != text {
		return head{}, errBadHead
	}
	return h, nil
}

// writeHead replaces the head file. When it returns nil the new one survives a
// power cut; otherwise the old one is still there.
func (f files) writeHead(h head) (err error) {
	dir := filepath.Dir(f.head)
	file, err := os.CreateTemp(dir, filepath.Base(f.head)+"-*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	_, err = file.WriteString(h.text())
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err = os.Rename(file.Name(), f.head); err != nil {
		return err
	}
	return syncDir(dir)
}

// raiseHead writes h unless the file already names a later record, which another
// process has written.
func (f files) raiseHead(h head) error {
	if old, err := f.readHead(); err == nil && !old.building && old.seq >= h.seq {
		return nil
	}
	return f.writeHead(h)
}

// syncDir makes a rename last. Windows has no such call and needs none.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// sweep removes what writers killed half way have left. It is called with the
// lock held; another process that is writing a head right now fails to rename its
// file and tries again.
func (f files) sweep() {
	entries, err := os.ReadDir(filepath.Dir(f.db))
	if err != nil {
		return
	}
	for _, e := range entries {
		name := e.Name()
		ours := strings.HasPrefix(name, filepath.Base(f.head)+"-") || strings.HasPrefix(name, filepath.Base(f.db)+".probe-")
		if ours && strings.HasSuffix(name, ".tmp") {
			_ = os.Remove(filepath.Join(filepath.Dir(f.db), name))
		}
	}
}
