package main

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	rekey "github.com/rekey-dvr/rekey"
)

// The exit codes, a contract with whoever calls rekey from a script.
// docs/reference/exit-codes.md has the same table; a test compares them.
const (
	exitDone          = 0   // done, and seen to be done
	exitFailed        = 1   // failed; the message says why
	exitUsage         = 2   // wrong usage
	exitUnreachable   = 10  // no such recorder, not reachable
	exitRefused       = 11  // login refused
	exitWait          = 12  // wait: account locked, the attempt budget is spent, or asked too often
	exitUninitialised = 13  // recorder not initialised
	exitUnsupported   = 14  // not a supported recorder, with the pointer
	exitUnsafe        = 15  // refused for safety
	exitUnseen        = 16  // partly done, or done but not seen
	exitInterrupted   = 130 // interrupted; nothing half-written
)

// exitOf is the one place that turns an error's code into an exit code.
var exitOf = map[rekey.Code]int{
	rekey.CodeInternal:      exitFailed,
	rekey.CodeInvalid:       exitUsage,
	rekey.CodeNotFound:      exitFailed,
	rekey.CodeConflict:      exitFailed,
	rekey.CodeNotNow:        exitFailed,
	rekey.CodeTooEarly:      exitUnsafe,
	rekey.CodeClockBack:     exitFailed,
	rekey.CodeClockDoubt:    exitUnsafe,
	rekey.CodeUnknownModel:  exitFailed,
	rekey.CodeUnsupported:   exitUnsupported,
	rekey.CodePublicAddress: exitUnsafe,
	rekey.CodeUntrusted:     exitUnsafe,
	rekey.CodeUnreachable:   exitUnreachable,
	rekey.CodeRefused:       exitRefused,
	rekey.CodeLocked:        exitWait,
	rekey.CodeBudget:        exitWait,
	rekey.CodeUninitialised: exitUninitialised,
	rekey.CodeLimit:         exitWait,
	rekey.CodePassword:      exitFailed,
	rekey.CodeGarbage:       exitUnreachable,
	rekey.CodeDamaged:       exitFailed,
	rekey.CodeFull:          exitFailed,
	rekey.CodeUnseen:        exitUnseen,
	rekey.CodeForbidden:     exitFailed,
	rekey.CodeTooLarge:      exitFailed,
	rekey.CodeSafety:        exitUnsafe,
	rekey.CodeFirmware:      exitUnsafe,
	rekey.CodeVaultLocked:   exitFailed,
	rekey.CodePassphrase:    exitFailed,
	rekey.CodeKeyring:       exitFailed,
	rekey.CodeBusy:          exitWait,
	rekey.CodeTooMany:       exitWait,
}

// Codes that only the command line has.
const (
	codeUsage       rekey.Code = "usage"
	codeInterrupted rekey.Code = "interrupted"
)

// errorBody is the JSON form of a failure.
type errorBody struct {
	Error struct {
		Code    rekey.Code `json:"code"`
		Message string     `json:"message"`
		Hint    string     `json:"hint"`
	} `json:"error"`
}

// exitWith is an error that was already told in the command's own answer, for
// example in a transcript's summary; only its exit code is left.
type exitWith int

func (e exitWith) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// finish tells a command's error and gives the exit code: as JSON on stdout when
// the command line asks for it, otherwise as words on stderr.
func (p *process) finish(err error) int {
	var told exitWith
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &told):
		return int(told)
	// The reader of our answer went away, as with | head. That is its business.
	case errors.Is(err, syscall.EPIPE):
		return exitDone
	}
	code, message, hint, exit := p.explain(err)
	if p.json {
		var body errorBody
		body.Error.Code, body.Error.Message, body.Error.Hint = code, message, hint
		if err := p.writeJSON(body); err != nil {
			fmt.Fprintln(p.stderr, "rekey:", err)
		}
		return exit
	}
	fmt.Fprintln(p.stderr, "rekey:", message)
	if hint != "" {
		fmt.Fprintln(p.stderr, hint)
	}
	return exit
}

func (p *process) explain(err error) (code rekey.Code, message, hint string, exit int) {
	var wrong *usageError
	if errors.As(err, &wrong) {
		return codeUsage, wrong.message, "See: " + wrong.command + " --help", exitUsage
	}
	// Only when it was us who were interrupted: a command's own time limit is
	// that command's failure.
	if p.ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return codeInterrupted, "Interrupted. Nothing is half-written.", "", exitInterrupted
	}
	code = rekey.CodeOf(err)
	exit, ok := exitOf[code]
	if !ok {
		exit = exitFailed
	}
	message = err.Error()
	var held *rekey.Held
	var coded *rekey.Error
	if errors.As(err, &held) && errors.As(err, &coded) { // the cause is for programs; the message has it in words
		message = coded.Message
	}
	return code, message, rekey.HintOf(err), exit
}
