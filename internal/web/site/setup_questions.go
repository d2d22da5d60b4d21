package site

import (
	"strings"

	"github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// setupParts gives the questions that make sense for a recorder, by the parts of
// its settings.
func (sh *showing) setupParts(t *setup.Target) []view.Part {
	var parts []view.Part
	for _, q := range setup.Questions(*t) {
		if q.Absent {
			continue
		}
		title := view.T("set.section." + string(q.Section))
		if n := len(parts); n == 0 || parts[n-1].Title.Key != title.Key {
			parts = append(parts, view.Part{Title: title})
		}
		part := &parts[len(parts)-1]
		if q.If != "" {
			if open := questionIn(part.Questions, q.If); open != nil {
				open.Opens, open.Then = q.Is, append(open.Then, sh.setupQuestion(q))
			}
			continue
		}
		part.Questions = append(part.Questions, sh.setupQuestion(q))
	}
	return parts
}

func questionIn(list []view.Question, id string) *view.Question {
	for i := range list {
		if list[i].ID == askName(id) {
			return &list[i]
		}
	}
	return nil
}

// askName gives the name of a question's field: no field of another form has it.
func askName(id string) string { return "q-" + strings.ReplaceAll(id, ".", "-") }

func (sh *showing) setupQuestion(q setup.Question) view.Question {
	key := "ask." + q.ID
	v := view.Question{ID: askName(q.ID), Label: view.T(key), Value: q.Default, Wrong: sh.wrong[askName(q.ID)]}
	if q.Channel > 0 {
		v.Label = view.T("ask.title", "Camera", q.Channel)
	}
	if sh.has(key + ".hint") {
		v.Hint = view.T(key + ".hint")
	}
	if sh.typed.has(v.ID) {
		v.Value = sh.typed.get(v.ID)
	}
	switch q.Kind {
	case setup.AskSecret:
		v.Value, v.Secret, v.Barred = "", true, !sh.v.secure
	case setup.AskChoice:
		for _, c := range q.Choices {
			v.Options = append(v.Options, view.Option{Value: c, Say: sh.choiceText(q.ID, c)})
		}
	case setup.AskZone:
		v.Mono = true
		if zone := sh.v.zone.String(); v.Value == "" && strings.Contains(zone, "/") && !sh.typed.has(v.ID) {
			v.Value = zone
		}
	case setup.AskAddress:
		v.Mono, v.Mode = true, "decimal"
	case setup.AskNumber:
		v.Mode = "numeric"
	}
	return v
}

// choiceText words an answer: of its question, of any question, or as it stands.
func (sh *showing) choiceText(id, choice string) view.Text {
	for _, key := range []string{"ask." + id + "." + choice, "ask.choice." + choice} {
		if sh.has(key) {
			return view.T(key)
		}
	}
	return literal(choice)
}

// answersOf reads the answers of the form, by question.
func (d *deed) answersOf(t *setup.Target) map[string]string {
	answers := map[string]string{}
	for _, q := range setup.Questions(*t) {
		if q.Kind != setup.AskSecret {
			answers[q.ID] = d.f.get(askName(q.ID))
		}
	}
	return answers
}
