package e2e

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// result is how a command ended.
type result struct {
	code           int
	stdout, stderr string
}

// rekeyCLI runs a command on a data folder, with what is typed into it.
func rekeyCLI(t testing.TB, dir, stdin string, args ...string) result {
	t.Helper()
	if slices.Contains([]string{"serve", "verify", "passwd", "doctor"}, args[0]) {
		args = append(args, "--data", dir)
	}
	r, err := run1(stdin, nil, binary, args...)
	return ranOf(t, r, err)
}

// exitUnreachable is the exit code of a recorder that did not answer.
const exitUnreachable = 10

// reaches runs a command on a recorder that is there. A computer that does much else
// gives an answer too late now and then: it is asked again.
func reaches(t testing.TB, dir, stdin string, args ...string) (r result) {
	t.Helper()
	for range looks {
		if r = rekeyCLI(t, dir, stdin, args...); r.code != exitUnreachable {
			break
		}
	}
	return r
}

// shell runs a command line of sh, in which $0 is rekey and $1 the data folder.
func shell(t testing.TB, dir, script string) result {
	t.Helper()
	r, err := run1("", nil, "sh", "-c", script, binary, dir)
	return ranOf(t, r, err)
}

func ranOf(t testing.TB, r result, err error) result {
	t.Helper()
	if err != nil {
		t.Fatalf("%v\n%s%s", err, r.stdout, r.stderr)
	}
	return r
}

// run1 runs a program to its end, which has to come soon.
func run1(stdin string, env []string, name string, args ...string) (result, error) {
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	cmd.Env = append(os.Environ(), env...)
	err := cmd.Run()
	r := result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
	var ended *exec.ExitError
	if errors.As(err, &ended) && r.code >= 0 {
		err = nil
	}
	return r, err
}
