package twin

import (
	"encoding/binary"
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// tooManyConnections is what the twin answers a login by while all connections are
// in use. It is not seen on recorders: the vendor's tools number this 110, and the
// results that are known are those tools' numbers less 100.
const tooManyConnections wire.DVRIPResult = 0x010a

// challenge gives realm and random to everyone, recorders without a password and
// locked users included; what keeps a login out shows in its answer.
func (k *talk) challenge() spoken {
	k.random = strconv.FormatInt(number(), 10)
	return spoken{out: wire.DVRIPChallenge{Realm: k.twin.body.realm(), Random: k.random}.Append(nil)}
}

// login judges a proof. Without a challenge on this connection, or in another
// form, it is none and costs nothing.
func (k *talk) login(now time.Time, p wire.Packet) spoken {
	t := k.twin
	l, err := p.Login()
	if err != nil || k.random == "" {
		return spoken{out: wire.DVRIPAnswer{Result: wire.DVRIPNotImplemented}.Append(nil), hangUp: true}
	}
	random := k.random
	k.random = "" // one proof for one challenge
	v := t.prove(now, l.User, k.address, func(a *account) bool {
		old := ""
		if t.body.Model.Generation == GenA {
			old = a.Gen1
		}
		return l.Verify(random, a.Gen2, old)
	})
	if !v.granted() {
		return spoken{out: t.dvripRefused(v).Append(nil)}
	}
	t.mind.sessions.endAll(k)
	s := t.mind.sessions.start(t.clients(now), SessionNumber, k.address, k)
	t.logIn(now, s, v.user)
	return spoken{out: wire.DVRIPAnswer{Result: wire.DVRIPGranted, Session: sessionNumber(s.id)}.Append(nil)}
}

// keepAlive keeps the sessions of this connection, as the vendor's clients ask every
// few seconds. Without one there is nothing to keep, and the recorder hangs up.
func (k *talk) keepAlive(now time.Time) spoken {
	if !k.twin.mind.sessions.keep(k.twin.clients(now), k) {
		return spoken{}
	}
	return spoken{out: wire.AppendKeepAliveAnswer(nil)}
}

// logout ends a session of this connection, and with it the connection.
func (k *talk) logout(now time.Time, number uint32) spoken {
	t := k.twin
	s := t.mind.sessions.find(t.clients(now), wire.IntSession(int64(number)), k)
	if s == nil || s.user == "" {
		return spoken{}
	}
	t.logOut(now, s)
	return spoken{out: wire.AppendLogoutAnswer(nil), hangUp: true}
}

// dvripRefused is the answer to a login that failed. Only generation A tells a
// wrong name from a wrong password, as over RPC2.
func (t *Twin) dvripRefused(v verdict) wire.DVRIPAnswer {
	switch v.result {
	case notReady:
		return wire.DVRIPAnswer{Result: wire.DVRIPNotInitialised}
	case noConnection:
		return wire.DVRIPAnswer{Result: tooManyConnections}
	case lockedOut:
		return wire.DVRIPAnswer{Result: wire.DVRIPLocked, Text: "User Locked!"}
	case wrongUser, notByNetwork:
		if t.body.Model.Generation == GenA {
			return wire.DVRIPAnswer{Result: wire.DVRIPNoUser}
		}
	}
	return wire.DVRIPAnswer{Result: wire.DVRIPWrongPassword, TriesLeft: uint16(v.left)}
}

// sessionNumber is a numeric session as a header has it, 0 for another.
func sessionNumber(s wire.Session) uint32 {
	n, err := strconv.ParseUint(s.Key(), 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// lengthen makes a packet promise more bytes than it has.
func lengthen(packet []byte, by uint32) {
	at := []int{4}
	switch wire.KindOf(packet) {
	case wire.PacketDHIP:
		at = []int{16, 24}
	case wire.PacketJSON:
		at = []int{4, 16}
	}
	for _, i := range at {
		binary.LittleEndian.PutUint32(packet[i:], binary.LittleEndian.Uint32(packet[i:])+by)
	}
}
