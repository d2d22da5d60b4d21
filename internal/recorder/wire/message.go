package wire

import "encoding/binary"

// Message is one JSON body on a TCP connection. Session is the numeric session of
// the login, or 0 where the session is a text: it then stands in the JSON only.
type Message struct {
	Kind    PacketKind // PacketDHIP or PacketJSON
	Session uint32
	Request uint32
	Body    []byte
}

// Append appends the message to dst in parts of at most part bytes of body, each
// behind its own header; 0 is one part. A kind other than [PacketJSON] goes out
// as DHIP. The Body must not be longer than [MaxMessage].
func (m Message) Append(dst []byte, part int) []byte {
	rest := m.Body
	if part <= 0 {
		part = max(len(rest), 1)
	}
	for first := true; first || len(rest) > 0; first = false {
		n := min(part, len(rest))
		h := m.header(n)
		dst = append(append(dst, h[:]...), rest[:n]...)
		rest = rest[n:]
	}
	return dst
}

func (m Message) header(part int) (h [FrameHeader]byte) {
	put := func(at int, v uint32) { binary.LittleEndian.PutUint32(h[at:], v) }
	n, total := uint32(part), uint32(len(m.Body))
	if m.Kind == PacketJSON {
		h[0] = 0xf6
		put(4, n)
		put(8, m.Request)
		put(16, total)
		put(24, m.Session)
		return h
	}
	put(0, FrameHeader)
	copy(h[4:], "DHIP")
	put(8, m.Session)
	put(12, m.Request)
	put(16, n)
	put(24, total)
	return h
}
