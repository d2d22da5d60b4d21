package twin

import (
	"slices"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// panel is a page with fields and buttons. It is made anew whenever somebody looks:
// what it has depends on the recorder and on what stands in its fields.
type panel struct {
	title       string
	step, steps int
	lines       []string
	table       *Table
	items       []item
	buttons     []Button
	press       func(id string) error // of a button of this panel; nil error is done
}

// item is a field and what it means to the recorder.
type item struct {
	Field
	only string                  // the value of the panel's channel field that shows it; empty is always
	is   string                  // what the recorder has
	to   func(string) wire.Table // the settings that a value stands for; nil for none
	bad  string                  // what the screen says of a value that the recorder does not take
	free func(string) string     // more that the screen finds wrong with it, in words; may be nil
}

// viewer is the screen at a moment.
type viewer struct {
	t   *Twin
	now time.Time
	m   *monitorState
}

func (t *Twin) viewer(now time.Time) viewer { return viewer{t, now, &t.mind.monitor} }

// me is the account logged in at the console; nil for nobody.
func (v viewer) me() *account { return v.t.body.Flash.account(v.m.user) }

// may tells whether who is logged in has a right.
func (v viewer) may(r right) bool {
	me := v.me()
	return me != nil && v.t.may(me, r)
}

// turn shows another page, without words over it.
func (v viewer) turn(to ScreenName) {
	v.m.page, v.m.focus = to, ""
}

// value is what stands in a field.
func (v viewer) value(it *item) string {
	if typed, there := v.m.draft[it.ID]; there {
		return string(typed)
	}
	if all, there := v.m.draft[everywhere(it.ID)]; there && it.Kind != FieldPassword {
		return string(all)
	}
	return it.is
}

// visible are the items that the panel's channel field lets be seen.
func (v viewer) visible(p *panel) []item {
	var channel string
	var list []item
	for i := range p.items {
		it := &p.items[i]
		if strings.HasSuffix(it.ID, channelField) {
			channel = v.value(it)
		}
		if it.only == "" || it.only == channel {
			list = append(list, *it)
		}
	}
	return list
}

// draw puts the page's panel on the screen.
func (v viewer) draw(s *Screen) {
	p := v.panel()
	if p == nil {
		return
	}
	s.Title, s.Step, s.Steps, s.Lines, s.Table, s.Buttons = p.title, p.step, p.steps, p.lines, p.table, p.buttons
	for _, it := range v.visible(p) {
		f := it.Field
		f.Value = v.value(&it)
		if f.Kind == FieldPassword || f.Kind == FieldPattern {
			f.Value = strings.Repeat("•", len([]rune(f.Value)))
		}
		s.Fields = append(s.Fields, f)
	}
	s.Focus = v.focus(p)
}

// focus is the field or button that keys go to.
func (v viewer) focus(p *panel) string {
	ids := v.stops(p)
	if slices.Contains(ids, v.m.focus) {
		return v.m.focus
	}
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}

// stops are what the Tab key goes through.
func (v viewer) stops(p *panel) []string {
	var ids []string
	for _, it := range v.visible(p) {
		ids = append(ids, it.ID)
	}
	for _, b := range p.buttons {
		ids = append(ids, b.ID)
	}
	return ids
}

// field finds a field that shows.
func (v viewer) field(p *panel, id string) (item, bool) {
	list := v.visible(p)
	i := slices.IndexFunc(list, func(it item) bool { return it.ID == id })
	if i < 0 {
		return item{}, false
	}
	return list[i], true
}

// put puts a value into a field, as keys and mouse could. What they could not is a
// [*ConfigError], and nothing changes.
func (v viewer) put(it *item, value string) error {
	if value == v.value(it) {
		return nil
	}
	if err := it.holds(value); err != nil {
		return err
	}
	if v.m.draft == nil {
		v.m.draft = draft{}
	}
	v.m.draft[it.ID] = Password(value)
	switch it.ID {
	case clockField:
		v.m.typed = v.now
	case countryField:
		v.m.draft[standardField] = Password(standardOf(value))
	}
	return nil
}

// holds tells whether a value can stand in the field at all.
func (it *item) holds(value string) error {
	no := func(why string) error { return &ConfigError{Field: "the field " + it.ID, Reason: why} }
	switch it.Kind {
	case FieldCheck:
		if value != "true" && value != "false" {
			return no("is true or false")
		}
	case FieldChoice:
		if !slices.ContainsFunc(it.Choices, func(c Choice) bool { return c.Value == value }) {
			return no("does not have this choice")
		}
	case FieldPattern:
		if !dots(value) {
			return no("is drawn with dots 1 to 9, each once")
		}
	default:
		if len(value) > it.Max {
			return no("does not take as many characters")
		}
		if !printable(value) {
			return no("takes only what the keyboard on the screen has")
		}
	}
	return nil
}

// check looks at what stands in items as the recorder will when it is saved. It
// gives the settings, and the first field it does not take with what the screen
// says of it.
func (v viewer) check(items []item) (pairs wire.Table, field, wrong string) {
	for i := range items {
		it := &items[i]
		typed, there := v.m.draft[it.ID]
		if !there {
			continue
		}
		value := string(typed)
		if it.free != nil {
			if wrong := it.free(value); wrong != "" {
				return nil, it.ID, wrong
			}
		}
		if it.to == nil {
			continue
		}
		lines := it.to(value)
		if v.t.body.Flash.Settings.Check(lines) != nil {
			return nil, it.ID, it.bad
		}
		pairs = append(pairs, lines...)
	}
	return pairs, "", ""
}

// passes checks items and says what is wrong, with the focus there.
func (v viewer) passes(items []item) bool {
	_, field, wrong := v.check(items)
	if wrong != "" {
		v.m.box, v.m.focus = wrong, field
	}
	return wrong == ""
}

// save writes what stands in items: all of it or nothing. The clock is not a
// setting and is set last.
func (v viewer) save(items []item) bool {
	pairs, field, wrong := v.check(items)
	if wrong != "" {
		v.m.box, v.m.focus = wrong, field
		return false
	}
	if v.t.setSettings(v.now, v.m.user, pairs) != nil {
		v.m.box = "Saving failed."
		return false
	}
	if text := v.m.draft[clockField]; text != "" {
		v.setClock(string(text))
	}
	return true
}
