package twin

import (
	"slices"
	"unicode/utf8"
)

// Keys that [Console.Key] takes besides single characters, which are typed.
const (
	KeyTab       = "Tab"
	KeyBackTab   = "Shift+Tab"
	KeyUp        = "ArrowUp"
	KeyDown      = "ArrowDown"
	KeyLeft      = "ArrowLeft"
	KeyRight     = "ArrowRight"
	KeyEnter     = "Enter"
	KeyEscape    = "Escape"
	KeyBackspace = "Backspace"
)

// Key presses one key: of a keyboard, of the front or of the one on the screen. Tab
// and the arrows up and down go from field to button; left and right change a
// choice, and go on where there is none; the space bar ticks; Enter presses the
// button that has the focus, or the page's own; Escape is Cancel. A character goes to the end of the field
// with the focus. What the page has no use for gives [ErrNotNow].
func (c Console) Key(key string) (Screen, error) {
	return c.at(func(v viewer, p *panel) error {
		it, onField := v.field(p, v.focus(p))
		switch {
		case key == KeyEscape:
			return v.press(p, buttonCancel.ID)
		case key == KeyEnter:
			return v.enter(p, onField)
		case key == KeyTab, key == KeyDown:
			v.move(p, 1)
		case key == KeyBackTab, key == KeyUp:
			v.move(p, -1)
		case key == KeyLeft || key == KeyRight:
			step := map[string]int{KeyLeft: -1, KeyRight: 1}[key]
			if onField && it.Kind == FieldChoice {
				return v.turnChoice(&it, step)
			}
			v.move(p, step)
		case onField:
			return v.strike(&it, key)
		case key == " ":
			return v.enter(p, false)
		default:
			return ErrNotNow
		}
		return nil
	})
}

// enter presses the button with the focus, or the one that Enter means on a field.
func (v viewer) enter(p *panel, onField bool) error {
	if !onField {
		return v.press(p, v.focus(p))
	}
	for _, b := range p.buttons {
		if b.Enter {
			return v.press(p, b.ID)
		}
	}
	return ErrNotNow
}

// move takes the focus on or back, around the page.
func (v viewer) move(p *panel, step int) {
	ids := v.stops(p)
	if n := len(ids); n > 0 {
		v.m.focus = ids[(slices.Index(ids, v.focus(p))+step+n)%n]
	}
}

// turnChoice goes to the next value of a choice, and stops at its ends.
func (v viewer) turnChoice(it *item, step int) error {
	value := v.value(it)
	at := slices.IndexFunc(it.Choices, func(c Choice) bool { return c.Value == value }) + step
	if at < 0 || at >= len(it.Choices) {
		return nil
	}
	return v.put(it, it.Choices[at].Value)
}

// strike is one character, or the key that takes the last one away.
func (v viewer) strike(it *item, key string) error {
	value := v.value(it)
	switch {
	case it.Kind == FieldCheck && key == " ":
		return v.put(it, map[bool]string{true: "false", false: "true"}[value == "true"])
	case it.Kind == FieldCheck || it.Kind == FieldChoice:
		return ErrNotNow
	case key == KeyBackspace:
		_, size := utf8.DecodeLastRuneInString(value)
		return v.put(it, value[:len(value)-size])
	case len(key) != 1:
		return ErrNotNow
	}
	return v.put(it, value+key)
}
