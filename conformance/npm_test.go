package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// npmClients installs what the lock file names, in a folder of the test's own.
func npmClients(t *testing.T) string {
	t.Helper()
	npm := need(t, "npm", "the ONVIF clients of npm")
	dir := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json", "clients.cjs"} {
		b, err := os.ReadFile(filepath.Join("node", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), b, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	return dir
}

// outcome is what a client of npm says: each call in its order, and what went wrong.
type outcome struct {
	call string
	err  error
}

// runNode runs one client of npm.
func runNode(ctx context.Context, dir, client string, r recorder) ([]outcome, error) {
	arg, err := json.Marshal(map[string]any{
		"client": client, "host": r.Host, "port": r.HTTPPort, "user": "admin", "password": r.Password,
		"serial": r.Serial, "channels": r.Channels,
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "clients.cjs", string(arg))
	cmd.Dir = dir
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("node %s: %w\n%s", client, err, errs.String())
	}
	return readOutcomes(out)
}

// readOutcomes reads an object and keeps the order of its members.
func readOutcomes(b []byte) ([]outcome, error) {
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	d := json.NewDecoder(strings.NewReader(lines[len(lines)-1]))
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("the client said %q: %w", b, err)
	}
	var list []outcome
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		var wrong *string
		if err := d.Decode(&wrong); err != nil {
			return nil, err
		}
		o := outcome{call: fmt.Sprint(name)}
		if wrong != nil {
			o.err = errors.New(*wrong)
		}
		list = append(list, o)
	}
	if len(list) == 0 {
		return nil, errors.New("the client made no call")
	}
	return list, nil
}

// npm runs the clients of npm.
func npm(t *testing.T, dir string, r recorder) {
	for _, c := range [][2]string{
		{"onvif", "npm onvif 0.8.3"}, {"onvif by HTTP Digest", "npm onvif 0.8.3, HTTP Digest"},
		{"node-onvif", "npm node-onvif 0.1.7"}, {"digest-fetch", "npm digest-fetch 3.1.1"},
	} {
		list, err := runNode(t.Context(), dir, c[0], r)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, o := range list {
			saw(t, c[1], o.call, r.Generation, o.err)
		}
	}
}
