package wire

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// DVRIPResult is how a DVRIP login ended: bytes 8 and 9 of the answer.
type DVRIPResult uint16

// The results. The low byte of success varies (unconfirmed: it tells what the
// recorder can do); [DVRIPResult.OK] takes any.
const (
	DVRIPGranted        DVRIPResult = 0x0008
	DVRIPWrongPassword  DVRIPResult = 0x0100 // TriesLeft tells how many tries remain
	DVRIPNoUser         DVRIPResult = 0x0101
	DVRIPLocked         DVRIPResult = 0x0104 // with a text
	DVRIPNotInitialised DVRIPResult = 0x0111 // has no password yet
	DVRIPNotImplemented DVRIPResult = 0x0113
	DVRIPLoggedIn       DVRIPResult = 0x0303 // this user is logged in already
)

var dvripResults = map[DVRIPResult]string{
	DVRIPWrongPassword:  "wrong password",
	DVRIPNoUser:         "no such user",
	DVRIPLocked:         "locked",
	DVRIPNotInitialised: "no password set yet",
	DVRIPNotImplemented: "not implemented",
	DVRIPLoggedIn:       "already logged in",
}

// OK reports that the login was granted.
func (r DVRIPResult) OK() bool { return r>>8 == 0 }

// String gives a short name.
func (r DVRIPResult) String() string {
	if r.OK() {
		return "granted"
	}
	if s, ok := dvripResults[r]; ok {
		return s
	}
	return fmt.Sprintf("result %04x", uint16(r))
}

// DVRIPAnswer is the answer to a [DVRIPLogin].
type DVRIPAnswer struct {
	Result    DVRIPResult
	Session   uint32 // 0 when none was given
	TriesLeft uint16 // with DVRIPWrongPassword only
	Text      string // what some firmware adds
}

// sessionMark stands at byte 24 of an answer that carries a session.
const sessionMark = "\x06\x00\xf9\x00"

const answerWhat = "DVRIP login answer"

// Append appends the whole packet to dst. Text beyond [MaxControl] is cut.
func (a DVRIPAnswer) Append(dst []byte) []byte {
	text := a.Text[:min(len(a.Text), MaxControl)]
	var h [FrameHeader]byte
	h[0] = 0xb0
	binary.LittleEndian.PutUint32(h[4:], uint32(len(text)))
	binary.BigEndian.PutUint16(h[8:], uint16(a.Result))
	if a.Session != 0 {
		binary.LittleEndian.PutUint32(h[16:], a.Session)
		copy(h[24:], sessionMark)
	}
	if a.Result == DVRIPWrongPassword {
		binary.BigEndian.PutUint16(h[28:], a.TriesLeft)
	}
	return append(append(dst, h[:]...), text...)
}

// LoginAnswer reads a packet of kind [PacketLoginAnswer].
func (p Packet) LoginAnswer() (DVRIPAnswer, error) {
	if p.Kind != PacketLoginAnswer {
		return DVRIPAnswer{}, malformed(answerWhat, "another packet")
	}
	a := DVRIPAnswer{
		Result: DVRIPResult(binary.BigEndian.Uint16(p.Header[8:])),
		Text:   string(bytes.TrimRight(p.Payload, "\x00")),
	}
	if string(p.Header[24:28]) == sessionMark {
		a.Session = binary.LittleEndian.Uint32(p.Header[16:])
	}
	if a.Result == DVRIPWrongPassword {
		a.TriesLeft = binary.BigEndian.Uint16(p.Header[28:])
	}
	return a, nil
}
