package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// DVRIPPort is the TCP port of recorders' own protocol. Many answer DHIP there
// too; DHIPPort is the one some firmware has for DHIP alone.
const (
	DVRIPPort = 37777
	DHIPPort  = 5000
)

// PacketKind tells the packets of the DVRIP port apart.
type PacketKind uint8

// The kinds, with the bytes they begin with.
const (
	PacketUnknown         PacketKind = iota
	PacketDHIP                       // 20 00 00 00 "DHIP": JSON
	PacketJSON                       // f6 00: JSON after a DVRIP login
	PacketRealmRequest               // a0 01
	PacketRealmAnswer                // b0 01
	PacketLogin                      // a0 05: a proof
	PacketLoginAnswer                // b0 00
	PacketOldLogin                   // a0 00, or a0 05 with 60: readable credentials, only to be refused
	PacketKeepAlive                  // a1 00: a client that has nothing to say
	PacketKeepAliveAnswer            // b1 00
	PacketLogout                     // 0a 00: the session ends
	PacketLogoutAnswer               // 0b 01
	PacketLegacySearch               // a3 01, UDP 5050 only
	PacketLegacyAnswer               // b3 00, UDP 5050 only
)

const packetWhat = "DVRIP packet"

// Packet is one packet of a DVRIP port, or several put together: a JSON body may
// come in parts, each behind a header of its own.
type Packet struct {
	Kind    PacketKind
	Header  [FrameHeader]byte // of the first part, as received
	Payload []byte            // whole
}

// KindOf tells a packet by its first eight bytes; fewer are unknown.
func KindOf(b []byte) PacketKind {
	if len(b) < 8 {
		return PacketUnknown
	}
	switch b[0] {
	case 0x20:
		if string(b[:8]) == "\x20\x00\x00\x00DHIP" {
			return PacketDHIP
		}
	case 0xf6:
		return kindIf(b[1] == 0, PacketJSON)
	case 0xa0:
		return kindOfLogin(b)
	case 0xb0:
		switch b[1] {
		case 0:
			return PacketLoginAnswer
		case 1:
			return PacketRealmAnswer
		}
	case 0xa1:
		return kindIf(b[1] == 0, PacketKeepAlive)
	case 0xb1:
		return kindIf(b[1] == 0, PacketKeepAliveAnswer)
	case 0x0a:
		return kindIf(b[1] == 0, PacketLogout)
	case 0x0b:
		return kindIf(b[1] == 1, PacketLogoutAnswer)
	case 0xa3:
		return kindIf(b[1] == 1, PacketLegacySearch)
	case 0xb3:
		return kindIf(b[1] == 0, PacketLegacyAnswer)
	}
	return PacketUnknown
}

func kindIf(ok bool, k PacketKind) PacketKind {
	if ok {
		return k
	}
	return PacketUnknown
}

func kindOfLogin(b []byte) PacketKind {
	switch {
	case b[1] == 1:
		return PacketRealmRequest
	case b[1] == 0 || b[1] == 5 && b[3] == 0x60:
		return PacketOldLogin
	case b[1] == 5:
		return PacketLogin
	}
	return PacketUnknown
}

// lengths gives the payload length of this packet and of all its parts.
func (k PacketKind) lengths(h *[FrameHeader]byte) (part, total int, err error) {
	u := func(at int) uint32 { return binary.LittleEndian.Uint32(h[at:]) }
	n, all, limit := u(4), u(4), uint32(MaxControl)
	switch k {
	case PacketUnknown, PacketLegacySearch, PacketLegacyAnswer:
		return 0, 0, malformed(packetWhat, "first bytes")
	case PacketDHIP:
		if u(20) != 0 || u(28) != 0 {
			return 0, 0, malformed(packetWhat, "reserved words")
		}
		n, all, limit = u(16), u(24), MaxMessage
	case PacketJSON:
		all, limit = u(16), MaxMessage
	}
	if n > limit || all > limit {
		return 0, 0, tooLarge(packetWhat, "payload length")
	}
	if all == 0 {
		all = n // some senders leave the total out of a body in one part
	}
	if all < n || all > n && n == 0 {
		return 0, 0, malformed(packetWhat, "total length")
	}
	return int(n), int(all), nil
}

// MaxParts bounds the parts that a body comes in: each costs more than its bytes.
// Senders make parts of a kilobyte and more.
const MaxParts = 4096

