package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

const deviceTypeBody = `{"method":"magicBox.getDeviceType","params":null,"id":3,"session":195939070}`

// One row is one packet as it is on the wire, and what this package prints for it.
var packets = []struct {
	name  string
	raw   []byte
	kind  PacketKind
	typed func(Packet) (any, error)
	want  any
	print func() []byte // nil where this package does not send it so
}{
	{
		"realm request", // protocol notes, vector 4.2a
		unhexed(`a0 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 05 02 01 01 00 00 a1 aa`),
		PacketRealmRequest, nil, nil, func() []byte { return AppendRealmRequest(nil) },
	},
	{
		"realm and random", // protocol notes 4.2
		append(unhexed(`b0 01 00 00 35 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`),
			"Realm:Login to AMC0TESTSN00001\r\nRandom:1452638970\r\n\r\n"...),
		PacketRealmAnswer, challengeOf, DVRIPChallenge{"Login to AMC0TESTSN00001", "1452638970"},
		func() []byte { return DVRIPChallenge{"Login to AMC0TESTSN00001", "1452638970"}.Append(nil) },
	},
	{
		"other words, no last line end",
		append(unhexed(`b0 01 00 00 18 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`),
			"Salt: Login to x\nNonce:7"...),
		PacketRealmAnswer, challengeOf, DVRIPChallenge{"Login to x", "7"}, nil,
	},
	{
		"login", // protocol notes, vector 4.2b
		append(unhexed(`a0 05 00 00 47 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 05 02 00 08 00 00 a1 aa`),
			"admin&&4A0341A111636FBEA293BF1F3BFDA0140EC70CA9BC72126018853EB17DA69089"...),
		PacketLogin, loginOf,
		DVRIPLogin{"admin", "4A0341A111636FBEA293BF1F3BFDA014", "0EC70CA9BC72126018853EB17DA69089"},
		func() []byte {
			return DVRIPChallenge{"Login to AMC0TESTSN00001", "1452638970"}.Prove("admin", "admin").Append(nil)
		},
	},
	{
		"readable login",
		unhexed(`a0 00 00 60 00 00 00 00 61 61 61 61 61 61 61 61 62 62 62 62 62 62 62 62 05 02 00 01 00 00 a1 aa`),
		PacketOldLogin, nil, nil, nil,
	},
	{
		"readable login, later form",
		unhexed(`a0 05 00 60 00 00 00 00 61 61 61 61 61 61 61 61 62 62 62 62 62 62 62 62 04 02 00 01 00 00 a1 aa`),
		PacketOldLogin, nil, nil, nil,
	},
	{
		"granted",
		unhexed(`b0 00 00 00 00 00 00 00 00 08 00 00 00 00 00 00 fe ca ad 0b 00 00 00 00 06 00 f9 00 00 00 00 00`),
		PacketLoginAnswer, answerOf, DVRIPAnswer{Result: DVRIPGranted, Session: 0x0badcafe},
		func() []byte { return DVRIPAnswer{Result: DVRIPGranted, Session: 0x0badcafe}.Append(nil) },
	},
	{
		"wrong password",
		unhexed(`b0 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 04 00 00`),
		PacketLoginAnswer, answerOf, DVRIPAnswer{Result: DVRIPWrongPassword, TriesLeft: 4},
		func() []byte { return DVRIPAnswer{Result: DVRIPWrongPassword, TriesLeft: 4}.Append(nil) },
	},
	{
		"locked",
		append(unhexed(`b0 00 00 00 06 00 00 00 01 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`), "Locked"...),
		PacketLoginAnswer, answerOf, DVRIPAnswer{Result: DVRIPLocked, Text: "Locked"},
		func() []byte { return DVRIPAnswer{Result: DVRIPLocked, Text: "Locked"}.Append(nil) },
	},
	{
		"JSON", // protocol notes, vector 4.3
		append(unhexed(`f6 00 00 00 4c 00 00 00 03 00 00 00 00 00 00 00 4c 00 00 00 00 00 00 00 fe ca ad 0b 00 00 00 00`), deviceTypeBody...),
		PacketJSON, messageOf, Message{PacketJSON, 0x0badcafe, 3, []byte(deviceTypeBody)},
		func() []byte { return Message{PacketJSON, 0x0badcafe, 3, []byte(deviceTypeBody)}.Append(nil, 0) },
	},
	{
		"DHIP", frames[1].raw, // protocol notes, vector 4.4
		PacketDHIP, messageOf, Message{PacketDHIP, 0x0badcafe, 2, []byte(keepAliveBody)},
		func() []byte { return Message{PacketDHIP, 0x0badcafe, 2, []byte(keepAliveBody)}.Append(nil, 0) },
	},
	{ // this one and the next three: captures of the vendor's library with a camera
		"keep-alive",
		unhexed(`a1 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`),
		PacketKeepAlive, nil, nil, func() []byte { return AppendKeepAlive(nil) },
	},
	{
		"answer to a keep-alive",
		unhexed(`b1 00 00 78 00 00 00 00 00 00 00 00 00 f8 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`),
		PacketKeepAliveAnswer, nil, nil, func() []byte { return AppendKeepAliveAnswer(nil) },
	},
	{
		"logout",
		unhexed(`0a 00 00 00 00 00 00 00 f9 ff ff 7f 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`),
		PacketLogout, sessionOf, uint32(0x7ffffff9), func() []byte { return AppendLogout(nil, 0x7ffffff9) },
	},
	{
		"answer to a logout",
		unhexed(`0b 01 00 78 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`),
		PacketLogoutAnswer, nil, nil, func() []byte { return AppendLogoutAnswer(nil) },
	},
	{
		"DHIP ended by LF and NUL",
		append(unhexed(`20 00 00 00 44 48 49 50 01 00 00 00 02 00 00 00 04 00 00 00 00 00 00 00 04 00 00 00 00 00 00 00`), "{}\n\x00"...),
		PacketDHIP, messageOf, Message{PacketDHIP, 1, 2, []byte("{}")}, nil,
	},
}

