package report

import (
	"strings"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/paper"
)

// sheet is a record in words, as pages and documents show it: the same sentences
// in the same order.
type sheet struct {
	words
	Lang, Title, Ref, Practice, Note, Foot string
	Heading, Lead                          string
	Verdict                                verdict
	Sections                               []section
	Code                                   code
}

type verdict struct {
	Mark       paper.Mark
	Head, Text string
}

type section struct {
	Head  string
	Facts []paper.Fact
	Table *table
	Lines []paper.Line
	Texts []string
	Mono  string
}

type table struct {
	Cols []paper.Col
	Rows []paper.Row
}

type code struct{ Label, Code, About, Command, Honest string }

// sheetOf puts a document into words.
func sheetOf(doc *Document) *sheet {
	w, s := doc.Pages.words(), &doc.Statement
	sh := &sheet{
		words: w, Lang: doc.Pages.Language, Title: w.t("title"), Ref: doc.Reference, Foot: w.t("foot"),
		Heading: w.t("h1", "Name", nameOf(doc), "Outcome", w.t("outcome."+string(s.Outcome))),
		Lead:    w.t("lead", "Ref", doc.Reference, "At", w.second(s.AsOf), "Zone", doc.Pages.Zone),
		Verdict: w.verdict(s),
		Code: code{
			Label: w.t("check.code"), Code: doc.Chain.Code, About: w.t("check.about"),
			Command: w.t("check.command", "Code", doc.Chain.Code), Honest: w.t("check.honest"),
		},
	}
	if doc.Practice {
		sh.Practice, sh.Note = w.t("practice"), w.t("practice.note")
	}
	sh.add(w.recorder(s), w.proof(s), w.open(s), w.legend(), w.finish(s))
	for i := range s.Drains {
		sh.add(w.drain(&s.Drains[i], len(s.Drains)))
	}
	sh.add(w.powers(s), w.evidence(s))
	for i := range s.Tasks {
		if t := &s.Tasks[i]; !t.toldElsewhere() {
			sh.add(w.task(t))
		}
	}
	sh.add(w.accounts(s), w.follow(s), w.attempts(s), w.log(s), w.check(doc))
	return sh
}

// add adds the sections that say something.
func (sh *sheet) add(sections ...section) {
	for _, s := range sections {
		if len(s.Facts) > 0 || s.Table != nil || len(s.Lines) > 0 || len(s.Texts) > 0 {
			sh.Sections = append(sh.Sections, s)
		}
	}
}

// nameOf gives what its owner calls it, or its model, or its number.
func nameOf(doc *Document) string {
	switch {
	case doc.Statement.Name != "":
		return doc.Statement.Name
	case doc.Statement.Recorder.Model.Is != "":
		return doc.Statement.Recorder.Model.Is
	}
	return doc.Reference
}

var outcomeMarks = map[rekey.Outcome]paper.Mark{
	rekey.OutcomeRekeyed: paper.Seen, rekey.OutcomeSignedIn: paper.Seen, rekey.OutcomeReported: paper.Said,
	rekey.OutcomeSupport: paper.Refused, rekey.OutcomeFailed: paper.Refused, rekey.OutcomeElsewhere: paper.Own,
	rekey.OutcomeWait: paper.NotYet, OutcomeOpen: paper.NotYet,
}

func (w words) verdict(s *Statement) verdict {
	key := "verdict." + string(s.Outcome)
	v := verdict{Mark: outcomeMarks[s.Outcome], Head: w.t(key), Text: w.t(key + ".text")}
	switch s.Outcome {
	case rekey.OutcomeRekeyed:
		if r := s.Proof.Old.Result; r == ResultYes || r == ResultNotKnown {
			v.Text += " " + w.t("verdict.rekeyed.old."+string(r))
		}
	case rekey.OutcomeElsewhere:
		if s.Why == string(rekey.RouteSelfService) {
			v.Text = w.t("verdict.elsewhere.self-service.text")
		}
	}
	return v
}

var knownMarks = map[Known]paper.Mark{
	Seen: paper.Seen, Said: paper.Said, Own: paper.Own, Unknown: paper.Unknown, NotYet: paper.NotYet,
}

// fact gives a value with how it is known.
func (w words) fact(label string, v Value, mono bool) paper.Fact {
	if v.Is == "" {
		return paper.Fact{Label: w.t(label), Value: "–", Mark: paper.Unknown, Word: w.t("known.unknown")}
	}
	return paper.Fact{Label: w.t(label), Value: v.Is, Mono: mono, Mark: knownMarks[v.Known], Word: w.t("known." + string(v.Known))}
}

// plain gives a value that needs no mark.
func (w words) plain(label, value string) paper.Fact {
	return paper.Fact{Label: w.t(label), Value: value}
}

// known gives a cell that says how something is known.
func (w words) known(k Known) paper.Cell {
	return paper.Cell{Mark: knownMarks[k], Word: w.t("known." + string(k))}
}

