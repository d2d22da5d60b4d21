package firmware

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	rekey "github.com/rekey-dvr/rekey"
)

// How long things may take. Sources say to allow five minutes for an update.
const (
	pollEvery    = 2 * time.Second
	settleFor    = 20 * time.Second // until an image that was taken shows in the state
	installFor   = 15 * time.Minute // of writing
	returnFor    = 10 * time.Minute // until it answers again
	lookAgain    = 3                // looks after an upload without an answer
	maxDiffering = 20               // settings that are named
)

// Run runs one step and says what became of it. The outcome lost means that what the
// recorder did is not known, or that it could not be asked; running the same step
// again finds out. A canceled ctx is lost.
func (p Plan) Run(ctx context.Context, step string, j Job) Result {
	run := map[string]func(context.Context, *Job) Result{
		StepLook: p.look, StepKeep: p.keep, StepUpload: p.upload, StepInstall: p.install,
		StepReturn: p.comeBack, StepVerify: p.verify, StepCompare: p.compare,
	}[step]
	if run == nil {
		return Result{Step: step, Outcome: rekey.StepRefused, Code: rekey.CodeInvalid, As: "there is no such step"}
	}
	r := run(ctx, &j)
	r.Step = step
	return r
}

func done(as string) Result    { return Result{Outcome: rekey.StepDone, As: as} }
func already(as string) Result { return Result{Outcome: rekey.StepAlready, As: as} }

func refused(code rekey.Code, as string) Result {
	return Result{Outcome: rekey.StepRefused, Code: code, As: as}
}

// unknown is the result of a call that failed on the way.
func unknown(err error) Result {
	r := Result{Outcome: rekey.StepLost, Code: rekey.CodeUnseen, As: "no answer came", Err: err}
	switch {
	case errors.Is(err, context.Canceled):
		r.As = "interrupted"
	case answered(err):
		r.Outcome, r.Code, r.As = rekey.StepRefused, rekey.CodeRefused, "the recorder said no"
	case notSent(err):
		r.Code, r.As = rekey.CodeUnreachable, "the recorder could not be reached"
	}
	return r
}

// look compares the recorder with the plan.
func (p Plan) look(ctx context.Context, j *Job) Result {
	now, err := j.software(ctx)
	if err != nil {
		return unknown(err)
	}
	if model, serial, _, err := j.Present(ctx); err == nil {
		if serial != "" && p.Serial != "" && serial != p.Serial {
			return refused(rekey.CodeConflict, "another recorder answers at this address: its serial number is "+printable(serial))
		}
		if model != "" && p.Model != "" && !strings.EqualFold(model, p.Model) {
			return refused(rekey.CodeConflict, "another recorder answers at this address: a "+printable(model))
		}
	}
	if now.Is(p.To) {
		return already("it runs " + now.String())
	}
	if !now.Is(p.From) {
		return refused(rekey.CodeConflict, "it runs "+printable(now.String())+", and the plan was made for "+p.From.String())
	}
	return done("it runs " + now.String())
}

// keep notes the settings, once for a plan: those after half an installation would be
// no measure.
func (p Plan) keep(ctx context.Context, j *Job) Result {
	_, there, err := j.Kept()
	switch {
	case err != nil:
		return Result{Outcome: rekey.StepRefused, Code: rekey.CodeDamaged, As: "what was kept before cannot be read", Err: err}
	case there:
		return already("kept before")
	}
	now, err := j.software(ctx)
	if err != nil {
		return unknown(err)
	}
	if now.Is(p.To) {
		return Result{Outcome: rekey.StepSkipped, As: "it runs " + now.String() + " already"}
	}
	b, err := note(ctx, j.Recorder, now)
	if err != nil {
		return unknown(err)
	}
	if err := j.Keep(b); err != nil {
		return Result{Outcome: rekey.StepRefused, Code: rekey.CodeFull, As: "the settings cannot be noted on this computer", Err: err}
	}
	return done(strconv.Itoa(len(b.Settings)) + " settings noted")
}

