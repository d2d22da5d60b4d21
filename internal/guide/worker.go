package guide

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// Worker does one kind of task at a recorder. The guide logs in, journals around
// each step and logs out; the worker talks to the recorder through the access that
// it is given, and to nothing else. It is used for many recoveries at once.
type Worker interface {
	// Plan makes a plan against the recorder as it is. It reads, and writes nothing.
	Plan(ctx context.Context, a Access, in Input) (TaskPlan, error)
	// Step does one step of a plan that was accepted. It looks at the recorder
	// first, since the step may have been begun before (job.Step.Tries above 1) by
	// a process that was killed: what is so already is [rekey.StepAlready], and what
	// must not be done twice is not.
	Step(ctx context.Context, a Access, job Job) StepResult
}

// Mover is a worker whose steps may give a recorder another address.
type Mover interface {
	// Moves gives where a recorder that was at an address is once the step is done; ""
	// where it stays, or nobody knows.
	Moves(t *rekey.Task, step, from string) string
}

// Input is what a plan is made from.
type Input struct {
	Recovery *rekey.Recovery
	Ask      json.RawMessage // what the person asked for, in the worker's own form; nil for nothing in particular
	Now      time.Time       // the recovery's
}

// TaskPlan is what a worker wants to do.
type TaskPlan struct {
	Plan   any              // marshals to a JSON object without secrets
	Digest string           // of what the person is shown; "" lets the guide make one of Plan and Steps
	Steps  []rekey.TaskStep // none: there is nothing to do, which is no error
}

// Job is one step to be done.
type Job struct {
	Recovery *rekey.Recovery
	Task     *rekey.Task      // with its plan, and the footage question's answer
	Step     *rekey.StepState // Tries is 1 the first time
	// Last is what became of the step the time before, "" the first time. A person
	// lets one go on that was refused; one that is lost may go on by itself.
	Last rekey.StepOutcome
	Now  func() time.Time // the recovery's
	// Look asks who the recorder is, where it is expected, without a password.
	Look func(context.Context) (Sighting, error)
	// Tell says how far the step is; Task and Step of it are filled in.
	Tell func(Progress)
	// Refuses tries a password of another account once, to see that the recorder
	// refuses it. It goes through the attempt ledger: nil is not tried, or not
	// answered, and the code says why.
	Refuses func(ctx context.Context, account string, password secret.String) (*bool, rekey.Code)
	// Accepts tries the password of another account once, to see that the recorder takes
	// it. It goes through the attempt ledger: nil is not tried, or not judged, and the
	// code says why.
	Accepts func(ctx context.Context, account string, password secret.String) (*bool, rekey.Code)
	// Change changes the password of another account, whose password now is old, in
	// the access a. The recorder may count a wrong old one as a failed try, so that it
	// goes through the attempt ledger: unsent with [rekey.CodeBudget] or
	// [rekey.CodeLocked] is what the ledger does not allow.
	Change func(ctx context.Context, a Access, account string, old, next secret.String) (rekey.SendOutcome, error)
	// Keep puts a password of another account beside those that are kept of the
	// recorder, sealed, with what became of it; "" is nothing yet. Of one that is kept
	// already it adds what became of it.
	Keep func(ctx context.Context, k rekey.PasswordKept, became rekey.Became) error
	// Back waits for a recorder that was told to restart or to move, and logs in
	// again. The access before is of no more use, whether it succeeds or not. Its
	// errors are [rekey.CodeUnreachable] when the recorder did not come back, and
	// [rekey.CodeRefused] and its like when the login was not accepted.
	Back func(ctx context.Context, cut Cut) (Access, Absence, error)
}

// Cut is how a step cuts the connection.
type Cut struct {
	Restarts bool          // it goes before it comes back
	Address  string        // where it will be; "" for where it was, or wherever it is found
	Within   time.Duration // how long to wait for it, of the recovery's time
	// Restarted asks the recorder itself whether it started anew since it was told to,
	// which may be faster than two looks at it. It is asked now and then while the
	// recorder answers and nobody saw it gone, with the access before, or with a new one
	// where that has ended. An error tells nothing. nil asks nothing.
	Restarted func(context.Context, Access) (bool, error)
}

// Absence is when a recorder went and came back, in the recovery's time. Gone is
// zero when nobody saw it gone; Told says that the recorder itself told that it
// started anew. With neither, nobody knows that it did.
type Absence struct {
	Gone, Back time.Time
	Told       bool
}

// StepResult is what became of a step.
type StepResult struct {
	Outcome rekey.StepOutcome
	Code    rekey.Code // of a refusal, a loss or a skip
	As      string     // what was seen, without a secret
	// Then is recorded with the outcome: what was seen ([rekey.Saw]), kept or named.
	// Were one of these refused, the outcome alone is recorded.
	Then []rekey.Command
}

// Failed makes the result of an error of an access: refused when the recorder said
// no, or nothing was sent, and lost otherwise.
func Failed(a Access, err error) StepResult {
	explained := a.Explain(err)
	res := StepResult{Outcome: rekey.StepLost, Code: rekey.CodeOf(explained)}
	if answered(err) {
		res.Outcome = rekey.StepRefused
	}
	return res
}

// answered reports whether an error says that nothing was done: the recorder
// understood and said no, or it never left this computer.
func answered(err error) bool {
	var said interface{ Answered() bool }
	var kept interface{ NotSent() bool }
	return errors.As(err, &said) && said.Answered() || errors.As(err, &kept) && kept.NotSent()
}

// digestOf names a plan by what it says.
func digestOf(plan json.RawMessage, steps []rekey.TaskStep) string {
	h := sha256.New()
	h.Write(plan)
	_ = json.NewEncoder(h).Encode(steps) // strings and truths are always written
	return hex.EncodeToString(h.Sum(nil))[:32]
}
