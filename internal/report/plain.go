package report

import (
	"strings"

	"github.com/rekey-dvr/rekey/internal/paper"
)

// Plain writes the record as lines of text, for a terminal.
func (doc *Document) Plain() string {
	sh := sheetOf(doc)
	var b strings.Builder
	say := func(words ...string) {
		var kept []string
		for _, w := range words {
			if w != "" {
				kept = append(kept, w)
			}
		}
		b.WriteString(strings.Join(kept, "  ") + "\n")
	}
	if sh.Practice != "" {
		say(sh.Practice + ". " + sh.Note)
	}
	say(sh.Heading)
	say(sh.Lead)
	say(sh.Verdict.Head + ". " + sh.Verdict.Text)
	for _, s := range sh.Sections {
		b.WriteByte('\n')
		say(s.Head)
		for _, f := range s.Facts {
			say("  "+f.Label+": "+f.Value, bracket(f.Word))
		}
		if s.Table != nil {
			for _, r := range s.Table.Rows {
				say(append([]string{"  " + strings.Join(first(r), " ")}, rest(r)...)...)
			}
		}
		for _, l := range s.Lines {
			say("  "+l.Text, bracket(l.Word))
		}
		for _, t := range s.Texts {
			say("  " + t)
		}
		if s.Mono != "" {
			say("  " + s.Mono)
		}
	}
	say("\n" + sh.Code.Label + ": " + sh.Code.Code)
	say(sh.Code.About)
	say("  " + sh.Code.Command)
	say(sh.Code.Honest)
	say(sh.Foot)
	return b.String()
}

func bracket(word string) string {
	if word == "" {
		return ""
	}
	return "(" + word + ")"
}

func first(r paper.Row) []string { return cellWords(r[0]) }

func rest(r paper.Row) []string {
	var out []string
	for _, c := range r[1:] {
		out = append(out, strings.Join(cellWords(c), " "))
	}
	return out
}

func cellWords(c paper.Cell) []string {
	var out []string
	for _, w := range []string{c.Text, c.Sub, bracket(c.Word)} {
		if w != "" {
			out = append(out, w)
		}
	}
	return out
}
