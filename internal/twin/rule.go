package twin

import "strings"

// The rule of initialisation firmware: 8 to 32 characters, two of the three
// classes, and none of these.
const (
	minLength = 8
	maxLength = 32
	forbidden = "'\";:&"
)

// maxTyped bounds any password the twin is given.
const maxTyped = 128

// acceptable tells whether a generation takes a password. On A everything that is
// not refused for its length is taken, and may never match.
func acceptable(password string, s Switches, g Generation) bool {
	if password == "" || len(password) > maxTyped {
		return false
	}
	if g == GenA {
		return len(password) <= s.LongLimit || s.LongPassword != LongRefuse
	}
	if g == GenB && s.FirstLogin == FirstFactory {
		return true // its rule is not known
	}
	return len(password) >= minLength && len(password) <= maxLength &&
		!strings.ContainsAny(password, forbidden) && printable(password) && classes(password) >= 2
}

func printable(s string) bool {
	for _, c := range []byte(s) {
		if c < 0x20 || c > 0x7e {
			return false
		}
	}
	return true
}

// classes counts letters, digits and specials.
func classes(s string) int {
	var letter, digit, special int
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
			letter = 1
		case c >= '0' && c <= '9':
			digit = 1
		default:
			special = 1
		}
	}
	return letter + digit + special
}
