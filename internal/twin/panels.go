package twin

import "strings"

// panel gives the page that shows; nil for one without fields and buttons.
func (v viewer) panel() *panel {
	switch name := v.m.page; name {
	case ScreenLive:
		return &panel{buttons: []Button{{ID: "menu", Label: "Main Menu"}}, press: func(string) error { v.openMenu(); return nil }}
	case ScreenLogin, ScreenWizardLogin:
		return v.loginPanel()
	case ScreenPatternLogin:
		return v.patternPanel()
	case ScreenLocked:
		return v.lockedPanel()
	case ScreenWizard:
		return v.offerPanel()
	case ScreenInit, ScreenInitTime, ScreenInitPassword, ScreenInitPattern, ScreenInitProtect, ScreenInitLicence:
		return v.initPanel()
	case ScreenWizardFinish:
		return v.finishPanel()
	case ScreenAsk:
		return v.askPanel()
	default:
		if step, wizard := strings.CutPrefix(string(name), wizardPage); wizard {
			return v.wizardPanel(step)
		}
		return v.menuPanel(name)
	}
}

// The buttons that many pages have.
var (
	buttonOK     = Button{ID: "ok", Label: "OK", Enter: true}
	buttonNext   = Button{ID: "next", Label: "Next", Enter: true}
	buttonBack   = Button{ID: "back", Label: "Back"}
	buttonSkip   = Button{ID: "skip", Label: "Skip"}
	buttonApply  = Button{ID: "apply", Label: "Apply", Enter: true}
	buttonCancel = Button{ID: "cancel", Label: "Cancel"}
)

// leave goes back to the cameras. Whoever comes next has to log in again.
func (v viewer) leave() { *v.m = monitorState{page: ScreenLive} }

// openMenu asks for a login first, unless somebody is logged in still.
func (v viewer) openMenu() {
	switch {
	case v.m.user != "":
		v.turn(ScreenMenu)
	case v.t.body.Flash.Pattern != "":
		v.turn(ScreenPatternLogin)
	default:
		v.turn(ScreenLogin)
	}
	v.m.draft = nil
}
