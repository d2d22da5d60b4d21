package firmware

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
)

// Answers are what a person has to say before an installation, and what was seen to
// that. The zero value refuses everything.
type Answers struct {
	// Power is yes to: is the recorder on power that will stay, best on a UPS, and will
	// nobody turn it off for a quarter of an hour?
	Power bool
	// Snapshot is the hash of the settings that were kept; empty where none were.
	Snapshot string
	// FactoryPassword tells that the password in force is the factory's.
	FactoryPassword bool
	// Unproven is the owner's word, for a recorder that is not a practice one, that
	// nobody has reported an installation by rekey on its board yet; TypedModel is
	// the model as its owner typed it, which has to be right where it is given.
	Unproven   bool
	TypedModel string
	// Override are the codes of refusals that the owner decided otherwise.
	Override []string
}

// The codes of what has to be done first.
const (
	FirstPower    = "power"
	FirstSnapshot = "snapshot"
	FirstPassword = "factory-password"
	FirstUnproven = "unproven"
	FirstModel    = "typed-model"
)

// Plan is one installation. Its JSON has no secrets.
type Plan struct {
	Model    string   `json:"model"`
	Serial   string   `json:"serial"`
	Practice bool     `json:"practice,omitempty"`
	File     string   `json:"file"` // the image's own name, which is sent with it
	Size     int64    `json:"size"`
	SHA256   string   `json:"sha256"` // of the image
	From     Software `json:"from"`
	To       Software `json:"to"`
	Snapshot string   `json:"snapshot"`
	Override []string `json:"override,omitempty"` // reasons that the owner decided otherwise
}

// Software is a firmware version with the date of its build, YYYY-MM-DD or empty.
type Software struct {
	Version string `json:"version"`
	Date    string `json:"date,omitempty"`
}

// Is reports whether both are one build; a date that is not known is as good as any.
func (s Software) Is(o Software) bool {
	return plainVersion(s.Version) == plainVersion(o.Version) && (s.Date == o.Date || s.Date == "" || o.Date == "")
}

// String is the version with the date.
func (s Software) String() string { return dated(s.Version, s.Date) }

// The steps, in their order.
const (
	StepLook    = "look"    // the recorder is the one of the plan
	StepKeep    = "keep"    // its settings are noted, to be compared with afterwards
	StepUpload  = "upload"  // the image is sent
	StepInstall = "install" // the recorder writes it
	StepReturn  = "return"  // it restarts and answers again
	StepVerify  = "verify"  // it runs the new build
	StepCompare = "compare" // its settings are as before
)

// Install makes the plan for a file and a recorder. Refusals are all that stands
// against it, what has to be done first included; there is a plan where none is left.
func Install(i Inspection, f Facts, a Answers, cat *catalog.Catalog) (Plan, []Refusal) {
	var left []Refusal
	var overridden []string
	for _, r := range Match(i, f, cat) {
		if r.Override && slices.Contains(a.Override, r.Code) {
			overridden = append(overridden, r.Code)
			continue
		}
		left = append(left, r)
	}
	if left = append(left, first(f, a)...); len(left) > 0 {
		return Plan{}, left
	}
	image := i.Image()
	return Plan{
		Model: f.Model, Serial: f.Serial, Practice: f.Practice, File: image.Name, Size: image.Size, SHA256: image.SHA256,
		From: Software{f.Version, f.Build}, To: Software{image.Is.Version, image.Is.Date},
		Snapshot: a.Snapshot, Override: overridden,
	}, nil
}

// first gives what has to be done or said before.
func first(f Facts, a Answers) (all []Refusal) {
	no := func(code, reason string) { all = append(all, Refusal{code, reason, false}) }
	if a.FactoryPassword {
		no(FirstPassword, "The recorder is on its factory password. Change that first.")
	}
	if a.Snapshot == "" {
		no(FirstSnapshot, "The recorder's settings have not been kept. Take a snapshot first.")
	}
	if !a.Power {
		no(FirstPower, "Nobody said that the power will stay on. A recorder that loses it half way may never start again.")
	}
	if f.Practice && strings.TrimSpace(a.TypedModel) == "" {
		return all
	}
	if !f.Practice && !a.Unproven {
		no(FirstUnproven, "Nobody has reported yet that an upload by rekey worked on this board. The maker's way, from a USB stick, comes first.")
	}
	if !strings.EqualFold(strings.TrimSpace(a.TypedModel), f.Model) {
		no(FirstModel, "The recorder's model has to be typed as it is on its label, so that it is surely the one that is meant.")
	}
	return all
}

// Digest names the plan: another recorder, file or decision has another one. What the
// recorder runs and the snapshot are not in it, so it is the same when the plan is made
// again after half of it was done.
func (p Plan) Digest() string {
	p.From, p.Snapshot = Software{}, ""
	b, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Steps are what is done, in order. Each looks first and may be run again whenever it
// was cut off, the upload too: it sends nothing to a recorder that has the image or is
// at work on one.
func (p Plan) Steps() []rekey.TaskStep {
	return []rekey.TaskStep{
		{ID: StepLook, Title: "step.firmware.look"},
		{ID: StepKeep, Title: "step.firmware.keep"},
		{ID: StepUpload, Title: "step.firmware.upload"},
		{ID: StepInstall, Title: "step.firmware.install"},
		{ID: StepReturn, Title: "step.firmware.return"},
		{ID: StepVerify, Title: "step.firmware.verify"},
		{ID: StepCompare, Title: "step.firmware.compare"},
	}
}
