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
	return p.password(f.PasswordFile, "--password-file", prompt)
}

// password gives one from a file that a flag names, where "-" and no file are
// standard input.
func (p *process) password(file, flag, prompt string) (secret.String, error) {
	if file != "" && file != "-" {
		return fromFile(file, "password")
	}
	return p.askPassword(prompt, flag)
}

// askPassword reads a password without showing it where stdin is a terminal, and
// its next line otherwise. flag is the one that gives it by a file, "" where there
// is none.
func (p *process) askPassword(prompt, flag string) (secret.String, error) {
	if !p.terminal() {
		line, err := firstLine(p.lines())
		if errors.Is(err, io.EOF) {
			hint := "Type it at the prompt, or give it as a line on standard input."
			if flag != "" {
				hint = "Type it at the prompt, or give " + flag + ", or a line on standard input."
			}
			return line, rekey.Errorf(rekey.CodeInvalid, "No %s was given", nounOf(prompt)).WithHint(hint)
		}
		if err != nil && rekey.CodeOf(err) == rekey.CodeInternal {
			err = rekey.Errorf(rekey.CodeInvalid, "The %s cannot be read", nounOf(prompt)).Wrap(err)
		}
		return line, err
	}
	fmt.Fprint(p.stderr, prompt)
	typed, err := term.ReadPassword(int(p.stdin.(*os.File).Fd()))
	fmt.Fprintln(p.stderr)
	if err != nil {
		return secret.String{}, rekey.Errorf(rekey.CodeInvalid, "No %s was typed", nounOf(prompt)).Wrap(err)
	}
	return secret.New(string(typed)), nil
}

// nounOf says what a prompt asks for.
func nounOf(prompt string) string {
	if strings.Contains(strings.ToLower(prompt), "passphrase") {
		return "passphrase"
	}
	return "password"
}

// fromFile gives the first line of a file that holds a password or a passphrase.
func fromFile(name, noun string) (secret.String, error) {
	f, err := os.Open(name)
	if err != nil {
		return secret.String{}, rekey.Errorf(rekey.CodeInvalid, "The %s file cannot be read", noun).Wrap(err)
	}
	defer f.Close()
	line, err := firstLine(bufio.NewReader(f))
	switch {
	case errors.Is(err, io.EOF) || err == nil && line.IsEmpty():
		err = rekey.Errorf(rekey.CodeInvalid, "The %s file %s has nothing in its first line", noun, name)
	case err != nil && rekey.CodeOf(err) == rekey.CodeInternal:
		err = rekey.Errorf(rekey.CodeInvalid, "The %s file cannot be read", noun).Wrap(err)
	}
	return line, err
}

// lines gives standard input for reading line by line: one reader for the life of
// the process, so that two passwords can come one after the other.
func (p *process) lines() *bufio.Reader {
	if p.stdinLines == nil {
		p.stdinLines = bufio.NewReader(p.stdin)
	}
	return p.stdinLines
}

// firstLine reads to the end of a line. Where nothing comes at all it is io.EOF, and
// any other error that is not coded is the reading's.
func firstLine(r *bufio.Reader) (secret.String, error) {
	var line strings.Builder
	for line.Len() <= maxPasswordLine {
		b, err := r.ReadByte()
		if errors.Is(err, io.EOF) && line.Len() > 0 || err == nil && b == '\n' {
			return secret.New(strings.TrimSuffix(line.String(), "\r")), nil
		}
		if err != nil {
			return secret.String{}, err
		}
		line.WriteByte(b)
	}
	return secret.String{}, rekey.Errorf(rekey.CodeTooLarge, "That is no password: the line is too long")
}

func itoa(n int) string { return strconv.Itoa(n) }
