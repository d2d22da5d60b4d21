package rtsp

import (
	"bufio"
	"io"
	"net"
	"strings"
	"time"
)

// strayAnswer is what the maker's servers say to HTTP on the RTSP port, as the list
// of services of nmap has it.
const strayAnswer = "RTSP/1.0 405 Method Not Allowed\r\nServer: Dahua Rtsp Server\r\nContent-Length: 0\r\nCSeq: 0\r\n\r\n"

// How long a client may take to say its first words, and how many bytes the first
// line may have.
const (
	firstWithin = 10 * time.Second
	firstLine   = 2048
)

// isHTTP reads the first line and tells whether it is HTTP's. The connection it
// gives begins with that line again.
func isHTTP(c net.Conn) (net.Conn, bool) {
	_ = c.SetReadDeadline(time.Now().Add(firstWithin))
	defer func() { _ = c.SetReadDeadline(time.Time{}) }()
	r := bufio.NewReaderSize(c, firstLine)
	again := ahead{c, r}
	if b, err := r.Peek(5); err != nil || string(b) != "GET /" && string(b) != "POST " && string(b) != "HEAD " {
		return again, false // what RTSP makes of it is RTSP's
	}
	line, err := r.ReadString('\n')
	if err == nil && strings.Contains(line, " HTTP/1.") {
		_, _ = io.WriteString(c, strayAnswer)
	}
	return again, true
}

// ahead reads what was read ahead first.
type ahead struct {
	net.Conn
	r *bufio.Reader
}

func (a ahead) Read(b []byte) (int, error) { return a.r.Read(b) }