// PacketReader reads packets of either protocol from one connection. It is for
// one goroutine.
type PacketReader struct {
	r    io.Reader
	open Packet // a body that is not whole yet
	want int    // its length; 0 while none is open
	took int    // parts of it
}

// NewPacketReader reads from r, one header and one payload at a time.
func NewPacketReader(r io.Reader) *PacketReader { return &PacketReader{r: r} }

// Next gives the next whole packet. Memory is taken as bytes arrive, at most
// [MaxMessage] for a body. A body in parts may have whole packets between its
// parts: they come first. It gives io.EOF when the stream ends between packets,
// an [*Error] for what is no packet, after which the stream is of no use, and
// the errors of the connection as they are.
func (p *PacketReader) Next() (Packet, error) {
	for {
		next, total, err := p.read()
		if err != nil {
			return Packet{}, err
		}
		if len(next.Payload) == total {
			return next, nil
		}
		if err := p.add(next, total); err != nil {
			return Packet{}, err
		}
		if len(p.open.Payload) == p.want {
			whole := p.open
			p.open, p.want = Packet{}, 0
			return whole, nil
		}
	}
}

func (p *PacketReader) read() (Packet, int, error) {
	var next Packet
	if n, err := io.ReadFull(p.r, next.Header[:]); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) && p.want > 0 {
			err = truncated(packetWhat, "header")
		} else if n > 0 && errors.Is(err, io.EOF) {
			err = truncated(packetWhat, "header")
		}
		return Packet{}, 0, err
	}
	next.Kind = KindOf(next.Header[:])
	n, total, err := next.Kind.lengths(&next.Header)
	if err != nil {
		return Packet{}, 0, err
	}
	next.Payload, err = readBody(p.r, n, packetWhat)
	return next, total, err
}

// add takes one part of a body.
func (p *PacketReader) add(part Packet, total int) error {
	if p.want == 0 {
		p.open, p.want, p.took = part, total, 1
		return nil
	}
	p.took++
	switch {
	case p.took > MaxParts:
		return tooLarge(packetWhat, "parts")
	case part.Kind != p.open.Kind || part.Session() != p.open.Session() || part.Request() != p.open.Request():
		return malformed(packetWhat, "a part of another body")
	case total != p.want || len(p.open.Payload)+len(part.Payload) > p.want:
		return malformed(packetWhat, "total length")
	}
	p.open.Payload = append(p.open.Payload, part.Payload...)
	return nil
}

// readBody reads exactly n bytes. It takes memory as they arrive, so that a
// length alone costs nothing.
func readBody(r io.Reader, n int, what string) ([]byte, error) {
	const step = 64 << 10
	b := make([]byte, 0, min(n, step))
	for len(b) < n {
		if len(b) == cap(b) {
			b = append(make([]byte, 0, min(n, 2*cap(b))), b...)
		}
		m, err := io.ReadFull(r, b[len(b):min(n, cap(b))])
		b = b[:len(b)+m]
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, truncated(what, "payload")
		}
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

// Session gives the session number of the header; 0 in packets without one.
func (p Packet) Session() uint32 {
	switch p.Kind {
	case PacketDHIP:
		return binary.LittleEndian.Uint32(p.Header[8:])
	case PacketJSON:
		return binary.LittleEndian.Uint32(p.Header[24:])
	case PacketLogout:
		return binary.LittleEndian.Uint32(p.Header[8:])
	}
	return 0
}

// Request gives the request number of the header; 0 in packets without one.
func (p Packet) Request() uint32 {
	switch p.Kind {
	case PacketDHIP:
		return binary.LittleEndian.Uint32(p.Header[12:])
	case PacketJSON:
		return binary.LittleEndian.Uint32(p.Header[8:])
	}
	return 0
}

// Message gives the JSON of a packet of kind [PacketDHIP] or [PacketJSON],
// without the bytes before its first brace and the line end or NUL after it.
func (p Packet) Message() (Message, error) {
	if p.Kind != PacketDHIP && p.Kind != PacketJSON {
		return Message{}, malformed(packetWhat, "no JSON packet")
	}
	body := p.Payload
	if i := bytes.IndexByte(body, '{'); i > 0 {
		body = body[i:]
	}
	return Message{
		Kind: p.Kind, Session: p.Session(), Request: p.Request(),
		Body: bytes.TrimRight(body, "\x00\r\n\t "),
	}, nil
}
