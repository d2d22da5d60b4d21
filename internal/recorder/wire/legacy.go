package wire

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
)

// LegacyPort is the UDP port of the older discovery.
const LegacyPort = 5050

// legacySearch is the whole request.
const legacySearch = "\xa3\x01\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

const (
	legacyFixed   = 0x78 // bytes before the two variable sections
	legacyVersion = 2
	macLength     = 17
	legacyWhat    = "legacy discovery answer"
)

// AppendLegacySearch appends the request of the older discovery, a whole datagram.
func AppendLegacySearch(dst []byte) []byte { return append(dst, legacySearch...) }

// IsLegacySearch reports whether a datagram is the request of the older discovery.
// Only its length and first bytes count.
func IsLegacySearch(datagram []byte) bool {
	return len(datagram) == len(legacySearch) && KindOf(datagram) == PacketLegacySearch
}

// IPv4 is an address in network order.
type IPv4 [4]byte

// String gives the dotted form.
func (a IPv4) String() string { return fmt.Sprintf("%d.%d.%d.%d", a[0], a[1], a[2], a[3]) }

// IPv4Port is an address with a port.
type IPv4Port struct {
	Address IPv4
	Port    uint16
}

// Legacy is a recorder's answer in the older discovery. Text fields hold no line
// end; HostName is at most 16 bytes, MAC 17 or none, MAC and Model 255 together.
type Legacy struct {
	Version        [4]uint16
	HostName       string // host name or short model
	Address        IPv4
	Mask           IPv4
	Gateway        IPv4
	DNS            IPv4
	Alarm          IPv4Port // alarm server
	Mail           IPv4Port
	Other          IPv4Port // of unknown use
	HTTPPort       uint16
	HTTPSPort      uint16
	Port           uint16 // DVRIP, TCP
	MaxConnections uint16
	SSLPort        uint16
	UDPPort        uint16
	Multicast      IPv4Port
	MAC            string // with colons, case as sent
	Model          string
	Lines          Table // Name, Device, SerialNo, IPv6Addr ... in the order sent
}

// SerialNo gives the line of this name, "" without one.
func (l Legacy) SerialNo() string {
	s, _ := l.Lines.Get("SerialNo")
	return s
}

// legacyFields walks the fields of the fixed part with their offsets.
func (l *Legacy) legacyFields(ip func(int, *IPv4), word func(int, *uint16)) {
	for i := range l.Version {
		word(0x20+2*i, &l.Version[i])
	}
	for i, a := range []*IPv4{&l.Address, &l.Mask, &l.Gateway, &l.DNS} {
		ip(0x38+4*i, a)
	}
	for _, e := range []struct {
		at int
		to *IPv4Port
	}{{0x48, &l.Alarm}, {0x50, &l.Mail}, {0x58, &l.Other}, {0x6c, &l.Multicast}} {
		ip(e.at, &e.to.Address)
		word(e.at+4, &e.to.Port)
	}
	ports := []*uint16{&l.HTTPPort, &l.HTTPSPort, &l.Port, &l.MaxConnections, &l.SSLPort, &l.UDPPort}
	for i, p := range ports {
		word(0x5e+2*i, p)
	}
}

// Append appends the whole datagram to dst. It refuses texts that would not read
// back.
func (l Legacy) Append(dst []byte) ([]byte, error) {
	var lines []byte
	for _, p := range l.Lines {
		if p.Key == "" || strings.ContainsAny(p.Key, ":\r\n\x00") || strings.ContainsAny(p.Value, "\r\n\x00") {
			return nil, malformed(legacyWhat, "line cannot be printed")
		}
		lines = append(lines, p.Key+":"+p.Value+CRLF...)
	}
	lines = append(lines, CRLF...)
	named := l.MAC + l.Model
	switch {
	case len(l.Lines) > MaxLegacyLines || len(lines) > MaxLegacyText || len(named) > 255 || len(l.HostName) > 16:
		return nil, tooLarge(legacyWhat, "text")
	case len(l.MAC) != macLength && named != "" || strings.ContainsAny(named+l.HostName, "\x00\r\n"):
		return nil, malformed(legacyWhat, "text cannot be printed")
	}
	var h [legacyFixed]byte
	h[0], h[2], h[4], h[0x10] = 0xb3, byte(len(named)), legacyFixed-FrameHeader, legacyVersion
	binary.LittleEndian.PutUint16(h[0x14:], uint16(len(lines)))
	copy(h[0x28:0x38], l.HostName)
	l.legacyFields(
		func(at int, a *IPv4) { copy(h[at:], a[:]) },
		func(at int, v *uint16) { binary.LittleEndian.PutUint16(h[at:], *v) },
	)
	return append(append(append(dst, h[:]...), named...), lines...), nil
}

// DecodeLegacy reads a whole datagram. Its length must be exactly what its header
// says; a line without a colon is skipped.
func DecodeLegacy(datagram []byte) (Legacy, error) {
	b := datagram
	switch {
	case len(b) > MaxLegacy:
		return Legacy{}, tooLarge(legacyWhat, "datagram")
	case len(b) < legacyFixed:
		return Legacy{}, truncated(legacyWhat, "fixed part")
	case KindOf(b) != PacketLegacyAnswer || b[4] != legacyFixed-FrameHeader:
		return Legacy{}, malformed(legacyWhat, "first bytes")
	}
	n2, n3 := int(b[2]), int(binary.LittleEndian.Uint16(b[0x14:]))
	switch {
	case len(b) < legacyFixed+n2+n3:
		return Legacy{}, truncated(legacyWhat, "sections")
	case len(b) > legacyFixed+n2+n3:
		return Legacy{}, malformed(legacyWhat, "bytes after the sections")
	case n2 > 0 && n2 < macLength:
		return Legacy{}, malformed(legacyWhat, "MAC")
	case n3 > MaxLegacyText:
		return Legacy{}, tooLarge(legacyWhat, "text")
	}
	var l Legacy
	l.HostName = cString(b[0x28:0x38])
	l.legacyFields(
		func(at int, a *IPv4) { copy(a[:], b[at:]) },
		func(at int, v *uint16) { *v = binary.LittleEndian.Uint16(b[at:]) },
	)
	if n2 > 0 {
		named := b[legacyFixed : legacyFixed+n2]
		l.MAC, l.Model = string(named[:macLength]), cString(named[macLength:])
	}
	if strings.ContainsAny(l.HostName+l.MAC+l.Model, "\r\n\x00") {
		return Legacy{}, malformed(legacyWhat, "a control character")
	}
	var err error
	l.Lines, err = legacyLines(b[legacyFixed+n2:])
	return l, err
}

func legacyLines(b []byte) (Table, error) {
	var t Table
	for line := range bytes.SplitSeq(bytes.TrimRight(b, "\x00"), []byte("\n")) {
		key, value, ok := bytes.Cut(bytes.TrimSuffix(line, []byte("\r")), []byte(":"))
		switch {
		case !ok || len(key) == 0:
			continue
		case bytes.ContainsAny(line[:len(key)+1+len(value)], "\r\x00"):
			return nil, malformed(legacyWhat, "a control character")
		case len(t) == MaxLegacyLines:
			return nil, tooLarge(legacyWhat, "number of lines")
		}
		t = append(t, Pair{string(key), string(value)})
	}
	return t, nil
}

// cString gives the bytes before the first NUL.
func cString(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}
