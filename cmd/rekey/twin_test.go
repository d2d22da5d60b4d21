package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/rehearse"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// running is a `rekey twin` under way.
type running struct {
	line twinLine
	stop func() int // gives the exit code
}

func runTwin(t *testing.T, args ...string) running {
	t.Helper()
	return runTwins(t, 1, args...)
}

// runTwins waits for so many to run and gives the first.
func runTwins(t *testing.T, count int, args ...string) running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	code := make(chan int, 1)
	var errs bytes.Buffer
	go func() {
		code <- run(ctx, append([]string{"twin", "--json"}, args...), strings.NewReader(""), in, &errs, func(string) string { return "" })
		_ = in.Close()
	}()
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		cancel()
		<-code
		t.Fatalf("it printed nothing: %s", errs.String())
	}
	var r running
	if err := json.Unmarshal(lines.Bytes(), &r.line); err != nil {
		t.Fatalf("%q: %v", lines.Text(), err)
	}
	for range count - 1 {
		if !lines.Scan() {
			t.Fatalf("it ended: %s", errs.String())
		}
	}
	r.stop = func() int {
		cancel()
		select {
		case c := <-code:
			return c
		case <-time.After(2 * time.Minute):
			t.Fatal("it does not end")
			return -1
		}
	}
	return r
}

// do gives a twin a command and tells how it is then.
func (r running) do(t *testing.T, act, body string) twin.Snapshot {
	t.Helper()
	res, err := http.Post(r.line.Control+"/"+act, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var told struct {
		Twin twin.Snapshot `json:"twin"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<22)).Decode(&told); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", act, res.Status, err)
	}
	return told.Twin
}

// TestTwinGoesOn unplugs a twin, ends the program, and finds it drained further
// when it runs again.
func TestTwinGoesOn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "twin.json")
	args := []string{"--locked", "--seed", "7", "--state", file}
	r := runTwin(t, args...)
	if r.line.Serial != "AMC0TWIN0000007" || r.line.State != "owned" || r.line.HTTPPort == 0 || r.line.DiscoveryPort == 0 || r.line.Address != "127.0.0.1" {
		t.Errorf("%+v", r.line)
	}
	r.do(t, "cord", `{"in":false}`)
	before := r.do(t, "advance", `{"seconds":86400}`)
	if before.Rear.Mains || before.Charge.V2 > 2 {
		t.Errorf("a day without power: %+v", before.Charge)
	}
	if code := r.stop(); code != exitDone {
		t.Errorf("exit %d", code)
	}
	again := runTwin(t, append(args, "--pace", "0")...)
	if again.line.Serial != r.line.Serial || again.line.HTTPPort != r.line.HTTPPort {
		t.Errorf("another twin: %+v, before %+v", again.line, r.line)
	}
	after := again.do(t, "cable", `{"cable":"usb","in":false}`)
	if after.At.Before(before.At) || after.Charge.V2 > before.Charge.V2 || after.Rear.Mains || after.Pace != 0 {
		t.Errorf("it went on as %+v at %s, was %+v at %s", after.Charge, after.At, before.Charge, before.At)
	}
	if code := again.stop(); code != exitDone {
		t.Errorf("exit %d", code)
	}
	b, err := os.ReadFile(file)
	if err != nil || len(b) == 0 {
		t.Fatalf("the state file: %v", err)
	}
}

// TestTwinStates prints what each kind starts as.
func TestTwinStates(t *testing.T) {
	for _, c := range []struct {
		state string
		https bool
		args  []string
	}{
		{"factory", false, nil},
		{"owned", false, []string{"--locked"}},
		{"factory", true, []string{"--switch", "https=redirect"}},
		{"uninitialised", true, []string{"--model", "AMDV8M8-H5"}},
		{"owned", false, []string{"--model", "AMDV8M8-H5", "--locked", "--switch", "https=off"}},
		{"uninitialised", false, []string{"--model", "AMDV4M8", "--switch", "first-login=init"}},
	} {
		r := runTwin(t, c.args...)
		if r.line.State != c.state || (r.line.HTTPSPort != 0) != c.https {
			t.Errorf("%v: %s with HTTPS at %d, want %s", c.args, r.line.State, r.line.HTTPSPort, c.state)
		}
		if code := r.stop(); code != exitDone {
			t.Errorf("%v: exit %d", c.args, code)
		}
	}
}

// TestOutcomesHaveExits holds the table of outcomes against what a rehearsal can
// end with.
func TestOutcomesHaveExits(t *testing.T) {
	if len(outcomeExits) != 7 {
		t.Errorf("%d outcomes have an exit code", len(outcomeExits))
	}
	if _, there := outcomeExits[rehearse.OutcomeUnsupported]; there {
		t.Error("an analog recorder ends by its error's code")
	}
}

// Several on free ports each have an address of their own, and the same ports.
func TestTwinsOnTheirOwnAddresses(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("UNTESTED: a rack needs Linux")
	}
	r := runTwins(t, 300, "--count", "300", "--listen", "127.99.0.200:0")
	if r.line.Address != "127.99.0.200" || r.line.HTTPPort == 0 || r.line.DVRIPPort == 0 {
		t.Errorf("%+v", r.line)
	}
	for _, host := range []string{"127.99.0.201", "127.99.1.243"} {
		res, err := http.Get(fmt.Sprintf("http://%s:%d/", host, r.line.HTTPPort))
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", host, res.Status)
		}
	}
	if code := r.stop(); code != exitDone {
		t.Errorf("exit %d", code)
	}
}

// TestTwinCamera connects what the flag says, keeps it, and shows no password.
func TestTwinCamera(t *testing.T) {
	t.Parallel()
	file, dir := filepath.Join(t.TempDir(), "twin.json"), t.TempDir()
	args := []string{"--listen", "127.0.0.1:0", "--state", file}
	r := runTwin(t, append(args, "--camera", "2="+dir, "--camera", "3=none", "--camera", "4=rtsp://owner:tulip4@127.0.0.1:1/x")...)
	check := func(snap twin.Snapshot) {
		t.Helper()
		for i, want := range []twin.InputKind{twin.InputTest, twin.InputFolder, twin.InputNone, twin.InputStream} {
			if c := snap.Cameras[i]; c.Kind != want || strings.Contains(c.Source, "tulip4") {
				t.Errorf("%+v", c)
			}
		}
	}
	check(r.do(t, "fault", `{"fault":"slow"}`))
	r.stop()
	b, err := os.ReadFile(file)
	if err != nil || bytes.Contains(b, []byte("tulip4")) {
		t.Errorf("the state file: %v", err)
	}
	r = runTwin(t, args...)
	check(r.do(t, "fault", `{"fault":"slow"}`))
	r.stop()
	for _, wrong := range []string{"x=none", "1", "0=none", "9=none", "1=rtsp://owner:tulip4@8.8.8.8/", "1=" + file} {
		var errs bytes.Buffer
		if code := run(t.Context(), []string{"twin", "--camera", wrong}, strings.NewReader(""), io.Discard, &errs, func(string) string { return "" }); code == 0 || strings.Contains(errs.String(), "tulip4") {
			t.Errorf("%s: %d %s", wrong, code, errs.String())
		}
	}
}
