package report

import (
	"slices"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/paper"
)

// drain tells one emptying of the board.
func (w words) drain(d *Drain, of int) section {
	sec := section{Head: w.t("drain")}
	if of > 1 {
		sec.Head = w.t("drain.n", "N", count(d.N), "Of", count(of))
	}
	if d.N == of {
		sec.Texts = []string{w.t("drain.said")}
	}
	switch {
	case d.Run != nil:
		sec.Facts = w.run(d.Run)
	case d.Rest != nil:
		sec.Facts = w.rest(d.Rest)
	}
	if d.Left {
		sec.Facts = append(sec.Facts, w.marked("drain.left", w.t("drain.left.yes"), Said))
	}
	return sec
}

func (w words) marked(label, value string, k Known) paper.Fact {
	return paper.Fact{Label: w.t(label), Value: value, Mark: knownMarks[k], Word: w.t("known." + string(k))}
}

func (w words) run(r *Run) []paper.Fact {
	end := w.t("drain.unfinished")
	switch {
	case r.Finished != nil && r.Short:
		end = w.t("drain.short")
	case r.Finished != nil:
		end = w.t("yes") + ", " + w.second(*r.Finished)
	}
	return []paper.Fact{
		w.marked("drain.presses", count(r.Counted), Said),
		w.marked("drain.coached", spanOf(time.Duration(r.Coached)*time.Second)+" ("+count(r.Coached)+" s)", Own),
		w.plain("drain.missed", count(r.Missed)), w.plain("drain.voided", count(r.Voided)),
		w.plain("drain.cadence", w.t("drain.cadence.is", "Hold", count(r.Hold), "Wait", count(r.Wait))), w.plain("drain.end", end),
	}
}

func (w words) rest(r *Rest) []paper.Fact {
	until := paper.Fact{Label: w.t("drain.until"), Value: w.t("drain.running"), Mark: paper.NotYet, Word: w.t("known.not-yet")}
	length := w.plain("drain.length", "–")
	if r.End != nil {
		until = w.marked("drain.until", w.second(*r.End), r.EndBy)
		length = w.plain("drain.length", spanOf(time.Duration(r.Seconds)*time.Second))
	}
	facts := []paper.Fact{
		w.marked("drain.from", w.second(r.From), r.Known), until, length,
		w.plain("drain.asked", w.t("drain.asked.is", "Advised", count(r.AdviseH), "Min", count(r.MinH))),
	}
	for _, g := range r.Gaps {
		facts = append(facts, w.plain("drain.gap", w.second(g)+", "+w.t("drain.gap.why")))
	}
	if r.Early {
		facts = append(facts, w.plain("drain.early", w.t("drain.early.agreed")))
	}
	return facts
}

func (w words) powers(s *Statement) section {
	var rows []paper.Row
	for _, p := range s.Powers {
		clock := w.t("clock." + string(p.Clock))
		if p.ClockAs != "" {
			clock = w.t("clock.as", "Clock", clock, "As", p.ClockAs)
		}
		rows = append(rows, paper.Row{
			{Text: w.second(p.At), Mark: knownMarks[p.Known], Word: w.t("known." + string(p.Known))},
			{Text: clock, Mark: knownMarks[p.ClockBy], Word: w.t("known." + string(p.ClockBy))},
			{Text: w.t("result." + string(p.Verdict))},
		})
	}
	if len(rows) == 0 {
		return section{}
	}
	return section{Head: w.t("power"), Table: &table{
		Cols: []paper.Col{{Title: w.t("power.when"), Fixed: 38}, {Title: w.t("power.clock"), Weight: 6}, {Title: w.t("power.result"), Weight: 5}},
		Rows: rows,
	}}
}

// nearClock is how far a clock may be off for its distance to say more than the
// two readings.
const nearClock = 100 * time.Hour

