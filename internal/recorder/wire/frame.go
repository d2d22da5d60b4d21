package wire

import (
	"encoding/binary"
	"errors"
	"io"
)

// FrameHeader is the length of a DHIP header.
const FrameHeader = 32

// DiscoveryPort is the UDP port recorders listen on for discovery.
const DiscoveryPort = 37810

// Frame is one DHIP frame: a 32-byte header, all integers little-endian, and a
// payload, usually JSON. Session and Request are 0 in discovery.
type Frame struct {
	Session uint32
	Request uint32
	Payload []byte
}

const frameWhat = "DHIP frame"

// Append appends the whole frame to dst.
func (f Frame) Append(dst []byte) []byte {
	var h [FrameHeader]byte
	binary.LittleEndian.PutUint32(h[0:], FrameHeader)
	// The magic is text, not a number: packed as a little-endian integer it would
	// go out as PIHD, and stricter recorders stay silent.
	copy(h[4:], "DHIP")
	binary.LittleEndian.PutUint32(h[8:], f.Session)
	binary.LittleEndian.PutUint32(h[12:], f.Request)
	binary.LittleEndian.PutUint32(h[16:], uint32(len(f.Payload)))
	binary.LittleEndian.PutUint32(h[24:], uint32(len(f.Payload)))
	return append(append(dst, h[:]...), f.Payload...)
}

// DecodeFrame reads one datagram, which must be one frame and nothing more.
// The payload is part of b.
func DecodeFrame(b []byte) (Frame, error) {
	if len(b) > MaxDatagram {
		return Frame{}, tooLarge(frameWhat, "datagram")
	}
	f, n, err := decodeHeader(b)
	if err != nil {
		return Frame{}, err
	}
	rest := b[FrameHeader:]
	switch {
	case len(rest) < n:
		return Frame{}, truncated(frameWhat, "payload")
	case len(rest) > n:
		return Frame{}, malformed(frameWhat, "bytes after the payload")
	}
	f.Payload = rest
	return f, nil
}

// ReadFrame reads one frame from a stream (DHIP over TCP). It gives io.EOF when
// the stream ends before the first byte.
func ReadFrame(r io.Reader) (Frame, error) {
	var h [FrameHeader]byte
	if n, err := io.ReadFull(r, h[:]); err != nil {
		if n > 0 && errors.Is(err, io.ErrUnexpectedEOF) {
			err = truncated(frameWhat, "header")
		}
		return Frame{}, err
	}
	f, n, err := decodeHeader(h[:])
	if err != nil {
		return Frame{}, err
	}
	f.Payload = make([]byte, n)
	if _, err := io.ReadFull(r, f.Payload); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = truncated(frameWhat, "payload")
		}
		return Frame{}, err
	}
	return f, nil
}

// decodeHeader also gives the payload length. Fragmented frames (total length
// other than this packet's) do not occur in discovery and are refused.
func decodeHeader(b []byte) (Frame, int, error) {
	if len(b) < FrameHeader {
		return Frame{}, 0, truncated(frameWhat, "header")
	}
	u := binary.LittleEndian.Uint32
	switch {
	case u(b[0:]) != FrameHeader:
		return Frame{}, 0, malformed(frameWhat, "header length")
	case string(b[4:8]) != "DHIP":
		return Frame{}, 0, malformed(frameWhat, "magic")
	case u(b[20:]) != 0 || u(b[28:]) != 0:
		return Frame{}, 0, malformed(frameWhat, "reserved words")
	case u(b[16:]) > MaxFrame:
		return Frame{}, 0, tooLarge(frameWhat, "payload length")
	case u(b[24:]) != u(b[16:]):
		return Frame{}, 0, malformed(frameWhat, "total length")
	}
	return Frame{Session: u(b[8:]), Request: u(b[12:])}, int(u(b[16:])), nil
}