// upload sends the image, unless the recorder has it or is at work on one.
func (p Plan) upload(ctx context.Context, j *Job) Result {
	now, err := j.software(ctx)
	if err != nil {
		return unknown(err)
	}
	if now.Is(p.To) {
		return already("it runs " + now.String())
	}
	word, _, err := j.Recorder.Upgrade(ctx)
	if err != nil {
		return unknown(err) // what is not known to be idle is sent nothing
	}
	switch phaseOf(word) {
	case phaseWorking:
		return already("it is at work on an image: " + printable(word))
	case phaseDone: // of this one, and it is about to restart; or of one long ago
		if r, over := p.settled(ctx, j); over {
			return r
		}
	}
	if same, err := p.sameImage(j); err != nil || !same {
		r := refused(rekey.CodeConflict, "the file is not the one that was planned with")
		r.Err = err
		return r
	}
	r, size, err := j.Image()
	if err != nil {
		return refused(rekey.CodeInvalid, "the file cannot be opened")
	}
	j.tell(Progress{Step: StepUpload, Size: size, Percent: 0})
	err = j.Recorder.UploadFirmware(ctx, p.File, r, size, func(n int64) {
		j.tell(Progress{Step: StepUpload, Sent: n, Size: size, Percent: int(100 * n / size)})
	})
	switch {
	case err == nil:
		return done(strconv.FormatInt(size, 10) + " bytes sent, SHA-256 " + p.SHA256)
	case answered(err):
		return p.no(ctx, j, err)
	case notSent(err):
		return unknown(err)
	}
	return p.unanswered(ctx, j, err)
}

// sameImage reads the image once more before it leaves: between the plan and now
// somebody may have put another in its place.
func (p Plan) sameImage(j *Job) (bool, error) {
	r, size, err := j.Image()
	if err != nil || size != p.Size {
		return false, err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, r); err != nil {
		return false, err
	}
	return hex.EncodeToString(sum.Sum(nil)) == p.SHA256, nil
}

// settled waits whether a recorder that says it is through restarts. It is over when
// it runs the new build, or stopped answering.
func (p Plan) settled(ctx context.Context, j *Job) (Result, bool) {
	for begun := j.now(); j.now().Sub(begun) < settleFor; {
		if err := j.wait(ctx); err != nil {
			return unknown(err), true
		}
		now, err := j.software(ctx)
		switch {
		case err != nil:
			return unknown(err), true
		case now.Is(p.To):
			return already("it runs " + now.String()), true
		}
	}
	return Result{}, false
}

// no is the result of an upload that the recorder refused, with its word for why.
func (p Plan) no(ctx context.Context, j *Job, err error) Result {
	r := refused(rekey.CodeRefused, "the recorder did not take the file")
	r.Err = err
	if word, _, stateErr := j.Recorder.Upgrade(ctx); stateErr == nil {
		r.As += ": " + printable(word)
	}
	return r
}

// unanswered looks what a recorder does that was sent an image and gave no answer.
func (p Plan) unanswered(ctx context.Context, j *Job, err error) Result {
	lost := Result{Outcome: rekey.StepLost, Code: rekey.CodeUnseen, As: "the file was sent, at least in part, and no answer came", Err: err}
	for range lookAgain {
		word, _, stateErr := j.Recorder.Upgrade(ctx)
		if stateErr == nil && phaseOf(word) == phaseWorking {
			return done("sent; no answer came, and the recorder is at work on it: " + printable(word))
		}
		if ctx.Err() != nil || j.wait(ctx) != nil {
			break
		}
	}
	return lost
}

// install watches the recorder write, until it is through, or gone to restart.
func (p Plan) install(ctx context.Context, j *Job) Result {
	if now, err := j.software(ctx); err == nil && now.Is(p.To) {
		return already("it runs " + now.String())
	}
	begun, idle := j.now(), time.Time{}
	for j.now().Sub(begun) < installFor {
		word, percent, err := j.Recorder.Upgrade(ctx)
		switch {
		case ctx.Err() != nil:
			return unknown(context.Cause(ctx))
		case answered(err):
			return unknown(err)
		case err != nil:
			return done("it stopped answering, as a recorder does that restarts")
		}
		j.tell(Progress{Step: StepInstall, State: printable(word), Percent: percent})
		if ph := phaseOf(word); ph == phaseDone {
			return done("the recorder says: " + printable(word))
		} else if ph == phaseWorking {
			idle = time.Time{}
		} else if r, over := p.idle(ctx, j, word, &idle); over {
			return r
		}
		if err := j.wait(ctx); err != nil {
			return unknown(err)
		}
	}
	return Result{Outcome: rekey.StepLost, Code: rekey.CodeUnseen,
		As: "it has been writing for " + installFor.String() + ". Leave it on power, and look at its screen"}
}

