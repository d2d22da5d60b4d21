package recorder

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// hostile serves every connection with f after reading the request, over pipes, so
// that time may be the test's. It counts connections.
func hostile(f func(conn net.Conn)) (c *Client, dialed *atomic.Int32, wait func()) {
	var wg sync.WaitGroup
	dialed = new(atomic.Int32)
	c = &Client{Address: "192.168.1.108", DiscoveryPort: -1}
	c.DialContext = func(_ context.Context, network, address string) (net.Conn, error) {
		if network != "tcp" || address != "192.168.1.108:80" {
			return nil, errors.New("dialed " + address)
		}
		dialed.Add(1)
		here, there := net.Pipe()
		wg.Go(func() {
			defer there.Close()
			readRequest(there)
			f(there)
		})
		return here, nil
	}
	return c, dialed, wg.Wait
}

// forever writes s until the client hangs up, at most max times.
func forever(conn net.Conn, s string, max int) (whole bool) {
	for range max {
		if _, err := io.WriteString(conn, s); err != nil {
			return false
		}
	}
	return true
}

const plainHead = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"

func TestEndlessAnswers(t *testing.T) {
	chunk := strings.Repeat("x", 1<<14)
	for _, tt := range []struct {
		name, head, part string
		want             Kind
	}{
		{"body", plainHead + "\r\n", chunk, TooLarge},
		{"body with a length", plainHead + "Content-Length: 9000000000\r\n\r\n", chunk, TooLarge},
		{"chunks", plainHead + "Transfer-Encoding: chunked\r\n\r\n", "4000\r\n" + chunk + "\r\n", TooLarge},
		{"one header", plainHead + "X: ", chunk, Garbage},
		{"many headers", plainHead, "X: y\r\n", Garbage},
		{"status line", "HTTP/1.1 200 ", chunk, Garbage},
		{"interim answers", "", "HTTP/1.1 100 Continue\r\n\r\n", Garbage},
	} {
		t.Run(tt.name, func(t *testing.T) {
			whole := false
			c, dialed, wait := hostile(func(conn net.Conn) {
				if _, err := io.WriteString(conn, tt.head); err == nil {
					whole = forever(conn, tt.part, 64<<20/len(tt.part))
				}
			})
			o := c.ProveRPC(t.Context(), "admin", admin)
			wait()
			if o.Verdict != NotSent || KindOf(o.Err) != tt.want {
				t.Errorf("%s, %v", o.Verdict, o.Err)
			}
			if whole || dialed.Load() != 1 {
				t.Errorf("read to the end: %v; %d connections", whole, dialed.Load())
			}
		})
	}
}

// A drop at a time must not hold a call beyond its time limit; the clock is the
// test's, so that minutes cost nothing.
func TestSlowAnswers(t *testing.T) {
	for name, head := range map[string]string{
		"nothing at all": "",
		"header":         "HTTP/1.1 200 OK\r\nX: ",
		"body":           plainHead + "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, dialed, wait := hostile(func(conn net.Conn) {
					io.WriteString(conn, head)
					for range 1000 {
						time.Sleep(time.Second)
						part := "x"
						if head == "" {
							part = ""
						}
						if _, err := io.WriteString(conn, part); err != nil {
							return
						}
					}
				})
				c.Timeout = 7 * time.Second
				start := time.Now()
				o := c.ProveRPC(t.Context(), "admin", admin)
				if o.Verdict != NotSent || KindOf(o.Err) != Lost || !errors.Is(o.Err, context.DeadlineExceeded) {
					t.Errorf("%s, %v", o.Verdict, o.Err)
				}
				if took := time.Since(start); took != 7*time.Second || dialed.Load() != 1 {
					t.Errorf("took %v, %d connections", took, dialed.Load())
				}
				wait()
			})
		})
	}
}

// A proof that hangs is lost after the time limit: one connection for the
// challenge, one for the proof, none more.
func TestSlowProofIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int32
		c, dialed, wait := hostile(func(conn net.Conn) {
			if n.Add(1) == 1 {
				io.WriteString(conn, json(challengeBody))
				return
			}
			io.Copy(io.Discard, conn) // until the client hangs up
		})
		o := c.ProveRPC(t.Context(), "admin", admin)
		if o.Verdict != AnswerLost || !o.MayHaveCounted() || dialed.Load() != 2 {
			t.Errorf("%s, %v, %d connections", o.Verdict, o.Err, dialed.Load())
		}
		wait()
	})
}

func TestSlowConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &Client{Address: "192.168.1.108", DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}
		start := time.Now()
		o := c.ProveRPC(t.Context(), "admin", admin)
		if took := time.Since(start); o.Verdict != NotSent || KindOf(o.Err) != Unreachable || took != 5*time.Second {
			t.Errorf("%s, %v after %v", o.Verdict, o.Err, took)
		}
	})
}

// Nobody asked for compression: a small answer must not become a large one.
func TestCompressedAnswer(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	z.Write(make([]byte, 32<<20))
	z.Close()
	for e, body := range map[string]string{"gzip": bomb.String(), "deflate": bomb.String(), "br": challengeBody} {
		asked := false
		c := play(t, step{answer: answer("200 OK", "application/json", body, "Content-Encoding: "+e),
			check: func(_ *testing.T, r string) { asked = strings.Contains(r, "Accept-Encoding") }})
		if o := c.ProveRPC(t.Context(), "admin", admin); o.Verdict != NotSent || KindOf(o.Err) != Garbage || asked {
			t.Errorf("%s: %s, %v, asked for: %v", e, o.Verdict, o.Err, asked)
		}
	}
}

