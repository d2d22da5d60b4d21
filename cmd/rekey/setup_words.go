package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/rekey-dvr/rekey/internal/plural"
	"github.com/rekey-dvr/rekey/internal/setup"
)

// noteWords say what a plan's notes mean.
var noteWords = map[setup.Note]string{
	setup.NoteRestart:   "Some of this counts after a restart of the recorder.",
	setup.NoteCuts:      "The last steps may cut the connection: the recorder may then be at another address or port.",
	setup.NoteDSTYear:   "The dates of summer time are for one year; set it up again when they have passed.",
	setup.NoteNTPDST:    "A time server and summer time together shift some recorders twice: look at the clock afterwards.",
	setup.NoteNTPZone:   "The time server is on, and the profile names no zone: the recorder's own stays.",
	setup.NoteReach:     "This opens a way in from outside.",
	setup.NoteLockOff:   "This turns the lock after wrong passwords off.",
	setup.NoteOtherUnit: "The snapshot is of another recorder, by its serial number.",
	setup.NotePasswords: "New accounts get passwords that rekey makes. Each is sealed before it is sent; rekey vault export has them.",
	setup.NoteSecrets:   "Passwords that the snapshot does not have, or that another vault sealed, stay as they are.",
}

// tellPlan prints what would change, and what cannot be done.
func (p *process) tellPlan(plan setup.Plan) error {
	return p.print(func(w *bufio.Writer) {
		for at := 0; at < len(plan.Steps); {
			section := plan.Steps[at].Section
			var changes []setup.Change
			for ; at < len(plan.Steps) && plan.Steps[at].Section == section; at++ {
				changes = append(changes, plan.Steps[at].Changes...)
			}
			fmt.Fprintln(w, p.heading(string(section)))
			for _, same := range alike(changes) {
				fmt.Fprintln(w, "  "+changeLine(same))
			}
		}
		for _, a := range plan.Absent {
			fmt.Fprintf(w, "Not on this recorder: %s\n", a.Path())
		}
		for _, h := range plan.ByHand {
			fmt.Fprintf(w, "By hand: %s\n", handWords[h.Word])
		}
		for _, a := range plan.Accounts {
			fmt.Fprintf(w, "Never put back: account %s (%s)\n", a.Name, a.Group)
		}
		for _, name := range plan.Left {
			fmt.Fprintf(w, "Not in the profile, and left alone: account %s\n", name)
		}
		for _, n := range plan.Notes {
			fmt.Fprintln(w, "Note: "+noteWords[n])
		}
		fmt.Fprintf(w, "%s, %d as wanted already.\n", count(plan), plan.Same)
	})
}

// handWords say what a person has to do at the recorder.
var handWords = map[string]string{
	"disk.format": "format the disk at the recorder's own screen. No way to do it by network is known, and it destroys all recordings.",
}

func count(plan setup.Plan) string {
	n := 0
	for _, s := range plan.Steps {
		n += len(s.Changes)
	}
	return plural.Of(n, "change", "changes")
}

// alike gathers changes that follow each other and do the same, on one camera after
// the other or at several settings of one.
func alike(all []setup.Change) [][]setup.Change {
	var groups [][]setup.Change
	for _, c := range all {
		if n := len(groups); n > 0 {
			if last := groups[n-1][0]; last.Word == c.Word && last.From == c.From && last.To == c.To && last.Sealed == nil && c.Word != c.Key {
				groups[n-1] = append(groups[n-1], c)
				continue
			}
		}
		groups = append(groups, []setup.Change{c})
	}
	return groups
}

// changeLine is changes that do the same in the words of a profile, with the
// recorder's name where that says more.
func changeLine(same []setup.Change) string {
	c, last := same[0], same[len(same)-1]
	name := c.Path()
	if last.Channel != c.Channel {
		name += " to " + last.Path()
	}
	switch {
	case len(same) > 1:
		name += fmt.Sprintf(" (%s and %d more)", c.Key, len(same)-1)
	case name != c.Key:
		name += " (" + c.Key + ")"
	}
	if c.Sealed != nil {
		return name + ": a secret, not shown"
	}
	line := fmt.Sprintf("%s: %s -> %s", name, shown(c.Say(c.From)), shown(c.Say(c.To)))
	if c.Restart {
		line += ", after a restart"
	}
	if c.Destroys {
		line += ", old recordings will be lost"
	}
	return line
}

