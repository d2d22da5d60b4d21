package firmware

import (
	"slices"
	"strings"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
)

// Facts are what is known of the recorder that a file is for. Empty is not known.
type Facts struct {
	Model    string `json:"model"`    // as the recorder says, or its label
	Serial   string `json:"serial"`   //
	Version  string `json:"version"`  // of the firmware it runs
	Build    string `json:"build"`    // date of that build, YYYY-MM-DD
	Standard string `json:"standard"` // NTSC or PAL, as it is set to
	Practice bool   `json:"practice"` // a virtual recorder
}

// PracticeSerial begins the serial number of every virtual recorder, and of no other.
const PracticeSerial = "AMC0TWIN"

// Refusal is a reason not to install a file. Override tells that the owner may decide
// otherwise: nothing with that reason leaves a recorder that does not start.
type Refusal struct {
	Code     string `json:"code"`
	Reason   string `json:"reason"`
	Override bool   `json:"override"`
}

// The codes of refusals.
const (
	RefusedDamaged   = "damaged"
	RefusedUnchecked = "not-verifiable"
	RefusedAnalog    = "analog"
	RefusedUnnamed   = "name-unreadable"
	RefusedModel     = "unknown-model"
	RefusedBoard     = "wrong-board"
	RefusedBuild     = "wrong-build"
	RefusedOEM       = "wrong-oem"
	RefusedStandard  = "wrong-standard"
	RefusedPlatform  = "other-platform"
	RefusedLanguage  = "other-language"
	RefusedOlder     = "older"
	RefusedTrial     = "trial"
	RefusedPractice  = "practice-file"
)

// Match gives every reason not to give a recorder the file, none when it fits.
//
// Three of them can be overridden, because the recorder that runs the file afterwards
// is one the maker built it for: an older build of the same platform, a trial build,
// and another language. All others may leave a board that does not start: another
// board, another customer's code or build (they differ in what lies where in flash),
// another video standard (no PAL image is listed for any of these boards, so one is
// for another board's revision), another platform than any that is listed for the
// model (its boot loader and its partitions come with it), and whatever is damaged or
// cannot be checked.
func Match(i Inspection, f Facts, cat *catalog.Catalog) []Refusal {
	if r, stop := matchFile(&i); stop {
		return r
	}
	var all []Refusal
	no := func(code, reason string, override bool) { all = append(all, Refusal{code, reason, override}) }
	if practice := i.Image().Practice; practice && !f.Practice {
		no(RefusedPractice, "The file is made for virtual recorders.", false)
	}
	m, known := cat.Model(f.Model)
	if !known {
		no(RefusedModel, "The catalog does not know the recorder's board, so nothing says that the file is for it.", false)
		return all
	}
	if !m.Supported() {
		no(RefusedAnalog, "The recorder is an analog 960H recorder, which is another maker's.", false)
		return all
	}
	is := i.Image().Is
	all = append(all, matchBoard(is, m, f)...)
	return append(all, matchVersion(is, m, f)...)
}

// matchFile refuses a file for what it is; stop tells that nothing else can be said.
func matchFile(i *Inspection) (all []Refusal, stop bool) {
	add := func(code, reason string) { all, stop = append(all, Refusal{code, reason, false}), true }
	for _, g := range i.All() {
		switch {
		case g.Weight == Note:
		case g.Code == FoundAnalog:
			add(RefusedAnalog, "A .pak file is for analog 960H recorders, which are another maker's.")
		case g.Code == FoundNoName:
			add(RefusedUnnamed, "Nothing says which board, version and video standard the file is for. Keep the name the maker gave it.")
		case g.Weight == Doubt:
			add(RefusedUnchecked, "The file cannot be checked here: "+g.Text+".")
		default:
			add(RefusedDamaged, "The file is damaged: "+g.Text+".")
		}
	}
	if !stop && i.Image().Kind != KindImage {
		add(RefusedUnchecked, "The file is no firmware that can be checked here.")
	}
	return slices.CompactFunc(all, func(a, b Refusal) bool { return a == b }), stop
}

