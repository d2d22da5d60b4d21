package e2e

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/rekey-dvr/rekey/internal/need"
)

const (
	wholeGroup = 0x40000000 // __WALL: threads too
	exitKill   = 0x00100000 // PTRACE_O_EXITKILL
	mostStops  = 5_000_000
)

// killedAtChange runs a rekey and ends it with SIGKILL as soon as the folders have
// changed for the n-th time: its system calls are stopped at, so that nothing more
// happens between the change and the end. It gives whether there was an n-th change; a
// process that comes to its end before has to end with exit code 0.
func killedAtChange(t *testing.T, n int, folders, env []string, args ...string) bool {
	t.Helper()
	runtime.LockOSThread() // one thread traces
	defer runtime.UnlockOSThread()
	out, err := os.CreateTemp(t.TempDir(), "said")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	before := shapeOf(folders)
	pid, err := syscall.ForkExec(binary, append([]string{binary}, args...), &syscall.ProcAttr{
		Env: append(os.Environ(), env...), Files: []uintptr{null.Fd(), out.Fd(), out.Fd()},
		Sys: &syscall.SysProcAttr{Ptrace: true, Setpgid: true},
	})
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSYS) {
		need.Missing(t, "no process may be traced here: kills at every change of a file (%v)", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	gone := false // its number may be another's then
	defer func() {
		if !gone {
			_ = syscall.Kill(-pid, syscall.SIGKILL)
		}
	}()
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(pid, &status, wholeGroup, nil); err != nil || !status.Stopped() {
		t.Fatalf("it did not stop at its start: %v", err)
	}
	if err := syscall.PtraceSetOptions(pid, syscall.PTRACE_O_TRACECLONE|syscall.PTRACE_O_TRACESYSGOOD|exitKill); err != nil {
		t.Fatal(err)
	}
	changes, tid, inCall := 0, pid, map[int]bool{}
	for range mostStops {
		called := status.Stopped() && status.StopSignal() == syscall.SIGTRAP|0x80
		if called {
			inCall[tid] = !inCall[tid]
		}
		if called && !inCall[tid] { // at the end of a call, before the thread goes on
			if now := shapeOf(folders); now != before {
				before = now
				if changes++; changes == n {
					_ = syscall.Kill(pid, syscall.SIGKILL)
					bury(t, pid)
					gone = true
					return true
				}
			}
		}
		pass := 0
		if s := status.StopSignal(); status.Stopped() && s != syscall.SIGTRAP && s != syscall.SIGTRAP|0x80 && s != syscall.SIGSTOP {
			pass = int(s)
		}
		if status.Stopped() {
			_ = syscall.PtraceSyscall(tid, pass) // a thread that has gone meanwhile says so by itself
		}
		if tid, err = syscall.Wait4(-pid, &status, wholeGroup, nil); err != nil {
			t.Fatalf("after %d changes: %v", changes, err)
		}
		if tid == pid && (status.Exited() || status.Signaled()) {
			gone = true
			said, _ := os.ReadFile(out.Name())
			if status.ExitStatus() != 0 {
				t.Fatalf("%s: exit %d\n%s", strings.Join(args, " "), status.ExitStatus(), said)
			}
			return false
		}
	}
	t.Fatal("it comes to no end")
	return false
}

// bury waits until nothing of a killed process is left.
func bury(t *testing.T, pid int) {
	t.Helper()
	var status syscall.WaitStatus
	for range mostStops {
		if _, err := syscall.Wait4(-pid, &status, wholeGroup, nil); errors.Is(err, syscall.ECHILD) {
			return
		}
	}
	t.Fatal("a killed process stays")
}

// shapeOf gives what can be seen of the files below the folders: names, sizes, which
// file each is, and who may read it.
func shapeOf(folders []string) string {
	var b strings.Builder
	for _, dir := range folders {
		_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, gone error) error { // files come and go
			if gone == nil && !d.IsDir() {
				writeShape(&b, path, d)
			}
			return nil
		})
	}
	return b.String()
}

func writeShape(b *strings.Builder, path string, d fs.DirEntry) {
	info, err := d.Info()
	if err != nil {
		return
	}
	inode := uint64(0)
	if s, is := info.Sys().(*syscall.Stat_t); is {
		inode = s.Ino
	}
	fmt.Fprintln(b, path, info.Size(), inode, info.Mode())
}
