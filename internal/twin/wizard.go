package twin

import (
	"slices"
	"strings"
)

// wizardPage begins the names of the wizard's pages.
const wizardPage = "wizard-"

// The pages of the start-up wizard, before its last. For S2 and S3 no source gives
// them screen by screen: S says that the wizard appears, takes admin's factory
// login and is finished, and that the password is changed after it. Which pages and
// in which order is UNCONFIRMED there; the list is that of the family's manuals for
// what is asked. For 4.x the pages before are those of the first run, and the order
// of the quick settings is inferred from the manuals of the XVRs.
var (
	oldWizard = []string{"general", "date", "network", "p2p", "encode", "record", "hdd"}
	newWizard = []string{"general", "network", "p2p", "encode", "hdd", "record"}
)

// WizardSteps are the sections of a generation's start-up wizard in order. Each has
// a page "wizard-" and its name, and [ScreenWizardFinish] comes after the last; the
// menu has a page of the same name for it.
func WizardSteps(g Generation) []string {
	if g == GenC {
		return slices.Clone(newWizard)
	}
	return slices.Clone(oldWizard)
}

// steps are those of this recorder: one of 3.218 with a first run has the newer.
func (v viewer) steps() []string {
	if v.t.body.firstRun() {
		return newWizard
	}
	return oldWizard
}

func (v viewer) firstStep() ScreenName { return ScreenName(wizardPage + v.steps()[0]) }

// offerPanel is the wizard that waits on the screen of a recorder in the factory
// state. Left alone it comes again with the next start.
func (v viewer) offerPanel() *panel {
	return &panel{
		title:   "Startup Wizard",
		lines:   []string{"The wizard helps to set up this device.", "It comes with every start until it is finished."},
		buttons: []Button{buttonNext, buttonCancel},
		press: func(id string) error {
			if id == buttonCancel.ID {
				v.leave()
			} else {
				v.turn(ScreenWizardLogin)
			}
			return nil
		},
	}
}

// wizardPanel is one section of the wizard. What is put in stays on the screen
// until the last page.
func (v viewer) wizardPanel(step string) *panel {
	steps := v.steps()
	at := slices.Index(steps, step)
	s, known := sections()[step]
	if at < 0 || !known {
		return nil
	}
	p := s.panel(v)
	p.title, p.step, p.steps = "Startup Wizard: "+s.title, at+1, len(steps)+1
	p.buttons = []Button{buttonNext}
	if at > 0 {
		p.buttons = append(p.buttons, buttonBack)
	}
	p.buttons = append(append(p.buttons, s.more...), buttonCancel)
	p.press = func(id string) error {
		switch id {
		case buttonNext.ID:
			if !v.passes(p.items) {
				return nil
			}
			next := ScreenWizardFinish
			if at+1 < len(steps) {
				next = ScreenName(wizardPage + steps[at+1])
			}
			v.turn(next)
		case buttonBack.ID:
			v.turn(ScreenName(wizardPage + steps[at-1]))
		case buttonCancel.ID:
			v.leave()
		default:
			v.askFormat()
		}
		return nil
	}
	return p
}

// finishPanel writes everything that stands on the wizard's pages, or nothing.
func (v viewer) finishPanel() *panel {
	steps := v.steps()
	return &panel{
		title: "Startup Wizard: Finish", step: len(steps) + 1, steps: len(steps) + 1,
		lines:   []string{"Press Finish to save the settings.", "Cancel leaves the device as it was."},
		buttons: []Button{{ID: "finish", Label: "Finish", Enter: true}, buttonBack, buttonCancel},
		press: func(id string) error {
			switch id {
			case buttonBack.ID:
				v.turn(ScreenName(wizardPage + steps[len(steps)-1]))
			case buttonCancel.ID:
				v.leave()
			default:
				v.finish(steps)
			}
			return nil
		},
	}
}

// finish saves the wizard. A field that the recorder does not take is shown on its
// page. Whoever finished it stays logged in, as the menu is where the password is
// changed.
func (v viewer) finish(steps []string) {
	var all []item
	for _, step := range steps {
		all = append(all, sections()[step].items(v)...)
	}
	if !v.save(all) {
		if page, _, inside := strings.Cut(v.m.focus, "."); inside {
			v.m.page = ScreenName(wizardPage + page)
		}
		return
	}
	v.t.body.Flash.Wizard = false
	v.t.dirty = true
	*v.m = monitorState{page: ScreenLive, user: v.m.user, box: "The settings are saved."}
}

// panel is the page of a section without buttons.
func (s section) panel(v viewer) *panel {
	p := &panel{title: s.title, items: s.items(v)}
	if s.lines != nil {
		p.lines = s.lines(v)
	}
	if s.table != nil {
		p.table = s.table(v)
	}
	return p
}
