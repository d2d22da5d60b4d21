package conformance

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// recorder is a running twin with a password that the clients know.
type recorder struct {
	Generation string            `json:"-"`
	Serial     string            `json:"serial"`
	Host       string            `json:"address"`
	HTTPPort   int               `json:"http_port"`
	Control    string            `json:"control"`
	Password   string            `json:"-"`
	Channels   int               `json:"-"`
	Services   map[string]string `json:"-"` // host:port by service
}

// web is where its web service is.
func (r recorder) web() string { return fmt.Sprintf("%s:%d", r.Host, r.HTTPPort) }

// models are one of each generation, as small as the list has them.
var models = []struct {
	generation, model, password string
}{
	{"A", "AMDV7204", "admin"},
	{"B", "AMDV4M8", "admin"},
	{"C", "AMDV10814-H5", "Owner2024"},
}

// binary gives the rekey to test.
func binary(dir string) (string, error) {
	if path := os.Getenv("REKEY_BIN"); path != "" {
		return path, nil
	}
	path := filepath.Join(dir, "rekey")
	cmd := exec.Command("go", "build", "-o", path, "./cmd/rekey")
	cmd.Dir = ".."
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building rekey: %w\n%s", err, out)
	}
	return path, nil
}

// start runs a twin until the test ends, and makes it one that its owner uses.
func start(t *testing.T, bin, generation, model, password string) (recorder, error) {
	ctx := t.Context()
	r := recorder{Generation: generation, Password: password}
	cmd := exec.Command(bin, "twin", "--model", model, "--json")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return r, err
	}
	if err := cmd.Start(); err != nil {
		return r, err
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		kill := time.AfterFunc(soon, func() { _ = cmd.Process.Kill() })
		defer kill.Stop()
		if err := cmd.Wait(); err != nil {
			t.Errorf("rekey twin: %v", err)
		}
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		return r, fmt.Errorf("rekey twin said nothing: %w", err)
	}
	if err := json.Unmarshal(line, &r); err != nil {
		return r, fmt.Errorf("rekey twin said %q: %w", line, err)
	}
	if generation == "C" {
		if err := r.firstRun(ctx); err != nil {
			return r, err
		}
	}
	return r, r.look(ctx)
}

// firstRun sets the first password at the recorder's screen.
func (r recorder) firstRun(ctx context.Context) error {
	body, err := json.Marshal(map[string]string{"password": r.Password})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.Control+"/password", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("setting the first password: %s", resp.Status)
	}
	return nil
}

// look reads where its services are.
func (r *recorder) look(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.Control, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var state struct {
		Twin struct {
			Model struct {
				Generation string `json:"generation"`
				Channels   int    `json:"channels"`
			} `json:"model"`
			Services map[string]string `json:"services"`
		} `json:"twin"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&state); err != nil {
		return err
	}
	if got := state.Twin.Model.Generation; got != r.Generation {
		return fmt.Errorf("the recorder is of generation %s, not %s", got, r.Generation)
	}
	r.Channels, r.Services = state.Twin.Model.Channels, state.Twin.Services
	return nil
}

// need gives the path of a program, see the package of that name in rekey: without
// it the test is skipped and says so, and fails where REKEY_NO_SKIP is set.
func need(t *testing.T, name, untested string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	say := t.Skipf
	if os.Getenv("REKEY_NO_SKIP") != "" {
		say = t.Fatalf
	}
	say("%s is not installed: %s", name, untested)
	return ""
}
