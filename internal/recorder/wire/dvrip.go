package wire

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// realmRequest and loginHead are whole headers; their last eight bytes name the
// client's version of the protocol and mean nothing else.
const (
	realmRequest = "\xa0\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
		"\x00\x00\x00\x00\x00\x00\x00\x00\x05\x02\x01\x01\x00\x00\xa1\xaa"
	loginHead = "\xa0\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
		"\x00\x00\x00\x00\x00\x00\x00\x00\x05\x02\x00\x08\x00\x00\xa1\xaa"
)

// AppendRealmRequest appends the packet that asks for a [DVRIPChallenge].
func AppendRealmRequest(dst []byte) []byte { return append(dst, realmRequest...) }

// DVRIPChallenge is the answer to a realm request: the salt of the stored hash
// and what a proof has to be made of.
type DVRIPChallenge struct {
	Realm  string
	Random string
}

const challengeTextWhat = "DVRIP challenge"

// Append appends the whole packet to dst.
func (c DVRIPChallenge) Append(dst []byte) []byte {
	text := "Realm:" + c.Realm + "\r\nRandom:" + c.Random + "\r\n\r\n"
	var h [FrameHeader]byte
	h[0], h[1] = 0xb0, 1
	binary.LittleEndian.PutUint32(h[4:], uint32(len(text)))
	return append(append(dst, h[:]...), text...)
}

// Challenge reads the text of a packet of kind [PacketRealmAnswer]. The key words
// are unconfirmed: where they are others, the first line is the realm and the
// second the random. The closing line ends may be missing.
func (p Packet) Challenge() (DVRIPChallenge, error) {
	if p.Kind != PacketRealmAnswer {
		return DVRIPChallenge{}, malformed(challengeTextWhat, "another packet")
	}
	var c DVRIPChallenge
	for line := range bytes.SplitSeq(bytes.TrimRight(p.Payload, "\x00"), []byte("\n")) {
		key, value, ok := strings.Cut(strings.TrimSpace(string(line)), ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch key = strings.ToLower(key); {
		case strings.Contains(key, "random"):
			c.Random = value
		case strings.Contains(key, "realm"):
			c.Realm = value
		case c.Realm == "":
			c.Realm = value
		case c.Random == "":
			c.Random = value
		}
	}
	switch {
	case c.Realm == "" || c.Random == "":
		return DVRIPChallenge{}, malformed(challengeTextWhat, "no realm or no random")
	case len(c.Realm) > MaxRealm || len(c.Random) > MaxRealm:
		return DVRIPChallenge{}, tooLarge(challengeTextWhat, "")
	}
	return c, nil
}

// Prove makes the login for a challenge, with both proofs.
func (c DVRIPChallenge) Prove(user, password string) DVRIPLogin {
	return DVRIPLogin{
		User:    user,
		Pass:    Gen2Proof(user, c.Random, Gen2(user, c.Realm, password)),
		OldPass: OldProof(user, c.Random, Gen1(password)),
	}
}

// DVRIPLogin is a login by proof. The proofs are upper-case hex of 16 bytes;
// OldPass may be empty. It prints without its proofs.
type DVRIPLogin struct {
	User    string
	Pass    string // [Gen2Proof]
	OldPass string // [OldProof]
}

const loginWhat = "DVRIP login"

// Format prints the kind of thing for every verb, never the proofs.
func (l DVRIPLogin) Format(f fmt.State, _ rune) { io.WriteString(f, "a DVRIP login") }

// Append appends the whole packet to dst.
func (l DVRIPLogin) Append(dst []byte) []byte {
	text := l.User + "&&" + l.Pass + l.OldPass
	at := len(dst)
	dst = append(append(dst, loginHead...), text...)
	binary.LittleEndian.PutUint32(dst[at+4:], uint32(len(text)))
	return dst
}

// Login reads a packet of kind [PacketLogin]. The old proof may be missing.
func (p Packet) Login() (DVRIPLogin, error) {
	if p.Kind != PacketLogin {
		return DVRIPLogin{}, malformed(loginWhat, "another packet")
	}
	text := string(bytes.TrimRight(p.Payload, "\x00"))
	// A user name may hold "&&"; proofs cannot.
	at := strings.LastIndex(text, "&&")
	if at < 0 {
		return DVRIPLogin{}, malformed(loginWhat, "form")
	}
	l, proofs := DVRIPLogin{User: text[:at]}, text[at+2:]
	switch {
	case len(l.User) > MaxUser:
		return DVRIPLogin{}, tooLarge(loginWhat, "user name")
	case len(proofs) != 32 && len(proofs) != 64 || !allHex(proofs):
		return DVRIPLogin{}, malformed(loginWhat, "proof")
	}
	l.Pass, l.OldPass = proofs[:32], proofs[32:]
	return l, nil
}

func allHex(s string) bool {
	for i := range len(s) {
		if unhex(s[i]) < 0 {
			return false
		}
	}
	return true
}

// Verify reports whether the login proves the stored hash [Gen2] gave for this
// random. Where gen1 is not empty, a right old proof serves as well; whether real
// recorders look at it is unconfirmed. Constant time in the proofs.
func (l DVRIPLogin) Verify(random, gen2, gen1 string) bool {
	ok := Equal(strings.ToUpper(l.Pass), Gen2Proof(l.User, random, gen2))
	if gen1 != "" {
		ok = Equal(strings.ToUpper(l.OldPass), OldProof(l.User, random, gen1)) || ok
	}
	return ok
}
