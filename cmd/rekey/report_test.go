package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/report"
)

// The record of a recovery is written beside the process that serves it, is the
// file that its page offers, and is found whole, altered, or another one.
func TestReportBesideServe(t *testing.T) {
	dir := t.TempDir()
	env := map[string]string{"CI": "true", "REKEY_CONFIG": "", "HOME": dir, "TZ": "America/New_York"}
	ctx, stop := context.WithCancel(t.Context())
	base, _, wait := startServe(t, ctx, env)
	defer func() {
		stop()
		if code := wait(); code != exitDone {
			t.Errorf("serve ended with %d", code)
		}
	}()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Post(base+"begin", "application/x-www-form-urlencoded", strings.NewReader("case=front"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	id := path.Base(resp.Request.URL.Path)
	rekey := func(want int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if got := run(t.Context(), append([]string{"report"}, args...), strings.NewReader(""), &out, &errs, func(n string) string { return env[n] }); got != want {
			t.Errorf("report %v: exit %d, want %d: %s%s", args, got, want, out.String(), errs.String())
		}
		return out.String() + errs.String()
	}
	for _, kind := range []string{"pdf", "html", "json"} {
		file := filepath.Join(dir, "record."+kind)
		told := rekey(exitDone, report.Ref(id), "-o", file, "--paper", "Letter")
		_, code, _ := strings.Cut(strings.TrimSpace(told), "apart from it: ")
		mine, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequest(http.MethodGet, base+"r/"+id+"/record."+kind, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.AddCookie(&http.Cookie{Name: "tz", Value: "America%2FNew_York"})
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		served, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || !bytes.Equal(served, mine) {
			t.Errorf("%s: the page offers another file than the command writes (%d and %d bytes, %v)", kind, len(served), len(mine), err)
		}
		if said := rekey(exitDone, "--verify", file, "--code", code); !strings.Contains(said, "handed over for") {
			t.Errorf("%s: %s", kind, said)
		}
		if said := rekey(exitFailed, "--verify", file, "--code", "0000-0000-0000-0000"); !strings.Contains(said, code) {
			t.Errorf("%s: %s", kind, said)
		}
		at := bytes.LastIndexByte(mine, '-') // in JSON white space may differ; this is no white space
		if err := os.WriteFile(file, append(mine[:at:at], mine[at+1:]...), 0o600); err != nil {
			t.Fatal(err)
		}
		rekey(exitFailed, "--verify", file)
	}
	var doc report.Document
	if err := json.Unmarshal([]byte(rekey(exitDone, id, "--json")), &doc); err != nil || doc.Statement.Outcome != report.OutcomeOpen {
		t.Errorf("--json: %+v, %v", doc.Statement, err)
	}
	if said := rekey(exitDone, id, "--in", "es"); !strings.Contains(said, "Registro de servicio") && !strings.Contains(said, "todavía en curso") {
		t.Errorf("in Spanish: %s", said)
	}
	rekey(exitFailed, "no-such")
	rekey(exitUsage, id, "-o", filepath.Join(dir, "record.doc"))
	rekey(exitUsage, id, "--in", "xx")
	rekey(exitUsage, id, "--verify", "x")
	rekey(exitUsage)
	rekey(exitFailed, "--verify", filepath.Join(dir, "none"))
}
