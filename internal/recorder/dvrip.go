package recorder

import (
	"context"
	"errors"
	"net"
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// maxStrayPackets is how many packets that are no answer are read past.
const maxStrayPackets = 8

// dvripBusy is not seen on recorders: the vendor's tools number "too many
// connections" 110, and the results that are known are those numbers less 100.
const dvripBusy wire.DVRIPResult = 0x010a

// DVRIPError is a login that the DVRIP port refused for a reason that is no
// verdict.
type DVRIPError struct{ Result wire.DVRIPResult }

// Error names the result.
func (e *DVRIPError) Error() string { return "DVRIP: " + e.Result.String() }

// service gives where a TCP service beside the web service is, nil for nowhere.
// own is the field of the client, usual the recorders' own port: what stands at the
// usual port of an address that names a port may be another recorder.
func (c *Client) service(t *target, own, usual int) *target {
	if t.secure { // who named HTTPS named encryption: a proof in clear is no way around it
		return nil
	}
	port := own
	if own == 0 {
		if t.port != 80 && t.port != 443 {
			return nil
		}
		port = usual
	}
	if port <= 0 || port > 65535 {
		return nil
	}
	return &target{host: t.host, port: uint16(port), addrs: t.addrs, one: t.one}
}

// proveApart sends one password proof where there is no web service: by DVRIP, or
// where nobody can be dialed there either, by DHIP. web is the outcome at the web
// port, which stays when nothing else answers.
func (c *Client) proveApart(ctx context.Context, web Outcome, user string, password secret.String) Outcome {
	t, err := c.target(ctx, opLogin)
	if err != nil {
		return web
	}
	for _, way := range []struct {
		at    *target
		prove func(*line, string, secret.String) Outcome
	}{
		{c.service(t, c.DVRIPPort, wire.DVRIPPort), proveDVRIP},
		{c.service(t, c.DHIPPort, wire.DHIPPort), proveDHIP},
	} {
		if way.at == nil {
			continue
		}
		o := c.proveLine(ctx, way.at, way.prove, user, password)
		if o.Verdict != NotSent || KindOf(o.Err) != Unreachable {
			return o
		}
	}
	return web
}

// proveLine dials and hangs up afterwards: the session of an accepted proof ends
// with it.
func (c *Client) proveLine(ctx context.Context, t *target, prove func(*line, string, secret.String) Outcome,
	user string, password secret.String) Outcome {
	ctx, cancel := context.WithTimeout(ctx, c.timeout())
	defer cancel()
	p := new(progress)
	conn, err := c.dial(context.WithValue(ctx, progressKey{}, p), t)
	if err != nil {
		return failed(ViaDVRIP, broken(ctx, opLogin, p, err), false)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	return prove(&line{c: c, ctx: ctx, conn: conn, p: p, in: wire.NewPacketReader(conn)}, user, password)
}

// line is a connection to the DVRIP or DHIP port.
type line struct {
	c    *Client
	ctx  context.Context
	conn net.Conn
	p    *progress
	in   *wire.PacketReader
}

// ask sends one packet and reads on to the first of the kinds. proof says that the
// packet carries one.
func (l *line) ask(out []byte, what string, proof bool, kinds ...wire.PacketKind) (wire.Packet, error) {
	info := RequestInfo{Op: opLogin, Method: "DVRIP", Target: what, Proof: proof, Sent: len(out)}
	l.c.tellRequest(info)
	start := time.Now()
	p, err := l.exchange(out, kinds)
	l.c.tellResponse(ResponseInfo{RequestInfo: info, Bytes: len(p.Payload), Took: time.Since(start), Err: err})
	return p, err
}

func (l *line) exchange(out []byte, kinds []wire.PacketKind) (wire.Packet, error) {
	// Only what this exchange sends and reads tells how far it came.
	l.p.written.Store(0)
	l.p.read.Store(0)
	if _, err := l.conn.Write(out); err != nil {
		return wire.Packet{}, broken(l.ctx, opLogin, l.p, err)
	}
	for range maxStrayPackets {
		p, err := l.in.Next()
		var bad *wire.Error
		switch {
		case errors.As(err, &bad) && !errors.Is(err, wire.ErrTruncated):
			return wire.Packet{}, &Error{Op: opLogin, Kind: Garbage, Err: err}
		case err != nil:
			return wire.Packet{}, l.lost(err)
		}
		for _, k := range kinds {
			if p.Kind == k {
				return p, nil
			}
		}
	}
	return wire.Packet{}, &Error{Op: opLogin, Kind: Garbage, Err: errOtherID}
}

// lost is the error of an answer that did not come, or not to its end.
func (l *line) lost(err error) error {
	if l.ctx.Err() != nil {
		err = context.Cause(l.ctx)
	}
	return &Error{Op: opLogin, Kind: Lost, Err: err}
}

func proveDVRIP(l *line, user string, password secret.String) Outcome {
	p, err := l.ask(wire.AppendRealmRequest(nil), "realm", false, wire.PacketRealmAnswer, wire.PacketLoginAnswer)
	if err != nil {
		return failed(ViaDVRIP, err, false)
	}
	o := Outcome{Via: ViaDVRIP}
	if p.Kind == wire.PacketLoginAnswer { // refused before any proof
		o.dvrip(p)
		if o.Verdict == Accepted || o.MayHaveCounted() {
			return failed(ViaDVRIP, &Error{Op: opLogin, Kind: Garbage, Err: errGranted}, false)
		}
		return o
	}
	ch, err := p.Challenge()
	if err != nil {
		return failed(ViaDVRIP, &Error{Op: opLogin, Kind: Garbage, Err: err}, false)
	}
	p, err = l.ask(ch.Prove(user, password.Reveal()).Append(nil), "login", true, wire.PacketLoginAnswer)
	if err != nil {
		return failed(ViaDVRIP, err, true)
	}
	o.dvrip(p)
	return o
}

// dvrip reads the answer to a login. No tries left is what a recorder that does
// not count sends too, so it is no knowledge.
func (o *Outcome) dvrip(p wire.Packet) {
	a, err := p.LoginAnswer()
	if err != nil {
		o.Verdict, o.Err = Unclear, &Error{Op: opLogin, Kind: Garbage, Err: err}
		return
	}
	switch {
	case a.Result.OK():
		o.Verdict = Accepted
	case a.Result == wire.DVRIPWrongPassword:
		o.Verdict, o.TriesLeft, o.TriesKnown = Wrong, int(a.TriesLeft), a.TriesLeft > 0
	case a.Result == wire.DVRIPNoUser:
		o.Verdict = Wrong
	case a.Result == wire.DVRIPLocked:
		o.Verdict = AccountLocked
	case a.Result == wire.DVRIPNotInitialised:
		o.Verdict = NotInitialised
	case a.Result == wire.DVRIPLoggedIn, a.Result == dvripBusy:
		o.Verdict = ConnectionLimit
	default:
		o.Verdict, o.Err = Unclear, &Error{Op: opLogin, Kind: Refused, Err: &DVRIPError{a.Result}}
	}
}

// proveDHIP does the two steps of the RPC2 login in DHIP frames.
func proveDHIP(l *line, user string, password secret.String) Outcome {
	step1, err := l.call(wire.Login{UserName: user, ClientType: ClientType, LoginType: loginType}, 1, wire.Session{})
	if err != nil {
		return failed(ViaDHIP, err, false)
	}
	o := Outcome{Via: ViaDHIP, Code: step1.Code()}
	ch, err := challengeIn(opLogin, step1)
	if err != nil {
		return failed(ViaDHIP, err, false)
	}
	if ch == nil {
		return o.unchallenged(step1)
	}
	proof, ok := wire.LoginProof(*ch, user, password.Reveal())
	if !ok {
		return failed(ViaDHIP, &Error{Op: opLogin, Kind: NotSupported, Err: errEncryption}, false)
	}
	res, err := l.call(wire.Login{UserName: user, Password: proof, ClientType: ClientType,
		LoginType: loginType, AuthorityType: ch.Encryption, PasswordType: ch.Encryption}, 2, step1.Session)
	if err != nil {
		return failed(ViaDHIP, err, true)
	}
	o.Code = res.Code()
	o.judge(res)
	return o
}

// sessionNumber is a numeric session as a header has it, 0 for another.
func sessionNumber(s wire.Session) uint32 {
	n, err := strconv.ParseUint(s.Key(), 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// call sends one step of a login in a DHIP frame.
func (l *line) call(login wire.Login, id int64, session wire.Session) (wire.Response, error) {
	params, err := wire.Params(login)
	if err != nil {
		return wire.Response{}, &Error{Op: opLogin, Kind: Unsent, Err: err}
	}
	body, err := wire.Request{Method: wire.MethodLogin, Params: params, ID: id, Session: session}.Encode()
	if err != nil {
		return wire.Response{}, &Error{Op: opLogin, Kind: Unsent, Err: err}
	}
	m := wire.Message{Kind: wire.PacketDHIP, Session: sessionNumber(session), Request: uint32(id), Body: append(body, '\n')}
	p, err := l.ask(m.Append(nil, 0), wire.MethodLogin, login.Password != "", wire.PacketDHIP)
	if err != nil {
		return wire.Response{}, err
	}
	answer, err := p.Message()
	if err != nil {
		return wire.Response{}, &Error{Op: opLogin, Kind: Garbage, Err: err}
	}
	res, err := wire.DecodeResponse(answer.Body)
	switch {
	case err != nil:
		return wire.Response{}, &Error{Op: opLogin, Kind: Garbage, Err: err}
	case res.ID != id:
		return wire.Response{}, &Error{Op: opLogin, Kind: Garbage, Err: errOtherID}
	}
	return res, nil
}
