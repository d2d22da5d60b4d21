//go:build unix

package sqlite

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/rekey-dvr/rekey/internal/store/storetest"
)

// fullVariable makes TestFileSize the process whose files may not grow.
const fullVariable = "REKEY_STORE_TEST_FULL"

// TestFileSize limits the size of files (RLIMIT_FSIZE) in a process of its own,
// since the limit holds for everything a process writes.
func TestFileSize(t *testing.T) {
	if os.Getenv(fullVariable) == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestFileSize$", "-test.v")
		cmd.Env = append(os.Environ(), fullVariable+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	path := filepath.Join(t.TempDir(), "rekey.db")
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		t.Fatal(err)
	}
	limit := func(bytes uint64) {
		t.Helper()
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: was.Max}); err != nil {
			t.Fatal(err)
		}
	}
	limit(300_000)
	version := fillUp(t, s)
	if fits(t, s, version) {
		t.Error("there was room after there was none")
	}
	limit(was.Cur)
	for range 10 {
		storetest.MustAppend(t, s, large("r00", version, 20_000))
		version++
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err = Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	storetest.MustAppend(t, s, large("r00", version, 20_000))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