// A redirect during a proof leads nowhere: the other host hears nothing.
func TestRedirectIsNotFollowed(t *testing.T) {
	other, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	to := "Location: http://" + other.Addr().String() + "/RPC2_Login"
	for _, status := range []string{"301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"} {
		c := play(t, step1(), step{want: post("/RPC2_Login", step2Body), answer: answer(status, "text/html", "", to)})
		if o := c.Prove(t.Context(), "admin", admin); o.Verdict != Unclear || KindOf(o.Err) != NotSupported {
			t.Errorf("%s: %s, %v", status, o.Verdict, o.Err)
		}
	}
	other.(*net.TCPListener).SetDeadline(time.Now().Add(20 * time.Millisecond))
	if conn, err := other.Accept(); err == nil {
		conn.Close()
		t.Error("the redirect was followed")
	}
}

func TestNoProxyFromTheEnvironment(t *testing.T) {
	c, _, wait := hostile(func(conn net.Conn) { io.WriteString(conn, json(challengeBody)) })
	c.ProveRPC(t.Context(), "admin", admin)
	wait()
	if c.trip.(*http.Transport).Proxy != nil {
		t.Error("a proxy may see passwords")
	}
}

// brittle fails after so many written bytes.
type brittle struct {
	net.Conn
	left int
}

func (b *brittle) Write(p []byte) (int, error) {
	if len(p) <= b.left {
		b.left -= len(p)
		return len(p), nil
	}
	n := b.left
	b.left = 0
	return n, errors.New("broken")
}

// Unsent is claimed only when not one byte was written; from the first byte on, a
// recorder may have seen the proof.
func TestUnsentOrLost(t *testing.T) {
	for written, want := range map[int]Verdict{0: NotSent, 1: AnswerLost, 60: AnswerLost} {
		var n atomic.Int32
		c, _, wait := hostile(func(conn net.Conn) {
			if n.Add(1) == 1 {
				io.WriteString(conn, json(challengeBody))
			}
		})
		dial := c.DialContext
		proof := false
		c.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(ctx, network, address)
			if proof {
				conn = &brittle{conn, written}
			}
			proof = true
			return conn, err
		}
		o := c.ProveRPC(t.Context(), "admin", admin)
		wait()
		if o.Verdict != want || o.Err == nil {
			t.Errorf("%d bytes: %s, %v", written, o.Verdict, o.Err)
		}
	}
}

// roundTrip is a transport that is not the package's own.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// What another transport has sent cannot be known, so a failed proof is lost.
func TestOtherTransport(t *testing.T) {
	calls := 0
	c := &Client{Address: "192.168.1.108", Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if calls++; calls == 1 {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(challengeBody)), Request: r}, nil
		}
		return nil, errors.New("broken")
	})}
	if o := c.ProveRPC(t.Context(), "admin", admin); o.Verdict != AnswerLost || calls != 2 {
		t.Errorf("%s, %v after %d calls", o.Verdict, o.Err, calls)
	}
}

func TestCanceledBeforeTheProof(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c, dialed, wait := hostile(func(conn net.Conn) { io.WriteString(conn, json(challengeBody)) })
	c.OnResponse = func(ResponseInfo) { cancel() }
	o := c.ProveRPC(ctx, "admin", admin)
	wait()
	if o.Verdict != NotSent || !errors.Is(o.Err, context.Canceled) || dialed.Load() != 1 {
		t.Errorf("%s, %v, %d connections", o.Verdict, o.Err, dialed.Load())
	}
}

// Whatever a recorder answers to a proof: two connections, a verdict from the
// list, and nothing of the answer in the error.
func FuzzProofAnswer(f *testing.F) {
	f.Add([]byte(json(`{"id":2,"params":null,"result":true,"session":1626533888}`)))
	f.Add([]byte(json(`{"error":{"code":268632085,"message":"x"},"id":2,"params":{"remainLoginTimes":4},"result":false}`)))
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"))
	f.Add([]byte("marker-of-the-recorder\r\n\r\n"))
	f.Fuzz(func(t *testing.T, ans []byte) {
		var n atomic.Int32
		c, dialed, wait := hostile(func(conn net.Conn) {
			if n.Add(1) == 1 {
				io.WriteString(conn, json(challengeBody))
				return
			}
			conn.Write(ans)
		})
		o := c.ProveRPC(t.Context(), "admin", admin)
		wait()
		if dialed.Load() != 2 {
			t.Errorf("%d connections", dialed.Load())
		}
		switch o.Verdict {
		case Accepted:
			if o.Session == nil || o.Err != nil || !bytes.Contains(ans, []byte("result")) {
				t.Errorf("accepted %q", ans)
			}
		case Wrong, AccountLocked, ConnectionLimit, NotInitialised:
			if o.Err != nil {
				t.Errorf("%s with %v", o.Verdict, o.Err)
			}
		case AnswerLost, Unclear:
			if KindOf(o.Err) == 0 || strings.Contains(o.Err.Error(), "marker") {
				t.Errorf("%s with %v", o.Verdict, o.Err)
			}
		default:
			t.Errorf("verdict %q", o.Verdict)
		}
	})
}
