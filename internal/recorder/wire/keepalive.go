package wire

import "encoding/binary"

// The packets by which clients of the vendor's own library keep a session and end
// it, as in captures of it with a camera of the family. What the bytes after the
// first four of a keep-alive's answer mean is not known.
const (
	keepAlive       = "\xa1\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	keepAliveAnswer = "\xb1\x00\x00\x78\x00\x00\x00\x00\x00\x00\x00\x00\x00\xf8\x00\x02"
	logoutAnswer    = "\x0b\x01\x00\x78\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
)

// AppendKeepAlive appends a packet of kind [PacketKeepAlive].
func AppendKeepAlive(dst []byte) []byte { return appendHead(dst, keepAlive) }

// AppendKeepAliveAnswer appends its answer.
func AppendKeepAliveAnswer(dst []byte) []byte { return appendHead(dst, keepAliveAnswer) }

// AppendLogout appends the packet that ends a session of this connection.
func AppendLogout(dst []byte, session uint32) []byte {
	at := len(dst)
	dst = appendHead(dst, "\x0a")
	binary.LittleEndian.PutUint32(dst[at+8:], session)
	return dst
}

// AppendLogoutAnswer appends its answer.
func AppendLogoutAnswer(dst []byte) []byte { return appendHead(dst, logoutAnswer) }

// appendHead appends a header that begins so and is zero after it.
func appendHead(dst []byte, begin string) []byte {
	var h [FrameHeader]byte
	copy(h[:], begin)
	return append(dst, h[:]...)
}