func challengeOf(p Packet) (any, error) { return anyOf(p.Challenge()) }
func loginOf(p Packet) (any, error)     { return anyOf(p.Login()) }
func answerOf(p Packet) (any, error)    { return anyOf(p.LoginAnswer()) }
func sessionOf(p Packet) (any, error)   { return p.Session(), nil }
func messageOf(p Packet) (any, error)   { return anyOf(p.Message()) }

func anyOf[T any](v T, err error) (any, error) { return v, err }

func TestPacket(t *testing.T) {
	for _, tt := range packets {
		t.Run(tt.name, func(t *testing.T) {
			r := NewPacketReader(iotest.OneByteReader(bytes.NewReader(tt.raw)))
			got, err := r.Next()
			if err != nil || got.Kind != tt.kind || !bytes.Equal(got.Payload, tt.raw[FrameHeader:]) {
				t.Fatalf("kind %d, payload %q, %v", got.Kind, got.Payload, err)
			}
			if _, err := r.Next(); err != io.EOF {
				t.Errorf("after it: %v", err)
			}
			if tt.typed != nil {
				v, err := tt.typed(got)
				if d := cmp.Diff(tt.want, v); d != "" || err != nil {
					t.Errorf("%v %s", err, d)
				}
			}
			if tt.print != nil && !bytes.Equal(tt.print(), tt.raw) {
				t.Errorf("prints as % x", tt.print())
			}
		})
	}
}

func TestPacketsOnOneConnection(t *testing.T) {
	var stream []byte
	for _, tt := range packets {
		stream = append(stream, tt.raw...)
	}
	r := NewPacketReader(bytes.NewReader(stream))
	for _, tt := range packets {
		if got, err := r.Next(); err != nil || got.Kind != tt.kind {
			t.Fatalf("%s: kind %d, %v", tt.name, got.Kind, err)
		}
	}
}

func TestMessageInParts(t *testing.T) {
	body := []byte(`{"params":"` + strings.Repeat("x", 1000) + `"}`)
	for _, kind := range []PacketKind{PacketDHIP, PacketJSON} {
		for _, part := range []int{0, 1, 7, 500, 1013, 5000} {
			m := Message{kind, 7, 9, body}
			got, err := NewPacketReader(bytes.NewReader(m.Append(nil, part))).Next()
			if err != nil {
				t.Fatalf("kind %d in parts of %d: %v", kind, part, err)
			}
			back, err := got.Message()
			if d := cmp.Diff(m, back); d != "" || err != nil {
				t.Errorf("kind %d in parts of %d: %v %s", kind, part, err, d)
			}
		}
	}
}