// evidence tells what the recorder itself said about its loss of power.
func (w words) evidence(s *Statement) section {
	e, sec := s.Evidence, section{Head: w.t("evidence")}
	add := func(text string, k Known) {
		sec.Lines = append(sec.Lines, paper.Line{Text: text, Mark: knownMarks[k], Word: w.t("known." + string(k))})
	}
	if e.ScreenClock != "" {
		add(w.t("evidence.screen")+": "+e.ScreenClock, Said)
	}
	for i, c := range e.Clocks {
		if i+1 < len(e.Clocks) && e.Clocks[i+1].When == c.When { // looked at once more
			continue
		}
		key, off := "evidence.clock."+c.When, time.Duration(c.OffS)*time.Second
		switch {
		case off == 0:
			key = "evidence.clock.same." + c.When
		case off.Abs() < nearClock:
			key += ".near"
		}
		add(w.t(key, "Recorder", c.Recorder, "Here", c.Here, "Off", spanOf(off)), Seen)
	}
	if n := len(e.Logs); n > 0 { // the last reading has what those before it had
		l, key := e.Logs[n-1], "evidence.log"
		if l.Last != "" {
			key += ".last"
		}
		add(w.t(key, "N", count(l.PowerOff), "All", count(l.Restarts), "Last", l.Last), Seen)
	}
	for _, r := range e.Restarts {
		add(w.t("evidence.restart", "Asked", w.second(r.Asked), "Back", w.second(r.Back)), Seen)
	}
	for _, n := range e.Snapshots {
		add(w.t("evidence."+snapshotKey(n.Why))+", "+w.second(n.At), Own)
	}
	w.had(&e, add)
	if len(sec.Lines) > 0 && len(e.Logs) == 0 && len(s.Drains) > 0 {
		add(w.t("evidence.none"), Unknown)
	}
	return sec
}

// snapshotKey names a snapshot that was kept before settings were written, or one for
// the next time.
func snapshotKey(why string) string {
	if strings.HasPrefix(why, "before-") {
		return "snapshot.before"
	}
	return "snapshot"
}

// had tells the disks that the recorder had, and who was logged in at it.
func (w words) had(e *Evidence, add func(string, Known)) {
	if e.Disks != nil && len(*e.Disks) == 0 {
		add(w.t("evidence.disk.none"), Seen)
	}
	if e.Disks != nil {
		for _, d := range *e.Disks {
			add(w.t("evidence.disk", "Name", d.Name, "State", d.State), Seen)
		}
	}
	for _, l := range e.Logins {
		add(w.t("evidence.login", "Account", l.Account, "Kind", l.Kind, "From", l.From), Seen)
	}
}

// toldElsewhere reports whether another part of the record tells all of a piece of work
// that was done: the accounts one by one, the restart with its moments.
func (t *Task) toldElsewhere() bool {
	kind := rekey.TaskKind(t.Kind)
	return t.Outcome == string(rekey.TaskDone) && (kind == rekey.TaskAccounts || kind == rekey.TaskRestart) &&
		!slices.ContainsFunc(t.Steps, func(s Step) bool { return s.Outcome == string(rekey.StepSkipped) })
}

// task tells what became of a piece of work, step by step.
func (w words) task(t *Task) section {
	sec := section{Head: w.t("task.head", "Kind", w.t("task."+t.Kind), "Outcome", w.t("task."+t.Outcome))}
	var rows []paper.Row
	for i := 0; i < len(t.Steps); {
		s, n := t.Steps[i], 1
		for i+n < len(t.Steps) && s.like(t.Steps[i+n]) {
			n++
		}
		i += n
		state := w.t("step." + s.Outcome)
		if s.Code != "" {
			state += " (" + s.Code + ")"
		}
		what := paper.Cell{Text: w.title(s.Title), Sub: w.seenAs(s.As)}
		if n > 1 {
			what.Text = w.t("step.many", "Step", what.Text, "N", count(n))
		}
		rows = append(rows, paper.Row{what, {Text: state}, w.known(s.Known)})
	}
	sec.Table = &table{
		Cols: []paper.Col{{Title: w.t("step"), Weight: 5}, {Title: w.t("step.state"), Weight: 3}, {Title: w.t("log.how"), Fixed: 25}}, Rows: rows,
	}
	return sec
}

