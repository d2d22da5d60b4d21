package site

import (
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// setup is how the recorder gets its settings.
func (sh *showing) setup(stage string) view.Page {
	p := view.Setup{Frame: sh.at(7), Stage: stage, Back: sh.turn("setup"), Folds: []view.Fold{fold("setup.why", "setup.why.1")}}
	switch stage {
	case "secrets":
		return sh.secrets(p)
	case "way":
		p.ByRekey, p.FromFile, p.AtScreen = sh.post("setup-read"), sh.turn("profile"), sh.turn("wizard")
		p.Safe, p.Back = sh.post("plan-safe"), sh.turn("list")
		if len(sh.r.Snapshots) > 0 {
			p.Snapshots = sh.turn("snapshots")
		}
	case "file":
		p.File = &view.FileAsk{
			Do: sh.post("plan-profile"), Name: "profile", Label: view.T("setup.file.label"), Hint: view.T("setup.file.hint"), Accept: ".yaml,.yml",
			Paste: "text", Text: sh.typed.get("text"), Wrong: sh.wrong["profile"], Say: view.T("setup.file.do"),
		}
	case "screen":
		return sh.wizard()
	case "ask":
		t, _ := sh.targets.get(sh.r.ID)
		p.Do, p.Parts = sh.post("plan-answers"), sh.setupParts(&t)
	}
	return p
}

// wizardSteps are those at the recorder's own screen.
var wizardSteps = []string{"open", "clock", "network", "format", "finish"}

// wizard shows the recorder's own wizard, step by step. Each is done there; what
// rekey can see of it afterwards, it compares.
func (sh *showing) wizard() view.Page {
	p := view.Setup{Frame: sh.at(7), Stage: "screen", Back: sh.turn("setup"), Do: sh.post("wizard-done")}
	for _, id := range wizardSteps {
		p.Steps = append(p.Steps, view.T("setup.own."+id))
	}
	return p
}
