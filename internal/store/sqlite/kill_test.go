package sqlite

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store/storetest"
)

// childVariable makes this test binary a process that appends to the store it
// names until it is killed, or until its standard input ends. Every append that
// was acknowledged is a line "seq stream version" on its standard output.
const childVariable = "REKEY_STORE_TEST_CHILD"

func child() bool {
	path := os.Getenv(childVariable)
	if path == "" {
		return false
	}
	if err := appendForever(path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return true
}

func appendForever(path string) error {
	s, err := Open(context.Background(), path, Options{})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	var g sync.WaitGroup
	for p := range 8 {
		g.Go(func() {
			id := fmt.Sprintf("%d-%d", os.Getpid(), p)
			for version := int64(0); ctx.Err() == nil; {
				a := storetest.Recovery(id, version, 1+p%3)
				a.Due = []rekey.Due{{At: storetest.Epoch.Add(time.Duration(version)), What: "ready"}}
				for n := range a.Events {
					a.Deliveries = append(a.Deliveries, storetest.Delivery(fmt.Sprint(a.Stream, " ", version+int64(n)+1), 1))
				}
				records, err := s.Append(context.Background(), a)
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				var lines strings.Builder
				for _, r := range records {
					fmt.Fprintln(&lines, r.Seq, r.Stream, r.Version)
				}
				fmt.Print(lines.String())
				version += int64(len(records))
			}
		})
	}
	g.Wait()
	return s.Close()
}

// appender is a child process.
type appender struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	stderr strings.Builder
	first  chan struct{} // closed at the first acknowledged append, or the end
	acked  chan []string // the whole lines, once the process has ended
}

func startAppender(t *testing.T, path string) *appender {
	t.Helper()
	a := &appender{cmd: exec.Command(os.Args[0], "-test.run=^$"), first: make(chan struct{}), acked: make(chan []string, 1)}
	a.cmd.Env = append(os.Environ(), childVariable+"="+path)
	a.cmd.Stderr = &a.stderr
	stdin, err := a.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	a.stdin = stdin
	stdout, err := a.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := a.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		var lines []string
		r := bufio.NewReader(stdout)
		line, err := r.ReadString('\n')
		close(a.first)
		for ; err == nil; line, err = r.ReadString('\n') {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
		a.acked <- lines
	}()
	return a
}

// end waits for a process that was killed or told to stop, and gives what it
// acknowledged.
func (a *appender) end(t *testing.T) []string {
	t.Helper()
	lines := <-a.acked
	_ = a.cmd.Wait()
	if a.stderr.Len() > 0 {
		t.Fatalf("the appending process failed: %s", a.stderr.String())
	}
	return lines
}

// checkAcked opens the store and ends the test unless every acknowledged record
// is there and the whole is sound.
func checkAcked(t *testing.T, path string, acked []string) int {
	t.Helper()
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	all := storetest.MustReadAll(t, s)
	storetest.CheckChain(t, all)
	if err := s.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := s.CountOutbox(t.Context()); err != nil || n.Open != len(all)-others(all) {
		t.Fatalf("%+v deliveries beside %d records, %v", n, len(all), err)
	}
	for _, line := range acked {
		var seq, version int64
		var stream string
		if _, err := fmt.Sscan(line, &seq, &stream, &version); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if seq > int64(len(all)) {
			t.Fatalf("record %d was acknowledged, but the store ends at %d", seq, len(all))
		}
		if r := all[seq-1]; string(r.Stream) != stream || r.Version != version {
			t.Fatalf("record %d was acknowledged as %s %d, and is %s %d", seq, stream, version, r.Stream, r.Version)
		}
	}
	return len(all)
}

// others counts the records that no appending process wrote: they have no delivery.
func others(all []rekey.Record) (n int) {
	for _, r := range all {
		if r.Stream == "recovery/parent" {
			n++
		}
	}
	return n
}

// TestKill kills an appending process at random moments: while it makes the
// store, opens it, or appends.
func TestKill(t *testing.T) {
	kills := 60
	if testing.Short() {
		kills = 15
	}
	path := filepath.Join(t.TempDir(), "data", "rekey.db")
	var acked []string
	total := 0
	for n := range kills {
		if n%20 == 0 {
			path, acked = filepath.Join(t.TempDir(), "data", "rekey.db"), nil
		}
		a := startAppender(t, path)
		if n%4 != 0 {
			<-a.first
		}
		wait, cancel := context.WithTimeout(t.Context(), time.Duration(rand.IntN(40_000))*time.Microsecond)
		<-wait.Done()
		cancel()
		if err := a.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		lines := a.end(t)
		acked = append(acked, lines...)
		total += len(lines)
		checkAcked(t, path, acked)
	}
	t.Logf("%d kills, %d records acknowledged, none lost", kills, total)
	if total == 0 {
		t.Error("nothing was ever acknowledged")
	}
}

// TestProcesses has several processes make and write one store at once.
func TestProcesses(t *testing.T) {
	const mine = 6
	path := filepath.Join(t.TempDir(), "data", "rekey.db")
	var children []*appender
	for range 3 {
		children = append(children, startAppender(t, path))
	}
	for _, c := range children {
		<-c.first
	}
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range mine {
		storetest.MustAppend(t, s, storetest.Recovery("parent", int64(i), 1))
	}
	if err := s.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	var acked []string
	for _, c := range children {
		if err := c.stdin.Close(); err != nil {
			t.Fatal(err)
		}
		acked = append(acked, c.end(t)...)
	}
	if n := checkAcked(t, path, acked); n != len(acked)+mine {
		t.Errorf("%d records are stored, %d were acknowledged", n, len(acked)+mine)
	}
}
