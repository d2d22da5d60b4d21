package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// serving starts "rekey serve" inside this process and gives its address and a
// function that waits for its exit code.
func startServe(t *testing.T, ctx context.Context, env map[string]string, args ...string) (base string, lines []string, wait func() int) {
	t.Helper()
	r, w := io.Pipe()
	ended := make(chan int, 1)
	getenv := func(name string) string { return env[name] }
	go func() {
		code := run(ctx, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...), strings.NewReader(""), w, io.Discard, getenv)
		_ = w.Close()
		ended <- code
	}()
	scan := bufio.NewScanner(r)
	for scan.Scan() {
		lines = append(lines, scan.Text())
		if url, ok := strings.CutPrefix(scan.Text(), "Open "); ok {
			base = url
			break
		}
	}
	if base == "" {
		t.Fatalf("it printed no address: %q, exit %d", lines, <-ended)
	}
	go func() { _, _ = io.Copy(io.Discard, r) }()
	return base, lines, func() int {
		select {
		case code := <-ended:
			return code
		case <-time.After(2 * time.Minute):
			t.Fatal("it did not end")
			return -1
		}
	}
}

func TestServeEndsCleanly(t *testing.T) {
	dir := t.TempDir()
	env := map[string]string{"CI": "true", "REKEY_CONFIG": "", "HOME": dir}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	page := func(url string) string {
		t.Helper()
		resp, err := client.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %v", url, resp.StatusCode, err)
		}
		return string(b)
	}

	base, lines, wait := startServe(t, context.Background(), env, "--data", dir, "--once")
	if !strings.HasPrefix(base, "http://127.0.0.1:") || len(lines) != 2 || lines[0] != "Your data lie in "+dir {
		t.Errorf("it printed %q", lines)
	}
	if !strings.Contains(page(base), "Amcrest HDCVI") {
		t.Error("that is not the home page")
	}
	if code := wait(); code != exitDone {
		t.Errorf("exit %d after the first page", code)
	}

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	base, _, wait = startServe(t, ctx, env, "--data", dir) // the same folder again: everything was closed
	page(base + "steps")
	cancel()
	if code := wait(); code != exitDone {
		t.Errorf("exit %d after an interrupt", code)
	}
}

func TestServeRefuses(t *testing.T) {
	dir := t.TempDir()
	for _, tc := range []struct {
		name string
		env  map[string]string
		args []string
		want int
	}{
		{"the local network without --lan", nil, []string{"--listen", "0.0.0.0:0"}, exitUsage},
		{"no data folder", map[string]string{"HOME": ""}, nil, exitUsage},
		{"a pace that is none", map[string]string{"REKEY_TESTONLY_PACE": "-1"}, []string{"--data", dir}, exitUsage},
	} {
		t.Run(tc.name, func(t *testing.T) {
			code := run(context.Background(), append([]string{"serve"}, tc.args...), strings.NewReader(""), io.Discard, io.Discard,
				func(name string) string {
					if v, set := tc.env[name]; set {
						return v
					}
					if name == "HOME" && tc.env == nil {
						return dir
					}
					return ""
				})
			if code != tc.want {
				t.Errorf("exit %d, want %d", code, tc.want)
			}
		})
	}
}