// The second part of a body, by hand after protocol notes 4.3 and 4.4.
func TestPartHeaders(t *testing.T) {
	for kind, want := range map[PacketKind]string{
		PacketJSON: `f6 00 00 00 02 00 00 00 09 00 00 00 00 00 00 00 06 00 00 00 00 00 00 00 07 00 00 00 00 00 00 00 7d 20`,
		PacketDHIP: `20 00 00 00 44 48 49 50 07 00 00 00 09 00 00 00 02 00 00 00 00 00 00 00 06 00 00 00 00 00 00 00 7d 20`,
	} {
		all := Message{kind, 7, 9, []byte(`{   } `)}.Append(nil, 4)
		if got := all[FrameHeader+4:]; !bytes.Equal(got, unhexed(want)) {
			t.Errorf("kind %d: % x", kind, got)
		}
	}
}

func TestWholePacketBetweenParts(t *testing.T) {
	long := Message{PacketDHIP, 1, 2, []byte(`{"a":1234567}`)}.Append(nil, 8)
	short := Message{PacketDHIP, 1, 3, []byte(`{}`)}.Append(nil, 0)
	stream := append(append(bytes.Clone(long[:FrameHeader+8]), short...), long[FrameHeader+8:]...)
	r := NewPacketReader(bytes.NewReader(stream))
	for _, want := range []uint32{3, 2} {
		if got, err := r.Next(); err != nil || got.Request() != want {
			t.Errorf("request %d, %v, want %d", got.Request(), err, want)
		}
	}
}

