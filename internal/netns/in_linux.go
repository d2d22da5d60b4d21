package netns

import (
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sys/unix"
)

const linux = true

// In calls f on a thread that is on the host: sockets which f itself opens belong to
// the host for good, what other goroutines open does not.
func (h *Host) In(f func() error) error { return in(h.Name, f) }

// OnWire is as [Host.In], at the bridge.
func (n *Net) OnWire(f func() error) error { return in(n.wire(), f) }

func in(name string, f func() error) error {
	done := make(chan error, 1)
	// The goroutine ends with its thread locked, and the thread with it: nothing else
	// ever runs in the wrong network.
	go func() {
		runtime.LockOSThread()
		ns, err := os.Open(filepath.Join(folder, name))
		if err != nil {
			done <- err
			return
		}
		defer ns.Close()
		if err := unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET); err != nil {
			done <- os.NewSyscallError("setns", err)
			return
		}
		done <- f()
	}()
	return <-done
}
