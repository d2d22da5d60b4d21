package site

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// card shows the way that was chosen, as the catalogue has it.
func (sh *showing) card(id string) view.Page {
	c, _ := sh.guide.Catalog().Card(id, sh.v.lang)
	p := view.Card{
		Frame: sh.at(3), ID: id, Title: c.Title, Does: c.Does.Text, Link: c.Link,
		Before: cardLines(c.Before), Steps: cardLines(c.Steps), Notes: cardLines(c.Notes), Sources: sh.cardSources(c),
	}
	act := func(kind, say string, do view.Action) {
		p.Acts = append(p.Acts, view.CardAct{Do: do, Say: view.T(say), Kind: kind})
	}
	in, failed := sh.post("say-in"), sh.post("failed")
	switch id {
	case rekey.CardLockoutWait:
		sh.lockoutCard(&p)
	case rekey.CardSupport:
		act("now", "card.support.asked", sh.post("asked", "pending", "yes"))
		act("", "card.in", in)
		act("", "card.support.failed", failed)
		act("quiet", "card.support.close", sh.post("end"))
	case rekey.CardSupportRitual:
		act("now", "card.in", in)
		act("", "card.failed", failed)
		act("quiet", "card.support.none", sh.post("asked", "pending", "no"))
	case rekey.CardAnalog960H, rekey.CardElsewhere:
		act("now", "finish.close", sh.post("end"))
	default:
		act("now", "card.in", in)
		act("", "card.failed", failed)
	}
	act("quiet", "back", sh.post("leave"))
	return p
}

func cardLines(list []rekey.Statement) []view.CardLine {
	var lines []view.CardLine
	for _, st := range list {
		lines = append(lines, view.CardLine{Text: st.Text, Why: st.Why})
	}
	return lines
}

// cardSources gives who stands behind which steps of a card, in the order in which
// they first speak.
func (sh *showing) cardSources(c rekey.Card) []view.CardSource {
	type who struct {
		source     string
		confidence rekey.Confidence
	}
	var order []who
	steps := map[who][]string{}
	hear := func(st rekey.Statement, step string) {
		w := who{st.Source, st.Confidence}
		if !slices.Contains(order, w) {
			order = append(order, w)
		}
		if step != "" {
			steps[w] = append(steps[w], step)
		}
	}
	hear(c.Does, "")
	for i, st := range c.Steps {
		hear(st, strconv.Itoa(i+1))
	}
	for _, st := range slices.Concat(c.Before, c.Notes) {
		hear(st, "")
	}
	var list []view.CardSource
	for _, w := range order {
		src, known := sh.guide.Catalog().Source(w.source)
		if !known {
			continue
		}
		s := view.CardSource{Title: literal(src.Title), URL: src.URL, Date: src.Date, Confidence: string(w.confidence), Steps: strings.Join(steps[w], ", ")}
		switch w.source {
		case rekey.SourceRekey:
			s.Title, s.Date = view.T("source.r"), ""
		case "S":
			s.Title = view.T("source.s")
		case "M":
			s.Title = view.T("source.m")
		}
		list = append(list, s)
	}
	return list
}

// lockoutCard is the way out of a lock, before the quiet time and after it.
func (sh *showing) lockoutCard(p *view.Card) {
	act := func(kind, say string, do view.Action) {
		p.Acts = append(p.Acts, view.CardAct{Do: do, Say: view.T(say), Kind: kind})
	}
	if !sh.ask.waited && sh.ask.page != "once" {
		act("now", "route.lockout-wait.do", sh.post("quiet"))
		act("", "wait.cut", sh.post("quiet", "power", "off"))
		act("quiet", "card.lockout.once", sh.turn("once"))
		return
	}
	act("now", "card.in", sh.post("login", "outcome", string(rekey.ProofAccepted)))
	act("", "card.failed", sh.post("login", "outcome", string(rekey.ProofWrong)))
	act("", "card.lockout.locked", sh.post("login", "outcome", string(rekey.ProofLocked)))
	p.Asked = sh.ask.page == "once" || sh.ask.page == "address"
	switch {
	case !sh.v.secure:
	case sh.ask.page == "address", sh.r.Identity.Address == "":
		p.Entry = &view.Entry{
			Do: sh.post("point"), Name: "address", Label: view.T("address.label"), Hint: view.T("address.hint"),
			Wrong: sh.wrong["address"], Say: view.T("address.do"), Quiet: true, Mode: "url", Mono: true,
			Value: sh.typed.get("address"),
		}
		if a := sh.practiceAddress(); a != "" && p.Entry.Value == "" {
			p.Entry.Value = a
		}
	default:
		p.Entry = &view.Entry{
			Do: sh.post("old"), Name: "password", Label: view.T("verify.old.say"), Hint: view.T("verify.old.lead"), Type: "password",
			Say: view.T("return.way.rekey"), Quiet: true, Off: sh.heldUntil(),
		}
	}
}
