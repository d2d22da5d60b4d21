package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/rekey-dvr/rekey"

// never lists what a room must not reach, directly or through others, and why.
// A room is a package and everything below it, unless it ends in "$".
var never = []struct {
	room, other, because string
}{
	{module + "$", module + "/", "the domain is pure: it imports nothing of the module"},
	{module + "$", "net", "the domain reaches no network; what has to happen outside is named as data"},
	{module + "$", "os", "the domain touches no files and no process"},
	{module + "$", "database/sql", "the domain knows no storage"},
	{module + "$", "log/slog", "the domain returns what happened; it does not log"},
	{module + "$", "math/rand", "the same input gives the same result"},
	{module + "$", "math/rand/v2", "the same input gives the same result"},
	{module + "$", "crypto/rand", "the same input gives the same result"},

	{module + "/internal/recorder/wire", "net", "wire is bytes: it is proved by vectors, not by connections"},
	{module + "/internal/recorder/wire", "os", "wire is bytes"},
	{module + "/internal/recorder/wire", module + "/", "client and twin share wire, and wire shares nothing"},
	{module + "/internal/recorder", module + "$", "the client knows recorders, not recoveries"},
	{module + "/internal/recorder", module + "/internal/guide", "the client knows recorders, not recoveries"},
	{module + "/internal/recorder", module + "/internal/twin", "client and twin meet only as bytes on a connection"},
	{module + "/internal/recorder", "log/slog", "the client has hooks; its caller logs"},
	{module + "/internal/recorder/lan", "net/http", "who looks for recorders logs in nowhere"},
	{module + "/internal/recorder/lan", module + "/internal/netns", "what is looked through is this computer's network"},
	{module + "/internal/subnet", module + "/", "an address to type is worked out, not asked for"},

	{module + "/internal/twin", module + "$", "the twin knows physics and protocols, not the procedure"},
	{module + "/internal/twin", module + "/internal/recorder$", "client and twin meet only as bytes on a connection"},
	{module + "/internal/twin", module + "/internal/catalog", "the twin is given a model"},
	{module + "/internal/twin", module + "/internal/guide", "the twin is the other party"},

	{module + "/internal/twin/camera", module + "/", "a camera is a picture of a moment and knows no recorder"},
	{module + "/internal/twin/h264", module + "/", "an encoder knows pictures"},
	{module + "/internal/twin/h264", "net", "an encoder knows pictures"},
	{module + "/internal/twin/dhav", module + "/", "a container knows frames"},
	{module + "/internal/twin/settings", "net/http", "settings are data"},
	{module + "/internal/twin/disk", module + "/internal/twin$", "a disk knows spans"},
	{module + "/internal/twin/onvif", module + "/internal/twin$", "ONVIF meets the recorder at a port"},
	{module + "/internal/twin/rtsp", module + "/internal/twin$", "RTSP meets the recorder at a port"},
	{module + "/internal/rehearse/face", module + "/internal/guide", "what a twin looks like does not depend on a recovery"},
	{module + "/internal/stand", module + "/internal/guide", "a stand shows twins; recoveries are the guide's"},
	{module + "/internal/stand", module + "/internal/recorder$", "a stand touches twins by hand, not by network"},

	{module + "/internal/catalog", module + "/internal/", "the catalogue is data and its validation"},

	{module + "/internal/guide$", "database/sql", "storage is behind rekey.Store"},
	{module + "/internal/guide$", module + "/internal/recorder$", "recorders are behind guide.Devices; only what their bytes mean is shared"},
	{module + "/internal/guide$", module + "/internal/recorder/lan", "recorders are behind guide.Devices"},
	{module + "/internal/guide", module + "/internal/twin", "nothing in the guide knows that a recorder is not hardware"},
	{module + "/internal/guide", module + "/internal/web", "the application makes no pages"},
	{module + "/internal/guide", module + "/internal/store/sqlite", "the application is given a store"},

	{module + "/internal/web", "database/sql", "pages are made from what the guide gives"},
	{module + "/internal/web", module + "/internal/recorder$", "pages reach no recorder"},
	{module + "/internal/web", module + "/internal/recorder/lan", "pages reach no recorder"},
	{module + "/internal/web", module + "/internal/twin", "practice is behind a port"},
	{module + "/internal/server", module + "/internal/twin", "practice is behind a port"},
	{module + "/internal/server", module + "/internal/recorder$", "the server serves; it reaches no recorder"},
	{module + "/internal/server", module + "/internal/recorder/lan", "the server serves; it reaches no recorder"},

	{module + "/internal/setup", module + "/internal/recorder$", "settings are written through a port, so that a guide without sockets can plan them"},
	{module + "/internal/setup", module + "/internal/firmware", "settings are not firmware"},
	{module + "/internal/setup", module + "/internal/guide", "a room behind the guide"},
	{module + "/internal/firmware", module + "/internal/recorder$", "firmware is installed through a port"},
	{module + "/internal/firmware", module + "/internal/setup", "firmware is not settings"},
	{module + "/internal/firmware", module + "/internal/guide", "a room behind the guide"},
	{module + "/internal/paper", module + "/internal/", "paper is words and shapes; what they mean is said by others"},
	{module + "/internal/report", module + "/internal/guide", "a report is made from a recovery, whoever keeps it"},
	{module + "/internal/remind", module + "/internal/guide", "what is due is decided elsewhere; here it is delivered"},

	{module + "/internal/store/sqlite", module + "/internal/store/memory", "stores share the port and its suite, not code paths"},
	{module + "/internal/store/memory", module + "/internal/store/sqlite", "stores share the port and its suite, not code paths"},
	{module + "/internal/store", module + "/internal/guide", "a store stores"},
	{module + "/internal/vault", "log/slog", "the vault never logs"},
	{module + "/internal/vault", "log", "the vault never logs"},
}

