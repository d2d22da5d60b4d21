package twin

import (
	"errors"
	"fmt"
	"sync"
	"testing"
)

// TestPortsThatOthersNeedAreLeft tries every way to a port with a range that is
// taken by others: of twins on ports that follow each other, no service of one may
// sit on the web port of a later one.
func TestPortsThatOthersNeedAreLeft(t *testing.T) {
	const from, to = firstPort, lastPort
	busy := errors.New("busy")
	_, err := claim(wishes{first: []int{from, to, 0}, leave: [2]int{from, to}}, func(port int) (int, error) {
		if port >= from && port <= to {
			t.Errorf("it tries %d", port)
		}
		return 0, busy
	})
	if err == nil {
		t.Error("it got a port although none is left")
	}
	if got, err := claim(wishes{must: from, leave: [2]int{from, to}}, func(port int) (int, error) { return port, nil }); got != from || err != nil {
		t.Errorf("its own port: %d, %v", got, err)
	}
}

// TestTwinsThatStartTogether: all wish for the usual ports, and those who come too
// late for them get others.
func TestTwinsThatStartTogether(t *testing.T) {
	const count = 16
	twins := make([]*Twin, count)
	for i := range twins {
		var err error
		m := Model{SKU: "AMDV7208", Version: "3.200.AC04.5", Channels: 1, Serial: fmt.Sprint("TWIN", i), MAC: fmt.Sprintf("9c:8e:cd:00:01:%02x", i)}
		if twins[i], err = New(Config{Model: m, Seed: uint64(i), UsualPorts: true, Clock: NewStepped(epoch)}); err != nil {
			t.Fatal(err)
		}
		defer twins[i].Close()
	}
	var all sync.WaitGroup
	for _, tw := range twins {
		all.Go(func() {
			if err := tw.Start(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
