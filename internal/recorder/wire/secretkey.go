package wire

import (
	"regexp"
	"strings"
)

var secretName = regexp.MustCompile(`(?i)(pass|pwd|secret|token|psk|community|private|keys?$)`)

// IsSecret tells whether the value of a setting is a password, or an address with one in it.
func IsSecret(key, value string) bool {
	if value == "" || strings.EqualFold(value, "true") || strings.EqualFold(value, "false") {
		return false
	}
	leaf := key[strings.LastIndexByte(key, '.')+1:]
	if i := strings.IndexByte(leaf, '['); i >= 0 {
		leaf = leaf[:i]
	}
	_, rest, url := strings.Cut(value, "://")
	return secretName.MatchString(leaf) || url && strings.Contains(rest, "@")
}
