package storetest

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/rekey-dvr/rekey"
)

// Benchmark measures appends of one event with its summary by 1 and by 64
// producers, each on a recovery of its own, and the loading of a recovery.
func Benchmark(b *testing.B, k Kind) {
	for _, producers := range []int{1, 64} {
		b.Run(fmt.Sprint("append-", producers), func(b *testing.B) {
			s := k.Open(b, b.TempDir())
			defer mustClose(b, s)
			var next atomic.Int64
			b.SetParallelism(producers)
			b.ReportAllocs()
			one := make(chan struct{}, producers)
			b.RunParallel(func(pb *testing.PB) {
				id := fmt.Sprint("p", next.Add(1))
				for i := int64(0); pb.Next(); i++ {
					one <- struct{}{}
					MustAppend(b, s, Recovery(id, i, 1))
					<-one
				}
			})
		})
	}
	b.Run("load-100", func(b *testing.B) {
		s := k.Open(b, b.TempDir())
		defer mustClose(b, s)
		MustAppend(b, s, Recovery("a", 0, 100))
		b.ReportAllocs()
		for b.Loop() {
			records, err := s.Load(b.Context(), rekey.StreamID(rekey.RecoveryPrefix+"a"), 0)
			if err != nil || len(records) != 100 {
				b.Fatal(len(records), err)
			}
		}
	})
}
