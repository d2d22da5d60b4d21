package recorder

import (
	"bufio"
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rekey-dvr/rekey/internal/secret"
)

const (
	uploadTarget = "/cgi-bin/upgrader.cgi?action=uploadFirmware"
	uploadRealm  = "Login to AMC0TESTSN00001"
)

// taker is a recorder as far as it takes files, made of net/http and MD5 alone.
type taker struct {
	t      *testing.T
	answer func(w http.ResponseWriter, file []byte)
	refuse bool // the proof

	mu     sync.Mutex
	posts  int
	bodies int64
	name   string
}

var authPart = regexp.MustCompile(`(\w+)="?([^",]*)"?`)

func md5hex(s string) string { sum := md5.Sum([]byte(s)); return hex.EncodeToString(sum[:]) }

func (k *taker) proved(r *http.Request) bool {
	got := map[string]string{}
	for _, m := range authPart.FindAllStringSubmatch(r.Header.Get("Authorization"), -1) {
		got[m[1]] = m[2]
	}
	ha1, ha2 := md5hex("admin:"+uploadRealm+":admin"), md5hex(r.Method+":"+r.RequestURI)
	want := md5hex(strings.Join([]string{ha1, "4711", got["nc"], got["cnonce"], "auth", ha2}, ":"))
	return got["uri"] == r.RequestURI && got["qop"] == "auth" && got["response"] == want
}

func (k *taker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	upload := r.Method == http.MethodPost && r.RequestURI == uploadTarget
	if !k.proved(r) || upload && k.refuse {
		w.Header().Set("WWW-Authenticate", `Digest realm="`+uploadRealm+`", qop="auth", nonce="4711", opaque="x"`)
		w.WriteHeader(http.StatusUnauthorized)
		io.WriteString(w, "Error\r\nInvalid Authority!\r\n")
		if !upload {
			return
		}
	}
	if !upload {
		io.WriteString(w, "name=DVR\r\n")
		return
	}
	k.mu.Lock()
	k.posts++
	k.mu.Unlock()
	if k.refuse {
		return
	}
	if r.ContentLength <= 0 || len(r.TransferEncoding) > 0 {
		k.t.Errorf("length %d, %v", r.ContentLength, r.TransferEncoding)
	}
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		k.t.Error(err)
	}
	part, err := multipart.NewReader(r.Body, params["boundary"]).NextPart()
	if err != nil {
		return // it broke off
	}
	file, err := io.ReadAll(part)
	k.mu.Lock()
	k.bodies += int64(len(file))
	k.name = part.FileName()
	k.mu.Unlock()
	if err == nil {
		k.answer(w, file)
	}
}

// takes serves one, and signs in at it.
func takes(t *testing.T, k *taker) *Access {
	t.Helper()
	k.t = t
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: k, ReadHeaderTimeout: time.Minute}
	done := make(chan struct{})
	go func() { defer close(done); server.Serve(l) }()
	t.Cleanup(func() { server.Close(); <-done })
	c := &Client{Address: l.Addr().String(), DiscoveryPort: -1, DVRIPPort: -1, DHIPPort: -1, Timeout: time.Minute}
	a, err := c.Access(c.ProveCGI(t.Context(), "admin", admin), "admin", admin)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func says(body string) func(http.ResponseWriter, []byte) {
	return func(w http.ResponseWriter, _ []byte) { io.WriteString(w, body) }
}

