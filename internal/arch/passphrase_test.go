package arch

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Only tests have a passphrase wrapped with less work than age's own: no other file
// sets vault.Options.Work, whatever the value is called that has it.
func TestPassphrasesHaveTheirFullWork(t *testing.T) {
	sets := regexp.MustCompile(`\bWork:|(?i:options)\.Work\s*=[^=]`)
	seen := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !sets.Match(text) {
			return nil
		}
		if seen++; !strings.HasSuffix(path, "_test.go") {
			t.Errorf("%s sets the work of a passphrase", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen == 0 {
		t.Error("nothing sets it, not even a test: is it called something else now?")
	}
}
