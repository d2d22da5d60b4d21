package twin

import (
	"slices"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// firstPages are those of a first run, in the order of the guides and manuals for
// 4.x: region, zone and time, password, pattern, protection, licence. The start-up
// wizard comes after them.
var firstPages = []ScreenName{
	ScreenInit, ScreenInitTime, ScreenInitPassword, ScreenInitPattern, ScreenInitProtect, ScreenInitLicence,
}

// Bounds of an unlock pattern: at least four of nine dots.
const (
	minDots = 4
	maxDots = 9
)

// dots tells whether a text is some of the nine dots, each once.
func dots(s string) bool {
	for i, c := range s {
		if c < '1' || c > '9' || strings.ContainsRune(s[:i], c) {
			return false
		}
	}
	return true
}

// dotHash is how a pattern is stored.
func (b *body) dotHash(pattern string) string { return wire.Gen2("pattern", b.realm(), pattern) }

// protection is what a first run stores against a lost password.
type protection struct {
	Mail      string           `json:"mail,omitempty"`
	Questions []secretQuestion `json:"questions,omitempty"`
}

// secretQuestion is one of up to three questions; the answer is kept as its hash.
type secretQuestion struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

// initPanel is a page of a first run. Nothing of it reaches the recorder before the
// licence, its last page, is agreed to; it can be begun again, but not left.
func (v viewer) initPanel() *panel {
	at := slices.Index(firstPages, v.m.page)
	p := map[ScreenName]func() *panel{
		ScreenInit: v.regionPanel, ScreenInitTime: v.timePanel, ScreenInitPassword: v.firstPasswordPanel,
		ScreenInitPattern: v.drawPanel, ScreenInitProtect: v.protectPanel, ScreenInitLicence: v.licencePanel,
	}[v.m.page]()
	p.step, p.steps = at+1, len(firstPages)
	p.buttons = []Button{buttonNext}
	if at > 0 {
		p.buttons = append(p.buttons, buttonBack)
	}
	if v.m.page == ScreenInitPattern || v.m.page == ScreenInitProtect {
		p.buttons = append(p.buttons, buttonSkip)
	}
	if at > 0 {
		p.buttons = append(p.buttons, buttonCancel)
	}
	check := p.press
	p.press = func(id string) error {
		switch id {
		case buttonBack.ID:
			v.turn(firstPages[at-1])
			return nil
		case buttonCancel.ID:
			*v.m = monitorState{page: ScreenInit}
			return nil
		case buttonSkip.ID:
			for _, it := range p.items {
				delete(v.m.draft, it.ID)
			}
			v.turn(firstPages[at+1])
			return nil
		}
		if !v.passes(p.items) {
			return nil
		}
		if check != nil {
			if err := check(id); err != nil || v.m.box != "" {
				return err
			}
		}
		if at+1 < len(firstPages) {
			v.turn(firstPages[at+1])
		}
		return nil
	}
	return p
}

// countries say which video standard is used where; a wrong one is the classic
// mistake of a first run.
var countries = []struct{ name, standard string }{
	{"United States", "NTSC"}, {"Canada", "NTSC"}, {"Mexico", "NTSC"}, {"Colombia", "NTSC"}, {"Japan", "NTSC"},
	{"Argentina", "PAL"}, {"Australia", "PAL"}, {"France", "PAL"}, {"Germany", "PAL"}, {"India", "PAL"},
	{"Italy", "PAL"}, {"Spain", "PAL"}, {"United Kingdom", "PAL"},
}

const countryField, standardField = "region.country", "region.standard"

func (v viewer) regionPanel() *panel { return &panel{title: "Region", items: v.regionItems()} }

func (v viewer) regionItems() []item {
	country := item{Field: Field{ID: countryField, Label: "Country/Region", Kind: FieldChoice, Follow: true}, is: countries[0].name}
	for _, c := range countries {
		country.Choices = append(country.Choices, Choice{c.name, c.name})
	}
	return []item{country, v.languageItem("region.language"), v.standardItem(standardField)}
}

// standardOf is the video standard that goes with a country.
func standardOf(country string) string {
	for _, c := range countries {
		if c.name == country {
			return c.standard
		}
	}
	return countries[0].standard
}

func (v viewer) timePanel() *panel {
	return &panel{title: "Time Zone", items: v.dateItems()[:3], lines: v.dateLines()}
}

func (v viewer) firstPasswordPanel() *panel {
	return &panel{
		title: "Device Initialization",
		lines: []string{"User Name: admin", "8 to 32 characters; at least two of letters, numbers and symbols, without ' \" ; : &"},
		items: []item{
			{Field: Field{ID: "init.new", Label: "New Password", Kind: FieldPassword, Max: maxTyped}},
			{Field: Field{ID: "init.again", Label: "Confirm Password", Kind: FieldPassword, Max: maxTyped}},
			{Field: Field{ID: "init.hint", Label: "Prompt Question", Kind: FieldText, Max: maxHint}},
		},
		press: func(string) error {
			password, err := v.twice("init.new", "init.again")
			if err == nil && !acceptable(password, v.t.body.Switches, GenC) {
				v.m.message, err = PasswordRefused, ErrPassword
			}
			return err
		},
	}
}

const maxHint = 64

// twice gives the password that was typed in two fields.
func (v viewer) twice(first, again string) (string, error) {
	password := v.m.draft[first]
	if password != v.m.draft[again] {
		v.m.message, v.m.focus = PasswordsDiffer, first
		return "", ErrPassword
	}
	return string(password), nil
}

func (v viewer) drawPanel() *panel {
	return &panel{
		title: "Unlock Pattern",
		lines: []string{"Connect at least 4 dots, twice. It then unlocks this screen instead of the password."},
		items: []item{
			{Field: Field{ID: "pattern.new", Label: "Pattern", Kind: FieldPattern, Max: maxDots}},
			{Field: Field{ID: "pattern.again", Label: "Once more", Kind: FieldPattern, Max: maxDots}},
		},
		press: func(string) error {
			switch drawn := v.m.draft["pattern.new"]; {
			case len(drawn) < minDots:
				v.m.box = "Connect at least 4 dots, or skip."
			case drawn != v.m.draft["pattern.again"]:
				v.m.box = "The two patterns are not the same."
			}
			return nil
		},
	}
}

// The questions are this project's own: those of recorders differ.
var questions = []string{"Your first school?", "Your first pet?", "Where were you born?", "Your mother's first name?", "Your first car?"}

func (v viewer) protectPanel() *panel {
	return &panel{title: "Password Protection", lines: []string{"An e-mail address or questions help when the password is lost."}, items: v.protectItems()}
}

func (v viewer) protectItems() []item {
	list := []item{{
		Field: Field{ID: "protect.mail", Label: "E-mail", Kind: FieldText, Max: 64},
		free: func(text string) string {
			if at := strings.Index(text, "@"); text != "" && (at < 1 || at == len(text)-1 || strings.Contains(text, " ")) {
				return "Invalid e-mail address."
			}
			return ""
		},
	}}
	for n := range 3 {
		id := "protect.q" + string(rune('1'+n))
		ask := item{Field: Field{ID: id, Label: "Question " + string(rune('1'+n)), Kind: FieldChoice}, is: questions[n]}
		for _, q := range questions {
			ask.Choices = append(ask.Choices, Choice{q, q})
		}
		list = append(list, ask, item{Field: Field{ID: id + ".answer", Label: "Answer " + string(rune('1'+n)), Kind: FieldPassword, Max: 32}})
	}
	return list
}

const agreeField = "licence.agree"

func (v viewer) licencePanel() *panel {
	return &panel{
		title: "Licence",
		lines: []string{"This is a virtual recorder; a real one shows its maker's licence here."},
		items: []item{{Field: Field{ID: agreeField, Label: "I have read and agree", Kind: FieldCheck}, is: "false"}},
		press: func(string) error { return v.initialise() },
	}
}

// initialise makes a first run what it was on the screen, all of it or nothing, and
// goes on with the start-up wizard.
func (v viewer) initialise() error {
	d := v.m.draft
	if d[agreeField] != "true" {
		v.m.box = "Agree to the licence first."
		return nil
	}
	if !acceptable(string(d["init.new"]), v.t.body.Switches, GenC) {
		v.turn(ScreenInitPassword)
		v.m.message = PasswordRefused
		return ErrPassword
	}
	v.m.user = "admin"
	saved := v.save(append(v.regionItems(), v.dateItems()[:3]...))
	v.m.user = ""
	if !saved {
		return nil
	}
	if err := v.t.initialise(v.now, string(d["init.new"])); err != nil {
		return err
	}
	f := &v.t.body.Flash
	f.Hint, f.Protection = string(d["init.hint"]), v.protection(d)
	if drawn := d["pattern.new"]; drawn != "" {
		f.Pattern = v.t.body.dotHash(string(drawn))
	}
	*v.m = monitorState{page: v.firstStep(), user: "admin", message: PasswordChanged}
	return nil
}

// protection is what was put in against a lost password; nil for nothing.
func (v viewer) protection(d draft) *protection {
	p := protection{Mail: string(d["protect.mail"])}
	items := v.protectItems()
	for i := 1; i+1 < len(items); i += 2 {
		answer := d[items[i+1].ID]
		if answer != "" {
			q := items[i].is
			if typed, there := d[items[i].ID]; there {
				q = string(typed)
			}
			p.Questions = append(p.Questions, secretQuestion{q, wire.Gen2(q, v.t.body.realm(), string(answer))})
		}
	}
	if p.Mail == "" && len(p.Questions) == 0 {
		return nil
	}
	return &p
}
