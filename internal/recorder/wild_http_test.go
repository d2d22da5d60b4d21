package recorder_test

import (
	"context"
	"io"
	"log"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/secret"
)

const (
	costs    = 16 << 20               // bytes that an exchange may cost
	patience = 400 * time.Millisecond // of the client, for one exchange
	slack    = 12 * time.Second       // of a computer that does much else; the client's own patience is longer
)

// order is what is asked of a hostile recorder. rights are its right answers
// before it shows its manners; proofs is how many it may be sent.
type order struct {
	name   string
	rights []string
	proofs int32
	run    func(*testing.T, *recorder.Client) (verdict recorder.Verdict, err error)
}

func proves(o recorder.Outcome) (recorder.Verdict, error) { return o.Verdict, o.Err }

var orders = []order{
	{"identify", nil, 0, func(t *testing.T, c *recorder.Client) (recorder.Verdict, error) {
		_, err := c.Identify(t.Context())
		return "", err
	}},
	{"challenge", nil, 0, func(t *testing.T, c *recorder.Client) (recorder.Verdict, error) {
		return proves(c.Prove(t.Context(), "admin", secret.New(planted)))
	}},
	{"proof", []string{sized(head200, rightStep1)}, 1, func(t *testing.T, c *recorder.Client) (recorder.Verdict, error) {
		return proves(c.Prove(t.Context(), "admin", secret.New(planted)))
	}},
	{"proof by CGI", []string{right401}, 1, func(t *testing.T, c *recorder.Client) (recorder.Verdict, error) {
		return proves(c.ProveCGI(t.Context(), "admin", secret.New(planted)))
	}},
	{"call", []string{sized(head200, rightStep1), sized(head200, rightStep2)}, 1, func(t *testing.T, c *recorder.Client) (recorder.Verdict, error) {
		o := c.ProveRPC(t.Context(), "admin", secret.New(planted))
		if o.Verdict != recorder.Accepted {
			t.Errorf("%s %v", o.Verdict, o.Err)
			return proves(o)
		}
		_, err := o.Session.Users(t.Context())
		return "", err
	}},
	{"events", []string{right401, sized(head200, "name=DVR\r\n"), right401}, 2, func(t *testing.T, c *recorder.Client) (recorder.Verdict, error) {
		a, err := c.Access(c.ProveCGI(t.Context(), "admin", secret.New(planted)), "admin", secret.New(planted))
		if err != nil {
			t.Error(err)
			return "", err
		}
		e, err := a.Events(t.Context(), recorder.EventQuery{})
		if err == nil {
			e.Close()
		}
		return "", err
	}},
}

// answering gives the right answers first and the hostile one ever after.
func answering(rights []string, f func(net.Conn)) play {
	var n atomic.Int32
	return func(_ *wild, conn net.Conn, _ int, request []byte) {
		if len(request) == 0 {
			return
		}
		if i := int(n.Add(1)); i <= len(rights) {
			io.WriteString(conn, rights[i-1])
			return
		}
		f(conn)
	}
}

// TestHostileRecorder asks each kind of hostile recorder each thing. It costs the
// client its time-out for each request and 16 MiB at most; it ends in a typed error
// or verdict; a proof leaves once where one was due and else never; and nothing
// that can be read back leaves at all.
func TestHostileRecorder(t *testing.T) {
	worst := uint64(0)
	for name, f := range manners(t) {
		t.Run(name, func(t *testing.T) {
			for _, o := range orders {
				// What was allocated in all is more than what was held at once, and has the
				// server's share in it, too.
				var sent int32
				cost := allocated(func() { sent = ordered(t, o, f) })
				if cost > costs*uint64(max(sent, 1)) {
					t.Errorf("%s cost %d MiB for %d requests", o.name, cost>>20, sent)
				}
				worst = max(worst, cost/uint64(max(sent, 1)))
			}
		})
	}
	t.Logf("the most expensive exchange allocated %.1f MiB", float64(worst)/(1<<20))
}

// TestPatience is the same with those who hold on, all at once.
func TestPatience(t *testing.T) {
	cost := allocated(func() {
		var all sync.WaitGroup
		for _, f := range holding {
			for _, o := range orders {
				all.Go(func() { ordered(t, o, f) })
			}
		}
		all.Wait()
	})
	if cost > costs {
		t.Errorf("together they cost %d MiB", cost>>20)
	}
}

