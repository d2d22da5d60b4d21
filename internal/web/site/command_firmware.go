package site

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/firmware"
	"github.com/rekey-dvr/rekey/internal/guide/updates"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// planFirmware plans to send a file that was looked at. What the person has to say
// is asked for before anything is asked of the recorder; its settings are kept then,
// and the plan is made against it as it is.
func (d *deed) planFirmware() error {
	if d.files == "" {
		return rekey.Errorf(rekey.CodeUnsupported, "This rekey sends no firmware").WithHint("Install it at the recorder, with a USB stick.")
	}
	said := updates.Ask{
		File: d.f.get("file"), Model: d.f.get("model"), Override: d.f.values["override"],
		Power: d.steadyPower(), Unproven: d.f.get("unproven") == "yes",
	}
	file, err := d.files.Open(said.File)
	if err != nil {
		return err
	}
	found := file.Inspect()
	_ = file.Close()
	_, no := firmware.Install(found, firmwareFacts(&d.r), firmware.Answers{
		Power: said.Power, Unproven: said.Unproven, TypedModel: said.Model, Override: said.Override, Snapshot: "taken next",
	}, d.guide.Catalog())
	if len(no) > 0 {
		d.firmwareAgain(found, said.File, no)
		return nil
	}
	err = d.sendPlan(said)
	var refused *updates.Refused
	if errors.As(err, &refused) {
		d.firmwareAgain(found, said.File, refused.Reasons)
		return nil
	}
	return err
}

// steadyPower is the answer to the power question, which a practice recorder is not
// asked.
func (d *deed) steadyPower() bool {
	switch d.f.get("power") {
	case "ups", "mains":
		return true
	}
	return firmwareFacts(&d.r).Practice
}

// sendPlan keeps the recorder's settings, and has the task planned.
func (d *deed) sendPlan(said updates.Ask) error {
	ctx, cancel := context.WithTimeout(d.ctx, planWithin)
	defer cancel()
	if d.settings != nil {
		if err := d.took(d.settings.Keep(ctx, d.guide, d.id, "before-firmware")); err != nil {
			return err
		}
	}
	text, err := json.Marshal(said)
	if err != nil {
		return err
	}
	d.toTask()
	return d.took(d.guide.PlanTask(ctx, d.id, d.at, rekey.TaskFirmware, text))
}

// firmwareFields are the fields in which a person says what has to be said first.
var firmwareFields = map[string]string{
	firmware.FirstPower: "power", firmware.FirstUnproven: "unproven", firmware.FirstModel: "model",
}

// firmwareAgain shows the file's page again: with what is still to be said, or with
// the reasons that nobody can put aside.
func (d *deed) firmwareAgain(found firmware.Inspection, hash string, no []firmware.Refusal) {
	wrong, reasons := map[string]view.Text{}, []firmware.Refusal{}
	for _, n := range no {
		field, asked := firmwareFields[n.Code]
		switch {
		case asked:
			wrong[field] = view.T("firmware.need." + field)
		case n.Override:
			wrong[n.Code] = view.T("firmware.need.override")
		default:
			reasons = append(reasons, n)
		}
	}
	at := inspected{file: found, hash: hash, refusals: reasons}
	if len(reasons) == 0 {
		at.refusals = firmware.Match(found, firmwareFacts(&d.r), d.guide.Catalog())
	}
	d.showAgain("", view.Text{}, ask{page: at.face()})
	d.again.wrong, d.again.file = wrong, at
}
