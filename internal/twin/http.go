package twin

import (
	"crypto/tls"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"time"
)

// Times are wall time: they belong to the socket, not to the recorder.
const (
	readWithin  = 10 * time.Second
	writeWithin = 10 * time.Second
)

// reply is an answer before it is printed. After the head comes the body, or what
// from gives, or what stream writes: one of the three.
type reply struct {
	status int
	kind   string   // content type; text/plain if empty
	extra  []string // header lines
	body   []byte

	// from gives size bytes that are too many to hold. It is read outside the
	// twin's lock, and closed in the end if it can be.
	from io.Reader
	size int64
	// stream writes for as long as it likes, outside the twin's lock; the head
	// promises no length. When it returns, the recorder hangs up.
	stream func(w *streamWriter)

	// later waits, outside the twin's lock, for the reply that takes the place of
	// this one. It is not there when the client hung up or the recorder went off.
	later func(w *streamWriter) (r reply, there bool)

	after func(now time.Time) // on the recorder, once the answer is out
}

// printed is a reply as it goes out: bytes, then what follows them. No bytes means
// that the recorder hangs up.
type printed struct {
	out   []byte
	reply               // for what comes after out
	wait  time.Duration // in wall time, before all of it
}

// converse answers one request and hangs up: recorders offer no keep-alive. Packets
// of DHIP are taken on this port as well.
func (t *Twin) converse(c net.Conn) {
	_ = c.SetReadDeadline(time.Now().Add(readWithin))
	r := newRequestReader(c)
	if r.packets() {
		t.talk(c, r.unbounded(), false)
		return
	}
	q, err := r.read()
	if err == nil && q.upload != nil {
		r.limited.R = patientReader{c}
		t.receive(c, q)
		r.free()
		return
	}
	r.free()
	if err != nil {
		if q != nil {
			_ = c.SetWriteDeadline(time.Now().Add(writeWithin))
			_, _ = c.Write(badRequest().print(GenA, false))
			drain(c)
		}
		return
	}
	host, _, _ := net.SplitHostPort(c.RemoteAddr().String())
	q.Address = host
	_, q.Secure = c.(*tls.Conn)
	p := t.handle(q)
	if p.later != nil {
		t.wait(c, &p)
	}
	t.deliver(c, p)
	if p.after != nil {
		_ = t.do(func(now time.Time) error { p.after(now); return nil })
	}
}

// wait lets a reply that comes later come. No bytes are left if it does not.
func (t *Twin) wait(c net.Conn, p *printed) {
	later := p.later
	*p = printed{}
	t.streamTo(c, func(w *streamWriter) {
		r, there := later(w)
		if !there {
			return
		}
		_ = t.do(func(now time.Time) error {
			if t.serving(now) {
				t.finish(p, r)
			}
			return nil
		})
	})
}

// deliver puts a printed reply on the connection.
func (t *Twin) deliver(c net.Conn, p printed) {
	if closer, ok := p.from.(io.Closer); ok {
		defer closer.Close()
	}
	if len(p.out) == 0 || p.wait > 0 && !stays(c, p.wait) {
		return
	}
	_ = c.SetWriteDeadline(time.Now().Add(writeWithin))
	if _, err := c.Write(p.out); err != nil {
		return
	}
	switch {
	case p.from != nil:
		_, _ = io.CopyBuffer(patient{c}, io.LimitReader(p.from, p.size), make([]byte, 32<<10))
	case p.stream != nil:
		t.streamTo(c, p.stream)
	}
}

// patient gives every write its own time.
type patient struct{ net.Conn }

func (p patient) Write(b []byte) (int, error) {
	if err := p.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return 0, err
	}
	return p.Conn.Write(b)
}

// drain takes in what a client still sends. Closing with unread bytes would reset
// the connection and could take the answer with it.
func drain(c net.Conn) {
	if half, ok := c.(interface{ CloseWrite() error }); ok { // TCP and TLS
		_ = half.CloseWrite()
	}
	_ = c.SetReadDeadline(time.Now().Add(time.Second))
	_, _ = io.CopyN(io.Discard, c, maxBody)
}

// stays waits and tells whether the connection is still there. Reading is the way
// to notice that the client or the recorder hung up.
func stays(c net.Conn, wait time.Duration) bool {
	_ = c.SetReadDeadline(time.Now().Add(wait))
	_, err := c.Read(make([]byte, 1))
	var e net.Error
	return err == nil || errors.As(err, &e) && e.Timeout()
}

// handle lets the recorder answer, and the faults have their way with it.
func (t *Twin) handle(q *request) (p printed) {
	_ = t.do(func(now time.Time) error {
		if !t.serving(now) {
			return nil
		}
		faults := t.body.Faults
		if faults.spend(Reboot) {
			t.dirty = true
			t.restart(now)
			return nil
		}
		r := t.route(now, q)
		if p.later = r.later; p.later != nil {
			return nil // the faults are for what comes
		}
		t.finish(&p, r)
		return nil
	})
	return p
}

// finish prints an answer, late or never as the faults have it.
func (t *Twin) finish(p *printed, r reply) {
	faults := t.body.Faults
	if faults.spend(Slow) {
		p.wait = t.cfg.SlowBy
	}
	t.spoil(p, r)
	if faults.spend(Drop) {
		p.out = nil
	}
}

// spoil prints an answer with the faults that belong to its bytes.
func (t *Twin) spoil(p *printed, r reply) {
	faults, g := t.body.Faults, t.body.Model.Generation
	p.after, p.from = r.after, r.from
	if faults.spend(Garbage) {
		p.out = garbage()
		p.from, p.size = r.from, 0 // to be closed
		return
	}
	if faults.spend(BadHeader) {
		r.extra = append(r.extra, "Set-Cookie:secure; HttpOnly")
	}
	if strings.Contains(r.kind, "json") && faults.spend(TruncatedJSON) {
		r.body = r.body[:len(r.body)/2]
	}
	p.out = r.print(g, faults.spend(BadLength))
	p.size, p.stream = r.size, r.stream
}

// garbage is what the fault of that name answers.
func garbage() []byte {
	b := make([]byte, 200)
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return b
}
