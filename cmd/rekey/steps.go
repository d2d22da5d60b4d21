package main

import (
	"bufio"
	"fmt"
	"slices"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
)

// stepsCmd prints both procedures and the finish in the source's order.
type stepsCmd struct {
	Lang string `help:"Language: en or es." default:"en" enum:"en,es"`
	JSON bool   `name:"json" help:"Print one JSON document, with a source and a confidence for each number."`
}

// Help is shown by --help.
func (stepsCmd) Help() string { return "Example: rekey steps | less" }

// stepsCards are the cards of source S.
var stepsCards = []string{rekey.CardDrainFront, rekey.CardDrainRest, rekey.CardFinish}

// Run prints the page.
func (c stepsCmd) Run(p *process) error {
	cat, err := p.catalog()
	if err != nil {
		return err
	}
	var cards []rekey.Card
	for _, id := range stepsCards {
		card, ok := cat.Card(id, c.Lang)
		if !ok {
			return rekey.Errorf(rekey.CodeInternal, "The catalogue has no card %q.", id)
		}
		cards = append(cards, card)
	}
	if c.JSON {
		return p.writeJSON(stepsJSON(cat, cards))
	}
	return p.print(func(w *bufio.Writer) { printSteps(w, p, cat, cards, stepsWords[c.Lang]) })
}

// stepsAnswer is the JSON form. The flat numbers are a contract.
type stepsAnswer struct {
	HoldSeconds      int                `json:"hold_seconds"`
	WaitSeconds      int                `json:"wait_seconds"`
	RunSeconds       int                `json:"run_seconds"`
	RestHoursMin     int                `json:"rest_hours_min"`
	RestHoursAdvised int                `json:"rest_hours_advised"`
	User             string             `json:"user"`
	Password         string             `json:"password"`
	Sources          map[string]backing `json:"sources"` // by the names above
	Procedures       []rekey.Card       `json:"procedures"`
	SourceList       []rekey.Source     `json:"source_list"` // those that the answer names
}

// backing is who says one of the answer's numbers.
type backing struct {
	Source     string           `json:"source"`
	Where      string           `json:"where,omitempty"`
	URL        string           `json:"url,omitempty"`
	Date       string           `json:"date"`
	Confidence rekey.Confidence `json:"confidence"`
}

func stepsJSON(cat *catalog.Catalog, cards []rekey.Card) stepsAnswer {
	r, login := cat.Rules(), cat.FactoryLogin()
	a := stepsAnswer{
		HoldSeconds: r.Cadence.Hold, WaitSeconds: r.Cadence.Wait, RunSeconds: r.Cadence.Run,
		RestHoursMin: int(r.Rest.Min.Hours()), RestHoursAdvised: int(r.Rest.Advised.Hours()),
		User: r.Factory.User, Password: r.Factory.Password,
		Sources: map[string]backing{}, Procedures: cards,
	}
	back := func(name, source, where string, conf rekey.Confidence) {
		s, _ := cat.Source(source)
		a.Sources[name] = backing{source, where, s.URL, s.Date, conf}
	}
	for name, id := range map[string]string{
		"hold_seconds": catalog.NumHold, "wait_seconds": catalog.NumWait, "run_seconds": catalog.NumRun,
		"rest_hours_min": catalog.NumRestMin, "rest_hours_advised": catalog.NumRest,
	} {
		n, _ := cat.Number(id)
		back(name, n.Source, n.Where, n.Confidence)
	}
	back("user", login.Source, login.Where, login.Confidence)
	back("password", login.Source, login.Where, login.Confidence)
	a.SourceList = named(cat, cards)
	return a
}

// named gives the sources that the cards name, in the catalogue's order.
func named(cat *catalog.Catalog, cards []rekey.Card) (list []rekey.Source) {
	used := map[string]bool{}
	for _, k := range cards {
		for _, s := range slices.Concat([]rekey.Statement{k.Does}, k.Before, k.Steps, k.Notes) {
			used[s.Source] = true
		}
	}
	for _, s := range cat.Sources() {
		if used[s.ID] {
			list = append(list, s)
		}
	}
	return list
}

// pageWords are the words around the cards.
type pageWords struct {
	title, notes, sources string
	confidence            map[rekey.Confidence]string
}

var stepsWords = map[string]pageWords{
	"en": {
		title: "Reset the password of an Amcrest HDCVI DVR",
		notes: "Not in the source of the steps, S", sources: "Who says so",
		confidence: map[rekey.Confidence]string{
			rekey.Confirmed: "the maker says so", rekey.Reported: "reported", rekey.Inferred: "rekey's conclusion", rekey.Unknown: "nobody knows",
		},
	},
	"es": {
		title: "Restablecer la contraseña de un DVR Amcrest HDCVI",
		notes: "No está en la fuente de los pasos, S", sources: "Quién lo dice",
		confidence: map[rekey.Confidence]string{
			rekey.Confirmed: "lo dice el fabricante", rekey.Reported: "según otra fuente", rekey.Inferred: "conclusión de rekey", rekey.Unknown: "nadie lo sabe",
		},
	},
}

func printSteps(w *bufio.Writer, p *process, cat *catalog.Catalog, cards []rekey.Card, words pageWords) {
	fmt.Fprintf(w, "%s\n\n%s\n", p.heading(words.title), cards[0].Does.Text)
	common := map[string]bool{}
	for _, s := range cards[0].Before {
		if slices.Contains(cards[1].Before, s) {
			fmt.Fprintln(w, s.Text)
			common[s.ID] = true
		}
	}
	for _, k := range cards {
		fmt.Fprintf(w, "\n%s\n", p.heading(k.Title))
		for _, s := range k.Before {
			if !common[s.ID] {
				fmt.Fprintf(w, "  %s\n", s.Text)
			}
		}
		for i, s := range k.Steps {
			fmt.Fprintf(w, "  %d. %s\n", i+1, s.Text)
		}
	}
	fmt.Fprintf(w, "\n%s\n", p.heading(words.notes))
	said := map[string]bool{}
	for _, k := range cards {
		for _, s := range k.Notes {
			if !said[s.ID] {
				fmt.Fprintf(w, "  - %s [%s, %s]\n", s.Text, s.Source, words.confidence[s.Confidence])
			}
			said[s.ID] = true
		}
	}
	fmt.Fprintf(w, "\n%s\n", p.heading(words.sources))
	printSources(w, named(cat, cards))
}

// printSources lists sources with their addresses.
func printSources(w *bufio.Writer, list []rekey.Source) {
	for _, s := range list {
		fmt.Fprintf(w, "  %-5s  %s\n", s.ID, s.Title)
		if s.URL != "" {
			fmt.Fprintf(w, "         %s (%s)\n", s.URL, s.Date)
		}
	}
}