// allocated gives how many bytes were allocated meanwhile.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// heldAtOnce gives how many bytes the heap grew by at the highest, as far as a look
// every millisecond sees it.
func heldAtOnce(f func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	base, high := m.HeapAlloc, m.HeapAlloc
	done, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				high = max(high, m.HeapAlloc)
			}
		}
	}()
	f()
	close(done)
	<-over
	return high - base
}

// ordered runs one order, looks at its end and its time, and gives its requests.
func ordered(t *testing.T, o order, f func(net.Conn)) int32 {
	w := let(t, answering(o.rights, f))
	var sent atomic.Int32
	c := &recorder.Client{Address: w.address, DiscoveryPort: -1, Timeout: patience,
		OnRequest: func(recorder.RequestInfo) { sent.Add(1) }}
	start := time.Now()
	verdict, err := o.run(t, c)
	took := time.Since(start)
	w.end()
	if took > time.Duration(sent.Load())*patience+slack {
		t.Errorf("%s took %v for %d requests", o.name, took, sent.Load())
	}
	switch verdict {
	case recorder.NotSent, recorder.AnswerLost, recorder.Unclear:
		if recorder.KindOf(err) == 0 {
			t.Errorf("%s: %s with %v", o.name, verdict, err)
		}
	case recorder.Accepted:
		t.Errorf("%s: accepted", o.name)
	case "":
		if recorder.KindOf(err) == 0 && (o.name != "identify" || err != nil) {
			t.Errorf("%s: %v", o.name, err)
		}
	}
	if proofs := w.proofs.Load(); proofs > o.proofs || w.clear.Load() != 0 {
		t.Errorf("%s: %d proofs, %d in clear", o.name, proofs, w.clear.Load())
	}
	return sent.Load()
}

// TestCutAtEveryByte ends the answers to both steps of a login and to a CGI proof
// after every one of their bytes.
func TestCutAtEveryByte(t *testing.T) {
	for name, tt := range map[string]struct {
		before []string
		whole  string
		prove  func(*recorder.Client, context.Context, string, secret.String) recorder.Outcome
	}{
		"challenge":     {nil, sized(head200, rightStep1), (*recorder.Client).ProveRPC},
		"proof":         {[]string{sized(head200, rightStep1)}, sized(head200, rightStep2), (*recorder.Client).ProveRPC},
		"CGI challenge": {nil, right401, (*recorder.Client).ProveCGI},
		"CGI proof":     {[]string{right401}, sized(head200, "name=DVR\r\n"), (*recorder.Client).ProveCGI},
	} {
		t.Run(name, func(t *testing.T) {
			for cut := range len(tt.whole) {
				w := let(t, answering(tt.before, says(tt.whole[:cut])))
				o := tt.prove(&recorder.Client{Address: w.address, Timeout: 5 * time.Second}, t.Context(), "admin", secret.New(planted))
				w.end()
				proofs := w.proofs.Load()
				// A body without its last bytes may still be a whole value.
				if o.Verdict == recorder.Accepted && cut < strings.Index(tt.whole, "\r\n\r\n")+4 {
					t.Errorf("cut at %d: accepted", cut)
				}
				if o.Verdict != recorder.Accepted && recorder.KindOf(o.Err) == 0 || proofs > 1 || o.Verdict == recorder.NotSent && proofs != 0 {
					t.Errorf("cut at %d: %s, %v, %d proofs", cut, o.Verdict, o.Err, proofs)
				}
			}
		})
	}
}

