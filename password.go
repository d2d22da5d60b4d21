package rekey

import "strings"

// PasswordGeneration gives the generation whose rules the new password follows. What
// asks for its first password is C, whatever was said of its model. B takes A's when
// there is a login, and C's before anybody knows. One that is not known takes A's: every
// recorder with a factory login matches it, and of one without rekey sees that before
// anything is sent, while a longer one would cost an older recorder's owner a wrong try.
func (r *Recovery) PasswordGeneration() Generation {
	u, g := r.PowerUp(), r.Generation()
	switch {
	case u != nil && u.State == StateUninitialised:
		return GenC
	case g == GenA || g == GenC:
		return g
	case g == GenB && (u == nil || u.State != StateInitialised && u.Verdict != VerdictFinish):
		return GenC
	}
	return GenA
}

// PasswordFits reports whether the new password was made for what the recorder turned
// out to be.
func (r *Recovery) PasswordFits() bool {
	n := r.Password
	return n != nil && (n.N == 0 || n.Generation == r.PasswordGeneration())
}

// Classes counts which of letters, digits and other signs pw has, as recorders
// with a rule do: small letters and capitals are one class.
func Classes(pw string) int {
	var letter, digit, other int
	for _, c := range pw {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
			letter = 1
		case c >= '0' && c <= '9':
			digit = 1
		default:
			other = 1
		}
	}
	return letter + digit + other
}

// Check reports whether a recorder with these rules takes pw. The error never
// shows the password.
func (rules PasswordRules) Check(pw string) error {
	switch {
	case len(pw) < rules.MinLength:
		return Errorf(CodePassword, "The password needs %d characters at least", rules.MinLength)
	case len(pw) > rules.MaxLength:
		return Errorf(CodePassword, "The password may have %d characters at most", rules.MaxLength).
			WithHint("Some of these recorders take longer ones and then never match them.")
	case strings.ContainsAny(pw, rules.Forbidden):
		return Errorf(CodePassword, "The password has a character that this recorder does not take").
			WithHint("Leave out: " + rules.Forbidden)
	case Classes(pw) < rules.MinClasses:
		return Errorf(CodePassword, "The password needs letters, digits or other signs: %d of the three at least", rules.MinClasses)
	}
	for _, c := range pw {
		if c < '!' || c > '~' {
			return Errorf(CodePassword, "The password has a character that recorders cannot show").
				WithHint("Use letters and digits.")
		}
	}
	return nil
}

// Longer reports whether a password of this length is longer than what every
// recorder of the generation is known to take, so that the owner has to be
// warned. Only where the recorders' limit is short is it in doubt.
func (rules PasswordRules) Longer(length int) bool { return rules.Weak && length > rules.Length }
