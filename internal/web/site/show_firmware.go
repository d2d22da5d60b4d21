package site

import (
	"fmt"
	"strings"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/firmware"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// inspected is a file that was looked at, and what stands against it here.
type inspected struct {
	file     firmware.Inspection
	refusals []firmware.Refusal
	hash     string // of the file, where it was kept to be sent
}

// faceRefused is the page of a file that nobody can decide otherwise about.
const faceRefused = "firmware-refused"

// face gives the page that the file leads to.
func (i inspected) face() string {
	page := "firmware-fits"
	for _, r := range i.refusals {
		if !r.Override {
			return faceRefused
		}
		page = "firmware-doubt"
	}
	return page
}

// firmwareFacts gives what is known of the recorder that a file would be for.
func firmwareFacts(r *rekey.Recovery) firmware.Facts {
	f := firmware.Facts{Model: r.Model(), Serial: r.Identity.Serial, Version: r.Identity.Firmware, Practice: r.Practice != nil || strings.HasPrefix(r.Identity.Serial, firmware.PracticeSerial)}
	for _, when := range []rekey.Moment{rekey.Before, rekey.After} {
		if s, ok := r.Seen.Firmware[when]; ok && s.Version != "" {
			f.Version, f.Build = s.Version, s.Build
		}
	}
	return f
}

// firmware says what the recorder runs, what there is for it, and how to get there.
func (sh *showing) firmware(stage string) view.Page {
	p := view.Firmware{Frame: sh.at(7), Stage: stage, Folds: []view.Fold{fold("firmware.why", "firmware.why.1")}}
	leave := sh.post("mark", "item", "firmware", "state", string(rekey.FinishSkipped))
	switch stage {
	case "file":
		p.Again, p.Inspect = sh.turn("firmware"), &view.FileAsk{
			Do: sh.post("firmware-inspect"), Name: "file", Label: view.T("firmware.file.label"), Hint: view.T("firmware.file.hint"),
			Accept: ".bin,.zip", Wrong: sh.wrong["file"], Say: view.T("firmware.file.do"),
		}
	case "refused", "doubt", "fits":
		p.Again, p.Leave = sh.turn("firmware-file"), leave
		p.Found = foundFacts(&sh.file.file)
		for _, r := range sh.file.refusals {
			fact := view.Fact{Known: view.Refused, What: sh.refusalText(r)}
			p.Refusals = append(p.Refusals, fact)
		}
		if stage != "refused" {
			p.Send = sh.sendAsk()
		}
		if stage == "fits" {
			sh.makersWay(&p)
			p.Ended, p.File, p.Steps = false, sh.file.file.Image().Name, sh.usbSteps()
			p.Said = sh.post("mark", "item", "firmware", "state", string(rekey.FinishDone))
		}
	default:
		p.Leave, p.Again = leave, sh.turn("firmware-file")
		p.Said = sh.post("mark", "item", "firmware", "state", string(rekey.FinishDone))
		if sh.r.Met() {
			p.Check = sh.post("look-around")
		}
		sh.makersWay(&p)
	}
	return p
}

// refusalText words a reason against a file.
func (sh *showing) refusalText(r firmware.Refusal) view.Text {
	if key := "firmware.refusal." + r.Code; sh.has(key) {
		return view.T(key)
	}
	return literal(r.Reason)
}

// makersWay says what there is for the recorder, and how its maker means it to be
// installed.
func (sh *showing) makersWay(p *view.Firmware) {
	facts := firmwareFacts(&sh.r)
	runs := view.Fact{Known: view.Unknown, What: view.T("firmware.runs.unknown")}
	if facts.Version != "" {
		runs = view.Fact{Known: view.Seen, What: view.T("firmware.runs", "Version", dated(facts.Version, facts.Build))}
	}
	ways := sh.guide.Catalog().FirmwareWays(sh.v.lang)
	listed := view.T("firmware.list", "Date", ways.ListedOn)
	a, err := firmware.Check(facts, sh.guide.Catalog(), sh.v.lang)
	newest := view.Fact{Known: view.Unknown, What: view.T("firmware.newest.unknown")}
	if err == nil && a.Newest != nil {
		newest = view.Fact{Known: view.Said, Marked: view.T("firmware.listed"), How: listed, What: view.T("firmware.newest", "Version", dated(a.Newest.Version, a.Newest.Date))}
	}
	p.Facts = []view.Fact{runs, newest}
	if err == nil && a.Ended {
		p.Facts = append(p.Facts, view.Fact{Known: view.Said, Marked: view.T("firmware.listed"), How: listed, What: view.T("firmware.support.ended")})
	}
	p.Ended = err != nil || a.Newest == nil || a.UpToDate.Known && a.UpToDate.Is
	p.Where = ways.URL
	if p.Ended {
		return
	}
	p.File, p.Steps = a.Newest.Name, sh.usbSteps()
}

// usbSteps are the maker's, with a stick at the recorder.
func (sh *showing) usbSteps() []view.Text {
	var steps []view.Text
	for _, s := range sh.guide.Catalog().FirmwareWays(sh.v.lang).USB {
		steps = append(steps, literal(s.Text))
	}
	return steps
}

// dated is a version with the date of its build, where that is known.
func dated(version, date string) string {
	if date == "" {
		return version
	}
	return version + ", " + date
}

// shortSum is a size with as much of a file's SHA-256 as people compare.
func shortSum(size int64, sum string) string {
	return fmt.Sprintf("%.1f MB, SHA-256 %.16s…", float64(size)/1e6, sum)
}

// foundFacts says what is in a file.
func foundFacts(i *firmware.Inspection) []view.Fact {
	is := i.Image().Is
	fs := []view.Fact{{Known: view.Seen, What: literal(i.Image().Name), How: literal(shortSum(i.Size, i.Image().SHA256))}}
	for _, s := range []string{is.Board, dated(is.Version, is.Date), is.OEM} {
		if s != "" {
			fs = append(fs, view.Fact{Known: view.Seen, What: literal(s)})
		}
	}
	return fs
}
