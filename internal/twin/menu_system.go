package twin

import (
	"slices"
	"strings"
)

func (v viewer) versionPanel() *panel {
	m := v.t.body.Model
	return &panel{
		title: "Version",
		table: &Table{Heads: []string{"", ""}, Rows: [][]string{
			{"Model", m.SKU}, {"System Version", v.t.body.Flash.Version}, {"Build Date", v.t.body.buildDate()},
			{"S/N", m.Serial}, {"MAC", m.MAC}, {"Video Standard", v.t.body.Flash.get("VideoStandard")},
		}},
		buttons: []Button{buttonCancel},
		press:   v.toMenu,
	}
}

// toMenu goes back to the main menu, whatever was pressed.
func (v viewer) toMenu(string) error {
	v.m.draft = nil
	v.turn(ScreenMenu)
	return nil
}

// logPage is how much of the log a page shows.
const logPage = 8

// logPanel shows the log, newest first, with the flag of each restart.
func (v viewer) logPanel() *panel {
	log := v.t.body.Flash.Log
	from := min(v.m.first, max(0, len(log)-1))
	table := &Table{Heads: []string{"Time", "Event", "User", "Detail"}}
	for i, e := range slices.Backward(log) {
		if n := len(log) - 1 - i; n >= from && n < from+logPage {
			var detail []string
			for _, d := range e.Detail {
				detail = append(detail, d[0]+": "+d[1])
			}
			table.Rows = append(table.Rows, []string{e.Time, e.Type, e.User, strings.Join(detail, ", ")})
		}
	}
	p := &panel{title: "Log", table: table}
	if from > 0 {
		p.buttons = append(p.buttons, Button{ID: "newer", Label: "Newer"})
	}
	if from+logPage < len(log) {
		p.buttons = append(p.buttons, Button{ID: "older", Label: "Older"})
	}
	p.buttons = append(p.buttons, buttonCancel)
	p.press = func(id string) error {
		switch id {
		case "newer":
			v.m.first = max(0, from-logPage)
		case "older":
			v.m.first = from + logPage
		default:
			return v.toMenu(id)
		}
		return nil
	}
	return p
}

// powerPanel is how a recorder is turned off, started again, or set back.
func (v viewer) powerPanel() *panel {
	return &panel{
		title: "Shutdown",
		buttons: []Button{
			{ID: askShutDown, Label: "Shutdown"}, {ID: askRestart, Label: "Restart"},
			{ID: askDefault, Label: "Default", Grave: true}, {ID: "logout", Label: "Logout"}, buttonCancel,
		},
		press: func(id string) error {
			switch id {
			case buttonCancel.ID:
				return v.toMenu(id)
			case "logout":
				v.leave()
			default:
				v.ask(id, "")
			}
			return nil
		},
	}
}
