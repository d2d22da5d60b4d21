// Package need lets tests say which programs they cannot do without. It is for
// tests only.
package need

import (
	"os"
	"os/exec"
	"testing"
)

// Program gives the path of the first of the named programs that is installed.
// Without one the test is skipped, and says what is not tested then; where
// REKEY_NO_SKIP is set, as in CI, it fails instead.
func Program(t testing.TB, untested string, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Missing(t, "none of %v is installed: %s", names, untested)
	return ""
}

// Missing skips the test, and says so; where REKEY_NO_SKIP is set it fails instead.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	say := t.Skipf
	if os.Getenv("REKEY_NO_SKIP") != "" {
		say = t.Fatalf
	}
	say(format, args...)
}

// Chromium gives the path of a Chromium to drive, see [Program].
func Chromium(t testing.TB, untested string) string {
	t.Helper()
	return Program(t, untested, "chromium", "chromium-browser", "google-chrome")
}
