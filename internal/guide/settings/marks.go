package settings

import (
	"slices"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/setup"
)

// LineSections are the parts of the settings that a line of the finish list is about.
var LineSections = map[string][]setup.Section{
	"clock": {setup.SectionClock}, "network": {setup.SectionNetwork}, "disk": {setup.SectionDisk}, "outside": {setup.SectionReach},
	"cameras": {setup.SectionChannels, setup.SectionRecord, setup.SectionMotion, setup.SectionVideo},
}

// finishWizard is the line of the finish list that a whole plan ends.
const finishWizard = "wizard"

// marks gives the marks of the lines of the finish list that a step ends, when rekey
// saw its outcome: so it did of every other step of the plan that a line is about. What
// a person left out, or cannot be read back, leaves the line as it was.
func marks(p *setup.Plan, t *rekey.Task, ended setup.Step) []rekey.Command {
	over := func(in func(setup.Section) bool) bool {
		return !slices.ContainsFunc(p.Steps, func(s setup.Step) bool {
			at := t.Step(s.ID)
			return s.ID != ended.ID && in(s.Section) && (at == nil || !seen(at.Outcome))
		})
	}
	var all []rekey.Command
	mark := func(line string, in func(setup.Section) bool) {
		if in(ended.Section) && over(in) {
			all = append(all, rekey.MarkFinish{Item: line, State: rekey.FinishDone, Seen: true})
		}
	}
	for _, line := range []string{"clock", "network", "cameras", "disk", "outside"} {
		mark(line, func(s setup.Section) bool { return slices.Contains(LineSections[line], s) })
	}
	mark(finishWizard, func(setup.Section) bool { return true })
	return all
}

// seen reports whether rekey saw at the recorder that a step is done.
func seen(o rekey.StepOutcome) bool { return o == rekey.StepDone || o == rekey.StepAlready }

// NamedLines gives the lines of the finish list that a profile says something about.
func NamedLines(p *setup.Profile) []string {
	var lines []string
	add := func(line string, is bool) {
		if is {
			lines = append(lines, line)
		}
	}
	add("clock", p.Clock != nil || p.NTP != nil)
	add("network", p.Network != nil)
	add("cameras", p.EveryChannel != nil || len(p.Channels) > 0)
	add("disk", p.Disk != nil)
	add("outside", p.Reach != nil)
	return lines
}

// AsWanted gives the lines of those named in which a plan has nothing to change and
// nothing that the recorder lacks: they were compared, and are as wanted.
func AsWanted(named []string, plan *setup.Plan) []string {
	return slices.DeleteFunc(slices.Clone(named), func(line string) bool {
		in := func(s setup.Section) bool { return slices.Contains(LineSections[line], s) }
		return slices.ContainsFunc(plan.Steps, func(s setup.Step) bool { return in(s.Section) }) ||
			slices.ContainsFunc(plan.Absent, func(a setup.Absent) bool { return in(a.Section) }) ||
			slices.ContainsFunc(plan.ByHand, func(h setup.ByHand) bool { return in(h.Section) })
	})
}