// matchBoard compares what must not differ.
func matchBoard(is rekey.FirmwareFile, m rekey.Model, f Facts) (all []Refusal) {
	no := func(code, reason string, override bool) { all = append(all, Refusal{code, reason, override}) }
	if is.Board != m.Board {
		no(RefusedBoard, "The file is for the board "+is.Board+", the "+m.SKU+" has "+m.Board+".", false)
	}
	if is.Build != m.Build {
		no(RefusedBuild, "The file is the "+orNone(is.Build)+" build for its board, the "+m.SKU+" has the "+orNone(m.Build)+" one.", false)
	}
	newest, _ := m.Newest()
	if is.OEM != newest.OEM || customer(is.Version) != customer(newest.Version) {
		no(RefusedOEM, "The file has the customer code "+codes(is)+", the "+m.SKU+" needs "+codes(newest)+".", false)
	}
	if !standardFits(is.Standard, newest.Standard, f.Standard) {
		no(RefusedStandard, "The file is for "+standardName(is.Standard)+", the recorder for "+standardName(setTo(newest.Standard, f.Standard))+".", false)
	}
	if newest.Language != "" && is.Language != newest.Language {
		no(RefusedLanguage, "The file speaks "+is.Language+", the files listed for the "+m.SKU+" "+newest.Language+".", true)
	}
	return all
}

// matchVersion compares what the recorder runs with what it would run.
func matchVersion(is rekey.FirmwareFile, m rekey.Model, f Facts) (all []Refusal) {
	no := func(code, reason string, override bool) { all = append(all, Refusal{code, reason, override}) }
	listed := slices.ContainsFunc(m.Firmware, func(l rekey.FirmwareFile) bool { return Same(l, is.Version, is.Date) && l.Release == is.Release })
	platforms := func(l rekey.FirmwareFile) bool { return platform(l.Version) == platform(is.Version) }
	if !slices.ContainsFunc(m.Firmware, platforms) && platform(is.Version) != platform(f.Version) {
		no(RefusedPlatform, "The file is of the platform "+platform(is.Version)+", for which nothing is listed for the "+m.SKU+".", false)
	}
	if f.Version != "" && Compare(is.Version, is.Date, f.Version, f.Build) < 0 {
		same := platform(is.Version) == platform(f.Version)
		no(RefusedOlder, "The file ("+dated(is.Version, is.Date)+") is older than what the recorder runs ("+dated(f.Version, f.Build)+").", same)
	}
	if is.Release == "T" && !listed {
		no(RefusedTrial, "The file is a trial build (.T.), and not one the maker lists for this model.", true)
	}
	return all
}

// standardFits tells whether a file's N, P or NP serves a recorder whose listed file
// and whose setting are these.
func standardFits(file, listed, set string) bool {
	need := setTo(listed, set)
	return need == "" || file != "" && (file == need || strings.Contains(file, need))
}

// setTo is N or P as the recorder is set, what its listed file has where that is not
// known.
func setTo(listed, set string) string {
	switch strings.ToUpper(set) {
	case "NTSC":
		return "N"
	case "PAL":
		return "P"
	}
	return listed
}

func standardName(s string) string {
	switch s {
	case "N":
		return "NTSC"
	case "P":
		return "PAL"
	case "NP":
		return "NTSC and PAL"
	}
	return "a video standard that is not known"
}

func orNone(s string) string {
	if s == "" {
		return "plain"
	}
	return s
}

// dated is a version with the date of its build, where that is known.
func dated(version, date string) string {
	if date == "" {
		return version
	}
	return version + ", " + date
}

// codes names a file's customer code and the letters in its version.
func codes(f rekey.FirmwareFile) string {
	return strings.Join(slices.DeleteFunc([]string{f.OEM, customer(f.Version)}, func(s string) bool { return s == "" }), " ")
}
