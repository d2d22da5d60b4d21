package story

import (
	"time"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

// finishList is the list half way down.
func (b base) finishList() view.Finish {
	fin := view.Finish{
		Frame: b.in(7), Warn: view.T("finish.warn.format"), Record: view.Link("/r/K4M-7TD/record"), Close: post("close", "yes"),
		Picture: view.Picture{Art: "monitor-wizard", Part: "next", Alt: view.T("art.monitor-wizard"), Caption: view.T("finish.caption")},
		Links:   []view.LinkTo{{ID: "password", Do: view.Link("/r/K4M-7TD?page=password")}, {ID: "snapshots", Do: view.Link("/r/K4M-7TD?page=snapshots")}, {ID: "record", Do: view.Link("/r/K4M-7TD/record")}},
		Folds:   []view.Fold{{Title: view.T("task.kill"), Body: []view.Text{view.T("task.kill.1")}}}, Source: ownRule(),
	}
	for i, id := range []string{"password", "proof", "accounts", "wizard", "clock", "network", "cameras", "disk", "outside", "recovery", "firmware", "restart", "apps", "snapshot", "card", "record", "reminders"} {
		l := view.Line{ID: id, Known: view.NotYet, Said: post("said", id), Do: view.Link("/r/K4M-7TD?page=" + id), Skip: post("skip", id)}
		switch {
		case i < 3:
			l = view.Line{ID: id, Known: view.Seen, At: Now}
		case i == 3:
			l.Now = true
		case id == "apps":
			l.How = view.T("finish.how.follow", "Done", 1, "Of", 4)
		}
		fin.Lines = append(fin.Lines, l)
	}
	return fin
}

func word(s string) view.Text { return view.T("task.word", "As", s) }

func change(id, what, from, to string) view.Change {
	c := view.Change{ID: id, What: word(what), To: word(to), On: true}
	if from != "" {
		c.From = word(from)
	}
	return c
}

func (b base) plan() view.Task {
	p := view.Task{
		Frame: b.in(7), Kind: "setup", Stage: "plan", Count: 9, Same: 31, Ticks: true, Accept: post("accept", "1"), Cancel: post("cancel", "1"),
		Folds: []view.Fold{{Title: view.T("task.why"), Body: []view.Text{view.T("task.why.1")}}, {Title: view.T("task.kill"), Body: []view.Text{view.T("task.kill.1")}}}, Source: ownRule(),
	}
	address := change("net.ip", "Address", "192.168.1.108", "192.168.1.64")
	address.Warn = view.T("task.cut")
	overwrite := change("disk.full", "When the disk is full", "stop recording", "overwrite the oldest")
	overwrite.Warn, overwrite.On = view.T("task.destroys"), false
	p.Groups = []view.Group{
		{Title: word("Time"), Changes: []view.Change{change("t.zone", "Time zone", "GMT+08:00", "GMT-06:00, Chicago"), change("t.ntp", "Set the clock from", "itself", "pool.ntp.org, every hour")}},
		{Title: word("Cameras"), Changes: []view.Change{change("c.1", "Channel 1 name", "CAM 1", "Front door"), change("c.2", "Channel 2 name", "CAM 2", "Till"), change("c.rec", "Record", "motion only", "all day, 15 pictures a second")}},
		{Title: word("Reach from outside"), Changes: []view.Change{change("o.upnp", "UPnP port opening", "on", "off"), change("o.p2p", "P2P cloud", "on", "off")}},
		{Title: word("Disk"), Changes: []view.Change{overwrite}},
		{Title: word("Network"), Changes: []view.Change{address}},
	}
	return p
}

func footage(wrong view.Text) view.Question {
	q := view.Question{ID: "footage", Label: view.T("task.footage"), Hint: view.T("task.footage.hint"), Wrong: wrong}
	for _, v := range []string{"no", "saved", "yes", "evidence"} {
		q.Options = append(q.Options, view.Option{Value: v, Say: view.T("task.footage." + v)})
	}
	return q
}

func steps(states ...string) []view.TaskStep {
	var titles []view.Text
	for _, title := range []string{"Keep a snapshot", "Time zone and clock", "Channel names", "Record plan", "UPnP and P2P off", "Address"} {
		titles = append(titles, word(title))
	}
	return stepsOf(titles, states)
}

// firmwareSteps are those of an installation.
func firmwareSteps(states ...string) []view.TaskStep {
	var titles []view.Text
	for _, id := range []string{"look", "keep", "upload", "install", "return", "verify", "compare"} {
		titles = append(titles, view.T("step.firmware."+id))
	}
	return stepsOf(titles, states)
}

func stepsOf(titles []view.Text, states []string) []view.TaskStep {
	var out []view.TaskStep
	for i, title := range titles {
		s := view.TaskStep{Title: title, State: "waiting"}
		if i < len(states) {
			s.State = states[i]
		}
		if s.State != "waiting" && s.State != "now" {
			s.At = Now.Add(time.Duration(i-len(titles)) * time.Second)
		}
		out = append(out, s)
	}
	return out
}

func (b base) tasks() []Story {
	plan := b.plan()
	lose := plan
	lose.Groups = append([]view.Group(nil), plan.Groups...)
	burn := plan.Groups[3].Changes[0]
	burn.On = true
	lose.Groups[3] = view.Group{Title: plan.Groups[3].Title, Changes: []view.Change{burn}}
	lose.Warn, lose.Asks = []view.Text{view.T("task.warn.destroys")}, []view.Question{footage(view.T("task.footage.need"))}
	at := func(kind, stage string, s ...string) view.Task {
		t := view.Task{Frame: b.in(7), Kind: kind, Stage: stage, Steps: steps(s...)}
		switch stage {
		case "running":
			t.EventsURL, t.StateURL, t.Refresh = "/r/K4M-7TD/events", "/r/K4M-7TD/state", 3
		case "stopped":
			t.GoOn, t.Skip, t.Anew, t.Cancel = post("go-on"), post("skip-step"), post("anew"), post("stop")
		default:
			t.Next = view.Link("/r/K4M-7TD")
		}
		return t
	}
	refused := at("setup", "stopped", "done", "done", "already", "refused")
	refused.Halt = view.T("task.halt.refused", "What", "Record plan")
	refused.Steps[3].How = word("The recorder answers: Error, bad request")
	same := at("setup", "same")
	same.Steps = nil
	done := at("setup", "done", "done", "done", "already", "done", "done", "done")
	stars := at("setup", "unread", "done", "done", "already", "done", "unread", "done")
	stars.Steps[4].Title, stars.Steps[4].How = word("E-mail: Password and 3 more"), word("Email.Password")
	stars.Steps[5].Title, stars.Steps[5].How = view.T("set.accounts.new", "Name", "guard"), view.T("account.made.works")
	return append([]Story{
		{"task-plan", plan}, {"task-footage", lose}, {"task-unread", stars}, {"task-running", at("setup", "running", "done", "done", "already", "now")},
		{"task-refused", refused}, {"task-same", same}, {"task-done", done},
	}, b.otherTasks(at)...)
}

func (b base) otherTasks(at func(kind, stage string, s ...string) view.Task) []Story {
	acc := b.plan()
	acc.Kind, acc.Count, acc.Ticks, acc.Same = "accounts", 3, false, 0
	acc.Facts = []view.Fact{{Known: view.Seen, What: word("installer"), How: word("not one of the maker’s: yours? It stays.")}}
	acc.Groups = []view.Group{{Title: word("888888"), Changes: []view.Change{change("", "Password", "factory", "new, sealed")}}, {Title: word("666666"), Changes: []view.Change{change("", "Rights", "9", "none")}}, {Title: word("default"), Changes: []view.Change{change("", "Rights", "4", "none")}}}
	accDone := at("accounts", "done")
	accDone.Steps = []view.TaskStep{{Title: word("888888: new password"), State: "done", How: word("refuses the factory password: seen")}, {Title: word("666666: no rights"), State: "done", How: word("refuses the factory password: not tried (budget)")}}
	fw := b.plan()
	fw.Kind, fw.Count, fw.Ticks, fw.Groups = "firmware", 1, false, nil
	fw.Warn = []view.Text{view.T("task.warn.once")}
	fw.Facts = []view.Fact{{Known: view.Seen, What: view.T("firmware.runs", "Version", "3.200.AC04.3.R.20150801")}, {Known: view.Seen, What: word("DH_HCVR4x_EngSpnFrn_NP_Amcrest_V3.200.AC04.5.R.20151217.bin"), How: word("30.1 MB, every check passed")}}
	fw.Groups = []view.Group{{Title: view.T("firmware.title"), Changes: []view.Change{change("", "Version", "3.200.AC04.3.R", "3.200.AC04.5.R")}}}
	fwRun := at("firmware", "running")
	fwRun.Steps, fwRun.Far = firmwareSteps("done", "done", "now"), &view.Far{Percent: 42, Say: view.T("task.far.sent", "Percent", 42, "Mb", 30)}
	fwDone := at("firmware", "done")
	fwDone.Steps = firmwareSteps("done", "done", "done", "done", "done", "done", "done")
	fwDone.Answer = []view.Fact{{Known: view.Seen, What: view.T("firmware.ran", "Version", "3.200.AC04.3, 2015-08-01")}, {Known: view.Seen, What: view.T("firmware.runs", "Version", "3.200.AC04.5, 2015-12-17")}, {Known: view.Seen, What: view.T("firmware.compared")}}
	restart := b.plan()
	restart.Kind, restart.Groups, restart.Ticks = "restart", nil, false
	off := at("restart", "stopped", "done", "lost")
	off.Steps, off.Skip, off.Anew = off.Steps[:3], view.Action{}, view.Action{}
	return append([]Story{
		{"task-accounts", acc}, {"task-accounts-done", accDone}, {"task-firmware", fw}, {"task-firmware-running", fwRun}, {"task-firmware-done", fwDone}, {"task-restart", restart}, {"task-restart-stopped", off},
	}, b.rooms()...)
}

func (b base) rooms() []Story {
	way := view.Setup{
		Frame: b.in(7), Stage: "way", AtScreen: view.Link("/r/K4M-7TD?page=screen"), ByRekey: post("read"), FromFile: view.Link("/r/K4M-7TD?page=profile"),
		Snapshots: view.Link("/r/K4M-7TD?page=snapshots"), Safe: post("defaults"), Back: view.Link("/r/K4M-7TD"), Folds: []view.Fold{{Title: view.T("setup.why"), Body: []view.Text{view.T("setup.why.1")}}},
	}
	ask := way
	ask.Stage, ask.Do = "ask", post("answers")
	ask.Parts = []view.Part{
		{Title: word("Time"), Questions: []view.Question{{ID: "zone", Label: word("Time zone"), Value: "America/Chicago", Mono: true}, {ID: "ntp", Label: word("Set the clock from the internet?"), Options: []view.Option{{Value: "on", Say: word("Yes, every hour")}, {Value: "off", Say: word("No")}}, Value: "on"}}},
		{Title: word("Cameras"), Questions: []view.Question{{ID: "names", Label: word("Names, one a line"), Long: true, Value: "Front door\nTill", Hint: word("In the order of the inputs")}}},
	}
	file := way
	file.Stage = "file"
	file.File = &view.FileAsk{Do: post("profile"), Name: "profile", Label: view.T("setup.file.label"), Hint: view.T("setup.file.hint"), Accept: ".yaml,.yml", Paste: "text", Text: "time:\n  zone: Mars", Wrong: view.T("setup.file.wrong", "Why", "line 2: no such zone"), Say: view.T("setup.file.do")}
	secrets := way
	secrets.Stage, secrets.Do = "secrets", post("profile")
	secrets.Parts = []view.Part{{Title: view.T("setup.secrets.part"), Questions: []view.Question{
		{ID: "s-0", Label: view.T("ask.mail.password"), Hint: view.T("ask.secret.hint"), Secret: true},
		{ID: "s-1", Label: view.T("ask.account.password", "Name", "guard"), Hint: view.T("ask.account.password.hint"), Secret: true, Wrong: view.T("ask.wrong", "Why", view.T("password.rule.common"))},
		{ID: "s-2", Label: view.T("ask.account.password", "Name", "clerk"), Secret: true, Barred: true},
	}}}
	screen := way
	screen.Stage, screen.Do = "screen", post("done")
	for _, id := range []string{"open", "clock", "network", "format", "finish"} {
		screen.Steps = append(screen.Steps, view.T("setup.own."+id))
	}
	follow := view.Follow{
		Frame: b.in(7), Look: post("look"), Next: view.Link("/r/K4M-7TD"), Add: &view.FollowAdd{Do: post("follow"), Kinds: []string{"app", "nvr", "integration", "other"}, Kind: "app"},
		Items: []view.FollowItem{
			{Kind: "app", Name: "Maria’s phone", Known: view.Said, Do: post("f", "1")},
			{Kind: "app", Name: "SmartPSS", Known: view.Seen, How: view.T("follow.from", "Address", "192.168.1.31"), Do: post("f", "2")},
			{Kind: "nvr", Name: "NVR upstairs", Known: view.Said, Done: true, At: Now, Do: post("f", "3")},
		},
		Failed: []view.Fact{{Known: view.Refused, What: view.T("follow.client", "Name", "SmartPSS, 192.168.1.31"), How: view.T("follow.failed.times", "N", 14, "At", Now)}},
		Folds:  []view.Fold{{Title: view.T("follow.why"), Body: []view.Text{view.T("follow.why.1")}}},
	}
	empty := follow
	empty.Items, empty.Failed = nil, nil
	return append([]Story{{"setup", way}, {"setup-ask", ask}, {"setup-file", file}, {"setup-secrets", secrets}, {"setup-screen", screen}, {"follow", follow}, {"follow-none", empty}}, b.firmware()...)
}

// inFile is what the page says of a file that was read.
func inFile(name string, more ...string) []view.Fact {
	facts := []view.Fact{{Known: view.Seen, What: word(name), How: word("28.4 MB, SHA-256 4f02…c9")}}
	for _, m := range more {
		facts = append(facts, view.Fact{Known: view.Seen, What: word(m)})
	}
	return facts
}

func (b base) firmware() []Story {
	runs := view.Fact{Known: view.Seen, What: view.T("firmware.runs", "Version", "3.200.AC04.3.R.20150801")}
	newest := view.Fact{Known: view.Said, Marked: view.T("firmware.listed"), What: view.T("firmware.newest", "Version", "3.200.AC04.5.R.20151217"), How: view.T("firmware.list", "Date", "2024-08-17")}
	look := view.Firmware{
		Frame: b.in(7), Stage: "look", Facts: []view.Fact{runs, newest}, File: "DH_HCVR4x_EngSpnFrn_NP_Amcrest_V3.200.AC04.5.R.20151217.bin", Where: "amcrest.com/firmwaredownloads",
		Steps: []view.Text{view.T("firmware.usb.1"), view.T("firmware.usb.2"), view.T("firmware.usb.3"), view.T("firmware.usb.4")},
		Said:  post("said"), Check: post("check"), Again: view.Link("/r/K4M-7TD?page=firmware-file"), Leave: post("leave"), Source: sourceS(), Folds: []view.Fold{{Title: view.T("firmware.why"), Body: []view.Text{view.T("firmware.why.1")}}},
	}
	ended := look
	ended.Ended, ended.Steps, ended.File = true, nil, ""
	ended.Facts = []view.Fact{runs, newest, {Known: view.Said, Marked: view.T("firmware.listed"), What: view.T("firmware.support.ended"), How: view.T("firmware.list", "Date", "2024-08-17")}}
	file := view.Firmware{Frame: b.in(7), Stage: "file", Again: view.Link("/r/K4M-7TD?page=firmware"), Inspect: &view.FileAsk{Do: post("inspect"), Name: "file", Label: view.T("firmware.file.label"), Hint: view.T("firmware.file.hint"), Accept: ".bin,.zip", Say: view.T("firmware.file.do")}}
	refused := view.Firmware{Frame: b.in(7), Stage: "refused", Again: file.Again, Leave: post("leave"), Found: []view.Fact{{Known: view.Seen, What: word("HCVR5x, PAL, 28.4 MB"), How: word("SHA-256 4f02…c9")}},
		Refusals: []view.Fact{{Known: view.Refused, What: word("It is for another board: HCVR5x, and this is HCVR4x")}, {Known: view.Refused, What: word("It is PAL, and this recorder is NTSC")}}}
	fits := refused
	fits.Stage, fits.Refusals, fits.Said, fits.Steps = "fits", nil, post("said"), look.Steps
	fits.Found = inFile(look.File, "HCVR4x", "3.200.AC04.5, 2015-12-17")
	before := []view.Fact{{Known: view.Seen, What: view.T("firmware.before.password")}, {Known: view.NotYet, Marked: view.T("firmware.before.mark"), What: view.T("firmware.before.snapshot")}}
	unproven := view.Tick{Name: "unproven", Value: "yes", Say: view.T("firmware.unproven"), Wrong: view.T("firmware.need.unproven")}
	power := &view.Question{ID: "power", Label: view.T("firmware.power"), Hint: view.T("firmware.power.hint"), Value: "ups"}
	for _, v := range []string{"ups", "mains", "no"} {
		power.Options = append(power.Options, view.Option{Value: v, Say: view.T("firmware.power." + v)})
	}
	model := &view.Question{ID: "model", Label: view.T("task.firmware.typed"), Value: "AMDV720", Mono: true, Wrong: view.T("firmware.need.model")}
	send, practice, doubt := fits, fits, refused
	send.Send = &view.FirmwareSend{Do: post("plan-firmware"), Open: true, Before: before, Model: model, Power: power, Ticks: []view.Tick{unproven}}
	practice.Send = &view.FirmwareSend{Do: post("plan-firmware"), Practice: true, Before: before}
	doubt.Found = inFile("DH_HCVR4x_EngSpnFrn_NP_Amcrest_V3.200.AC04.2.R.20150302.bin", "HCVR4x", "3.200.AC04.2, 2015-03-02")
	doubt.Stage, doubt.Refusals = "doubt", []view.Fact{{Known: view.Refused, What: view.T("firmware.refusal.older")}}
	doubt.Send = &view.FirmwareSend{Do: post("plan-firmware"), Before: before, Model: model, Power: power, Ticks: []view.Tick{{Name: "override", Value: "older", Say: view.T("firmware.override.older")}, unproven}}
	fits.Send = &view.FirmwareSend{Do: post("plan-firmware"), Before: before, Model: model, Power: power, Ticks: []view.Tick{unproven}}
	snaps := view.Snapshots{
		Frame: b.in(7), Take: post("take"), Back: view.Link("/r/K4M-7TD"),
		List: []view.Snapshot{{Hash: "9f2c 7b10", At: Now, Why: "finish", Load: post("restore", "1"), Save: view.Link("/r/K4M-7TD/snapshot/9f2c7b10")}, {Hash: "e07d 41aa", At: Now.Add(-time.Hour), Why: "before-setup", Gone: true}},
	}
	for _, part := range []string{"clock", "channels", "record", "network"} {
		snaps.List[0].Parts = append(snaps.List[0].Parts, view.Tick{Name: "pick", Value: part, Say: view.T("set.section." + part), On: part == "record"})
	}
	snaps.List[0].Restore, snaps.List[0].Open = post("restore", "1"), true
	none := snaps
	none.List = nil
	return []Story{{"firmware", look}, {"firmware-ended", ended}, {"firmware-file", file}, {"firmware-refused", refused}, {"firmware-fits", fits}, {"firmware-send", send}, {"firmware-practice", practice}, {"firmware-doubt", doubt}, {"snapshots", snaps}, {"snapshots-none", none}}
}
