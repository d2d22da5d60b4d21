package catalog

import (
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	rekey "github.com/rekey-dvr/rekey"
)

var (
	placeholder = regexp.MustCompile(`\{([a-z0-9-]+)(?::([a-z]+))?\}`)
	idForm      = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// Cards gives every card in the language, in the order of [rekey.CardIDs]; in
// English when the language is not there.
func (c *Catalog) Cards(lang string) []rekey.Card {
	cards, ok := c.cards[lang]
	if !ok {
		cards = c.cards[DefaultLang]
	}
	out := make([]rekey.Card, len(cards))
	for i, card := range cards {
		out[i] = cloneCard(card)
	}
	return out
}

// Card gives the card with the ID, which is one of the Card constants of rekey.
func (c *Catalog) Card(id, lang string) (rekey.Card, bool) {
	for _, card := range c.Cards(lang) {
		if card.ID == id {
			return card, true
		}
	}
	return rekey.Card{}, false
}

func cloneCard(k rekey.Card) rekey.Card {
	k.Fits.Generations = slices.Clone(k.Fits.Generations)
	k.Fits.Series = slices.Clone(k.Fits.Series)
	k.Fits.Buttons = slices.Clone(k.Fits.Buttons)
	k.Cost.Needs = slices.Clone(k.Cost.Needs)
	k.Before = slices.Clone(k.Before)
	k.Steps = slices.Clone(k.Steps)
	k.Notes = slices.Clone(k.Notes)
	return k
}

type statementEntry struct {
	ID   string `yaml:"id"`
	Text string `yaml:"text"`
	Why  string `yaml:"why"`
	fact `yaml:",inline"`
}

type cardEntry struct {
	ID    string         `yaml:"id"`
	Title string         `yaml:"title"`
	Does  statementEntry `yaml:"does"`
	Fits  struct {
		Generations []rekey.Generation `yaml:"generations"`
		Series      []rekey.Series     `yaml:"series"`
		Buttons     []rekey.Button     `yaml:"buttons"`
	} `yaml:"fits"`
	Cost struct {
		Time     string     `yaml:"time"`
		Settings rekey.Loss `yaml:"settings"`
		Footage  rekey.Loss `yaml:"footage"`
		Needs    []string   `yaml:"needs"`
	} `yaml:"cost"`
	Before []statementEntry `yaml:"before"`
	Steps  []statementEntry `yaml:"steps"`
	Notes  []statementEntry `yaml:"notes"`
	Link   string           `yaml:"link"`
}

func (c *Catalog) loadCards(fsys fs.FS) error {
	var file struct {
		Cards []cardEntry `yaml:"cards"`
	}
	d, err := readYAML(fsys, "cards.yaml", &file)
	if err != nil {
		return err
	}
	var p problems
	var cards []rekey.Card
	for i, e := range file.Cards {
		cards = append(cards, c.card(&p, d, i, e))
	}
	var ids []string
	for _, k := range cards {
		ids = append(ids, k.ID)
	}
	if !slices.Equal(ids, rekey.CardIDs()) {
		p.addf(d.at("cards"), "the cards are %v, they should be %v", ids, rekey.CardIDs())
	}
	c.cards = map[string][]rekey.Card{DefaultLang: cards}
	if err := p.err(); err != nil {
		return err
	}
	names, err := fs.Glob(fsys, "cards.*.yaml")
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := c.loadTexts(fsys, name); err != nil {
			return err
		}
	}
	return nil
}

func (c *Catalog) card(p *problems, d doc, i int, e cardEntry) rekey.Card {
	at := d.at("cards", i)
	k := rekey.Card{
		ID: e.ID, Title: e.Title, Link: e.Link,
		Fits: rekey.Fits{Generations: e.Fits.Generations, Series: e.Fits.Series, Buttons: e.Fits.Buttons},
		Cost: rekey.Cost{Time: c.text(p, d.at("cards", i, "cost"), e.Cost.Time), Settings: e.Cost.Settings, Footage: e.Cost.Footage},
		Does: c.statement(p, d.at("cards", i, "does"), e.Does, false),
	}
	if e.Title == "" || len(e.Steps) == 0 {
		p.addf(at, "card %q needs a title and steps", e.ID)
	}
	if !e.Cost.Settings.Valid() || !e.Cost.Footage.Valid() {
		p.addf(d.at("cards", i, "cost"), "settings and footage are kept, lost or unknown")
	}
	for _, n := range e.Cost.Needs {
		k.Cost.Needs = append(k.Cost.Needs, c.text(p, d.at("cards", i, "cost"), n))
	}
	c.checkFits(p, d.at("cards", i, "fits"), k.Fits)
	seen := map[string]bool{}
	part := func(name string, list []statementEntry, step bool) (out []rekey.Statement) {
		for j, s := range list {
			at := d.at("cards", i, name, j)
			if seen[s.ID] {
				p.addf(at, "%q is twice on the card", s.ID)
			}
			seen[s.ID] = true
			out = append(out, c.statement(p, at, s, step))
		}
		return out
	}
	k.Before = part("before", e.Before, false)
	k.Steps = part("steps", e.Steps, true)
	k.Notes = part("notes", e.Notes, false)
	return k
}