func shown(v string) string {
	if v == "" {
		return "nothing"
	}
	if strings.ContainsFunc(v, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
		return fmt.Sprintf("%q", v)
	}
	return v
}

// tellStep prints what became of a step, once it has ended.
func (p *process) tellStep(s setup.Step, r setup.Result) {
	words := map[setup.Outcome]string{
		setup.Done: "Seen: written and read back", setup.Already: "Seen: was so already",
		setup.Refused: "Refused", setup.Lost: "Not known: no answer", setup.Unread: "Written; what the recorder shows as stars cannot be read back",
	}[r.Outcome]
	if r.Password != "" {
		words = triedWords[r.Password]
	}
	fmt.Fprintf(p.stdout, "%s: %s", s.ID, words)
	switch {
	case len(r.Keys) == 0:
	case r.Outcome == setup.Unread:
		fmt.Fprintf(p.stdout, ": %s", strings.Join(r.Keys, ", "))
	default:
		fmt.Fprintf(p.stdout, "; not kept: %s", strings.Join(r.Keys, ", "))
	}
	if r.Restart {
		fmt.Fprint(p.stdout, "; the recorder asks for a restart")
	}
	fmt.Fprintln(p.stdout)
	if r.Err != nil {
		fmt.Fprintln(p.stderr, "rekey:", r.Err)
	}
}

// triedWords say what is known of the password of an account that a profile made.
var triedWords = map[setup.Tried]string{
	setup.TriedWorks: "Seen: it is there, and a login with its password was accepted",
	setup.TriedFails: "Seen: it is there, and the recorder refuses its password",
	setup.Untried:    "Seen: it is there. Not known: whether its password works",
}

// tellEnd sums up: what was done, what was not, and what to do next.
func (p *process) tellEnd(host string, plan setup.Plan, results []setup.Result) error {
	return p.print(func(w *bufio.Writer) {
		left, unseen := 0, 0
		for i, r := range results {
			if r.Outcome == setup.Unread || r.Outcome.Over() && r.Password == setup.Untried {
				unseen++
			}
			if r.Outcome == setup.NotBegun {
				fmt.Fprintf(w, "%s: not begun\n", r.Step)
				left++
			}
			if r.Outcome == setup.Refused || r.Outcome == setup.Lost {
				left++
			}
			if r.Outcome == setup.Lost && plan.Steps[i].Cuts {
				at := plan.Steps[i].Moves(host)
				switch at {
				case host:
				case "":
					fmt.Fprintln(w, "The recorder may have another address now (rekey find shows it): run this again there.")
				default:
					fmt.Fprintf(w, "The recorder may be at %s now: run this again there.\n", at)
				}
			}
		}
		switch {
		case left == 0 && unseen > 0:
			fmt.Fprintf(w, "%d of %d steps are done and seen; %d could not be seen to the end.\n", len(plan.Steps)-unseen, len(plan.Steps), unseen)
		case len(plan.Steps) == 0:
			fmt.Fprintf(w, "Seen: %s is as wanted.\n", host)
		case left == 0 && len(plan.Steps) == 1:
			fmt.Fprintln(w, "Seen: the one step is done.")
		case left == 0:
			fmt.Fprintf(w, "Seen: all %d steps are done.\n", len(plan.Steps))
		default:
			fmt.Fprintf(w, "%d of %s done. Run this again: it goes on where it stopped.\n", len(plan.Steps)-left, plural.Of(len(plan.Steps), "step is", "steps are"))
		}
	})
}

// terminal reports whether a person can be asked.
func (p *process) terminal() bool {
	in, ok := p.stdin.(*os.File)
	return ok && term.IsTerminal(int(in.Fd()))
}

// ask puts a question to a person and gives the answer in lower case.
func (p *process) ask(question string) (string, error) {
	fmt.Fprint(p.stderr, question)
	line, err := p.lines().ReadString('\n')
	if err != nil && line == "" {
		return "", err
	}
	return strings.ToLower(strings.TrimSpace(line)), nil
}
