package rekey

import "strings"

// PasswordGeneration gives the generation whose rules the new password follows. What
// asks for its first password is C, whatever was said of its model. B and one that is
// not known take A's, which every generation with a factory login takes, when there is
// a login. Before anybody knows that, B takes C's; where rekey sets the password by
// network and knows no generation, the result is [GenUnknown]: [StrictestOf] all.
func (r *Recovery) PasswordGeneration() Generation {
	u, g := r.PowerUp(), r.Generation()
	login := u == nil || u.State == StateInitialised || u.Verdict == VerdictFinish
	switch {
	case u != nil && u.State == StateUninitialised:
		return GenC
	case g == GenA || g == GenC:
		return g
	case g == GenB && !(u != nil && login):
		return GenC
	case !login && r.Way != WayScreen:
		return GenUnknown
	}
	return GenA
}

// PasswordFits reports whether the new password was made for what the recorder turned
// out to be. One that was made to fit all is sent to a recorder that may match less:
// rekey sees that and sets another in the same session. At the screen nobody would.
func (r *Recovery) PasswordFits() bool {
	n := r.Password
	if n == nil || n.N == 0 {
		return n != nil
	}
	g := r.PasswordGeneration()
	return n.Generation == g || n.Generation == GenUnknown && (g == GenC || r.Way != WayScreen)
}

// StrictestOf gives the rules of a password that recorders with any of these rules
// take. Where that leaves one length only, it is the most that some are known to
// match. There is none when MinLength is above MaxLength, or the alphabet is empty.
func StrictestOf(all ...PasswordRules) PasswordRules {
	if len(all) == 0 {
		return PasswordRules{}
	}
	r := all[0]
	for _, o := range all[1:] {
		r.Alphabet = strings.Map(func(c rune) rune {
			if strings.ContainsRune(o.Alphabet, c) {
				return c
			}
			return -1
		}, r.Alphabet)
		r.Length, r.MaxLength = min(r.Length, o.Length), min(r.MaxLength, o.MaxLength)
		r.MinLength, r.MinClasses = max(r.MinLength, o.MinLength), max(r.MinClasses, o.MinClasses)
		for _, c := range o.Forbidden {
			if !strings.ContainsRune(r.Forbidden, c) {
				r.Forbidden += string(c)
			}
		}
		r.Weak = r.Weak || o.Weak
	}
	r.Length = max(r.Length, r.MinLength)
	return r
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
