package bench

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// StartParams says how to start what is measured. Each Command makes a process
// that serves on loopback and prints a line "Open http://…" when it does; it is
// ended after each measurement.
type StartParams struct {
	Dir     string // an empty directory
	Runs    int    // 0 means 7
	Rekey   func(ctx context.Context, dir string) *exec.Cmd
	Bare    func(ctx context.Context, dir string) *exec.Cmd // a file server on the files in dir
	Timeout time.Duration                                   // of one measurement; 0 means 20 s
}

// Start measures the time from starting the process to its first answered
// request, its memory when nobody asks anything, and the bytes that are
// transferred for the first page with everything it needs, each beside a bare Go
// file server that serves the same page's files in the same run.
func Start(ctx context.Context, p StartParams) (Report, error) {
	p.Runs, p.Timeout = cmp.Or(p.Runs, 7), cmp.Or(p.Timeout, 20*time.Second)
	files := filepath.Join(p.Dir, "files")
	if err := os.MkdirAll(files, 0o700); err != nil {
		return Report{}, err
	}
	bytes, plain, err := p.save(ctx, files)
	if err != nil {
		return Report{}, err
	}
	var own, bare sample
	for i := range p.Runs {
		if err := p.once(ctx, &own, p.Rekey, filepath.Join(p.Dir, fmt.Sprint("data-", i))); err != nil {
			return Report{}, err
		}
		if err := p.once(ctx, &bare, p.Bare, files); err != nil {
			return Report{}, err
		}
	}
	r := Report{Bench: "start", Machine: ThisMachine(), Figures: []Figure{
		NewFigure("first-answer", "ms", median(own.answer), median(bare.answer), p.Runs),
		NewFigure("first-page-bytes", "B", bytes, plain, 1),
	}}
	if len(own.memory) > 0 {
		r.Figures = append(r.Figures, NewFigure("idle-memory", "MiB", median(own.memory), median(bare.memory), len(own.memory)))
	}
	return r, nil
}

type sample struct{ answer, memory []float64 }

// once starts a server, asks it once, looks at its memory, and ends it.
func (p StartParams) once(ctx context.Context, s *sample, command func(context.Context, string) *exec.Cmd, dir string) error {
	return p.serve(ctx, command, dir, func(url string, started time.Time, pid int) error {
		answer, err := get(ctx, url)
		if err != nil {
			return err
		}
		s.answer = append(s.answer, float64(time.Since(started))/float64(time.Millisecond))
		answer.Body.Close()
		if mib, ok := residentMiB(pid); ok {
			s.memory = append(s.memory, mib)
		}
		return nil
	})
}

// serve starts a server and ends it after use.
func (p StartParams) serve(ctx context.Context, command func(context.Context, string) *exec.Cmd, dir string, use func(url string, started time.Time, pid int) error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	cmd := command(ctx, dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	started := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed: its exit says nothing
	}()
	lines := bufio.NewScanner(io.LimitReader(out, 1<<20))
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "Open "); ok {
			return use(strings.TrimSpace(url), started, cmd.Process.Pid)
		}
	}
	return errors.Join(lines.Err(), fmt.Errorf("%s ended before it served", filepath.Base(cmd.Path)))
}

func get(ctx context.Context, url string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept-Encoding", "gzip") // as a browser asks, and kept as it comes
	res, err := http.DefaultTransport.RoundTrip(req)
	if err == nil && res.StatusCode != http.StatusOK {
		res.Body.Close()
		return nil, fmt.Errorf("%s: %s", url, res.Status)
	}
	return res, err
}

// residentMiB reads the resident memory of a process; false where the system does
// not say.
func residentMiB(pid int) (float64, bool) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, false
	}
	m := regexp.MustCompile(`(?m)^VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	if m == nil {
		return 0, false
	}
	kib, err := strconv.Atoi(string(m[1]))
	return float64(kib) / 1024, err == nil
}

// needed finds what a page or a style sheet makes a browser fetch. Fonts are
// fetched only where text uses them; all that the page preloads or the sheet
// names for the page's own script count.
var (
	inPage  = regexp.MustCompile(`(?:src|href)="(/assets/[^"]+)"`)
	inSheet = regexp.MustCompile(`url\("?([^")]+)"?\)`)
)

// save fetches the first page with everything it needs, keeps the plain bytes as
// files for the baseline, and gives what was transferred and what that is plain.
func (p StartParams) save(ctx context.Context, files string) (transferred, plain float64, err error) {
	err = p.serve(ctx, p.Rekey, filepath.Join(p.Dir, "first"), func(url string, _ time.Time, _ int) error {
		base := strings.TrimSuffix(url, "/")
		queue, seen := []string{"/"}, map[string]bool{"/": true}
		for len(queue) > 0 {
			path := queue[0]
			queue = queue[1:]
			sent, body, err := fetch(ctx, base+path)
			if err != nil {
				return err
			}
			transferred += float64(sent)
			plain += float64(len(body))
			if err := keepFile(files, path, body); err != nil {
				return err
			}
			for _, next := range links(path, body) {
				if !seen[next] {
					seen[next] = true
					queue = append(queue, next)
				}
			}
		}
		return nil
	})
	return transferred, plain, err
}

func links(path string, body []byte) []string {
	var next []string
	switch {
	case path == "/":
		for _, m := range inPage.FindAllSubmatch(body, -1) {
			next = append(next, string(m[1]))
		}
	case strings.HasSuffix(path, ".css"):
		for _, face := range strings.Split(string(body), "@font-face")[1:] {
			face, _, _ = strings.Cut(face, "}")
			if !strings.Contains(face, "unicode-range") && !strings.Contains(face, "Mono") { // what the first page's text needs
				if m := inSheet.FindStringSubmatch(face); m != nil {
					next = append(next, "/assets/"+strings.TrimPrefix(m[1], "/assets/"))
				}
			}
		}
	}
	return next
}

// fetch gives the bytes that the body took on the wire, and the plain body.
func fetch(ctx context.Context, url string) (sent int, body []byte, err error) {
	res, err := get(ctx, url)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 8<<20))
	if err != nil || res.Header.Get("Content-Encoding") != "gzip" {
		return len(raw), raw, err
	}
	body, err = gunzip(raw)
	return len(raw), body, err
}

func keepFile(dir, path string, body []byte) error {
	if path == "/" {
		path = "/index.html"
	}
	name := filepath.Join(dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return os.WriteFile(name, bytes.Clone(body), 0o600)
}
