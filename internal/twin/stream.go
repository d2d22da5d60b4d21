package twin

import (
	"io"
	"net"
	"time"
)

// maxUpstream is what a client may send while an answer streams to it; who sends
// more is hung up on.
const maxUpstream = 64 << 10

// streamWriter is the connection of an answer that goes on, for the one goroutine
// that writes it.
type streamWriter struct {
	twin *Twin
	conn net.Conn
	gone chan struct{}
}

// streamTo lets a stream write until it returns. It notices that the client hung up, or
// that the recorder went off, by reading.
func (t *Twin) streamTo(c net.Conn, stream func(*streamWriter)) {
	w := &streamWriter{twin: t, conn: c, gone: make(chan struct{})}
	_ = c.SetReadDeadline(time.Time{})
	t.net.running.Go(func() {
		defer close(w.gone)
		_, _ = io.CopyN(io.Discard, c, maxUpstream)
	})
	stream(w)
}

// Write sends bytes within the time a write may take. An error means that the
// client is gone or does not take what it is sent, or that the recorder is off.
func (w *streamWriter) Write(b []byte) (int, error) { return patient{w.conn}.Write(b) }

// Done is closed when the client hung up or the recorder went off.
func (w *streamWriter) Done() <-chan struct{} { return w.gone }

// Now is the moment it is on the twin's clock.
func (w *streamWriter) Now() time.Time { return w.twin.clock.Now() }

// Until waits for a moment on the twin's clock. It gives false when Done came first.
func (w *streamWriter) Until(moment time.Time) bool {
	due := make(chan struct{})
	cancel := w.twin.clock.At(moment, func() { close(due) })
	defer cancel()
	select {
	case <-due:
		return true
	case <-w.gone:
		return false
	}
}