// like reports whether a step reads as another does: long settings are written in
// several.
func (s Step) like(o Step) bool {
	s.ID, o.ID = "", ""
	return s == o
}

// accounts tells what was done about the accounts out of the factory.
func (w words) accounts(s *Statement) section {
	var rows []paper.Row
	for _, a := range s.Accounts {
		state, known := "account.untried", Unknown
		switch rekey.Code(a.Why) {
		case rekey.CodeUnsupported, rekey.CodeBudget, rekey.CodeLocked:
			state += "." + a.Why
		}
		if a.Refused != nil && *a.Refused {
			state, known = "account.refused", Seen
		}
		cell := w.known(known)
		if a.Refused != nil && !*a.Refused {
			state, cell.Mark, cell.Word = "account.taken", paper.Refused, w.t("known.seen")
		}
		rows = append(rows, paper.Row{{Text: a.Name, Mono: true}, {Text: w.t("account." + a.How)}, {Text: w.t(state)}, cell})
	}
	if len(rows) == 0 {
		return section{}
	}
	return section{Head: w.t("accounts"), Table: &table{Cols: []paper.Col{{Weight: 2}, {Weight: 3}, {Weight: 5}, {Fixed: 25}}, Rows: rows}}
}

func (w words) follow(s *Statement) section {
	var rows []paper.Row
	for _, f := range s.Follow {
		state := "follow.done"
		if f.Done == NotYet {
			state = "follow.open"
		}
		kind := w.t("follow." + f.Kind)
		if f.From != "" {
			kind = w.t("follow.from", "Kind", kind, "From", f.From)
		}
		rows = append(rows, paper.Row{{Text: f.Name, Sub: kind}, {Text: w.t(state)}, w.known(f.Done)})
	}
	if len(rows) == 0 {
		return section{}
	}
	return section{Head: w.t("follow"), Table: &table{Cols: []paper.Col{{Weight: 5}, {Weight: 3}, {Fixed: 25}}, Rows: rows}}
}

func (w words) attempts(s *Statement) section {
	a, sec := s.Attempts, section{Head: w.t("attempts")}
	if len(a.Proofs) == 0 {
		sec.Texts = []string{w.t("attempts.none")}
		return sec
	}
	sec.Facts = []paper.Fact{w.plain("attempts.spent", count(a.Factory)), w.plain("attempts.bad", count(a.Bad))}
	if a.Locked > 0 {
		sec.Facts = append(sec.Facts, w.plain("attempts.locked", count(a.Locked)))
	}
	t := table{Cols: []paper.Col{
		{Title: w.t("attempts.when"), Fixed: 38}, {Title: w.t("attempts.what"), Weight: 5}, {Title: w.t("attempts.answer"), Weight: 3}, {Title: w.t("log.how"), Fixed: 25},
	}}
	for i := 0; i < len(a.Proofs); {
		p, n := a.Proofs[i], 1
		for i+n < len(a.Proofs) && p.like(a.Proofs[i+n]) {
			n++
		}
		i += n
		known := p.Known
		if p.Outcome == rekey.ProofLost || p.Outcome == rekey.ProofUnclear {
			known = Unknown
		}
		what := paper.Cell{Text: w.t("account", "Purpose", w.t("purpose."+string(p.Purpose)), "Account", p.Account)}
		if n > 1 {
			what.Sub = w.t("attempts.many", "N", count(n), "At", w.second(a.Proofs[i-1].At))
		}
		t.Rows = append(t.Rows, paper.Row{
			{Text: w.second(p.At)}, what,
			{Text: w.t("answer." + string(p.Outcome))}, w.known(known),
		})
	}
	sec.Table = &t
	return sec
}

// like reports whether a try reads as another does, its moment and the tries left aside.
func (p Try) like(o Try) bool {
	return p.Purpose == o.Purpose && p.Account == o.Account && p.Outcome == o.Outcome && p.Known == o.Known
}
