package twin

import (
	"slices"
	"strconv"
	"time"
)

// Console is the mouse and the keys at the recorder's screen. Every action gives
// what the screen shows after it; an action the page does not offer gives
// [ErrNotNow] and changes nothing.
type Console struct{ t *Twin }

// Console gives the mouse and the keys. They work while there is a picture.
func (t *Twin) Console() Console { return Console{t} }

// Screen is what the owner sees now.
func (c Console) Screen() Screen {
	s, _ := c.act(func(viewer) error { return nil })
	return s
}

// act runs f on the page that shows, if there is a picture.
func (c Console) act(f func(viewer) error) (Screen, error) {
	var s Screen
	err := c.t.do(func(now time.Time) error {
		err := f(c.t.viewer(now))
		s = c.t.screen(now)
		return err
	})
	return s, err
}

// at runs f with the panel that shows; [ErrNotNow] without one.
func (c Console) at(f func(viewer, *panel) error) (Screen, error) {
	return c.act(func(v viewer) error {
		switch c.t.body.Run.stage(v.now) {
		case StageOff, StageBoot:
			return ErrNotNow
		}
		p := v.panel()
		if p == nil {
			return ErrNotNow
		}
		return f(v, p)
	})
}

// press presses a button of the panel; what the screen said before goes.
func (v viewer) press(p *panel, id string) error {
	if !slices.ContainsFunc(p.buttons, func(b Button) bool { return b.ID == id }) {
		return ErrNotNow
	}
	v.hush()
	return p.press(id)
}

// hush takes the words off the page.
func (v viewer) hush() { v.m.message, v.m.left, v.m.box = NoMessage, 0, "" }

// Press presses a button of the page by its ID. What the recorder says no to gives
// [ErrRefused], [ErrLocked] or [ErrPassword] for logins and passwords; a value that
// it does not take is told on the screen only.
func (c Console) Press(button string) (Screen, error) {
	return c.at(func(v viewer, p *panel) error { return v.press(p, button) })
}

// Set puts a value into a field of the page by its ID. A value that keys and mouse
// could not put there is a [*ConfigError].
func (c Console) Set(field string, value Password) (Screen, error) {
	return c.Fill(map[string]Password{field: value}, "")
}

// Fill puts values into fields and presses a button; none for "". Values that stand
// there already are left alone, so that a form may send all of them. Nothing is put
// in when one of them cannot be.
func (c Console) Fill(fields map[string]Password, button string) (Screen, error) {
	return c.at(func(v viewer, p *panel) error {
		type filled struct {
			item
			value string
		}
		var list []filled
		known := 0
		for _, it := range v.visible(p) { // in order: a field may set others
			value, there := fields[it.ID]
			if !there {
				continue
			}
			known++
			if string(value) == v.value(&it) {
				continue
			}
			if err := it.holds(string(value)); err != nil {
				v.hush()
				v.m.box, v.m.focus = cannotHold(&it), it.ID
				return err
			}
			list = append(list, filled{it, string(value)})
		}
		if known < len(fields) {
			return ErrNotNow // a field of another page
		}
		for i := range list {
			if err := v.put(&list[i].item, list[i].value); err != nil {
				return err
			}
		}
		if button == "" {
			return nil
		}
		return v.press(v.panel(), button)
	})
}

// cannotHold is what the screen says of a value that keys could not put there.
func cannotHold(it *item) string {
	if it.Kind == FieldText || it.Kind == FieldPassword {
		return it.Label + ": only letters, numbers and symbols of the keyboard, " + strconv.Itoa(it.Max) + " at most."
	}
	return it.Label + ": not possible."
}

// Point clicks on a field or a button of the page by its ID: a button is pressed, a
// tick turned, any other field gets the focus.
func (c Console) Point(id string) (Screen, error) {
	return c.at(func(v viewer, p *panel) error {
		it, there := v.field(p, id)
		switch {
		case !there:
			return v.press(p, id)
		case it.Kind == FieldCheck:
			return v.strike(&it, " ")
		}
		v.m.focus = id
		return nil
	})
}