// TestAnswersBeforeTheRequest are none: what a recorder says unasked is not what it
// was asked, and is printed nowhere.
func TestAnswersBeforeTheRequest(t *testing.T) {
	var printed strings.Builder
	log.SetOutput(&printed)
	defer log.SetOutput(os.Stderr)
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			io.WriteString(conn, sized(head200, rightStep1)+sized(head200, rightStep2))
			conn.SetDeadline(time.Now().Add(time.Second))
			_, _ = conn.Read(make([]byte, 4096))
			conn.Close()
		}
	}()
	c := &recorder.Client{Address: l.Addr().String(), Timeout: 5 * time.Second}
	for range 20 {
		o := c.ProveRPC(t.Context(), "admin", secret.New(planted))
		if o.Verdict == recorder.Accepted || recorder.KindOf(o.Err) == 0 {
			t.Errorf("%s %v", o.Verdict, o.Err)
		}
	}
	l.Close()
	<-done
	if printed.Len() > 0 {
		t.Errorf("printed: %.200s", printed.String())
	}
}

// TestEndlessEvents are streams that never end a part, a header or what stands
// between two parts.
func TestEndlessEvents(t *testing.T) {
	stream := "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=myboundary\r\n\r\n"
	for name, f := range map[string]func(net.Conn){
		"a part without a length": forever(stream+"--myboundary\r\n\r\n", "x"),
		"a part of 1 GB":          forever(stream+"--myboundary\r\nContent-Length: 1073741824\r\n\r\n", "x"),
		"a header":                forever(stream+"--myboundary\r\n", "X: y\r\n"),
		"a line":                  forever(stream+"--myboundary\r\nX: ", "y"),
		"what stands between":     forever(stream, "x\r\n"),
		"another boundary":        forever(stream, "--other\r\n"),
		"a picture of 1 GB":       forever(stream+"--myboundary\r\nContent-Type: image/jpeg\r\nContent-Length: 1073741824\r\n\r\n", "x"),
		"a picture of no length":  forever(stream+"--myboundary\r\nContent-Type: image/jpeg\r\n\r\n", "x"),
		"an event of 60 KiB":      says(stream + "--myboundary\r\nContent-Length: 61440\r\n\r\nCode=" + strings.Repeat("x", 61435) + "\r\n"),
		"nothing":                 stuck(stream),
	} {
		t.Run(name, func(t *testing.T) {
			o := order{name, []string{right401, sized(head200, "name=DVR\r\n"), right401}, 2, func(t *testing.T, c *recorder.Client) (recorder.Verdict, error) {
				a, err := c.Access(c.ProveCGI(t.Context(), "admin", secret.New(planted)), "admin", secret.New(planted))
				if err != nil {
					return "", err
				}
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				e, err := a.Events(ctx, recorder.EventQuery{})
				if err != nil {
					return "", err
				}
				defer e.Close()
				_, err = e.Next()
				return "", err
			}}
			if held := heldAtOnce(func() { ordered(t, o, f) }); held > costs {
				t.Errorf("%d MiB", held>>20)
			}
		})
	}
}