func (w words) recorder(s *Statement) section {
	r := s.Recorder
	series := r.Series
	if r.Generation.Is != "" && series.Is != "" {
		series.Is = w.t("series.is", "Series", series.Is, "Generation", r.Generation.Is)
	} else if series.Is == "" {
		series = r.Generation
	}
	front := r.Button
	if front.Is != "" {
		front.Is = w.t("front." + front.Is)
	}
	owner := w.plain("fact.owner", w.t("owner."+s.Owner))
	if s.Owner != "" {
		owner.Mark, owner.Word = paper.Said, w.t("known.said")
	}
	facts := []paper.Fact{
		w.fact("fact.model", r.Model, true), owner,
		w.fact("fact.serial", r.Serial, true), w.fact("fact.series", series, false),
		w.fact("fact.mac", r.MAC, true), w.fact("fact.front", front, false),
	}
	if len(s.Finish) == 0 && r.After.Is == "" { // nobody could have changed it
		facts = append(facts, w.fact("fact.firmware", r.Before, false), w.plain("fact.began", w.second(s.Began)))
	} else {
		facts = append(facts, w.fact("fact.before", r.Before, false), w.fact("fact.after", r.After, false), w.plain("fact.began", w.second(s.Began)))
	}
	return section{Facts: append(facts, w.plain("fact.asof", w.second(s.AsOf)))}
}

func (w words) proof(s *Statement) section {
	row := func(name string, t Tested) paper.Row {
		mark := knownMarks[t.Known]
		if t.Result == ResultNone {
			return paper.Row{{Text: w.t("proof." + name), Bold: true}, {Text: w.t("proof." + name + "." + string(t.Result))}, {}, {}}
		}
		if t.Result == ResultNo && !(name == "old" && s.Outcome == rekey.OutcomeSignedIn) {
			mark = paper.Refused
		}
		at, how := "", w.t("known."+string(t.Known))
		if t.At != nil {
			at = w.second(*t.At)
		}
		return paper.Row{
			{Text: w.t("proof." + name), Bold: true}, {Text: w.t("proof." + name + "." + string(t.Result))},
			{Text: at}, {Mark: mark, Word: how},
		}
	}
	head := w.t("proof")
	if s.Proof.New.Result == ResultNone {
		head = w.t("proof.none")
	}
	rows := []paper.Row{row("new", s.Proof.New)}
	for _, line := range []struct {
		name string
		Tested
	}{{"factory", s.Proof.Factory}, {"old", s.Proof.Old}} {
		if line.Result != ResultNone { // it never came to that
			rows = append(rows, row(line.name, line.Tested))
		}
	}
	return section{Head: head, Table: &table{Cols: []paper.Col{{Weight: 3}, {Weight: 5}, {Fixed: 38}, {Fixed: 25}}, Rows: rows}}
}

// open lists what nobody has done.
func (w words) open(s *Statement) section {
	if len(s.Finish) == 0 {
		return section{}
	}
	sec := section{Head: w.t("open")}
	for _, it := range s.Finish {
		if it.State == rekey.FinishOpen {
			sec.Lines = append(sec.Lines, paper.Line{Text: w.t("item." + it.Item), Mark: paper.NotYet})
		}
	}
	for _, f := range s.Follow {
		if f.Done == NotYet {
			sec.Lines = append(sec.Lines, paper.Line{Text: f.Name + ": " + w.t("follow.open"), Mark: paper.NotYet})
		}
	}
	return sec
}

// finish lists what was done or left out.
func (w words) finish(s *Statement) section {
	var rows []paper.Row
	open := false
	for _, it := range s.Finish {
		if it.State == rekey.FinishOpen {
			open = true
			continue
		}
		at := ""
		if it.At != nil {
			at = w.second(*it.At)
		}
		state, line := "state."+string(it.State), paper.Cell{Text: w.t("item." + it.Item)}
		if it.Item == "firmware" {
			if runs := s.Recorder.After; runs.Is != "" {
				line.Sub = w.t("finish.runs", "Version", runs.Is)
			}
			if it.State == rekey.FinishSkipped {
				state = "state.firmware.skipped"
			}
		}
		rows = append(rows, paper.Row{line, {Text: w.t(state)}, {Text: at}, w.known(it.Known)})
	}
	if len(rows) == 0 {
		return section{}
	}
	sec := section{Head: w.t("finish"), Table: &table{
		Cols: []paper.Col{{Title: w.t("finish.line"), Weight: 5}, {Title: w.t("finish.state"), Weight: 2.4}, {Title: w.t("log.when"), Fixed: 38}, {Title: w.t("log.how"), Fixed: 25}},
		Rows: rows,
	}}
	if !open {
		sec.Texts = []string{w.t("open.none")}
	}
	return sec
}

func (w words) log(s *Statement) section {
	var rows []paper.Row
	day := ""
	for _, l := range s.Log {
		stamp := w.second(l.At)
		date, clock, _ := strings.Cut(stamp, " ")
		if date != day {
			rows, day = append(rows, paper.Row{{Text: date, Bold: true}}), date
		}
		rows = append(rows, paper.Row{{Text: clock}, {Text: w.line(l)}, w.known(l.Known)})
	}
	return section{Head: w.t("log"), Table: &table{
		Cols: []paper.Col{{Title: w.t("log.when"), Fixed: 22}, {Title: w.t("log.what"), Weight: 1}, {Title: w.t("log.how"), Fixed: 25}},
		Rows: rows,
	}}
}

func (w words) legend() section {
	sec := section{Head: w.t("legend"), Texts: []string{w.t("legend.note")}}
	for _, k := range []Known{Seen, Said, Own, Unknown} {
		text := w.t("legend.row", "Word", w.t("known."+string(k)), "Text", w.t("legend."+string(k)))
		sec.Lines = append(sec.Lines, paper.Line{Text: text, Mark: knownMarks[k]})
	}
	return sec
}

func (w words) check(doc *Document) section {
	return section{
		Head: w.t("check"), Texts: []string{w.t("check.entries", "N", count(doc.Chain.Entries))}, Mono: doc.Chain.Head,
	}
}
