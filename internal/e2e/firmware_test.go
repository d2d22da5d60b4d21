package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/firmware"
	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/twin/image"
)

// practiceSpec is a file for the twins here.
func practiceSpec(size int) image.Spec {
	return image.Spec{Size: size, For: wire.Practice{Board: "HCVR5x08-S2", OEM: "SV10003", Standard: "N",
		Version: "3.200.AC04.6", Release: "R", Date: "2016-05-05"}}
}

// zipped is a download that holds the file, stored, as a plain ZIP.
func zipped(t *testing.T, name string, body []byte) []byte {
	t.Helper()
	zip := need.Program(t, "an inspection of a large download", "zip")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), body, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(zip, "-q", "-0", "out.zip", name)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, "out.zip"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// measured runs a program, and prints the largest memory it had in KiB.
const measured = `import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE)
sys.stdout.buffer.write(done.stdout)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)`

// However large a file is, looking at it takes the same memory: below 64 MiB for the
// whole process, with an image of 64 MiB, packed in a download as well.
func TestInspectingALargeFileTakesLittleMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("UNTESTED: the largest memory of a process is told in KiB on Linux only")
	}
	t.Parallel()
	python := need.Program(t, "how much memory an inspection takes", "python3")
	spec := practiceSpec(64 << 20)
	body, dir := spec.Bytes(), t.TempDir()
	for name, b := range map[string][]byte{spec.Name(): body, "download.zip": zipped(t, spec.Name(), body)} {
		if len(b) < 64<<20 {
			t.Fatalf("%s has %d bytes", name, len(b))
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		// A process counts what the one before its exec had, so a small one has to be
		// between this and the one that is measured.
		out, err := exec.Command(python, "-c", measured, binary, "firmware", "inspect", path).Output()
		if err != nil || !bytes.Contains(out, []byte("Everything that can be checked is right")) {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		lines := strings.Fields(string(out))
		largest, err := strconv.Atoi(lines[len(lines)-1])
		if largest >>= 10; err != nil || largest < 4 {
			t.Fatalf("%s: %d MiB, %v", name, largest, err)
		}
		t.Logf("%s: %d MiB", name, largest)
		if largest >= 64 {
			t.Errorf("%s: %d MiB of memory", name, largest)
		}
	}
}

// At a moment of an installation rekey is killed for good, the connection cut, or the
// recorder turned off; the same command, given again, finishes it, and no file is sent
// that must not be. The upload is the one request that changes something.
func TestInstallKilledIsFinished(t *testing.T) {
	t.Parallel()
	spec := practiceSpec(20 << 10)
	file := filepath.Join(t.TempDir(), spec.Name())
	if err := os.WriteFile(file, spec.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	const upload, state = "action=uploadFirmware", "upgrader.cgi?action=getState"
	for _, tt := range []struct {
		name, who, marker, moment string
		nth                       int32
	}{
		{"rekey, before the file leaves", "rekey", upload, "before", 1},
		{"rekey, when the recorder has the file", "rekey", upload, "during", 1},
		{"rekey, while it writes", "rekey", state, "during", 2},
		{"rekey, while settings are noted", "rekey", "getConfig", "after", 90},
		{"connection, before the file leaves", "connection", upload, "before", 1},
		{"connection, when the recorder has the file", "connection", upload, "during", 1},
		{"connection, while it writes", "connection", state, "during", 2},
		{"recorder, before the file leaves", "recorder", upload, "before", 1},
		{"recorder, when it has the file", "recorder", upload, "during", 1},
		{"recorder, while it writes", "recorder", state, "during", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clock := twin.NewPaced(time.Now(), 1) // until the moment, which a slow computer would miss
			tw := running(t, twin.Config{Clock: clock, Password: "tulip4", Seed: uint64(time.Now().UnixNano()),
				Model: twin.Model{Board: spec.For.Board, OEM: spec.For.OEM, Standard: "N"}})
			clock.Advance(5 * time.Minute) // it has started up
			tp := tap(t, "127.0.0.1", tw.Address(), tt.marker)
			var count atomic.Int32
			var victim atomic.Pointer[exec.Cmd]
			tp.on(func(what string) bool {
				if what != tt.moment || count.Add(1) != tt.nth {
					return true
				}
				defer clock.SetPace(60)
				if tt.marker == state {
					clock.Advance(10 * time.Second) // it has looked at the file, and writes
				}
				switch v := victim.Load(); {
				case tt.who == "recorder":
					tw.Unplug()
					time.AfterFunc(200*time.Millisecond, tw.Plug) // 12 s later
				case tt.who == "rekey" && v != nil:
					_ = v.Process.Kill()
				}
				return false
			})
			data := t.TempDir()
			_, discovery, _ := strings.Cut(tw.DiscoveryAddress(), ":")
			install := func() *exec.Cmd {
				cmd := exec.Command(binary, "firmware", "install", tp.address(), file, "--discovery-port", discovery, "--data", data, "--power")
				cmd.Stdin = strings.NewReader("tulip4\n")
				return cmd
			}
			cmd := install()
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			victim.Store(cmd)
			if err := cmd.Wait(); err == nil && tt.who != "connection" { // rekey goes on without an answer where it can
				t.Fatal("it was not killed")
			}
			if count.Load() < tt.nth {
				t.Fatalf("the moment did not come: %d of %d", count.Load(), tt.nth)
			}
			tp.on(nil)
			var out []byte
			var err error
			for end := time.Now().Add(soon); time.Now().Before(end); <-time.After(time.Second) { // it restarts; an owner waits
				if out, err = install().CombinedOutput(); err == nil {
					break
				}
			}
			now := tw.UpdateNow()
			most := 1
			if tt.who == "recorder" && tt.moment == "during" {
				most = 2 // what it was at is lost with its power
			}
			if err != nil || now.Version != spec.For.Version || tw.Uploads() != most || tw.BadProofs("admin") != 0 {
				t.Errorf("%v, %+v, %d updates, %d bad proofs\n%s", err, now, tw.Uploads(), tw.BadProofs("admin"), out)
			}
			recordIsWhole(t, data)
		})
	}
}

// recordIsWhole reads the record as anybody would: a JSON object a line.
func recordIsWhole(t *testing.T, data string) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(data, "firmware-*.jsonl"))
	if len(files) != 1 {
		t.Fatalf("%d records", len(files))
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var last firmware.Entry
	started := 0
	for line := range bytes.Lines(b) {
		last = firmware.Entry{}
		if err := json.Unmarshal(line, &last); err != nil {
			t.Fatalf("%v in %.80s", err, line)
		}
		if last.Event == firmware.EntryStarted && last.Step == firmware.StepUpload {
			started++
		}
	}
	if last.Event != firmware.EntryEnded || last.Step != firmware.StepCompare || !last.Result.Outcome.Over() || started == 0 {
		t.Errorf("the record ends with %+v", last)
	}
}
