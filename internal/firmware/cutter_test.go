package firmware_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"

	"github.com/rekey-dvr/rekey/internal/twin"
)

// A cutter stands between rekey and the recorder. At the n-th connection, from 1, it
// does what its way says.
type cutter struct {
	way  string // one of ways; empty: nothing
	n    int
	tw   *twin.Twin
	hit  func() // once, when it happens; may be nil
	mu   sync.Mutex
	seen int
	dead bool // nothing gets through any more
	// wrong are uploads that began while the recorder had the image, or was at work.
	wrong []string
	sent  int // the connection of the last upload
}

// ways are what can happen to a connection, and to whom.
var ways = []string{
	"before", // nobody can be reached from here on
	"middle", // half a request leaves, then nothing more ever
	"answer", // the request leaves whole, its answer does not come, and nothing more ever
	"blip",   // only this answer is lost
	"killed", // rekey is killed before it connects
	"off",    // the recorder loses its power
}

var errCut = errors.New("cut")

func (c *cutter) dial(ctx context.Context, network, address string) (net.Conn, error) {
	c.mu.Lock()
	c.seen++
	now := c.seen == c.n && c.way != ""
	dead := c.dead
	if now && c.way != "blip" {
		c.dead = true
	}
	c.mu.Unlock()
	if now && c.hit != nil {
		c.hit()
	}
	if dead || now && (c.way == "before" || c.way == "killed" || c.way == "off") {
		return nil, errCut
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	k := &cutConn{Conn: conn, c: c}
	if now {
		k.way = c.way
	}
	return k, nil
}

type cutConn struct {
	net.Conn
	c     *cutter
	way   string
	wrote bool
}

func (k *cutConn) Write(b []byte) (int, error) {
	if !k.wrote && bytes.HasPrefix(b, []byte("POST /cgi-bin/upgrader.cgi?action=uploadFirmware")) {
		k.c.upload()
	}
	if k.way == "middle" {
		if k.wrote || len(b) < 4096 { // of a file, its first bytes
			n, _ := k.Conn.Write(b[:len(b)/2])
			_ = k.Conn.Close()
			return n, errCut
		}
	}
	k.wrote = true
	return k.Conn.Write(b)
}

func (k *cutConn) Read(b []byte) (int, error) {
	if k.way == "answer" || k.way == "blip" {
		// The recorder gets to the end of its answer, which nobody reads.
		_, _ = io.Copy(io.Discard, k.Conn)
		return 0, io.EOF
	}
	return k.Conn.Read(b)
}

// upload looks at the recorder when somebody begins to send it a file.
func (c *cutter) upload() {
	s := c.tw.UpdateNow()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = c.seen
	if s.Word == twin.UpdatePreparing || s.Word == twin.UpdateUpgrading || s.Version == newer.Version {
		c.wrong = append(c.wrong, s.Word+" with "+s.Version)
	}
}

func (c *cutter) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seen
}
