package vault

import (
	"io"
	"os"
	"runtime"
)

// disk is what the vault does to files, one step a call, so that a test can end
// the process between any two of them.
type disk interface {
	read(path string) ([]byte, error)
	create(path string) (written, error) // mode 0600, emptied when it is there
	rename(from, to string) error
	remove(path string) error
	syncDir(dir string) error
}

type written interface {
	io.WriteCloser
	Sync() error
}

// maxKeyFile bounds what is read of a key file, in bytes.
const maxKeyFile = 1 << 20

type realDisk struct{}

func (realDisk) read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxKeyFile))
}

func (realDisk) create(path string) (written, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
}

func (realDisk) rename(from, to string) error { return os.Rename(from, to) }

func (realDisk) remove(path string) error { return os.Remove(path) }

// syncDir makes a rename last. Windows has no such call and needs none.
func (realDisk) syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if closed := d.Close(); err == nil {
		err = closed
	}
	return err
}
