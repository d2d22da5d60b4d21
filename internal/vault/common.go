package vault

import (
	_ "embed" // the list
	"strings"
	"sync"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

//go:embed data/common.txt
var commonText string

var commonOnce = sync.OnceValue(func() map[string]bool {
	list := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			list[line] = true
		}
	}
	return list
})

// Common reports whether a password is one of those that everybody tries first:
// one of data/common.txt, in capitals or small letters, also with up to four digits
// or signs after it, or one character over and over. The list is for refusing an
// owner's new password only. Nothing is ever tried from it.
func Common(pw string) bool {
	low := strings.ToLower(strings.TrimSpace(pw))
	if low == "" {
		return false
	}
	if strings.Trim(low, low[:1]) == "" {
		return true
	}
	for range maxTail + 1 {
		if commonOnce()[low] {
			return true
		}
		last := len(low) - 1
		if last < minWord || low[last] >= 'a' && low[last] <= 'z' || low[last] >= 0x80 {
			return false
		}
		low = low[:last]
	}
	return false
}

// A common word with so many digits and signs after it is still one, if so much of
// it is left.
const (
	maxTail = 4
	minWord = 4
)

// CheckOwn refuses a password of the owner's own choice that is common, with
// [rekey.CodePassword]; what the recorder takes is for [rekey.PasswordRules] to say.
func CheckOwn(pw secret.String) error {
	if Common(pw.Reveal()) {
		return rekey.Errorf(rekey.CodePassword, "That is one of the passwords that everybody tries first").
			WithHint("Take one that rekey makes, or one that no list has.")
	}
	return nil
}
