package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/twin"
)

// apart is a recorder in a process of its own. The test has its cord, button,
// cables and clock, and nothing else.
type apart struct {
	t       testing.TB
	address string // host and port, as its screen would show it
	control string
	page    string // of the recorder's own monitor and plugs, for a browser
}

// twinSaid is the part of the line that "rekey twin" prints which tests need.
type twinSaid struct {
	Address   string
	HTTP      int `json:"http_port"`
	Discovery int `json:"discovery_port"`
	Control   string
	Page      string
	State     string
}

// twinRuns starts "rekey twin" and gives its first line. It is killed at the end.
func twinRuns(t testing.TB, cmd *exec.Cmd) (said twinSaid) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait() // it was killed: its exit says nothing
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &said)
	}
	if err != nil {
		t.Fatalf("the twin says %q, %v", line, err)
	}
	return said
}

// twinApart starts "rekey twin", locked, on a loopback address of its own, where it
// is found by a search; more says what else it is. Another program on this computer
// may have that port for a moment.
func twinApart(t testing.TB, host, button string, more ...string) *apart {
	t.Helper()
	var said twinSaid
	for range 30 {
		cmd := exec.Command(binary, "twin", "--locked", "--json", "--pace", "0", "--button", button, "--listen", host+":0")
		cmd.Args = append(cmd.Args, more...)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		end := func() {
			cmd.Process.Kill()
			cmd.Wait() // it was killed: its exit says nothing
		}
		line, err := bufio.NewReader(out).ReadBytes('\n')
		if err == nil {
			err = json.Unmarshal(line, &said)
		}
		if err != nil || said.State != "owned" {
			end()
			t.Fatalf("the twin says %q, %v", line, err)
		}
		if said.Discovery == 37810 {
			t.Cleanup(end)
			a := &apart{t: t, address: net.JoinHostPort(said.Address, strconv.Itoa(said.HTTP)), control: said.Control, page: said.Page}
			a.wait(5 * time.Minute) // it has started up
			return a
		}
		end()
		timer := time.NewTimer(time.Second)
		<-timer.C
	}
	t.Fatalf("the twin never got UDP 37810 on %s", host)
	return nil
}

// do sends one command to the twin's control port and gives the twin after it.
func (a *apart) do(act string, body map[string]any) twin.Snapshot {
	a.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		a.t.Fatal(err)
	}
	res, err := http.Post(a.control+"/"+act, "application/json", bytes.NewReader(b))
	if err != nil {
		a.t.Fatal(err)
	}
	return a.read(res)
}

func (a *apart) read(res *http.Response) twin.Snapshot {
	a.t.Helper()
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil || res.StatusCode != http.StatusOK {
		a.t.Fatalf("twin: %d, %v\n%s", res.StatusCode, err, text)
	}
	var told struct {
		Twin   twin.Snapshot         `json:"twin"`
		Proofs map[string]twin.Tally `json:"proofs"`
	}
	if err := json.Unmarshal(text, &told); err != nil {
		a.t.Fatal(err)
	}
	return told.Twin
}

// look gives the twin as it is.
func (a *apart) look() twin.Snapshot {
	a.t.Helper()
	res, err := http.Get(a.control)
	if err != nil {
		a.t.Fatal(err)
	}
	return a.read(res)
}

// bad gives the bad proofs for admin that the recorder has counted.
func (a *apart) bad() int {
	a.t.Helper()
	res, err := http.Get(a.control)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	var told struct {
		Proofs map[string]twin.Tally `json:"proofs"`
	}
	if err := json.NewDecoder(res.Body).Decode(&told); err != nil {
		a.t.Fatal(err)
	}
	return told.Proofs["admin"].Bad
}

// wait lets time pass at the twin.
func (a *apart) wait(d time.Duration) {
	a.t.Helper()
	a.do("advance", map[string]any{"seconds": d.Seconds()})
}

// cord pulls or plugs the power, cable any other.
func (a *apart) cord(in bool) { a.t.Helper(); a.do("cord", map[string]any{"in": in}) }

func (a *apart) cable(name string, in bool) {
	a.t.Helper()
	a.do("cable", map[string]any{"cable": name, "in": in})
}

// bare pulls every cable.
func (a *apart) bare() {
	a.t.Helper()
	for _, c := range []string{"network", "hdmi", "usb", "cameras"} {
		a.cable(c, false)
	}
}

// press holds the button for 3 s and waits 10, so many times.
func (a *apart) press(times int) {
	a.t.Helper()
	for range times {
		a.do("button", map[string]any{"down": true})
		a.wait(3 * time.Second)
		a.do("button", map[string]any{"down": false})
		a.wait(10 * time.Second)
	}
}

// powerUp plugs the cord and the screen in and waits for the start to end. It
// gives what the screen shows as date and time.
func (a *apart) powerUp() string {
	a.t.Helper()
	a.cable("hdmi", true)
	a.cord(true)
	a.wait(4 * time.Minute)
	now := a.look()
	if !now.Factory {
		a.t.Fatalf("the recorder came back with its old accounts: %+v", now.Charge)
	}
	return now.Monitor.Clock
}