// The file leaves once, whatever is answered.
func TestUploadFirmware(t *testing.T) {
	file := bytes.Repeat([]byte("firmware"), 40<<10)
	const name = "General_HCVR5x08-S2_Eng_N_Amcrest_SV10003_V3.200.AC04.5.R.20151217.bin"
	hangUp := func(w http.ResponseWriter, _ []byte) { panic(http.ErrAbortHandler) }
	for _, tt := range []struct {
		name   string
		taker  *taker
		size   int64 // told; 0 is the file's
		kind   Kind  // 0: taken
		bodies int64
	}{
		{"taken", &taker{answer: says("OK\r\n")}, 0, 0, int64(len(file))},
		{"refused", &taker{answer: func(w http.ResponseWriter, _ []byte) {
			w.WriteHeader(http.StatusBadRequest)
			io.WriteString(w, "Error\r\nBad Request!\r\n")
		}}, 0, Refused, int64(len(file))},
		{"Error and no more", &taker{answer: says("Error\r\n")}, 0, Refused, int64(len(file))},
		{"a page", &taker{answer: says("<html>")}, 0, Refused, int64(len(file))},
		{"no answer", &taker{answer: hangUp}, 0, Lost, int64(len(file))},
		{"the proof is refused", &taker{refuse: true}, 0, Refused, 0},
		{"file ends early", &taker{answer: says("OK\r\n")}, int64(len(file)) + 5, Lost, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := takes(t, tt.taker)
			size := tt.size
			if size == 0 {
				size = int64(len(file))
			}
			last, rising := int64(-1), true
			err := a.UploadFirmware(t.Context(), name, bytes.NewReader(file), size, func(n int64) {
				rising = rising && n >= last
				last = n
			})
			if KindOf(err) != tt.kind || tt.kind == 0 && (err != nil || last != size || tt.taker.name != name) || !rising {
				t.Errorf("%v, %d of %d told, rising %v, name %q", err, last, size, rising, tt.taker.name)
			}
			tt.taker.mu.Lock()
			defer tt.taker.mu.Unlock()
			seen := tt.taker.posts == 1 || tt.size > 0 && tt.taker.posts == 0 // one that breaks off may not be seen
			if !seen || tt.bodies > 0 && tt.taker.bodies != tt.bodies {
				t.Errorf("%d uploads with %d bytes", tt.taker.posts, tt.taker.bodies)
			}
		})
	}
	a := takes(t, &taker{})
	for _, bad := range []struct {
		name string
		size int64
	}{{"", 1}, {"a/b.bin", 1}, {"a\"b", 1}, {"a\r\nb", 1}, {"a.bin", 0}, {"a.bin", 1 << 40}} {
		if err := a.UploadFirmware(t.Context(), bad.name, bytes.NewReader(nil), bad.size, nil); KindOf(err) != Unsent {
			t.Errorf("%q of %d: %v", bad.name, bad.size, err)
		}
	}
}

// A recorder that stops taking, or never answers, is waited for, and not for ever.
func TestUploadWaitsForASlowRecorder(t *testing.T) {
	for name, tt := range map[string]struct {
		slow time.Duration // between reads
		stop bool          // after some bytes, for good
		mute bool
		want error
	}{
		"slow":    {slow: 40 * time.Second},
		"stopped": {stop: true, want: errStalled},
		"mute":    {mute: true, want: errUnanswered},
	} {
		synctest.Test(t, func(t *testing.T) {
			c := &Client{Address: "192.168.1.108", DiscoveryPort: -1, DVRIPPort: -1, DHIPPort: -1}
			over := make(chan struct{})
			defer close(over)
			c.DialContext = func(context.Context, string, string) (net.Conn, error) {
				ours, theirs := net.Pipe()
				go slowly(theirs, over, tt.slow, tt.stop, tt.mute)
				return ours, nil
			}
			a, err := c.Access(Outcome{Verdict: Accepted}, "admin", secret.New("admin"))
			if err != nil {
				t.Fatal(err)
			}
			begun := time.Now()
			err = a.UploadFirmware(t.Context(), "a.bin", bytes.NewReader(make([]byte, 300<<10)), 300<<10, nil)
			if tt.want == nil && err != nil || tt.want != nil && (KindOf(err) != Lost || !strings.Contains(err.Error(), tt.want.Error())) {
				t.Errorf("%s: %v", name, err)
			}
			if took := time.Since(begun); took > 15*time.Minute || took < time.Minute {
				t.Errorf("%s took %v", name, took)
			}
		})
	}
}

// slowly is a recorder that takes a request bit by bit.
func slowly(c net.Conn, over <-chan struct{}, wait time.Duration, stop, mute bool) {
	defer c.Close()
	r := bufio.NewReaderSize(c, 64<<10)
	head, length := "", 0
	for !strings.HasSuffix(head, "\r\n\r\n") {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		_, _ = fmt.Sscanf(line, "Content-Length: %d", &length)
		head += line
	}
	if strings.HasPrefix(head, "GET ") {
		io.WriteString(c, "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"x\", qop=\"auth\", nonce=\"1\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		return
	}
	if stop {
		_, _ = io.CopyN(io.Discard, r, 100<<10)
		<-over
		return
	}
	for left := length; left > 0; {
		n, err := r.Read(make([]byte, min(left, 64<<10)))
		if err != nil {
			return
		}
		left -= n
		<-time.After(wait) // of the bubble's clock
	}
	if mute {
		_, _ = io.Copy(io.Discard, c) // until the client hangs up
		return
	}
	io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nOK\r\n")
}
