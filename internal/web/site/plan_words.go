package site

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// row is what a plan changes in one line: settings that one word names, of one
// channel or of several that change alike.
type row struct {
	id       string // stable for the plan: to be ticked
	section  setup.Section
	word     string // as texts have it: set.<word>
	channels []int
	from, to []string
	keys     []string
	secret   bool
	destroys bool
	cuts     bool
	restart  bool
}

// rowsOf gives the lines of a plan, in the order of its steps.
func rowsOf(p *setup.Plan) []row {
	var rows []row
	at := map[string]int{}
	for _, s := range p.Steps {
		for _, c := range s.Changes {
			id := rowID(s, c)
			i, there := at[id]
			if !there {
				i = len(rows)
				at[id] = i
				r := row{id: id, section: s.Section, word: wordOf(c), cuts: s.Cuts}
				if c.Channel > 0 {
					r.channels = []int{c.Channel}
				}
				rows = append(rows, r)
			}
			rows[i].add(c)
		}
	}
	return alike(rows)
}

func rowID(s setup.Step, c setup.Change) string {
	if c.Channel > 0 {
		return fmt.Sprintf("%s/%s/%d", s.Section, wordOf(c), c.Channel)
	}
	return string(s.Section) + "/" + wordOf(c)
}

// wordOf gives a change's word without whether every channel or one was named.
func wordOf(c setup.Change) string {
	if rest, ok := strings.CutPrefix(c.Word, "every-channel."); ok {
		return "channels." + rest
	}
	return c.Word
}

func (r *row) add(c setup.Change) {
	r.from, r.to, r.keys = append(r.from, c.From), append(r.to, c.To), append(r.keys, c.Key)
	r.secret = r.secret || c.Sealed != nil
	r.destroys, r.restart = r.destroys || c.Destroys, r.restart || c.Restart
}

// alike draws rows of channels that change in the same way together.
func alike(rows []row) []row {
	var out []row
	for _, r := range rows {
		i := slices.IndexFunc(out, func(o row) bool {
			return len(o.channels) > 0 && len(r.channels) > 0 && o.word == r.word && o.section == r.section &&
				slices.Equal(o.from, r.from) && slices.Equal(o.to, r.to)
		})
		if i < 0 {
			out = append(out, r)
			continue
		}
		out[i].channels = append(out[i].channels, r.channels...)
		out[i].keys = append(out[i].keys, r.keys...)
	}
	return out
}

// only gives the plan without the rows that were not picked.
func only(p setup.Plan, picked func(id string) bool) setup.Plan {
	drop := map[string]bool{}
	for _, r := range rowsOf(&p) {
		if !picked(r.id) {
			for _, k := range r.keys {
				drop[k] = true
			}
		}
	}
	return p.Only(func(c setup.Change) bool { return !drop[c.Key] })
}

// planGroups words a plan by its sections.
func (sh *showing) planGroups(p *setup.Plan) []view.Group {
	var groups []view.Group
	of := map[setup.Section]int{}
	for _, r := range rowsOf(p) {
		i, there := of[r.section]
		if !there {
			i = len(groups)
			of[r.section] = i
			groups = append(groups, view.Group{Title: view.T("set.section." + string(r.section))})
		}
		groups[i].Changes = append(groups[i].Changes, sh.changeOf(r))
	}
	return groups
}

func (sh *showing) changeOf(r row) view.Change {
	c := view.Change{ID: r.id, On: true, What: sh.whatOf(r.word, r.keys[0])}
	if n := len(r.channels); n > 0 {
		slices.Sort(r.channels)
		key := "set.channels"
		if n == 1 {
			key = "set.channel"
		}
		c.What = view.T(key, "Channels", numbers(r.channels), "What", c.What)
	}
	switch {
	case r.secret:
		c.To = view.T("task.secret")
	case r.section == setup.SectionAccounts:
		c.From, c.To = plainValue(r.from[0]), plainValue(r.to[0])
		if r.from[0] == "" {
			c.From = view.Text{}
		}
	default:
		c.From, c.To = valueText(r, r.from), valueText(r, r.to)
	}
	switch {
	case r.destroys:
		c.Warn = view.T("task.destroys")
	case r.cuts:
		c.Warn = view.T("task.cut")
	case r.restart:
		c.Warn = view.T("set.restart")
	}
	return c
}

// whatOf names a setting: by its text, or else by the recorder's own key.
func (sh *showing) whatOf(word, key string) view.Text {
	if name, field, is := (setup.Change{Key: key}).AccountField(); is {
		return view.T("set.accounts."+field, "Name", name)
	}
	if t := "set." + word; sh.has(t) {
		return view.T(t)
	}
	return literal(key)
}

// has reports whether there is a text.
func (sh *showing) has(key string) bool {
	_, err := sh.pages.Texts().Text(sh.v.lang, sh.v.zone, key, nil)
	return err == nil
}

// valueText words the values of a row.
func valueText(r row, values []string) view.Text {
	switch r.word {
	case "clock.dst":
		for i, k := range r.keys {
			if strings.HasSuffix(k, ".DSTEnable") && i < len(values) {
				return plainValue(values[i])
			}
		}
		return view.T("set.dates")
	case "clock.zone":
		if n, err := strconv.Atoi(values[0]); err == nil {
			if m, ok := wire.ZoneMinutes(n); ok {
				return literal(offset(m))
			}
		}
	case "clock.set":
		if values[0] == setup.ClockNow {
			return view.T("set.clock.now")
		}
	case "channels.record.mode":
		if k, ok := map[string]string{"0": "plan", "1": "always", "2": "never"}[values[0]]; ok {
			return view.T("set.record." + k)
		}
	case "channels.record.plan":
		return view.T("set.week")
	case "logins.lock-minutes":
		if n, err := strconv.Atoi(values[0]); err == nil && n%60 == 0 {
			return view.T("set.minutes", "N", n/60)
		}
	}
	if strings.HasSuffix(r.word, ".size") && len(values) > 1 {
		return literal(values[0] + "x" + values[len(values)/2])
	}
	distinct := slices.Compact(slices.Clone(values))
	switch len(distinct) {
	case 1:
		return plainValue(distinct[0])
	case 2, 3, 4:
		return literal(strings.Join(distinct, ", "))
	}
	return view.T("set.values", "N", len(values))
}

func plainValue(v string) view.Text {
	switch strings.ToLower(v) {
	case "true":
		return view.T("set.on")
	case "false":
		return view.T("set.off")
	case "":
		return view.T("task.unset")
	}
	return literal(v)
}

// offset words a time zone: "GMT-06:00".
func offset(minutes int) string {
	sign := "+"
	if minutes < 0 {
		sign, minutes = "-", -minutes
	}
	return fmt.Sprintf("GMT%s%02d:%02d", sign, minutes/60, minutes%60)
}

// numbers words a list of channels: "1-4, 7".
func numbers(list []int) string {
	var parts []string
	for i := 0; i < len(list); {
		j := i
		for j+1 < len(list) && list[j+1] == list[j]+1 {
			j++
		}
		switch {
		case j > i+1:
			parts = append(parts, fmt.Sprintf("%d-%d", list[i], list[j]))
		case j == i+1:
			parts = append(parts, strconv.Itoa(list[i]), strconv.Itoa(list[j]))
		default:
			parts = append(parts, strconv.Itoa(list[i]))
		}
		i = j + 1
	}
	return strings.Join(parts, ", ")
}
