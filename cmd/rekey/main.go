// Command rekey gets an owner back into an Amcrest HDCVI recorder.
//
// Each command is one file; the file's type has the flags as fields and a Run
// method, and is one line in [commands]. What a command returns as an error is
// printed and turned into an exit code in exit.go only.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(mainCode()) }

// mainCode runs the program on this process's own surroundings and gives the
// exit code. SIGINT and SIGTERM end the context; a command then ends by itself.
func mainCode() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)
}

// run is the whole program: it parses args, runs one command and gives its exit
// code. Answers go to stdout, remarks to stderr. It never exits the process and
// reads the environment only through getenv.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	out := &answer{to: stdout}
	p := &process{
		ctx: ctx, stdin: stdin, stdout: out, stderr: stderr, getenv: getenv,
		json: asksJSON(args), watched: out.terminal(),
	}
	if getenv("COMP_LINE") != "" {
		return complete(p)
	}
	return p.finish(out.instead(p.dispatch(args)))
}

// asksJSON reports whether --json is among the arguments, so that even a command
// line that cannot be parsed is answered in JSON.
func asksJSON(args []string) bool {
	for _, a := range args {
		switch a {
		case "--":
			return false
		case "--json", "--json=true":
			return true
		}
	}
	return false
}
