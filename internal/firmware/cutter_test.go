package firmware_test

import (
	"context"
	"net"
	"sync"
)

// cutter cuts the n-th connection.
type cutter struct {
	mu sync.Mutex
	n  int
}

func (c *cutter) dial(ctx context.Context, network, address string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, network, address)
}
