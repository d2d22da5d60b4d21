package twin

import (
	"bufio"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// talkIdle is how long a connection of the packet protocols may be silent, in wall
// time. A session that was silent for that long is over as well.
const talkIdle = sessionLife

// talk is one TCP connection of the packet protocols: DVRIP, and DHIP with its
// JSON. What it keeps of the recorder is guarded by the twin's mutex.
type talk struct {
	twin    *Twin
	conn    net.Conn
	in      *bufio.Reader
	address string // of the client, without its port
	dvrip   bool   // takes DVRIP as well
	random  string // of a DVRIP challenge that waits for its proof
	idle    bool   // nothing of the next packet has come yet

	kind     wire.PacketKind // of the call that is answered
	attached map[int]*listener
	sent     sync.Mutex // keeps answers and pushes whole
}

func (t *Twin) converseDVRIP(c net.Conn) { t.talk(c, c, true) }

func (t *Twin) converseDHIP(c net.Conn) { t.talk(c, c, false) }

// talk answers packets until the client is silent for too long, hangs up, or sends
// what is no packet. r reads what is on the connection.
func (t *Twin) talk(c net.Conn, r io.Reader, dvrip bool) {
	host, _, _ := net.SplitHostPort(c.RemoteAddr().String())
	k := &talk{twin: t, conn: c, address: host, dvrip: dvrip}
	k.in = bufio.NewReader(talkReader{k, r})
	packets := wire.NewPacketReader(k.in)
	for k.rest() == nil {
		p, err := packets.Next()
		if err != nil || !k.answer(p) {
			break
		}
	}
	// A session ends with its connection.
	_ = t.do(func(time.Time) error {
		t.mind.sessions.endAll(k)
		for _, l := range k.attached {
			t.unsubscribe(l)
		}
		return nil
	})
}

// rest waits for the next packet for as long as a client may be silent.
func (k *talk) rest() error {
	k.idle = true
	return k.conn.SetReadDeadline(time.Now().Add(talkIdle))
}

// talkReader gives a packet that began only so long to come.
type talkReader struct {
	k *talk
	io.Reader
}

func (r talkReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if n > 0 && r.k.idle {
		r.k.idle = false
		_ = r.k.conn.SetReadDeadline(time.Now().Add(readWithin))
	}
	return n, err
}

// spoken is what the recorder says to one packet. No bytes means that it hangs up.
type spoken struct {
	out    []byte
	hangUp bool                // after out
	after  func(now time.Time) // on the recorder, once out is sent
}

// answer deals with one packet and tells whether to go on.
func (k *talk) answer(p wire.Packet) bool {
	s, wait := k.handle(p)
	if s.out == nil || wait > 0 && !k.stays(wait) {
		return false
	}
	if k.send(s.out) != nil {
		return false
	}
	if s.after != nil {
		_ = k.twin.do(func(now time.Time) error { s.after(now); return nil })
	}
	return !s.hangUp
}

// send writes whole packets.
func (k *talk) send(b []byte) error {
	k.sent.Lock()
	defer k.sent.Unlock()
	_, err := patient{k.conn}.Write(b)
	return err
}

// stays waits and tells whether the connection is still there. What a client sends
// meanwhile is kept.
func (k *talk) stays(wait time.Duration) bool {
	_ = k.conn.SetReadDeadline(time.Now().Add(wait))
	for {
		_, err := k.in.Peek(k.in.Buffered() + 1)
		var e net.Error
		switch {
		case err == nil:
		case errors.Is(err, bufio.ErrBufferFull), errors.As(err, &e) && e.Timeout():
			return true
		default:
			return false
		}
	}
}

// handle lets the recorder answer, and the faults have their way with it.
func (k *talk) handle(p wire.Packet) (s spoken, wait time.Duration) {
	t := k.twin
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
		s = k.route(now, p)
		if faults.spend(Slow) {
			wait = t.cfg.SlowBy
		}
		k.spoil(&s)
		if faults.spend(Drop) {
			s.out = nil
		}
		return nil
	})
	return s, wait
}

// spoil has the faults that belong to bytes change them. After either the client
// cannot know where the next packet begins, so the recorder hangs up.
func (k *talk) spoil(s *spoken) {
	faults := k.twin.body.Faults
	switch {
	case s.out == nil:
	case faults.spend(Garbage):
		s.out, s.hangUp = garbage(), true
	case faults.spend(BadLength):
		lengthen(s.out, 64)
		s.hangUp = true
	}
}

// route gives the answer to one packet.
func (k *talk) route(now time.Time, p wire.Packet) spoken {
	switch {
	case p.Kind == wire.PacketDHIP, k.dvrip && p.Kind == wire.PacketJSON:
		m, err := p.Message()
		if err != nil {
			return spoken{}
		}
		return k.message(now, m)
	case !k.dvrip:
		return spoken{}
	case p.Kind == wire.PacketRealmRequest:
		return k.challenge()
	case p.Kind == wire.PacketLogin:
		return k.login(now, p)
	case p.Kind == wire.PacketKeepAlive:
		return k.keepAlive(now)
	case p.Kind == wire.PacketLogout:
		return k.logout(now, p.Session())
	case p.Kind == wire.PacketOldLogin:
		// Its credentials could be read by anybody on the cable. They are not looked
		// at, so this is no proof and counts as none.
		return spoken{out: wire.DVRIPAnswer{Result: wire.DVRIPNotImplemented}.Append(nil), hangUp: true}
	}
	return spoken{}
}
