package site

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// Card is a way that the person goes at the recorder, step by step, as the
// catalogue has it. Its words are the catalogue's, in the page's language; each
// statement is shown with who says it.
type Card struct {
	view.Frame
	Card    rekey.Card
	Sources map[string]rekey.Source // of its statements, by their IDs
	Acts    []CardAct
	Entry   *view.Entry // asks for a password, where one may be taken
	Until   time.Time
}

// CardAct is a button of a card with the text on it.
type CardAct struct {
	Do   view.Action
	Say  view.Text
	Kind string // "now" for the one main button
}

// PageName is "card".
func (Card) PageName() string { return pageCard }

//go:embed card.html.tmpl
var cardTemplate string

// card shows the way that was chosen.
func (sh *showing) card(id string) view.Page {
	c, _ := sh.guide.Catalog().Card(id, sh.v.lang)
	p := Card{Frame: sh.at(3), Card: c, Sources: map[string]rekey.Source{}}
	for _, list := range [][]rekey.Statement{{c.Does}, c.Before, c.Steps, c.Notes} {
		for _, st := range list {
			p.Sources[st.Source], _ = sh.guide.Catalog().Source(st.Source)
		}
	}
	act := func(kind, say string, do view.Action) {
		p.Acts = append(p.Acts, CardAct{Do: do, Say: view.T(say), Kind: kind})
	}
	in, failed := sh.post("say-in"), sh.post("failed")
	switch id {
	case rekey.CardLockoutWait:
		sh.lockoutCard(&p)
	case rekey.CardSupport:
		act("now", "route.support.do", sh.post("asked", "pending", "yes"))
		act("", "screen.login.do", in)
	case rekey.CardSupportRitual:
		act("now", "screen.login.do", in)
		act("", "screen.failed", failed)
	case rekey.CardAnalog960H, rekey.CardElsewhere:
		act("now", "finish.close", sh.post("end"))
	default:
		act("now", "screen.login.do", in)
		act("", "screen.failed", failed)
	}
	act("quiet", "back", sh.post("leave"))
	return p
}

// lockoutCard is the way out of a lock, before the quiet time and after it.
func (sh *showing) lockoutCard(p *Card) {
	act := func(kind, say string, do view.Action) {
		p.Acts = append(p.Acts, CardAct{Do: do, Say: view.T(say), Kind: kind})
	}
	if !sh.ask.waited && sh.ask.page != "once" {
		act("now", "route.lockout-wait.do", sh.post("quiet"))
		act("", "wait.cut", sh.post("quiet", "power", "off"))
		act("quiet", "wait.limit.next", sh.turn("once"))
		return
	}
	act("now", "screen.login.do", sh.post("login", "outcome", string(rekey.ProofAccepted)))
	act("", "screen.failed", sh.post("login", "outcome", string(rekey.ProofWrong)))
	act("quiet", "open.locked", sh.post("login", "outcome", string(rekey.ProofLocked)))
	switch {
	case !sh.v.secure:
	case sh.ask.page == "address", sh.r.Identity.Address == "":
		p.Entry = &view.Entry{
			Do: sh.post("point"), Name: "address", Label: view.T("address.label"), Hint: view.T("address.hint"),
			Wrong: sh.wrong["address"], Say: view.T("return.way.rekey"),
		}
		if a := sh.practiceAddress(); a != "" {
			p.Entry.Value = a
		}
	default:
		p.Entry = &view.Entry{
			Do: sh.post("old"), Name: "password", Label: view.T("verify.old.say"), Hint: view.T("verify.old.lead"), Type: "password",
			Say: view.T("return.way.rekey"),
		}
	}
}

// render writes any page; a card has a template of this package.
func (s *Site) render(w io.Writer, p view.Page) error {
	c, isCard := p.(Card)
	if !isCard {
		return s.pages.Render(w, p)
	}
	texts := s.pages.Texts()
	say := func(t view.Text) (string, error) {
		if t.Key == "" {
			return "", nil
		}
		return texts.Text(c.Lang, c.Zone, t.Key, t.Args)
	}
	t, err := template.New("card").Funcs(template.FuncMap{
		"say":   say,
		"t":     func(key string) (string, error) { return say(view.T(key)) },
		"asset": s.pages.Assets().URL, "wordmark": web.Wordmark,
		"step": func() (string, error) { return say(view.T("key.of", "Step", c.Step)) },
	}).Parse(cardTemplate)
	if err != nil {
		return fmt.Errorf("card: %w", err)
	}
	if err := t.Execute(w, c); err != nil {
		return fmt.Errorf("card %s: %w", c.Card.ID, err)
	}
	return nil
}
