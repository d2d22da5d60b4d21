package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/rogpeppe/go-internal/testscript"

	rekey "github.com/rekey-dvr/rekey"
)

func TestMain(m *testing.M) {
	// The stories try some thirty passphrases. internal/e2e tries them at their price.
	vaultOptions.Work = 10
	testscript.Main(m, map[string]func(){"rekey": main})
}

// TestScript runs the stories of testdata/script against the real program.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			// Without this the race detector holds each process for a second at its end.
			e.Setenv("GORACE", "atexit_sleep_ms=0")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "isjson": isJSON, "twin": scriptTwin, "practicefile": practiceFile},
	})
}

// exits runs a command and compares its exit code: exits 14 rekey model X. Its
// output can be matched as after exec.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code command [argument...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var coded interface{ ExitCode() int }
		if !errors.As(err, &coded) {
			ts.Fatalf("%v", err)
		}
		got = coded.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	if args[1] == "rekey" {
		hintsFit(ts, args[2:])
	}
}

// isJSON checks that a file (or stdout) is exactly one JSON document.
func isJSON(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: isjson file")
	}
	dec := json.NewDecoder(strings.NewReader(ts.ReadFile(args[0])))
	var v any
	ts.Check(dec.Decode(&v))
	if err := dec.Decode(&v); !errors.Is(err, io.EOF) {
		ts.Fatalf("more than one JSON document")
	}
}

func call(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), args, strings.NewReader(""), &out, &errs, func(string) string { return "" })
	return code, out.String(), errs.String()
}

// TestEveryCommandHasAnExample goes through all commands: each has a help that
// names an example which begins with the command itself.
func TestEveryCommandHasAnExample(t *testing.T) {
	p := &process{ctx: context.Background(), stdout: io.Discard, stderr: io.Discard, getenv: func(string) string { return "" }}
	k, err := p.parser()
	if err != nil {
		t.Fatal(err)
	}
	leaves := k.Model.Leaves(true)
	if len(leaves) < 4 {
		t.Fatalf("%d commands", len(leaves))
	}
	for _, leaf := range leaves {
		var names []string
		for _, word := range strings.Fields(strings.TrimPrefix(leaf.FullPath(), "rekey ")) {
			if !strings.HasPrefix(word, "<") && !strings.HasPrefix(word, "[") {
				names = append(names, word)
			}
		}
		path := strings.Join(names, " ")
		if leaf.Help == "" || !strings.Contains(leaf.Detail, "rekey "+path) || !strings.Contains(leaf.Detail, "Example") {
			t.Errorf("%s has no help or no example: %q, %q", path, leaf.Help, leaf.Detail)
		}
		args := append(names, "--help")
		if leaf.Type == kong.CommandNode {
			code, out, errs := call(t, args...)
			if code != 0 || !strings.Contains(out, "Example") || errs != "" {
				t.Errorf("%v: exit %d, %q, %q", args, code, out, errs)
			}
		}
	}
}

// TestEveryCodeHasAnExit reads the codes from the domain's source, so that a new
// one cannot be forgotten here.
func TestEveryCodeHasAnExit(t *testing.T) {
	codes := declaredCodes(t)
	if len(codes) < 20 {
		t.Fatalf("only %d codes found", len(codes))
	}
	for _, c := range codes {
		if _, ok := exitOf[c]; !ok {
			t.Errorf("code %q has no exit code", c)
		}
	}
	if len(exitOf) != len(codes) {
		t.Errorf("%d codes, %d exits", len(codes), len(exitOf))
	}
}

func declaredCodes(t *testing.T) (codes []rekey.Code) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "../../error.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(v.Names[0].Name, "Code") {
			return true
		}
		s, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		codes = append(codes, rekey.Code(s))
		return true
	})
	return codes
}

// TestExitCodesAreDocumented holds the table of docs/reference/exit-codes.md
// against exitOf.
func TestExitCodesAreDocumented(t *testing.T) {
	b, err := os.ReadFile("../../docs/reference/exit-codes.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[rekey.Code]int{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z0-9-]+)` \\| (\\d+) \\|").FindAllStringSubmatch(string(b), -1) {
		n, err := strconv.Atoi(m[2])
		if err != nil {
			t.Fatal(err)
		}
		documented[rekey.Code(m[1])] = n
	}
	want := map[rekey.Code]int{codeUsage: exitUsage, codeInterrupted: exitInterrupted}
	for c, n := range exitOf {
		want[c] = n
	}
	for c, n := range want {
		if documented[c] != n {
			t.Errorf("%s: documented as %d, is %d", c, documented[c], n)
		}
	}
	if len(documented) != len(want) {
		t.Errorf("%d codes documented, %d exist", len(documented), len(want))
	}
}

func TestFinish(t *testing.T) {
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	coded := rekey.Errorf(rekey.CodeLocked, "The account is locked.").WithHint("Wait.")
	for _, tc := range []struct {
		name string
		ctx  context.Context
		err  error
		want int
		out  string
	}{
		{"done", gone, nil, 0, ""},
		{"coded", context.Background(), coded, 12, `"code": "locked"`},
		{"wrapped", context.Background(), errors.Join(errors.New("while trying"), coded), 12, `"hint": "Wait."`},
		{"any other", context.Background(), errors.New("odd"), 1, `"code": "internal"`},
		{"interrupted", gone, context.Canceled, 130, `"code": "interrupted"`},
		{"canceled by itself", context.Background(), context.Canceled, 1, `"code": "internal"`},
		{"failed while interrupted", gone, coded, 12, `"code": "locked"`},
		{"already told", context.Background(), exitWith(16), 16, ""},
		{"usage", context.Background(), wrongUsage("rehearse", "--early needs --button none."), 2, `"hint": "See: rekey rehearse --help"`},
	} {
		for _, asJSON := range []bool{false, true} {
			var out, errs bytes.Buffer
			p := &process{ctx: tc.ctx, stdout: &out, stderr: &errs, json: asJSON}
			if got := p.finish(tc.err); got != tc.want {
				t.Errorf("%s: exit %d, want %d", tc.name, got, tc.want)
			}
			if asJSON && (!strings.Contains(out.String(), tc.out) || errs.Len() > 0) {
				t.Errorf("%s: stdout %q, stderr %q", tc.name, &out, &errs)
			}
			if !asJSON && out.Len() > 0 {
				t.Errorf("%s: remarks on stdout: %q", tc.name, &out)
			}
		}
	}
}

func TestAsksJSON(t *testing.T) {
	for args, want := range map[string]bool{
		"model --json": true, "--json model": true, "model": false, "model -- --json": false, "model --json=true": true, "model --jsonx": false,
	} {
		if got := asksJSON(strings.Fields(args)); got != want {
			t.Errorf("%q: %v", args, got)
		}
	}
}