// both lists the only rooms that may import the guide and the twin together.
var both = map[string]bool{
	module + "/internal/rehearse":          true,
	module + "/internal/rehearse/practice": true,
	module + "/cmd/rekey":                  true,
}

type listed struct {
	ImportPath string
	Deps       []string
	Imports    []string
}

// packages gives every package of the module with what it reaches, without tests.
func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Deps,Imports", module+"/...")
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("go list gave %d packages: the test looks at the wrong place", len(all))
	}
	return all
}

// within reports whether a package lies in a room. A room that ends in "$" is the
// one package, one that ends in "/" everything below it.
func within(path, room string) bool {
	if exact, only := strings.CutSuffix(room, "$"); only {
		return path == exact
	}
	if strings.HasSuffix(room, "/") {
		return strings.HasPrefix(path, room)
	}
	return path == room || strings.HasPrefix(path, room+"/")
}

func TestRoomsAreKeptApart(t *testing.T) {
	for _, p := range packages(t) {
		for _, rule := range never {
			if !within(p.ImportPath, rule.room) {
				continue
			}
			for _, dep := range p.Deps {
				standard := !strings.Contains(rule.other, ".")
				if standard && dep != rule.other || !standard && !within(dep, rule.other) || within(dep, rule.room) && !standard {
					continue
				}
				if standard && !contains(p.Imports, dep) {
					continue // the standard library may reach it on its own account
				}
				t.Errorf("%s reaches %s: %s", p.ImportPath, dep, rule.because)
			}
		}
	}
}

func TestOnlyRehearsalsJoinGuideAndTwin(t *testing.T) {
	for _, p := range packages(t) {
		guide := contains(p.Imports, module+"/internal/guide")
		twin := contains(p.Imports, module+"/internal/twin")
		if guide && twin && !both[p.ImportPath] {
			t.Errorf("%s imports guide and twin: only rehearse and cmd may know that a recorder is not hardware", p.ImportPath)
		}
	}
}

func contains(list []string, v string) bool {
	for _, k := range list {
		if k == v {
			return true
		}
	}
	return false
}
