package twin

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// The client of these tests builds its packets from the dossier, section 4, byte
// for byte, and never with the code of the twin.

const realmVector = "\xa0\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x05\x02\x01\x01\x00\x00\xa1\xaa"

// line is a connection to one of the twin's packet services.
type line struct {
	*testing.T
	net.Conn
}

func (r rig) line(s Service) line {
	r.Helper()
	c, err := net.Dial("tcp", r.ServiceAddress(s))
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	return line{r.T, c}
}

// ask sends bytes and gives the header and payload that come; empty after a hang-up.
func (l line) ask(packet string) (head, payload string) {
	l.Helper()
	if _, err := io.WriteString(l, packet); err != nil {
		l.Fatal(err)
	}
	return l.next()
}

func (l line) next() (head, payload string) {
	l.Helper()
	h := make([]byte, 32)
	if n, err := io.ReadFull(l, h); err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			l.Fatal("no answer and no end")
		}
		return string(h[:n]), ""
	}
	at := 4
	if h[0] == 0x20 {
		at = 16
	}
	b := make([]byte, min(binary.LittleEndian.Uint32(h[at:]), 1<<16))
	n, err := io.ReadFull(l, b)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		l.Fatal("a payload that does not end")
	}
	return string(h), string(b[:n])
}

// dvripLogin does both steps. The proofs of pass and old are by the formulas of
// the dossier; an old of "" sends the first alone.
func (l line) dvripLogin(user, password, gen1 string) (head, payload string) {
	l.Helper()
	_, text := l.ask(realmVector)
	rest, _ := strings.CutPrefix(text, "Realm:")
	realm, rest, _ := strings.Cut(rest, "\r\nRandom:")
	random, end, ok := strings.Cut(rest, "\r\n")
	if !ok || end != "\r\n" {
		l.Fatalf("challenge %q", text)
	}
	proofs := upperMD5(user + ":" + random + ":" + upperMD5(user+":"+realm+":"+password))
	if gen1 != "" {
		proofs += upperMD5(user + ":" + random + ":" + gen1)
	}
	return l.ask(dvripLoginPacket(user + "&&" + proofs))
}

func dvripLoginPacket(payload string) string {
	h := []byte("\xa0\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
		"\x00\x00\x00\x00\x00\x00\x00\x00\x05\x02\x00\x08\x00\x00\xa1\xaa")
	binary.LittleEndian.PutUint32(h[4:], uint32(len(payload)))
	return string(h) + payload
}

func jsonPacket(session, id uint32, body string) string {
	var h [32]byte
	h[0] = 0xf6
	binary.LittleEndian.PutUint32(h[4:], uint32(len(body)))
	binary.LittleEndian.PutUint32(h[8:], id)
	binary.LittleEndian.PutUint32(h[16:], uint32(len(body)))
	binary.LittleEndian.PutUint32(h[24:], session)
	return string(h[:]) + body
}

func dhipPacket(session, id uint32, body string) string {
	h := []byte(framed(body))
	binary.LittleEndian.PutUint32(h[8:], session)
	binary.LittleEndian.PutUint32(h[12:], id)
	return string(h)
}

