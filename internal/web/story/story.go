// Package story holds canned data for every page in its states, so that pages can
// be drawn, checked and looked at without the application. Nothing in it is a
// claim about a recorder.
package story

import (
	"time"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

// Story is one page in one state.
type Story struct {
	Name string // of the file: "coach-hold"
	Page view.Page
}

// Now is the moment of every story: Monday 23 November 2026, 16:20, New York.
var Now = time.Date(2026, 11, 23, 16, 20, 0, 0, zone())

func zone() *time.Location { return time.FixedZone("EST", -5*3600) }

// All gives every story in the language.
func All(lang string) []Story {
	b := base{lang}
	var all []Story
	for _, part := range [][]Story{b.start(), b.coach(), b.rest(), b.reminders(), b.back(), b.finish(), b.tasks(), b.card(), b.other(), b.practice(), b.stand(), b.kept()} {
		all = append(all, part...)
	}
	return all
}

type base struct{ lang string }

// frame is the frame of a page outside of a recovery.
func (b base) frame() view.Frame {
	other := view.Lang{Code: "es", URL: "/language?to=es"}
	if b.lang == "es" {
		other = view.Lang{Code: "en", URL: "/language?to=en"}
	}
	return view.Frame{
		Lang: b.lang, Zone: zone(), Now: Now, Here: "/", Secure: true,
		PhoneURL: "/phone", Langs: []view.Lang{other},
	}
}

// in is the frame of a step of the shop recorder's recovery.
func (b base) in(step int) view.Frame {
	f := b.frame()
	f.Rename = &view.Entry{Do: view.Post("/r/K4M-7TD/rename"), Name: "name", Label: view.T("rename.label"), Value: "Shop recorder", Say: view.T("rename.do"), Quiet: true}
	f.Name, f.Ref, f.Step, f.Version, f.Here = "Shop recorder", "K4M-7TD", step, 17, "/r/K4M-7TD"
	return f
}

func sourceS() *view.Source {
	return &view.Source{Title: view.T("source.s"), Date: "2026-11-22", Confidence: "reported", Note: view.T("source.s.note")}
}

func ownRule() *view.Source {
	return &view.Source{Title: view.T("source.r"), Confidence: "inferred"}
}

func why(keys ...string) view.Fold {
	f := view.Fold{Title: view.T("why")}
	for _, k := range keys {
		f.Body = append(f.Body, view.T(k))
	}
	return f
}

func post(pairs ...string) view.Action { return view.Post("/r/K4M-7TD/do", pairs...) }