// idle judges a recorder that says it is at no update: it may be through already, may
// not have begun, or may have refused. The word for idle and for a bad file can be the
// same, so it is given a moment.
func (p Plan) idle(ctx context.Context, j *Job, word string, since *time.Time) (Result, bool) {
	now, err := j.software(ctx)
	switch {
	case err != nil && !answered(err):
		return done("it stopped answering, as a recorder does that restarts"), true
	case err == nil && now.Is(p.To):
		return already("it runs " + now.String()), true
	}
	if since.IsZero() {
		*since = j.now()
	}
	if j.now().Sub(*since) < settleFor && phaseOf(word) == phaseIdle || j.now().Sub(*since) < pollEvery {
		return Result{}, false
	}
	return refused(rekey.CodeConflict, "the recorder did not install the file; its word for it: "+printable(word)), true
}

// comeBack waits until the recorder answers again, without sending a password.
func (p Plan) comeBack(ctx context.Context, j *Job) Result {
	begun, gone := j.now(), false
	for first := true; j.now().Sub(begun) < returnFor; first = false {
		_, _, version, err := j.Present(ctx)
		if ctx.Err() != nil {
			return unknown(context.Cause(ctx))
		}
		gone = gone || err != nil
		switch {
		case err == nil && p.tells(version):
			return done("it answers, with " + printable(version))
		case err == nil && (gone || p.through(ctx, j, first, &gone)):
			return done("it answers again")
		}
		if err := j.wait(ctx); err != nil {
			return unknown(err)
		}
	}
	if !gone {
		return done("it was not seen to restart")
	}
	return Result{Outcome: rekey.StepLost, Code: rekey.CodeUnreachable,
		As: "it did not come back within " + returnFor.String() + ". Look at its screen; if it stays at the maker's picture, it is work for a shop"}
}

// tells reports a version that only the new build has. Without a login a recorder gives
// no date of its build, so one of the same version is not told from the one before.
func (p Plan) tells(version string) bool {
	to := plainVersion(p.To.Version)
	return version != "" && plainVersion(version) == to && plainVersion(p.From.Version) != to
}

// through reports a recorder that is there and runs the new build, or is at no update
// any more: it was away while nobody looked. One that does not answer this has gone
// since it was seen to be there.
func (p Plan) through(ctx context.Context, j *Job, first bool, gone *bool) bool {
	now, err := j.software(ctx)
	if err != nil {
		*gone = !answered(err)
		return false
	}
	if now.Is(p.To) || !first {
		return now.Is(p.To)
	}
	word, _, err := j.Recorder.Upgrade(ctx)
	return err == nil && (phaseOf(word) == phaseFailed || phaseOf(word) == phaseIdle)
}

// verify compares version and date of build with the file's. Services of a recorder
// that has just come up may need a moment.
func (p Plan) verify(ctx context.Context, j *Job) Result {
	now, err := j.software(ctx)
	for try := 0; try < lookAgain*lookAgain && err != nil && !answered(err); try++ {
		if waited := j.wait(ctx); waited != nil {
			return unknown(waited)
		}
		now, err = j.software(ctx)
	}
	switch {
	case err != nil:
		return unknown(err)
	case now.Is(p.To) && now.Date != "":
		return done("it runs " + now.String())
	case now.Is(p.To):
		return done("it runs " + now.Version + "; it does not say when that was built")
	case now.Is(p.From):
		return refused(rekey.CodeConflict, "it still runs "+printable(now.String()))
	}
	return refused(rekey.CodeConflict, "it runs "+printable(now.String())+", which is neither what it ran nor what was sent")
}

// compare holds the settings against those noted before.
func (p Plan) compare(ctx context.Context, j *Job) Result {
	before, there, err := j.Kept()
	switch {
	case err != nil:
		return Result{Outcome: rekey.StepRefused, Code: rekey.CodeDamaged, As: "what was noted before cannot be read", Err: err}
	case !there:
		return Result{Outcome: rekey.StepSkipped, As: "nothing was noted before"}
	}
	keys, err := before.differ(ctx, j.Recorder)
	switch {
	case err != nil:
		return unknown(err)
	case len(keys) == 0:
		return done("the login works, and all " + strconv.Itoa(len(before.Settings)) + " settings are as before")
	}
	for i := range keys {
		keys[i] = printable(keys[i])
	}
	return Result{Outcome: rekey.StepDone, Code: rekey.CodeUnseen, Differ: keys,
		As: "the login works; not as before: " + strings.Join(keys[:min(len(keys), maxDiffering)], ", ")}
}
