package setup_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// wires is a cable to a recorder that is pulled at one of its writes: before it
// arrives, or once it was done and its answer is under way. After that nothing goes
// through any more.
type wires struct {
	t       *testing.T
	to      string
	at      int // the write that is cut, from 1; 0 for none
	after   bool
	address string

	mu     sync.Mutex
	writes int
	cut    bool
}

// lay makes the cable.
func lay(t *testing.T, to string, at int, after bool) *wires {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wires{t: t, to: to, at: at, after: after, address: l.Addr().String()}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer c.Close()
				w.carry(c)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		open.Wait()
	})
	return w
}

// carry takes one request through and its answer back.
func (w *wires) carry(c net.Conn) {
	req, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		return
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return
	}
	drop, pull := w.judge(req, body)
	if drop {
		return
	}
	up, err := net.Dial("tcp", w.to)
	if err != nil {
		return
	}
	defer up.Close()
	req.Body, req.Close = io.NopCloser(bytes.NewReader(body)), true
	if req.Write(up) != nil {
		return
	}
	answer, err := io.ReadAll(up)
	if err == nil && !pull {
		_, _ = c.Write(answer)
	}
}

// judge counts a write. drop says that a request does not arrive, pull that its
// answer does not.
func (w *wires) judge(req *http.Request, body []byte) (drop, pull bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cut {
		return true, false
	}
	cgi := req.Header.Get("Authorization") != "" &&
		(strings.Contains(req.RequestURI, "action=setConfig") || strings.Contains(req.RequestURI, "action=setCurrentTime") ||
			strings.Contains(req.RequestURI, "action=addUser") || strings.Contains(req.RequestURI, "action=modifyUser"))
	if !cgi && !bytes.Contains(body, []byte("configManager.setConfig")) {
		return false, false
	}
	w.writes++
	if w.writes != w.at {
		return false, false
	}
	w.cut = true
	return !w.after, w.after
}
