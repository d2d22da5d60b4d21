package memory_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store/memory"
	"github.com/rekey-dvr/rekey/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStore(t *testing.T) {
	storetest.Exercise(t, storetest.Kind{
		Open: func(testing.TB, string) rekey.Store { return memory.New() },
	})
}

func BenchmarkAppend(b *testing.B) {
	storetest.Benchmark(b, storetest.Kind{
		Open: func(testing.TB, string) rekey.Store { return memory.New() },
	})
}
