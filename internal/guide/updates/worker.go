package updates

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/firmware"
	"github.com/rekey-dvr/rekey/internal/guide"
)

// Ask is what a person asks for, and what they said to it.
type Ask struct {
	File     string   `json:"file"`               // SHA-256 of a file in the folder
	Power    bool     `json:"power"`              // it stays on power
	Unproven bool     `json:"unproven,omitempty"` // nobody has reported a success for this board yet
	Model    string   `json:"model,omitempty"`    // as its owner typed it
	Override []string `json:"override,omitempty"` // codes of reasons that they decided otherwise
}

// Plan is what is kept of a plan: the installation, and the file that it is in, which
// may be an archive with the image inside.
type Plan struct {
	firmware.Plan
	Source string `json:"source"` // SHA-256 of the file
}

// Refused are the reasons against an installation, inside of the error of a plan.
type Refused struct{ Reasons []firmware.Refusal }

// Error gives the codes.
func (r *Refused) Error() string {
	var codes []string
	for _, n := range r.Reasons {
		codes = append(codes, n.Code)
	}
	return strings.Join(codes, ", ")
}

// finishFirmware is the line of the finish list that an installation ends.
const finishFirmware = "firmware"

// loginWithin is how long a recorder that answers again may take until it lets
// somebody in.
const loginWithin = 5 * time.Minute

// Worker installs firmware. It may be used by many goroutines.
type Worker struct {
	Catalog *catalog.Catalog
	Files   Folder
	Every   time.Duration // between two looks at a recorder that is at work; 0: as [firmware.Job] has it
}

// Plan holds the file against the recorder. Where something stands against it the
// error is [rekey.CodeFirmware] and wraps a [*Refused]. The settings must have been
// kept before, with a snapshot of the recovery.
func (w *Worker) Plan(ctx context.Context, a guide.Access, in guide.Input) (guide.TaskPlan, error) {
	var ask Ask
	if err := json.Unmarshal(in.Ask, &ask); err != nil {
		return guide.TaskPlan{}, rekey.Errorf(rekey.CodeInvalid, "No firmware file was chosen").Wrap(err)
	}
	if isHash(ask.File) {
		if err := w.Files.need(in.Recovery.ID, ask.File); err != nil {
			return guide.TaskPlan{}, err
		}
	}
	file, err := w.Files.Open(ask.File)
	if err != nil {
		return guide.TaskPlan{}, err
	}
	defer file.Close()
	facts, err := factsOf(ctx, a, in.Recovery)
	if err != nil {
		return guide.TaskPlan{}, err
	}
	said := firmware.Answers{Power: ask.Power, Unproven: ask.Unproven, TypedModel: ask.Model, Override: ask.Override}
	if s := in.Recovery.Snapshot(); s != nil {
		said.Snapshot = s.Hash
	}
	p, no := firmware.Install(file.Inspect(), facts, said, w.Catalog)
	if len(no) > 0 {
		return guide.TaskPlan{}, rekey.Errorf(rekey.CodeFirmware, "%s", no[0].Reason).
			WithHint("The maker's way, from a USB stick, and the file for this model come first.").Wrap(&Refused{no})
	}
	return guide.TaskPlan{Plan: Plan{p, ask.File}, Digest: p.Digest(), Steps: p.Steps()}, nil
}

func factsOf(ctx context.Context, a guide.Access, r *rekey.Recovery) (firmware.Facts, error) {
	return Facts(ctx, a, r.Model(), r.Identity.Serial)
}

// Facts gives what a recorder says of itself to somebody who is logged in, as package
// firmware judges it. Model and serial number are known before.
func Facts(ctx context.Context, a guide.Access, model, serial string) (firmware.Facts, error) {
	f := firmware.Facts{Model: model, Serial: serial, Practice: strings.HasPrefix(serial, firmware.PracticeSerial)}
	var err error
	if f.Version, f.Build, err = a.Software(ctx); err != nil {
		return f, err
	}
	if t, err := a.Settings(ctx, "VideoStandard"); err == nil {
		f.Standard, _ = t.Get("VideoStandard")
	}
	return f, nil
}

// faster is a clock that goes with the faster of the recovery's and this computer's:
// practice goes faster, and a stepped clock stands while the recorder works.
func faster(now func() time.Time) func() time.Time {
	begun, wall := now(), time.Now()
	return func() time.Time { return begun.Add(max(now().Sub(begun), time.Since(wall))) }
}

// verified records what the recorder runs now.
func verified(ctx context.Context, a guide.Access) []rekey.Command {
	version, build, err := a.Software(ctx)
	if err != nil {
		return nil
	}
	return []rekey.Command{
		rekey.Saw{What: rekey.FirmwareSeen{When: rekey.After, Version: version, Build: build}},
		rekey.MarkFinish{Item: finishFirmware, State: rekey.FinishDone, Seen: true},
	}
}
