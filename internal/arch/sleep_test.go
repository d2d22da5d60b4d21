package arch

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Nothing waits by sleeping: a test that sleeps is slow on a fast machine and
// wrong on a slow one. In a synctest bubble time is not real, and it may.
func TestNothingSleeps(t *testing.T) {
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		bubble := strings.HasSuffix(path, "_test.go") && bytes.Contains(text, []byte("synctest.Test("))
		if bytes.Contains(text, []byte("time.Sle"+"ep(")) && !bubble {
			t.Errorf("%s sleeps", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