func TestDVRIPLogin(t *testing.T) {
	const wrongGen1 = "tlJwpbo6" // of the empty password
	factory := Config{}
	tests := []struct {
		name                 string
		cfg                  Config
		user, password, gen1 string
		result               string // bytes 8 and 9
		left                 int    // bytes 28 and 29, with 01 00
		bad                  int
	}{
		{"A by the new proof", factory, "admin", "admin", wrongGen1, "\x00\x08", 0, 0},
		{"A by the new proof alone", factory, "admin", "admin", "", "\x00\x08", 0, 0},
		{"A by the old proof", factory, "admin", "wrong", "6QNMIQGe", "\x00\x08", 0, 0},
		{"A with neither", factory, "admin", "wrong", wrongGen1, "\x01\x00", 4, 1},
		{"A with an unknown user", factory, "nobody", "admin", "6QNMIQGe", "\x01\x01", 0, 0},
		{"A with an account of the console", factory, "888888", "888888", "4WzwxXxM", "\x01\x01", 0, 0},
		{"B by the new proof", Config{Model: Model{Generation: GenB}}, "admin", "admin", wrongGen1, "\x00\x08", 0, 0},
		{"B by the old proof", Config{Model: Model{Generation: GenB}}, "admin", "wrong", "6QNMIQGe", "\x01\x00", 4, 1},
		{"C without a password yet", Config{Model: Model{Generation: GenC}}, "admin", "admin", "6QNMIQGe", "\x01\x11", 0, 0},
		{"locked", Config{Faults: FaultSet{Locked: 0}, Off: true}, "admin", "admin", "6QNMIQGe", "\x01\x04", 0, 0},
		{"no connection left", Config{Faults: FaultSet{ConnectionLimit: 0}}, "admin", "admin", "6QNMIQGe", "\x01\x0a", 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.cfg.Model.Generation != GenA && tt.cfg.Model.Generation != "" {
				tt.cfg.Model.ID = "0ae5e3a55d6b36d0d35a0f5c751f450a"
			}
			r := start(t, tt.cfg)
			if tt.cfg.Off {
				r.Plug()
				r.clock.Advance(DefaultBootTime)
			}
			head, _ := r.line(ServiceDVRIP).dvripLogin(tt.user, tt.password, tt.gen1)
			if len(head) != 32 || head[:2] != "\xb0\x00" || head[8:10] != tt.result {
				t.Fatalf("answer % x, want % x", head, tt.result)
			}
			if left := int(head[28])<<8 | int(head[29]); tt.result == "\x01\x00" && left != tt.left {
				t.Errorf("%d tries left, want %d", left, tt.left)
			}
			if session := head[16:20]; (session != "\x00\x00\x00\x00") != (tt.result == "\x00\x08") {
				t.Errorf("session % x", session)
			}
			if got := r.BadProofs("admin"); got != tt.bad {
				t.Errorf("%d bad proofs, want %d", got, tt.bad)
			}
		})
	}
}

// After a login the calls of RPC2 are answered, on this connection and with its
// session only.
func TestDVRIPCalls(t *testing.T) {
	r := start(t, Config{})
	l := r.line(ServiceDVRIP)
	head, _ := l.dvripLogin("admin", "admin", "")
	session := binary.LittleEndian.Uint32([]byte(head[16:20]))
	ask := func(l line) (string, answer) {
		t.Helper()
		head, body := l.ask(jsonPacket(session, 3, fmt.Sprintf(`{"method":"magicBox.getDeviceType","params":null,"id":3,"session":%d}`, session)))
		var a answer
		if err := json.Unmarshal([]byte(body), &a); err != nil {
			t.Fatalf("% x %q: %v", head, body, err)
		}
		return head, a
	}
	head, a := ask(l)
	if head[:2] != "\xf6\x00" || binary.LittleEndian.Uint32([]byte(head[8:])) != 3 || binary.LittleEndian.Uint32([]byte(head[24:])) != session ||
		string(a.Params) != `{"type":"AMDV7208"}` || string(a.Session) != fmt.Sprint(session) {
		t.Errorf("% x, %+v", head, a)
	}
	if _, a := ask(r.line(ServiceDVRIP)); a.Error.Code != 287637505 {
		t.Errorf("another connection with that session: %+v", a)
	}
	if a := r.call(json.RawMessage(fmt.Sprint(session)), "magicBox.getDeviceType", "null"); a.Error.Code != 287637505 {
		t.Errorf("HTTP with that session: %+v", a)
	}
	// Logging out ends it; so does silence for three keep-alive intervals.
	_, body := l.ask(jsonPacket(session, 4, fmt.Sprintf(`{"method":"global.logout","params":null,"id":4,"session":%d}`, session)))
	if _, a := ask(l); !strings.Contains(body, "true") || a.Error.Code != 287637505 {
		t.Errorf("after logging out with %q: %+v", body, a)
	}
	head, _ = l.dvripLogin("admin", "admin", "")
	session = binary.LittleEndian.Uint32([]byte(head[16:20]))
	r.clock.Advance(3 * time.Minute)
	if _, a := ask(l); a.Error.Code != 287637505 {
		t.Errorf("after three minutes: %+v", a)
	}
}