// TestHostilePackets are answers at the DVRIP port whose lengths lie, in place of
// the challenge and of the answer to the proof.
func TestHostilePackets(t *testing.T) {
	zeros := strings.Repeat("\x00", 24)
	realm := "\xb0\x01\x00\x00\x35\x00\x00\x00" + zeros + "Realm:Login to AMC0TESTSN00001\r\nRandom:1452638970\r\n\r\n"
	for name, f := range map[string]func(net.Conn){
		"a length of 4 GB":         forever("\xb0\x01\x00\x00\xff\xff\xff\xff"+zeros, "x"),
		"a length that is short":   says("\xb0\x01\x00\x00\x01\x00\x00\x00" + zeros + "Realm:x\r\n"),
		"a length that is long":    says("\xb0\x00\x00\x00\xff\x03\x00\x00" + zeros + "x"),
		"JSON of 4 GB":             forever("\xf6\x00\x00\x00\xff\xff\xff\xff"+zeros, "x"),
		"JSON in endless parts":    forever("", "\xf6\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10\x00"+zeros[:12]+"x"),
		"DHIP of 4 GB":             forever("\x20\x00\x00\x00DHIP"+zeros[:8]+"\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\x00\x00\x00\x00", "x"),
		"endless other packets":    forever("", "\xb3\x00\x00\x00\x00\x00\x00\x00"+zeros),
		"endless empty JSON":       forever("", "\xf6\x00\x00\x00\x00\x00\x00\x00"+zeros),
		"an endless realm":         forever("\xb0\x01\x00\x00\x00\x04\x00\x00"+zeros+"Realm:", "x"),
		"endless NULs":             forever("", "\x00"),
		"a web page":               says(sized(head200, "<html>")),
		"half a header":            says("\xb0\x01\x00\x00"),
		"half a header, held":      stuck("\xb0\x01\x00\x00"),
		"slow bytes":               func(c net.Conn) { slowly(c, realm) },
		"silence":                  held,
		"closed":                   says(""),
		"reset":                    func(c net.Conn) { c.(*net.TCPConn).SetLinger(0) },
		"an empty challenge":       says("\xb0\x01\x00\x00\x00\x00\x00\x00" + zeros),
		"a challenge of NULs":      says("\xb0\x01\x00\x00\x10\x00\x00\x00" + zeros + zeros[:16]),
		"a result that is unknown": says("\xb0\x00\x00\x00\x00\x00\x00\x00\x77\x77" + zeros[:22]),
	} {
		for _, after := range []bool{false, true} {
			t.Run(name+", after the challenge "+strconv.FormatBool(after), func(t *testing.T) {
				w := let(t, func(w *wild, conn net.Conn, _ int, request []byte) {
					if after && len(request) > 0 {
						io.WriteString(conn, realm)
						w.read(conn)
					}
					f(conn)
				})
				_, port, _ := net.SplitHostPort(w.address)
				n, _ := strconv.Atoi(port)
				c := &recorder.Client{Address: nobody(t), DVRIPPort: n, Timeout: patience}
				var o recorder.Outcome
				start := time.Now()
				cost := allocated(func() { o = c.Prove(t.Context(), "admin", secret.New(planted)) })
				took := time.Since(start)
				w.end()
				if o.Verdict == recorder.Accepted || o.Verdict != recorder.Wrong && recorder.KindOf(o.Err) == 0 || !after && o.Verdict != recorder.NotSent {
					t.Errorf("%s %v", o.Verdict, o.Err)
				}
				if took > patience+slack || cost > costs {
					t.Errorf("%v, %d MiB", took, cost>>20)
				}
				if proofs := w.proofs.Load(); proofs > 1 || !after && proofs != 0 || w.clear.Load() != 0 {
					t.Errorf("%d proofs, %d in clear", proofs, w.clear.Load())
				}
			})
		}
	}
}

// nobody is an address where nothing listens.
func nobody(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// TestDiscoveryByThousands answers one question with thousands of datagrams, right,
// wrong and large.
func TestDiscoveryByThousands(t *testing.T) {
	right := "\x20\x00\x00\x00DHIP" + strings.Repeat("\x00", 8) + "LLLL\x00\x00\x00\x00LLLL\x00\x00\x00\x00" +
		`{"mac":"9c:8e:cd:00:00:01","method":"client.notifyDevInfo","params":{"deviceInfo":{"SerialNo":"AMC0TESTSN00001"}}}`
	n := len(right) - 32
	right = strings.ReplaceAll(right, "LLLL", string([]byte{byte(n), byte(n >> 8), 0, 0}))
	for name, tt := range map[string]struct {
		datagram string
		found    bool
	}{
		"right": {right, true}, "noise": {"noise", false}, "empty": {"", false}, "60 KiB": {strings.Repeat("x", 60<<10), false},
		"a length that lies": {strings.Replace(right, "\x00\x00\x00\x00{", "\x00\x00\x00\x00{{", 1), false},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				_, from, err := conn.ReadFrom(make([]byte, 2048))
				for range 5000 {
					if err != nil {
						return
					}
					_, err = conn.WriteTo([]byte(tt.datagram), from)
				}
			}()
			wait := patience
			if tt.found { // and heard, however late
				wait = slack
			}
			c := &recorder.Client{Address: nobody(t), DiscoveryPort: conn.LocalAddr().(*net.UDPAddr).Port, DiscoveryWait: wait}
			start := time.Now()
			id, err := c.Identify(t.Context())
			took := time.Since(start)
			conn.Close()
			<-done
			if (err == nil) != tt.found || took > patience+slack || tt.found && id.Serial != "AMC0TESTSN00001" || !tt.found && recorder.KindOf(err) == 0 {
				t.Errorf("%+v, %v after %v", id, err, took)
			}
		})
	}
}
