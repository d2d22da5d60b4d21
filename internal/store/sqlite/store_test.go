package sqlite

import (
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store/storetest"
)

func TestMain(m *testing.M) {
	if child() {
		return
	}
	goleak.VerifyTestMain(m)
}

// name is the file of a test's store in its directory; it has every character
// that means something in a URI.
const name = "re key?#%41&.db"

func open(tb testing.TB, dir string) *Store {
	tb.Helper()
	s, err := Open(tb.Context(), filepath.Join(dir, "data", name), Options{
		OnTrouble: func(err error) { tb.Errorf("trouble: %v", err) },
	})
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	return s
}

var kind = storetest.Kind{
	Open:    func(tb testing.TB, dir string) rekey.Store { return open(tb, dir) },
	Lasting: true,
}

func TestStore(t *testing.T) { storetest.Exercise(t, kind) }

func BenchmarkAppend(b *testing.B) { storetest.Benchmark(b, kind) }
