package site

import (
	"slices"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide/settings"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// finishLines are the lines of the finish list after the password and its proof, in
// the order of the procedures.
var finishLines = []string{
	"accounts", "wizard", "clock", "network", "cameras", "disk", "outside", "recovery", "firmware", "restart", "apps", "snapshot", "card", "record", "reminders",
}

// seenLine gives what rekey itself saw of a line. An empty Known says nothing.
func (sh *showing) seenLine(id string) view.Line {
	r := &sh.r
	l := view.Line{ID: id}
	switch id {
	case "accounts":
		l = taskLine(id, lastOf(r, rekey.TaskAccounts))
	case "wizard":
		l = taskLine(id, lastOf(r, rekey.TaskSetup, rekey.TaskRestore))
		if l.Known == view.Seen {
			l.How = view.T("finish.how.readback")
		}
	case "clock", "network", "cameras", "disk", "outside":
		l = sectionLine(r, id)
	case "firmware":
		l = taskLine(id, lastOf(r, rekey.TaskFirmware))
		if f, ok := r.Seen.Firmware[rekey.After]; ok && l.Known == view.Seen {
			l.How = literal(f.Version)
		}
	case "restart":
		if p := r.Seen.Restart; p != nil {
			l.Known, l.At = view.Seen, p.Back
		} else {
			l = taskLine(id, lastOf(r, rekey.TaskRestart))
		}
	case "apps":
		l = followLine(r)
	case "reminders":
		if r.Reminding != nil {
			l.Known = view.Said
		}
	case "snapshot":
		if s := r.Snapshot(); s != nil {
			l.Known, l.At = view.Seen, s.At
		}
	}
	switch {
	case id == "clock" && l.Known == "":
		l = clockLine(r)
	case id == "disk" && l.Known == "":
		l = diskLine(r)
	}
	return l
}

// diskLine is seen when the recorder said that its disks work.
func diskLine(r *rekey.Recovery) view.Line {
	l := view.Line{ID: "disk"}
	if r.Seen.Disks == nil {
		return l
	}
	var words []string
	for _, d := range r.Seen.Disks.Disks {
		words = append(words, d.Name+": "+d.State)
	}
	if l.How = view.T("finish.how.nodisk"); len(words) > 0 {
		l.How = literal(strings.Join(words, ", "))
	}
	if r.Seen.Disks.Work() {
		l.Known = view.Seen
	}
	return l
}

// lastOf gives the last task of the kinds that was accepted.
func lastOf(r *rekey.Recovery, kinds ...rekey.TaskKind) *rekey.Task {
	for i := len(r.Tasks) - 1; i >= 0; i-- {
		t := &r.Tasks[i]
		for _, k := range kinds {
			if t.Kind == k && !t.Accepted.IsZero() {
				return t
			}
		}
	}
	return nil
}

func taskLine(id string, t *rekey.Task) view.Line {
	l := view.Line{ID: id}
	switch {
	case t == nil:
	case t.Outcome == rekey.TaskDone && !leftOut(t, nil) && slices.ContainsFunc(t.Steps, worked):
		l.Known, l.At = view.Seen, t.Ended
		if slices.ContainsFunc(t.Steps, unread) {
			l.Known, l.How = view.Unknown, view.T("finish.how.unread")
		}
	case t.Open() && t.Halted, t.Outcome == rekey.TaskStopped:
		l.Known, l.How = view.NotYet, view.T("finish.how.stopped")
	default:
		done := 0
		for _, s := range t.Steps {
			if s.Outcome.Over() && s.Outcome != rekey.StepSkipped {
				done++
			}
		}
		l.Known, l.How = view.NotYet, view.T("finish.how.apart", "Done", done, "N", len(t.Steps))
	}
	return l
}

// worked reports whether a step was done, or was so already. A rekey that does not do
// this kind of task skips every step of it.
func worked(s rekey.StepState) bool {
	return s.Outcome.Over() && s.Outcome != rekey.StepSkipped
}

// leftOut reports whether a person left out a step of the task, of those in when
// there are any.
func leftOut(t *rekey.Task, in map[string]bool) bool {
	for _, s := range t.Steps {
		if s.Outcome == rekey.StepSkipped && s.By == rekey.BySaid && (in == nil || in[s.ID]) {
			return true
		}
	}
	return false
}

// sectionLine is seen when the last steps in its part of the settings were read
// back as written.
func sectionLine(r *rekey.Recovery, id string) view.Line {
	l := view.Line{ID: id}
	for i := len(r.Tasks) - 1; i >= 0; i-- {
		t := &r.Tasks[i]
		plan, ok := setupPlan(t)
		if !ok || t.Accepted.IsZero() {
			continue
		}
		in := map[string]bool{}
		for _, s := range plan.Steps {
			for _, want := range settings.LineSections[id] {
				if s.Section == want {
					in[s.ID] = true
				}
			}
		}
		if len(in) == 0 {
			continue
		}
		at, all := stepsOver(t, in)
		switch {
		case all && !leftOut(t, in):
			l.Known, l.At = view.Seen, at
			if slices.ContainsFunc(t.Steps, func(s rekey.StepState) bool { return in[s.ID] && unread(s) }) {
				l.Known, l.How = view.Unknown, view.T("finish.how.unread")
			}
		default:
			l.Known, l.How = view.NotYet, view.T("finish.how.stopped")
		}
		return l
	}
	return l
}

func stepsOver(t *rekey.Task, in map[string]bool) (last time.Time, all bool) {
	for _, s := range t.Steps {
		if !in[s.ID] {
			continue
		}
		if !s.Outcome.Over() {
			return last, false
		}
		last = s.Ended
	}
	return last, true
}

func clockLine(r *rekey.Recovery) view.Line {
	l := view.Line{ID: "clock"}
	c, ok := r.Seen.Clock[rekey.After]
	if !ok {
		return l
	}
	off := max(c.Off, -c.Off)
	l.How = view.T("finish.how.clock", "N", off)
	if c.Right() {
		l.Known = view.Seen
	}
	return l
}

// followLine is done once everything on the list is.
func followLine(r *rekey.Recovery) view.Line {
	l := view.Line{ID: "apps"}
	if len(r.Follows) == 0 {
		return l
	}
	done, said := 0, false
	var last time.Time
	for _, f := range r.Follows {
		if f.Done {
			done++
			said = said || f.Who != rekey.BySeen
			if f.At.After(last) {
				last = f.At
			}
		}
	}
	l.Known, l.How = view.NotYet, view.T("finish.how.follow", "Done", done, "Of", len(r.Follows))
	if done == len(r.Follows) {
		l.Known, l.At = view.Seen, last
		if said {
			l.Known = view.Said
		}
	}
	return l
}
