package main

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/alecthomas/kong"
)

// noRoom is standard output on a full disk; gone one whose reader went away.
type (
	noRoom struct{}
	gone   struct{}
)

func (noRoom) Write([]byte) (int, error) { return 0, syscall.ENOSPC }
func (gone) Write([]byte) (int, error)   { return 0, syscall.EPIPE }

// Whatever a command would have said, it does not end as done when nobody can read
// it. A reader that went away is no failure.
func TestAnswerThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	lines := []string{
		"--help", "steps", "model", "model AMDV7208 --json", "version", "version --json", "completion bash", "setup --schema",
		"sheet -o -", "sheet -o " + filepath.Join(t.TempDir(), "sheet.html"), "remind --data " + data, "vault status --data " + data,
		"vault status --json --data " + data, "vault rotate --data " + data, "doctor --data " + data,
	}
	p := &process{ctx: t.Context(), stdout: noRoom{}, stderr: noRoom{}, getenv: func(string) string { return "" }}
	k, err := p.parser()
	if err != nil {
		t.Fatal(err)
	}
	for _, leaf := range k.Model.Leaves(true) {
		if leaf.Type == kong.CommandNode {
			lines = append(lines, pathOf(leaf)+" --help")
		}
	}
	ran := func(line string, to interface{ Write([]byte) (int, error) }) (int, string) {
		var errs bytes.Buffer
		code := run(context.Background(), strings.Fields(line), strings.NewReader(""), to, &errs, func(string) string { return "" })
		return code, errs.String()
	}
	for _, line := range lines {
		if code, errs := ran(line, noRoom{}); code != exitFailed || !strings.Contains(errs, syscall.ENOSPC.Error()) {
			t.Errorf("%s: exit %d, %q", line, code, errs)
		}
		if code, errs := ran(line, gone{}); code != exitDone || strings.Contains(errs, "rekey:") {
			t.Errorf("%s | head: exit %d, %q", line, code, errs)
		}
	}
	if a := (&answer{to: noRoom{}}); !errors.Is(func() error { _, err := a.Write([]byte("x")); return err }(), syscall.ENOSPC) {
		t.Error("the cause is lost")
	}
}