func TestDHIPOnEveryPort(t *testing.T) {
	for _, service := range []Service{ServiceDHIP, ServiceDVRIP, ServiceWeb} {
		for _, g := range []Generation{GenA, GenC} {
			t.Run(string(service)+" "+string(g), func(t *testing.T) {
				r := start(t, Config{Model: Model{Generation: g}, Password: "owner1"})
				l := r.line(service)
				ask := func(session uint32, body string) answer {
					t.Helper()
					head, text := l.ask(dhipPacket(session, 7, body))
					var a answer
					if err := json.Unmarshal([]byte(text), &a); err != nil || head[:8] != "\x20\x00\x00\x00DHIP" || head[12] != 7 {
						t.Fatalf("% x %q: %v", head, text, err)
					}
					return a
				}
				a := ask(0, `{"method":"global.login","params":{"userName":"admin","password":"","clientType":"Console","ipAddr":"(null)"},"id":1}`)
				var c struct{ Realm, Random string }
				if err := json.Unmarshal(a.Params, &c); err != nil || a.Error.Code != 268632079 {
					t.Fatalf("%+v: %v", a, err)
				}
				session := uint32(sure[int64](t, a.Session))
				proof := upperMD5("admin:" + c.Random + ":" + upperMD5("admin:"+c.Realm+":owner1"))
				a = ask(session, fmt.Sprintf(`{"method":"global.login","params":{"userName":"admin","password":%q},"id":2,"session":%d}`+"\n", proof, session))
				if string(a.Result) != "true" {
					t.Fatalf("%+v", a)
				}
				session = uint32(sure[int64](t, a.Session))
				// Vector 4.4 with this session; the second time it is in the header only.
				for _, in := range []string{fmt.Sprintf(`,"session":%d`, session), ""} {
					a = ask(session, `{"method":"global.keepAlive","params":{"timeout":60,"active":true},"id":2`+in+`}`)
					if string(a.Result) != "true" || string(a.Params) != `{"timeout":60}` {
						t.Errorf("%+v", a)
					}
				}
				if got := r.Ledger()["admin"]; got.Proofs != 1 || got.Accepted != 1 {
					t.Errorf("%+v", got)
				}
			})
		}
	}
}

func sure[V any](t *testing.T, b json.RawMessage) (v V) {
	t.Helper()
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	return v
}

// On a connection of its own a client is told of events as they happen, and answers
// to its calls stay whole between them.
func TestEventsArePushed(t *testing.T) {
	r := start(t, Config{})
	l := r.line(ServiceDVRIP)
	head, _ := l.dvripLogin("admin", "admin", "")
	session := binary.LittleEndian.Uint32([]byte(head[16:20]))
	call := func(method, params string) answer {
		t.Helper()
		_, body := l.ask(jsonPacket(session, 5, fmt.Sprintf(`{"method":%q,"params":%s,"id":5,"session":%d}`, method, params, session)))
		return sure[answer](t, json.RawMessage(body))
	}
	if a := call("eventManager.attach", `{"codes":[]}`); a.Error.Code == 0 {
		t.Errorf("no codes: %+v", a)
	}
	if a := call("eventManager.attach", `{"codes":["VideoLoss"]}`); string(a.Params) != `{"SID":513}` {
		t.Fatalf("%+v", a)
	}
	type push struct {
		Method string
		Params struct {
			SID       int
			EventList []struct {
				Action, Code string
				Index        int
			} `json:"eventList"`
		}
		ID      int64
		Session uint32
	}
	_ = r.SetFault(SignalLoss, 0)
	head, body := l.next()
	p := sure[push](t, json.RawMessage(body))
	if e := p.Params.EventList; p.Method != "client.notifyEventStream" || p.Params.SID != 513 || p.Session != session || len(e) != 1 ||
		p.ID != 5 || binary.LittleEndian.Uint32([]byte(head[8:12])) != 5 || // those of the attach, by which clients know it
		e[0].Code != "VideoLoss" || e[0].Action != "Start" || e[0].Index != 0 || head[:2] != "\xf6\x00" {
		t.Errorf("% x %s", head, body)
	}
	if a := call("eventManager.detach", `{"SID":513}`); string(a.Result) != "true" {
		t.Errorf("%+v", a)
	}
	r.ClearFault(SignalLoss)
	if a := call("magicBox.getDeviceType", "null"); string(a.Result) != "true" {
		t.Errorf("a push after detach: %+v", a)
	}
	for i := range maxAttached + 1 {
		if a := call("eventManager.attach", `{"codes":["All"]}`); (a.Error.Code == 0) != (i < maxAttached) {
			t.Errorf("attach %d: %+v", i, a)
		}
	}
	_ = l.Close()
	for deadline := time.Now().Add(10 * time.Second); ; {
		r.mu.Lock()
		left := len(r.mind.bus.all)
		r.mu.Unlock()
		if left == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d still listen", left)
		}
	}
	a := r.login("admin", "admin")
	if a = r.call(a.Session, "eventManager.attach", `{"codes":["All"]}`); a.Error.Code != 268894210 {
		t.Errorf("over HTTP: %+v", a)
	}
}