func TestPacketRefused(t *testing.T) {
	dhip, js := frames[1].raw, packets[9].raw
	with := func(b []byte, at int, v ...byte) []byte {
		c := bytes.Clone(b)
		copy(c[at:], v)
		return c
	}
	parts := Message{PacketDHIP, 1, 2, []byte(`{"a":1}`)}.Append(nil, 4)
	for _, tt := range []struct {
		name string
		raw  []byte
		want error
	}{
		{"half a header", dhip[:20], ErrTruncated},
		{"half a payload", js[:50], ErrTruncated},
		{"HTTP", []byte("HTTP/1.0 400 Bad Request\r\n\r\nxxxxxxxx"), ErrMalformed},
		{"magic reversed", with(dhip, 4, 'P', 'I', 'H', 'D'), ErrMalformed},
		{"reserved", with(dhip, 20, 1), ErrMalformed},
		{"DHIP length", with(dhip, 16, 0, 0, 0, 0x7f), ErrTooLarge},
		{"DHIP total", with(dhip, 24, 0, 0, 0, 0x7f), ErrTooLarge},
		{"JSON length", with(js, 4, 0xff, 0xff, 0xff, 0xff), ErrTooLarge},
		{"total below the part", with(js, 16, 1), ErrMalformed},
		{"login length", with(packets[3].raw, 4, 0, 0, 1), ErrTooLarge},
		{"discovery on TCP", AppendLegacySearch(nil), ErrMalformed},
		{"ends between parts", parts[:FrameHeader+4], ErrTruncated},
		{"part of another request", with(parts, FrameHeader+4+12, 3), ErrMalformed},
		{"part of another total", with(parts, FrameHeader+4+24, 9), ErrMalformed},
		{"empty part", with(parts, 16, 0), ErrMalformed},
	} {
		if _, err := NewPacketReader(bytes.NewReader(tt.raw)).Next(); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	broken := errors.New("broken")
	if _, err := NewPacketReader(iotest.ErrReader(broken)).Next(); !errors.Is(err, broken) {
		t.Errorf("error of the connection: %v", err)
	}
}

func TestTypedRefused(t *testing.T) {
	for name, err := range map[string]error{
		"no random":     errOf(Packet{Kind: PacketRealmAnswer, Payload: []byte("Realm:x\r\n")}.Challenge()),
		"no lines":      errOf(Packet{Kind: PacketRealmAnswer, Payload: []byte("x")}.Challenge()),
		"long realm":    errOf(Packet{Kind: PacketRealmAnswer, Payload: []byte("Realm:" + strings.Repeat("x", MaxRealm+1) + "\nRandom:1")}.Challenge()),
		"no proof":      errOf(Packet{Kind: PacketLogin, Payload: []byte("admin&&")}.Login()),
		"short proof":   errOf(Packet{Kind: PacketLogin, Payload: []byte("admin&&" + strings.Repeat("A", 33))}.Login()),
		"no hex":        errOf(Packet{Kind: PacketLogin, Payload: []byte("admin&&" + strings.Repeat("X", 32))}.Login()),
		"long user":     errOf(Packet{Kind: PacketLogin, Payload: []byte(strings.Repeat("u", MaxUser+1) + "&&" + strings.Repeat("A", 32))}.Login()),
		"wrong kind":    errOf(Packet{Kind: PacketDHIP}.Login()),
		"wrong kind 2":  errOf(Packet{Kind: PacketDHIP}.Challenge()),
		"wrong kind 3":  errOf(Packet{Kind: PacketDHIP}.LoginAnswer()),
		"no JSON there": errOf(Packet{Kind: PacketLogin}.Message()),
	} {
		if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func errOf[T any](_ T, err error) error { return err }

func TestDVRIPVerify(t *testing.T) {
	const random = "1452638970"
	gen2, gen1 := "BC67BB5915A8B81D6B244D8950F72A59", "6QNMIQGe" // protocol notes 3.2 and 3.3, admin/admin
	whole := DVRIPLogin{"admin", "4A0341A111636FBEA293BF1F3BFDA014", "0EC70CA9BC72126018853EB17DA69089"}
	wrong := strings.Repeat("0", 32)
	for _, tt := range []struct {
		name  string
		login DVRIPLogin
		gen1  string
		want  bool
	}{
		{"both", whole, gen1, true},
		{"new proof only", DVRIPLogin{"admin", whole.Pass, ""}, "", true},
		{"lower case", DVRIPLogin{"admin", strings.ToLower(whole.Pass), ""}, "", true},
		{"old proof, accepted", DVRIPLogin{"admin", wrong, whole.OldPass}, gen1, true},
		{"old proof, not accepted", DVRIPLogin{"admin", wrong, whole.OldPass}, "", false},
		{"other user", DVRIPLogin{"user", whole.Pass, whole.OldPass}, gen1, false},
		{"nothing", DVRIPLogin{User: "admin"}, gen1, false},
	} {
		if got := tt.login.Verify(random, gen2, tt.gen1); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	if s := fmt.Sprintf("%v %+v %#v %s", whole, whole, whole, whole); strings.Contains(s, "4A0341") {
		t.Errorf("a proof was printed: %s", s)
	}
}

func TestDVRIPResult(t *testing.T) {
	for r, want := range map[DVRIPResult]string{0: "granted", DVRIPGranted: "granted", 0x0101: "no such user",
		0x0104: "locked", 0x0111: "no password set yet", 0x0303: "already logged in", 0x0999: "result 0999"} {
		if r.String() != want || r.OK() != (want == "granted") {
			t.Errorf("%04x: %s, %v", uint16(r), r, r.OK())
		}
	}
}

func FuzzPacket(f *testing.F) {
	for _, tt := range packets {
		f.Add(tt.raw)
	}
	f.Add(Message{PacketDHIP, 1, 2, []byte(`{"a":1}`)}.Append(nil, 3))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := NewPacketReader(bytes.NewReader(b))
		for range len(b)/FrameHeader + 1 {
			p, err := r.Next()
			if err != nil {
				return
			}
			if m, err := p.Message(); err == nil {
				same(t, m, func(q Packet) (Message, error) { return q.Message() }, m.Append(nil, 1+len(m.Body)/3))
			}
			if c, err := p.Challenge(); err == nil {
				same(t, c, func(q Packet) (DVRIPChallenge, error) { return q.Challenge() }, c.Append(nil))
			}
			if l, err := p.Login(); err == nil {
				same(t, l, func(q Packet) (DVRIPLogin, error) { return q.Login() }, l.Append(nil))
			}
			if a, err := p.LoginAnswer(); err == nil {
				same(t, a, func(q Packet) (DVRIPAnswer, error) { return q.LoginAnswer() }, a.Append(nil))
			}
		}
		t.Error("the reader does not end")
	})
}

func same[T any](t *testing.T, want T, read func(Packet) (T, error), raw []byte) {
	t.Helper()
	p, err := NewPacketReader(bytes.NewReader(raw)).Next()
	if err != nil {
		t.Fatalf("%+v: %v", want, err)
	}
	got, err := read(p)
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v %s", err, d)
	}
}

// A body in more parts than any sender makes is no body: each part costs more than its
// bytes.
func TestPartsAreBounded(t *testing.T) {
	m := Message{PacketDHIP, 1, 2, make([]byte, MaxParts+1)}
	if _, err := NewPacketReader(bytes.NewReader(m.Append(nil, 1))).Next(); !errors.Is(err, ErrTooLarge) {
		t.Errorf("%d parts: %v", MaxParts+1, err)
	}
	m.Body = m.Body[:MaxParts]
	if _, err := NewPacketReader(bytes.NewReader(m.Append(nil, 1))).Next(); err != nil {
		t.Errorf("%d parts: %v", MaxParts, err)
	}
}
