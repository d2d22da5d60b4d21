package vault

import (
	"math"

	"github.com/trustelem/zxcvbn"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// Strength is how hard a password is to guess, without flattery.
type Strength struct {
	// Score is 0 to 4, as zxcvbn has it: guessed in under 10^3, 10^6, 10^8, 10^10
	// tries, or more.
	Score int
	// Tries is the power of ten of the tries that guessing takes.
	Tries int
	// Weak says that the recorder's generation takes no strong one. It stands
	// whatever the score: such a recorder is kept off the internet.
	Weak bool
	// Common says that it is one that everybody tries first.
	Common bool
	// Awkward says that some client cannot take it as it is: its signs have to be
	// spelled otherwise in an RTSP address, or are hard to find on a recorder's
	// screen.
	Awkward bool
}

// Judge gives how strong a password is for a recorder with these rules. A generated
// one is counted exactly, by its alphabet; any other is estimated, and so is
// whatever made it. words are what a guesser knows: the account, the model, the
// name. Nothing is logged or kept.
func Judge(pw secret.String, rules rekey.PasswordRules, generated bool, words ...string) Strength {
	text := pw.Reveal()
	s := Strength{Weak: rules.Weak, Common: Common(text), Awkward: awkward(text)}
	if generated {
		tries := float64(len(text)) * math.Log10(float64(max(len(rules.Alphabet), 2)))
		s.Tries, s.Score = int(tries), scoreOf(tries)
		return s
	}
	found := zxcvbn.PasswordStrength(text[:min(len(text), maxJudged)], words)
	s.Tries, s.Score = int(math.Log10(math.Max(found.Guesses, 1))), found.Score
	if s.Common {
		s.Score = 0
	}
	return s
}

// maxJudged bounds what is estimated, whose cost grows faster than its length.
const maxJudged = 64

// scoreOf has zxcvbn's bounds.
func scoreOf(tries float64) int {
	score := 0
	for _, bound := range []float64{3, 6, 8, 10} {
		if tries >= bound {
			score++
		}
	}
	return score
}

// awkward reports whether a password has signs besides letters and digits: RTSP
// addresses and command lines of clients need them spelled otherwise, and a
// recorder's own keyboard hides them.
func awkward(text string) bool {
	for _, c := range text {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return true
		}
	}
	return false
}