const keepAliveCaptured = "\xa1" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// Keep-alives of the vendor's library keep a login; its logout ends it, and the
// connection. Both packets and their answers are as captured.
func TestDVRIPKeepAlive(t *testing.T) {
	r := start(t, Config{})
	l := r.line(ServiceDVRIP)
	head, _ := l.dvripLogin("admin", "admin", "")
	session := head[16:20]
	for range 5 {
		r.clock.Advance(2 * time.Minute)
		head, body := l.ask(keepAliveCaptured)
		if want := "\xb1\x00\x00\x78" + strings.Repeat("\x00", 9) + "\xf8\x00\x02" + strings.Repeat("\x00", 16); head != want || body != "" {
			t.Fatalf("% x %q", head, body)
		}
	}
	if n := r.loggedIn(); n != 1 {
		t.Errorf("%d are logged in", n)
	}
	other := r.line(ServiceDVRIP)
	other.dvripLogin("admin", "admin", "")
	if head, _ := other.ask("\x0a\x00\x00\x00\x00\x00\x00\x00" + session + strings.Repeat("\x00", 20)); head != "" {
		t.Errorf("it ends a session of another connection: % x", head)
	}
	head, _ = l.ask("\x0a\x00\x00\x00\x00\x00\x00\x00" + session + strings.Repeat("\x00", 20))
	if head != "\x0b\x01\x00\x78"+strings.Repeat("\x00", 28) {
		t.Errorf("logout: % x", head)
	}
	if more, _ := l.next(); more != "" {
		t.Errorf("it goes on: % x", more)
	}
	_, body := r.asUser("admin", "Log.backup?action=All&condition.Type=Logout")
	if n := r.loggedIn(); n != 0 || !strings.Contains(body, "Logout") {
		t.Errorf("%d are logged in, the log is %q", n, body)
	}
}

// loggedIn counts the sessions of logins.
func (r rig) loggedIn() (n int) {
	_ = r.do(func(now time.Time) error { n = len(r.mind.sessions.active(now)); return nil })
	return n
}

// What is no proof is refused without being judged, and the recorder hangs up.
func TestTalkRefuses(t *testing.T) {
	old := strings.Repeat("x", 8)
	tests := map[string]struct {
		service Service
		packet  string
		result  string // of an answer before the end; none if empty
	}{
		"an old login":             {ServiceDVRIP, "\xa0\x00\x00\x60" + strings.Repeat("\x00", 28), "\x01\x13"},
		"an old login, other form": {ServiceDVRIP, "\xa0\x05\x00\x60\x08\x00\x00\x00" + strings.Repeat("\x00", 24) + old, "\x01\x13"},
		"no challenge":             {ServiceDVRIP, dvripLoginPacket("admin&&" + strings.Repeat("0", 32)), "\x01\x13"},
		"no packet":                {ServiceDVRIP, strings.Repeat("?", 32), ""},
		"HTTP":                     {ServiceDVRIP, "GET / HTTP/1.1\r\nHost: recorder\r\n\r\n", ""},
		"DVRIP on the DHIP port":   {ServiceDHIP, realmVector, ""},
		"an endless body":          {ServiceDHIP, "\x20\x00\x00\x00DHIP" + strings.Repeat("\xff", 24), ""},
		"keep-alive of no session": {ServiceDVRIP, keepAliveCaptured, ""},
		"logout of no session":     {ServiceDVRIP, "\x0a" + strings.Repeat("\x00", 31), ""},
		"an answer":                {ServiceDVRIP, "\xb0\x00" + strings.Repeat("\x00", 30), ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := start(t, Config{})
			l := r.line(tt.service)
			head, _ := l.ask(tt.packet)
			if tt.result == "" && head != "" || tt.result != "" && (len(head) != 32 || head[8:10] != tt.result) {
				t.Errorf("% x, want % x", head, tt.result)
			}
			if more, _ := l.next(); more != "" {
				t.Errorf("it goes on: % x", more)
			}
			if got := r.Ledger(); len(got) != 0 {
				t.Errorf("judged: %+v", got)
			}
		})
	}
}

