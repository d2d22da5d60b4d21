package twin

import (
	"errors"
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