func (c *Catalog) checkFits(p *problems, at string, f rekey.Fits) {
	for _, g := range f.Generations {
		if _, ok := c.Generation(g); !ok {
			p.addf(at, "no generation %q", g)
		}
	}
	for _, s := range f.Series {
		if _, ok := c.Series(s); !ok {
			p.addf(at, "no series %q", s)
		}
	}
	for _, b := range f.Buttons {
		if b != rekey.ButtonFront && b != rekey.ButtonRocker && b != rekey.ButtonNone {
			p.addf(at, "no button %q", b)
		}
	}
}

func (c *Catalog) statement(p *problems, at string, e statementEntry, step bool) rekey.Statement {
	c.check(p, at, e.fact)
	if !idForm.MatchString(e.ID) {
		p.addf(at, "not a name: %q", e.ID)
	}
	s := rekey.Statement{ID: e.ID, Source: e.Source, Where: e.Where, Confidence: e.Confidence}
	s.Text = c.text(p, at, e.Text)
	if e.Why != "" {
		s.Why = c.text(p, at, e.Why)
	}
	if step {
		checkWords(p, at, s.Text)
	}
	return s
}

// text fills a text's numbers in.
func (c *Catalog) text(p *problems, at, text string) string {
	out, err := c.fill(text)
	switch {
	case err != nil:
		p.addf(at, "%v", err)
	case strings.TrimSpace(out) == "":
		p.addf(at, "a text is missing")
	case strings.ContainsAny(out, "{}"):
		p.addf(at, "not a number's name: %q", out)
	}
	return out
}

func checkWords(p *problems, at, text string) {
	if n := len(strings.Fields(text)); n > rekey.StepWords {
		p.addf(at, "a step has %d words, at most %d can be read at a glance: %q", n, rekey.StepWords, text)
	}
}

type textEntry struct {
	Text string `yaml:"text"`
	Why  string `yaml:"why"`
}

type cardTexts struct {
	ID     string               `yaml:"id"`
	Title  string               `yaml:"title"`
	Does   string               `yaml:"does"`
	Time   string               `yaml:"time"`
	Needs  []string             `yaml:"needs"`
	Before map[string]textEntry `yaml:"before"`
	Steps  map[string]textEntry `yaml:"steps"`
	Notes  map[string]textEntry `yaml:"notes"`
}

// loadTexts reads cards.<language>.yaml, which has to have a text for every text
// of cards.yaml and no other.
func (c *Catalog) loadTexts(fsys fs.FS, name string) error {
	lang := strings.TrimSuffix(strings.TrimPrefix(name, "cards."), ".yaml")
	var file struct {
		Cards []cardTexts `yaml:"cards"`
	}
	d, err := readYAML(fsys, name, &file)
	if err != nil {
		return err
	}
	var p problems
	if len(file.Cards) != len(c.cards[DefaultLang]) {
		p.addf(d.at("cards"), "%d cards, cards.yaml has %d", len(file.Cards), len(c.cards[DefaultLang]))
	}
	for i, base := range c.cards[DefaultLang] {
		if i >= len(file.Cards) || file.Cards[i].ID != base.ID {
			p.addf(d.at("cards", i), "card %q is missing here", base.ID)
			break
		}
		c.cards[lang] = append(c.cards[lang], c.translate(&p, d, i, base, file.Cards[i]))
	}
	return p.err()
}

func (c *Catalog) translate(p *problems, d doc, i int, base rekey.Card, t cardTexts) rekey.Card {
	at := d.at("cards", i)
	k := cloneCard(base)
	k.Title = c.text(p, at, t.Title)
	k.Does.Text = c.text(p, at, t.Does)
	k.Cost.Time = c.text(p, at, t.Time)
	if len(t.Needs) != len(base.Cost.Needs) {
		p.addf(at, "%d needs, cards.yaml has %d", len(t.Needs), len(base.Cost.Needs))
	}
	k.Cost.Needs = nil
	for _, n := range t.Needs {
		k.Cost.Needs = append(k.Cost.Needs, c.text(p, at, n))
	}
	part := func(name string, list []rekey.Statement, texts map[string]textEntry, step bool) {
		left := maps.Clone(texts)
		for j, s := range list {
			at := d.at("cards", i, name, s.ID)
			e, ok := texts[s.ID]
			if !ok || (e.Why == "") != (s.Why == "") {
				p.addf(at, "%q lacks a text or a why, or has one too many", s.ID)
				continue
			}
			delete(left, s.ID)
			list[j].Text = c.text(p, at, e.Text)
			if e.Why != "" {
				list[j].Why = c.text(p, at, e.Why)
			}
			if step {
				checkWords(p, at, list[j].Text)
			}
		}
		for id := range left {
			p.addf(d.at("cards", i, name, id), "no %s %q in cards.yaml", name, id)
		}
	}
	part("before", k.Before, t.Before, false)
	part("steps", k.Steps, t.Steps, true)
	part("notes", k.Notes, t.Notes, false)
	return k
}
