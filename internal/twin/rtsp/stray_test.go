package rtsp

import (
	"io"
	"net"
	"testing"
)

// The answer to HTTP, and that RTSP loses nothing by the look at its first line.
func TestHTTPOnTheRTSPPort(t *testing.T) {
	for text, want := range map[string]string{
		"GET / HTTP/1.0\r\n\r\n": "RTSP/1.0 405 Method Not Allowed\r\nServer: Dahua Rtsp Server\r\nContent-Length: 0\r\nCSeq: 0\r\n\r\n",
		"OPTIONS * RTSP/1.0\r\n": "OPTIONS * RTSP/1.0\r\n",
	} {
		here, there := net.Pipe()
		go func() {
			_, _ = io.WriteString(there, text[:len(text)-2])
			_, _ = io.WriteString(there, text[len(text)-2:])
			if text[0] == 'O' {
				_ = there.Close()
			}
		}()
		got := make(chan string, 1)
		go func() {
			b, _ := io.ReadAll(io.LimitReader(there, int64(len(want))))
			got <- string(b)
		}()
		c, stray := isHTTP(here)
		if stray {
			_ = c.Close()
			if s := <-got; s != want {
				t.Errorf("%q is answered %q", text, s)
			}
			continue
		}
		if b, err := io.ReadAll(c); err != nil || string(b) != want {
			t.Errorf("%q is read as %q, %v", text, b, err)
		}
		_ = c.Close()
	}
}
