package main

import (
	"bufio"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/plural"
)

// modelCmd looks a recorder up in the catalogue. It asks no recorder.
type modelCmd struct {
	Name string `arg:"" optional:"" help:"A model (AMDV7208-S3), a firmware file's name, or a version (3.210). None: the whole list." predictor:"model"`
	JSON bool   `name:"json" help:"Print one JSON document."`
}

// Help is shown by --help.
func (modelCmd) Help() string {
	return "Example: rekey model AMDV7208-S3"
}

// Run prints what is known, or the list.
func (c modelCmd) Run(p *process) error {
	cat, err := p.catalog()
	if err != nil {
		return err
	}
	if c.Name == "" {
		return c.list(p, cat)
	}
	found, err := cat.Find(c.Name)
	if err != nil {
		return err
	}
	if !found.Supported() {
		return unsupported960H(cat, found.Query)
	}
	a := answerOf(cat, found)
	if c.JSON {
		return p.writeJSON(a)
	}
	return p.print(func(w *bufio.Writer) { printModel(w, p, cat, a) })
}

func (c modelCmd) list(p *process, cat *catalog.Catalog) error {
	models := cat.Models()
	if c.JSON {
		return p.writeJSON(struct {
			Models []rekey.Model  `json:"models"`
			Source []rekey.Source `json:"sources"`
		}{models, sourcesOf(cat, models)})
	}
	return p.print(func(w *bufio.Writer) {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "MODEL\tINPUTS\tPICTURE\tSERIES\tGENERATION\tBOARD\tNEWEST FIRMWARE\tBUILT")
		for _, m := range models {
			n, _ := m.Newest()
			fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n",
				m.SKU, m.Channels, or(m.Picture), m.Series, m.Generation, or(m.Board), or(n.Version), or(n.Date))
		}
		t.Flush()
		for _, s := range sourcesOf(cat, models) {
			fmt.Fprintf(w, "\n%s, %s\n%s\n", s.Title, s.Date, s.URL)
		}
	})
}

func sourcesOf(cat *catalog.Catalog, models []rekey.Model) (list []rekey.Source) {
	used := map[string]bool{}
	for _, m := range models {
		used[m.Source] = true
	}
	for _, s := range cat.Sources() {
		if used[s.ID] {
			list = append(list, s)
		}
	}
	return list
}

// modelAnswer is the JSON form of one lookup. What is not known is "unknown".
type modelAnswer struct {
	Query       string               `json:"query"`
	As          string               `json:"as"`     // model, alias, file or version
	Listed      bool                 `json:"listed"` // false: only its like is in the list
	Series      rekey.Series         `json:"series"`
	Generation  rekey.Generation     `json:"generation"`
	FirstLogin  rekey.FirstLogin     `json:"first_login"`
	FrontButton rekey.Button         `json:"front_button"`
	Ask         string               `json:"ask,omitempty"` // what has to be asked before anything else
	Models      []rekey.Model        `json:"models"`
	File        *rekey.FirmwareFile  `json:"file,omitempty"`
	Procedures  []procedure          `json:"procedures"` // that fit as far as it is known, least loss first
	Accounts    []rekey.StockAccount `json:"stock_accounts"`
	Sources     []rekey.Source       `json:"sources"`
}

func answerOf(cat *catalog.Catalog, f catalog.Found) modelAnswer {
	a := modelAnswer{
		Query: f.Query, As: f.As, Listed: f.Listed, Series: f.Series, Generation: f.Generation,
		FirstLogin: rekey.FirstUnknown, FrontButton: rekey.ButtonUnknown,
		Models: f.Models, Accounts: cat.StockAccounts(f.Generation),
	}
	if f.Models == nil {
		a.Models = []rekey.Model{}
	}
	if a.Accounts == nil {
		a.Accounts = []rekey.StockAccount{}
	}
	if g, ok := cat.Generation(f.Generation); ok {
		a.FirstLogin = g.FirstLogin
	}
	if f.As == catalog.AsFile {
		a.File = &f.File
	}
	switch {
	case f.As == catalog.AsAlias && len(f.Models) > 0:
		a.Ask = "No recorder is listed by this name. Which of these is on its label?"
	case f.As == catalog.AsAlias:
		a.Ask = "No firmware is listed for this name. What exactly is on its label?"
	case f.Generation == rekey.GenUnknown:
		a.Ask = "Nobody says which generation this is. What does its login screen show?"
	}
	used := map[string]bool{}
	a.Procedures = procedures(cat, f.Series, f.Generation)
	for _, k := range a.Procedures {
		used[k.Source] = true
	}
	for _, m := range a.Models {
		used[m.Source] = true
	}
	for _, s := range a.Accounts {
		used[s.Source] = true
	}
	for _, s := range cat.Sources() {
		if used[s.ID] {
			a.Sources = append(a.Sources, s)
		}
	}
	return a
}

func printModel(w *bufio.Writer, p *process, cat *catalog.Catalog, a modelAnswer) {
	fmt.Fprintln(w, p.heading(a.Query))
	if a.Ask != "" {
		fmt.Fprintln(w, a.Ask)
	}
	fmt.Fprintf(w, "\n  series        %s\n  generation    %s", a.Series, a.Generation)
	if g, ok := cat.Generation(a.Generation); ok {
		fmt.Fprintf(w, "  %s (%s)", g.Means, g.Confidence)
	}
	fmt.Fprintf(w, "\n  first login   %s\n  front button  %s  (no source tells; look at it)\n", a.FirstLogin, a.FrontButton)
	for _, m := range a.Models {
		fmt.Fprintf(w, "\n%s  %s, %s, board %s%s\n", p.heading(m.SKU), plural.Of(m.Channels, "input", "inputs"), or(m.Picture), or(m.Board), in(" build ", m.Build))
		for _, f := range m.Firmware {
			fmt.Fprintf(w, "  %s  %s  %s\n", f.Date, f.Version, f.Name)
		}
		if m.Discontinued {
			fmt.Fprintf(w, "  The maker marks it discontinued: no newer firmware.\n")
		}
	}
	if a.File != nil && !a.Listed {
		fmt.Fprintf(w, "\nThe file itself is not in the list. Its name says: board %s, version %s, built %s.\n", a.File.Board, a.File.Version, or(a.File.Date))
	}
	fmt.Fprintf(w, "\n%s\n", p.heading("Ways back in that fit, least loss first"))
	for _, k := range a.Procedures {
		fmt.Fprintf(w, "  %-14s %s (settings: %s; %s, %s)\n", k.ID, k.Title, k.Settings, k.Source, k.Confidence)
	}
	if slices.ContainsFunc(a.Procedures, func(k procedure) bool { return k.ID.Drain() }) {
		fmt.Fprintln(w, "  Which drain it is depends on its front.")
	}
	if len(a.Accounts) > 0 {
		var users []string
		for _, s := range a.Accounts {
			users = append(users, s.User)
		}
		fmt.Fprintf(w, "\nAccounts out of the factory, to be changed or stripped afterwards: %s\n", strings.Join(users, ", "))
	}
	fmt.Fprintf(w, "\n%s\n", p.heading("Who says so"))
	printSources(w, a.Sources)
}

// or gives "unknown" for what is not known.
func or(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

// in gives s behind a separator, and nothing for nothing.
func in(sep, s string) string {
	if s == "" {
		return ""
	}
	return sep + s
}
