package e2e

import (
	"bytes"
	"net"
	"time"
)

// maxRequest bounds what is looked through for the marker.
const maxRequest = 64 << 10

// pass carries one connection. Requests to recorders are small and recorders
// close after each answer, so the request is read until it pauses, then sent on.
func (tp *tapped) pass(c net.Conn) {
	defer c.Close()
	request := make([]byte, 0, 4096)
	buf := make([]byte, 16<<10)
	for len(request) < maxRequest {
		c.SetReadDeadline(time.Now().Add(time.Minute))
		n, err := c.Read(buf)
		request = append(request, buf[:n]...)
		if err != nil || whole(request) {
			break
		}
	}
	marked := bytes.Contains(request, tp.marker)
	first, _, _ := bytes.Cut(request, []byte("\r\n"))
	line := string(first)
	if marked && !tp.tell("before", line) {
		return
	}
	r, err := net.DialTimeout("tcp", tp.to, time.Minute)
	if err != nil {
		return
	}
	defer r.Close()
	r.SetDeadline(time.Now().Add(time.Minute))
	if _, err := r.Write(request); err != nil {
		return
	}
	if marked {
		tp.mu.Lock()
		tp.passed = append(tp.passed, line)
		tp.mu.Unlock()
	}
	begun := false
	for {
		n, err := r.Read(buf)
		if !begun && marked && !tp.tell("during", line) {
			return
		}
		begun = true
		if n > 0 {
			if _, werr := c.Write(buf[:n]); werr != nil {
				return
			}
		}
		if err != nil {
			break
		}
	}
	if marked {
		tp.tell("after", line)
	}
}

// whole reports whether an HTTP request has arrived to its end.
func whole(b []byte) bool {
	head, body, found := bytes.Cut(b, []byte("\r\n\r\n"))
	if !found {
		return false
	}
	length := 0
	for _, line := range bytes.Split(head, []byte("\r\n")) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		if bytes.EqualFold(name, []byte("Content-Length")) {
			for _, d := range bytes.TrimSpace(value) {
				if d < '0' || d > '9' {
					return true
				}
				length = length*10 + int(d-'0')
			}
		}
	}
	return len(body) >= length
}
