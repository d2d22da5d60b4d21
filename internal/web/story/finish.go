package story

import (
	"time"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

func (b base) finish() []Story {
	pw := func(stage string) view.Password {
		return view.Password{Frame: b.in(6), Stage: stage}
	}
	proof := []view.Fact{
		{Known: view.Seen, What: view.T("proof.new"), How: view.T("fact.one-try", "At", Now)},
		{Known: view.Seen, What: view.T("proof.factory"), How: view.T("fact.one-try", "At", Now)},
		{Known: view.Unknown, What: view.T("proof.old.unknown")},
	}
	way := pw("way")
	way.Ways = []view.Way{{ID: "screen", Do: post("way", "screen")}, {ID: "cable", Do: post("way", "cable")}, {ID: "network", Do: post("way", "network")}}
	show := pw("show")
	show.Secret, show.Length, show.Weak = "kv7m3t", 6, true
	show.Wrote, show.Card, show.Longer = post("wrote", "yes"), view.Link("/r/K4M-7TD/card"), post("length", "8")
	show.Own = &view.Entry{Do: post(), Name: "own", Label: view.T("password.own.label"), Say: view.T("password.own.do")}
	show.Rule = []view.Text{view.T("password.own.most", "N", 6), view.T("password.own.signs", "Signs", `' " ; : &`)}
	show.Folds = []view.Fold{{Title: view.T("password.lose"), Body: []view.Text{view.T("password.lose.1")}}}
	long := show
	long.Secret, long.Length, long.Weak, long.Longer = "Hw4kZr9mTc2vXp7n", 16, false, view.Action{}
	long.ByHand = true
	kinds := view.T("password.own.kinds", "N", 2)
	long.Rule = []view.Text{view.T("password.own.range", "Min", 8, "Max", 32), kinds, show.Rule[1]}
	all := show
	all.ForAll = true
	own := *show.Own
	own.Wrong = view.T("password.own.wrong", "Why", view.T("password.rule.long", "N", 8))
	all.Own = &own
	plain := show
	plain.Secure, plain.Secret = false, ""
	sending, proven, refused, hidden := pw("sending"), pw("proof"), pw("refused"), pw("hidden")
	sending.Refresh, sending.EventsURL, sending.StateURL = 2, "/r/K4M-7TD/events", "/r/K4M-7TD/state"
	proven.Proof, proven.Next = proof, post("next", "finish")
	open := pw("open")
	open.Proof, open.Next, open.Later = []view.Fact{proof[0], {Known: view.NotYet, What: view.T("proof.factory")}, proof[2]}, post("connect"), post("skip")
	held := pw("held")
	held.Proof, held.AtScreen = open.Proof, post("way", "screen")
	held.Next = view.Action{Off: view.T("held.budget", "At", Now.Add(21*time.Minute)), Until: Now.Add(21 * time.Minute)}
	refused.Again, refused.AtScreen = post("again", "yes"), post("way", "screen")
	hidden.Reveal, hidden.Next = post("reveal", "yes"), post("next", "finish")
	return append([]Story{
		{"password-way", way}, {"password", show}, {"password-16", long}, {"password-unknown", all}, {"password-plain", plain}, {"password-sending", sending},
		{"password-proof", proven}, {"password-open", open}, {"password-held", held}, {"password-refused", refused}, {"password-hidden", hidden}, {"screen", b.screen()}, {"screen-login", b.screenLogin()}, {"screen-first", b.screenFirst()},
	}, b.lists()...)
}

func (b base) screen() view.Screen {
	return view.Screen{Frame: b.in(5), Failed: post("login", "refused"), Steps: []view.ScreenStep{
		{ID: "login", Done: true, At: Now},
		{ID: "wizard", Now: true, Do: post("did", "wizard"), Picture: view.Picture{Art: "monitor-wizard", Part: "next", Alt: view.T("art.monitor-wizard"), Caption: view.T("finish.caption")}},
		{ID: "password"}, {ID: "relogin"}, {ID: "factory"},
	}}
}

// screenLogin is the page before anything was typed there, and screenFirst that of a
// recorder which asks for its first password instead.
func (b base) screenLogin() view.Screen {
	s := b.screen()
	login := view.Picture{Art: "monitor-login", Part: "password", Alt: view.T("art.monitor-login")}
	s.Steps = []view.ScreenStep{{ID: "login", Now: true, Do: post("login", "accepted"), Picture: login}, {ID: "wizard"}, {ID: "password"}, {ID: "relogin"}, {ID: "factory"}}
	s.First = post("shown", "uninitialised")
	return s
}

func (b base) screenFirst() view.Screen {
	fields := view.Picture{Art: "monitor-wizard", Part: "fields", Alt: view.T("art.monitor-wizard")}
	return view.Screen{Frame: b.in(6), Login: post("shown", "initialised"),
		Steps: []view.ScreenStep{{ID: "init", Now: true, Do: post("set"), Picture: fields}, {ID: "relogin"}, {ID: "factory"}}}
}

func (b base) lists() []Story {
	fin := b.finishList()
	done := fin
	done.Outcome = "rekeyed"
	done.Lines = append([]view.Line(nil), fin.Lines...)
	for i, l := range done.Lines {
		if l.Known == view.NotYet {
			done.Lines[i] = view.Line{ID: l.ID, Known: view.Seen, At: Now}
		}
	}
	done.Lines[8] = view.Line{ID: "outside", Known: view.Said, At: Now}
	done.Lines[10] = view.Line{ID: "firmware", Known: view.Unknown, At: Now}
	done.Undo = []view.System{{Name: "Windows", Undo: `netsh interface ipv4 delete address "Ethernet" 192.168.1.250`},
		{Name: "macOS", Undo: "sudo ifconfig en0 -alias 192.168.1.250"}, {Name: "Linux", Undo: "sudo ip address del 192.168.1.250/24 dev eth0"}}
	reported := done
	reported.Outcome, reported.Undo = "reported", nil
	reported.Lines = append([]view.Line(nil), done.Lines...)
	for i, l := range reported.Lines {
		if l.Known == view.Seen {
			reported.Lines[i].Known = view.Said
		}
	}
	record := view.Record{Frame: b.in(0), Outcome: "rekeyed", Made: Now, Model: "AMDV7208, HDCVI", Serial: "0000000000000", Before: "3.200.AC04.5.R.20151217", After: "3.200.AC04.5.R.20151217",
		Owner: "Marta Ruiz, Corner Shop", By: "J. Hale", Entries: 41, FirstHash: "9f2c 7b10 5e83", LastHash: "e07d 41aa c95b", Back: view.Link("/r/K4M-7TD"),
		Code: "7K4M-9QXT-2B8H-WV3C", PDF: view.Link("/r/K4M-7TD/record.pdf"), HTML: view.Link("/r/K4M-7TD/record.html"), JSON: view.Link("/r/K4M-7TD/record.json"),
		Log: []view.Entered{
			{At: Now.Add(-74 * time.Hour), What: view.T("log.cord-out"), Known: view.Said},
			{At: Now.Add(-74 * time.Hour), What: view.T("log.gone"), Known: view.Seen},
			{At: Now.Add(-time.Hour), What: view.T("log.back", "For", 72*time.Hour+10*time.Minute, "Address", "192.168.1.108"), Known: view.Seen},
			{At: Now.Add(-58 * time.Minute), What: view.T("log.factory.accepted"), Known: view.Seen},
			{At: Now.Add(-55 * time.Minute), What: view.T("log.password.set"), Known: view.Seen},
			{At: Now.Add(-54 * time.Minute), What: view.T("log.proof"), Known: view.Seen},
			{At: Now.Add(-20 * time.Minute), What: view.T("log.recordings"), Known: view.Said},
		},
		Proof: []view.Fact{
			{Known: view.Seen, What: view.T("proof.new.short"), Marked: view.T("proof.accepted")},
			{Known: view.Seen, What: view.T("proof.factory.short"), Marked: view.T("proof.refused")},
			{Known: view.Unknown, What: view.T("proof.old.short"), Marked: view.T("proof.not-tried")},
		},
		Open: []view.Fact{{Known: view.NotYet, What: view.T("finish.apps")}}}
	return []Story{{"finish", fin}, {"finish-rekeyed", done}, {"finish-reported", reported}, {"record", record}}
}
