package catalog

import (
	"regexp"
	"strconv"
	"strings"
)

// Version is a firmware version as a recorder, a label or a file name writes it.
// 3.200.AC04.5 is platform 3.200, Amcrest's build AC04, revision 5.
type Version struct {
	Text        string // without a leading V and without release and date
	Major       int
	Minor       int
	MinorDigits int    // digits that were written; the maker writes three
	Release     string // R for a release, T for a test build, or empty
	Date        string // of the build, YYYY-MM-DD, or empty
	Analog      bool   // a 960H version such as "1611300 GA 3.1"; the rest is empty
}

var (
	versionForm = regexp.MustCompile(`^[Vv]?(\d{1,2})\.(\d{1,4})((?:\.[0-9A-Za-z]{1,12}){0,3}?)(?:\.([RTrt]))?(?:\.(\d{8}|\d{6}))?$`)
	outOfPlace  = regexp.MustCompile(`\.([RTrt]|\d{8}|\d{6})(\.|$)`)
	buildTail   = regexp.MustCompile(`(?i)[\s,;]+build\s*(?:date)?\s*[:=]?\s*(\d{4}-\d{2}-\d{2})$`)
	analogForm  = regexp.MustCompile(`(?i)^\d{6,8}\s+GA\s+\d{1,2}\.\d{1,2}$`)
)

// maxQuery bounds what anybody may ask the catalogue for.
const maxQuery = 200

// ParseVersion reads a firmware version in the forms seen: "3.200.AC04.5",
// "V3.210.AC01.4.R.20170107", "4.001.00AC002.0, build: 2024-01-15", "3.200", and
// "1611300 GA 3.1" of analog 960H recorders. It reports false for anything else.
func ParseVersion(s string) (Version, bool) {
	s = strings.TrimSpace(s)
	if len(s) > maxQuery {
		return Version{}, false
	}
	if analogForm.MatchString(s) {
		return Version{Text: s, Analog: true}, true
	}
	date := ""
	if m := buildTail.FindStringSubmatchIndex(s); m != nil {
		date, s = s[m[2]:m[3]], s[:m[0]]
		if !isDate(date) {
			return Version{}, false
		}
	}
	m := versionForm.FindStringSubmatch(s)
	// A release letter or a date in the middle would read differently once what
	// follows is cut off.
	if m == nil || outOfPlace.MatchString(m[3]) {
		return Version{}, false
	}
	v := Version{Text: m[1] + "." + m[2] + strings.ToUpper(m[3]), MinorDigits: len(m[2]), Release: strings.ToUpper(m[4]), Date: date}
	v.Major, _ = strconv.Atoi(m[1])
	v.Minor, _ = strconv.Atoi(m[2])
	if m[5] != "" {
		if v.Date = fileDate(m[5]); v.Date == "" {
			return Version{}, false
		}
	}
	return v, true
}

// fileDate reads 20170107 or 180316, and gives "" for what is no day.
func fileDate(s string) string {
	if len(s) == 6 {
		s = "20" + s
	}
	d := s[:4] + "-" + s[4:6] + "-" + s[6:]
	if !isDate(d) {
		return ""
	}
	return d
}