func TestTalkFaults(t *testing.T) {
	const call = `{"method":"global.login","params":{"userName":"admin","password":""},"id":1}`
	for _, f := range []Fault{Drop, Garbage, BadLength, TruncatedJSON, Reboot} {
		t.Run(string(f), func(t *testing.T) {
			r := start(t, Config{Faults: FaultSet{f: 1}})
			head, body := r.line(ServiceDHIP).ask(dhipPacket(0, 1, call))
			if len(head) == 32 && head[0] == 0x20 && json.Valid([]byte(body)) && len(body) == int(head[16]) {
				t.Errorf("a good answer: % x %q", head, body)
			}
			if f == Reboot {
				r.Snapshot() // the client is cut off before the twin waits for its boot
				r.clock.Advance(DefaultBootTime)
			}
			if _, body := r.line(ServiceDHIP).ask(dhipPacket(0, 1, call)); !json.Valid([]byte(body)) {
				t.Errorf("afterwards: %q", body)
			}
		})
	}
}

// Everything that is connected is cut off with the power, and a slow answer with it.
func TestTalkEndsWithPower(t *testing.T) {
	r := start(t, Config{SlowBy: time.Minute})
	l := r.line(ServiceDVRIP)
	l.dvripLogin("admin", "admin", "")
	if err := r.SetFault(Slow, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(l, realmVector+realmVector); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); r.Snapshot().Faults.Has(Slow); {
		if time.Now().After(deadline) {
			t.Fatal("the request never came")
		}
	}
	r.Unplug()
	if head, _ := l.next(); head != "" {
		t.Errorf("without power: % x", head)
	}
	if c, err := net.Dial("tcp", r.ServiceAddress(ServiceDVRIP)); err == nil {
		_ = c.Close()
		t.Error("connected without power")
	}
}

func TestLegacyDiscovery(t *testing.T) {
	r := start(t, Config{Switches: Switches{HTTPS: HTTPSOn}})
	search := "\xa3\x01\x00\x01" + strings.Repeat("\x00", 12) + "\x02" + strings.Repeat("\x00", 15)
	got := r.searchAt(ServiceLegacy, search, time.Minute)
	if len(got) < 0x78 || got[0] != 0xb3 || len(got) != 0x78+int(got[2])+int(binary.LittleEndian.Uint16([]byte(got[0x14:]))) {
		t.Fatalf("% x", got)
	}
	u := func(at int) int { return int(binary.LittleEndian.Uint16([]byte(got[at:]))) }
	if r.servicePort(ServiceWeb) != u(0x5e) || r.servicePort(ServiceHTTPS) != u(0x60) || r.servicePort(ServiceDVRIP) != u(0x62) || got[0x38:0x3c] != "\x7f\x00\x00\x01" || u(0x20) != 3 || u(0x22) != 200 {
		t.Errorf("% x", got[:0x78])
	}
	if named := got[0x78 : 0x78+int(got[2])]; named != "9c:8e:cd:00:00:01AMDV7208" || !strings.Contains(got, "SerialNo:"+vectorSerial+"\r\n") {
		t.Errorf("%q", got[0x78:])
	}
	if got := r.searchAt(ServiceLegacy, search+"x", 30*time.Millisecond); got != "" {
		t.Errorf("answered: %q", got)
	}
	r.Unplug()
	if got := r.searchAt(ServiceLegacy, search, 30*time.Millisecond); got != "" {
		t.Errorf("answered without power: %q", got)
	}
}

// Whatever packets come, the twin's accounts stay and nothing panics.
func FuzzTalk(f *testing.F) {
	f.Add([]byte(realmVector))
	f.Add([]byte(dvripLoginPacket("admin&&" + strings.Repeat("0", 64))))
	f.Add([]byte(jsonPacket(1, 2, `{"method":"magicBox.reboot","id":2,"session":1}`)))
	f.Add([]byte(dhipPacket(0, 1, `{"method":"global.login","params":{"userName":"admin","password":"x"},"id":1}`)))
	f.Fuzz(func(t *testing.T, b []byte) {
		tw, err := New(Config{Clock: NewStepped(epoch)})
		if err != nil {
			t.Fatal(err)
		}
		client, server := net.Pipe()
		done := make(chan struct{})
		go func() { defer close(done); tw.talk(server, server, true); _ = server.Close() }()
		go func() { _, _ = io.Copy(io.Discard, client) }()
		_, _ = client.Write(b)
		_ = client.Close()
		<-done
		if len(tw.mind.sessions.open) != 0 {
			t.Error("a session outlives its connection")
		}
		if a := tw.body.Flash.account("admin"); a == nil || !a.matches(tw.body.realm(), "admin") {
			t.Error("the account changed")
		}
	})
}
