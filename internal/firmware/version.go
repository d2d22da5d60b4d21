package firmware

import (
	"cmp"
	"strconv"
	"strings"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
)

// Compare orders two firmware versions with the dates of their builds, YYYY-MM-DD:
// platform, then the numbers of the build in turn, then the dates. What is not known
// counts as equal.
func Compare(version, date, otherVersion, otherDate string) int {
	a, b := numbers(version), numbers(otherVersion)
	for i := range min(len(a), len(b)) {
		if c := cmp.Compare(a[i], b[i]); c != 0 {
			return c
		}
	}
	if c := cmp.Compare(len(a), len(b)); c != 0 {
		return c
	}
	if date == "" || otherDate == "" {
		return 0
	}
	return cmp.Compare(date, otherDate)
}

// Same reports whether a listed file has this version and this date of build.
func Same(f rekey.FirmwareFile, version, date string) bool {
	return f.Version == plainVersion(version) && f.Date == date
}

// numbers gives every run of digits: 3.200.AC04.5 is 3, 200, 4, 5.
func numbers(version string) []int {
	var all []int
	for _, s := range strings.FieldsFunc(plainVersion(version), func(r rune) bool { return r < '0' || r > '9' }) {
		n, err := strconv.Atoi(s)
		if err != nil {
			n = 1 << 30 // no version has as many digits
		}
		all = append(all, n)
	}
	return all
}

// plainVersion is a version without release letter and date, as recorders say it.
func plainVersion(s string) string {
	if v, ok := catalog.ParseVersion(s); ok {
		return v.Text
	}
	return s
}

// platform is the first two numbers: 3.200.
func platform(version string) string {
	major, rest, _ := strings.Cut(plainVersion(version), ".")
	minor, _, _ := strings.Cut(rest, ".")
	return major + "." + minor
}

// customer gives the letters of the build: AC of 3.200.AC04.5 and of 4.000.00AC000.0,
// none for a maker's own.
func customer(version string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, plainVersion(version))
}
