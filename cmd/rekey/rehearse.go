package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/rehearse"
)

// rehearseCmd plays one whole recovery against a twin and prints what happened.
type rehearseCmd struct {
	Model        string   `default:"AMDV7208" help:"The recorder, as the catalogue lists it." predictor:"model"`
	Button       string   `default:"front" enum:"front,none" help:"What its front has: front or none."`
	Finish       string   `default:"network" enum:"network,screen" help:"Who changes the password: rekey over the network, or the hands at the recorder's screen."`
	OldKnown     bool     `help:"The owner types the old password, so that its refusal can be proved."`
	Miss         int      `placeholder:"PERCENT" help:"Presses missed, and said: 0 to 90."`
	MissSilently int      `placeholder:"PERCENT" help:"Presses missed, and admitted only when asked after a failure: 0 to 90."`
	Early        *float64 `placeholder:"HOURS" help:"Plug it in after so many hours. Needs --button none."`
	Fault        []string `placeholder:"NAME" sep:"none" help:"Something that goes wrong, by its name; an unknown one lists them all; may be repeated." predictor:"fault"`
	Switch       []string `placeholder:"NAME=VALUE" sep:"none" help:"A choice where no source decides, for example lock=device; an unknown one lists them all." predictor:"switch"`
	Route        string   `help:"Insist on a way: lockout-wait, other-account, self-service, support, drain-front, drain-rest or elsewhere."`
	Spread       bool     `help:"A power board of the spread, by the seed, instead of the median one."`
	Seed         uint64   `default:"1" help:"The same seed gives the same transcript."`
	JSON         bool     `name:"json" help:"One JSON object a line for each event, then a summary."`
}

// Help is shown by --help.
func (rehearseCmd) Help() string { return "Example: rekey rehearse --button none --early 36" }

// Run plays it. The exit code follows the outcome.
func (c rehearseCmd) Run(p *process) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	cat, err := p.catalog()
	if err != nil {
		return err
	}
	tell := c.teller(p.stdout)
	sum, err := rehearse.Run(p.ctx, cat, o, tell.entry)
	if err != nil && sum.Outcome == "" {
		return err
	}
	if tellErr := tell.summary(sum); tellErr != nil {
		return tellErr
	}
	if err != nil {
		fmt.Fprintln(p.stderr, "rekey:", err)
		if hint := rekey.HintOf(err); hint != "" {
			fmt.Fprintln(p.stderr, hint)
		}
		return exitWith(exitOf[rekey.CodeOf(err)])
	}
	if exit := outcomeExits[sum.Outcome]; exit != exitDone {
		return exitWith(exit)
	}
	return nil
}

// outcomeExits are the exit codes of a recovery's outcome.
var outcomeExits = map[rekey.Outcome]int{
	rekey.OutcomeRekeyed:   exitDone,
	rekey.OutcomeSignedIn:  exitDone,
	rekey.OutcomeReported:  exitUnseen,
	rekey.OutcomeSupport:   exitFailed,
	rekey.OutcomeElsewhere: exitFailed,
	rekey.OutcomeFailed:    exitFailed,
	rekey.OutcomeWait:      exitWait,
}

func (c rehearseCmd) options() (rehearse.Options, error) {
	o := rehearse.Options{
		Model: c.Model, Button: rekey.Button(c.Button), Finish: rehearse.Finish(c.Finish), OldKnown: c.OldKnown,
		Miss: c.Miss, MissSilently: c.MissSilently, Faults: c.Fault, Switches: c.Switch,
		Route: rekey.Route(c.Route), Spread: c.Spread, Seed: c.Seed,
	}
	if c.Early != nil {
		if o.Early = *c.Early; o.Early <= 0 {
			return o, wrongUsage("rehearse", "--early is a number of hours above 0.")
		}
	}
	if err := o.Check(); err != nil {
		return o, usageOf("rehearse", err)
	}
	return o, nil
}

// teller prints a rehearsal.
type teller struct {
	entry   func(rehearse.Entry) error
	summary func(rehearse.Summary) error
}

func (c rehearseCmd) teller(w io.Writer) teller {
	if c.JSON {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return teller{
			entry: func(e rehearse.Entry) error {
				if e.Event == "" { // what the hands do is no event
					return nil
				}
				return enc.Encode(e)
			},
			summary: func(s rehearse.Summary) error { return enc.Encode(s) },
		}
	}
	return teller{
		entry:   func(e rehearse.Entry) error { return printEntry(w, e) },
		summary: func(s rehearse.Summary) error { return printSummary(w, s) },
	}
}

// whoSays is the column that tells seen, said and rekey's own apart; what the
// hands do is in none of them.
func whoSays(e rehearse.Entry) string {
	switch {
	case e.Event == rehearse.EventNote:
		return "note"
	case e.By == "":
		return "·"
	}
	return string(e.By)
}

func printEntry(w io.Writer, e rehearse.Entry) error {
	_, err := fmt.Fprintf(w, "%s  %-5s  %s\n", e.At.UTC().Format("01-02 15:04:05"), whoSays(e), e.Text)
	return err
}

func printSummary(w io.Writer, s rehearse.Summary) error {
	proof := func(b *bool, yes, no, open string) string {
		switch {
		case b == nil:
			return open
		case *b:
			return yes
		}
		return no
	}
	lines := []string{
		"",
		fmt.Sprintf("PRACTICE: %s, %s, by way of %s.", s.Outcome, s.Model, s.Route),
		fmt.Sprintf("  presses %d, missed %d, coached %d s; rest %.4g h; drains started over %d", s.Presses, s.Missed, s.CoachedSeconds, s.RestHours, s.Restarts),
		fmt.Sprintf("  factory attempts %d; wrong passwords sent to the recorder %d", s.FactoryAttempts, s.BadProofs),
		"  new password: " + proof(s.Proof.NewWorks, "works (seen)", "does not work (seen)", "not seen"),
		"  factory login: " + proof(s.Proof.FactoryFails, "refused (seen)", "still works (seen)", "not tried"),
		"  old password: " + proof(s.Proof.OldFails, "refused (seen)", "still works (seen)", "not known, so not tried"),
	}
	_, err := fmt.Fprintln(w, strings.Join(lines, "\n"))
	return err
}
