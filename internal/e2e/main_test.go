package e2e

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var binary string

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// atOnce is how many tests run at the same time. They wait most of their time, for
// what happens at real speed or for a process to start: all together keep two
// processors busy for less than half of the time.
const atOnce = "5"

// soon is when what starts, ends or answers by itself has done so, on a computer that
// does much else.
const soon = 3 * time.Minute

func run(m *testing.M) (int, error) {
	flag.Parse()
	if err := flag.Set("test.parallel", atOnce); err != nil {
		return 1, err
	}
	binary = os.Getenv("REKEY_BIN")
	if binary != "" {
		return m.Run(), nil
	}
	dir, err := os.MkdirTemp("", "rekey-e2e-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "rekey")
	build := exec.Command("go", "build", "-o", binary, "github.com/rekey-dvr/rekey/cmd/rekey")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("%w\n%s", err, out)
	}
	return m.Run(), nil
}

// process is a running rekey.
type process struct {
	t    testing.TB
	cmd  *exec.Cmd
	url  string // of its pages, without the slash at the end
	done chan struct{}

	mu     sync.Mutex
	stderr strings.Builder
}

// serve starts "rekey serve" on a data folder and waits until it says where it
// serves.
func serve(t testing.TB, dir string, env ...string) *process {
	t.Helper()
	return start(t, env, "serve", "--data", dir, "--listen", "127.0.0.1:0", "--no-open", "--log", "debug")
}

func start(t testing.TB, env []string, args ...string) *process {
	t.Helper()
	return startAs(t, exec.Command(binary, args...), env)
}

// startAs starts a program that becomes rekey.
func startAs(t testing.TB, cmd *exec.Cmd, env []string) *process {
	t.Helper()
	p := &process{t: t, done: make(chan struct{}), cmd: cmd}
	args := cmd.Args[1:]
	p.cmd.Env = append(append(os.Environ(), "REKEY_TESTONLY_IFACE=lo"), env...)
	p.cmd.Stderr = p
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	ready := make(chan string, 1)
	go func() {
		defer close(p.done)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if url, ok := strings.CutPrefix(lines.Text(), "Open "); ok {
				ready <- strings.TrimSuffix(url, "/")
			}
		}
		io.Copy(io.Discard, out)
	}()
	select {
	case p.url = <-ready:
	case <-p.done:
		p.cmd.Wait()
		t.Fatalf("rekey %s ended before it served:\n%s", strings.Join(args, " "), p.log())
	case <-time.After(soon):
		t.Fatalf("rekey %s does not serve:\n%s", strings.Join(args, " "), p.log())
	}
	return p
}

// Write keeps what the process writes to stderr.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.Write(b)
}

func (p *process) log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.String()
}

// kill ends the process with SIGKILL and waits until it is gone.
func (p *process) kill() {
	if p.cmd.ProcessState != nil {
		return
	}
	p.cmd.Process.Kill()
	<-p.done
	p.cmd.Wait() // it was killed: its exit says nothing
}
