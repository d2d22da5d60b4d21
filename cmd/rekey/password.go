package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// maxPasswordLine bounds a password that is read, in bytes.
const maxPasswordLine = 1024

// passwordFlags say where a password comes from; never from an argument, which
// other programs can see.
type passwordFlags struct {
	PasswordFile string `name:"password-file" help:"Read the password from the first line of a file; - is standard input." placeholder:"FILE" predictor:"file"`
}

// read gives the password from the file, from standard input, or from a prompt.
func (f passwordFlags) read(p *process, prompt string) (secret.String, error) {
	if f.PasswordFile != "" && f.PasswordFile != "-" {
		file, err := os.Open(f.PasswordFile)
		if err != nil {
			return secret.String{}, rekey.Errorf(rekey.CodeInvalid, "The password file cannot be read").Wrap(err)
		}
		defer file.Close()
		return firstLine(bufio.NewReader(file))
	}
	return p.askPassword(prompt)
}

// askPassword reads a password without showing it where stdin is a terminal, and
// its next line otherwise.
func (p *process) askPassword(prompt string) (secret.String, error) {
	in, ok := p.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return firstLine(p.lines())
	}
	fmt.Fprint(p.stderr, prompt)
	typed, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(p.stderr)
	if err != nil {
		return secret.String{}, rekey.Errorf(rekey.CodeInvalid, "No password was typed").Wrap(err)
	}
	return secret.New(string(typed)), nil
}

// lines gives standard input for reading line by line: one reader for the life of
// the process, so that two passwords can come one after the other.
func (p *process) lines() *bufio.Reader {
	if p.stdinLines == nil {
		p.stdinLines = bufio.NewReader(p.stdin)
	}
	return p.stdinLines
}

func firstLine(r *bufio.Reader) (secret.String, error) {
	var line strings.Builder
	for line.Len() <= maxPasswordLine {
		b, err := r.ReadByte()
		if errors.Is(err, io.EOF) && line.Len() > 0 || err == nil && b == '\n' {
			return secret.New(strings.TrimSuffix(line.String(), "\r")), nil
		}
		if err != nil {
			return secret.String{}, rekey.Errorf(rekey.CodeInvalid, "No password was given").
				WithHint("Type it at the prompt, or give --password-file, or a line on standard input.")
		}
		line.WriteByte(b)
	}
	return secret.String{}, rekey.Errorf(rekey.CodeTooLarge, "That is no password: the line is too long")
}

func itoa(n int) string { return strconv.Itoa(n) }
