package device

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// answering serves every connection the same bytes.
func answering(t *testing.T, answer string) string {
	t.Helper()
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
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = io.WriteString(conn, answer)
			conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().String()
}

// What a person is told fits what answered, and every text has a hint.
func TestExplain(t *testing.T) {
	for name, tt := range map[string]struct {
		answer string
		code   rekey.Code
		text   string
	}{
		"another host": {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.9/\r\n\r\n", rekey.CodeUntrusted, "another host"},
		"own HTTPS":    {"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\n\r\n", rekey.CodeUntrusted, "HTTPS"},
		"Basic":        {"HTTP/1.1 401 x\r\nWWW-Authenticate: Basic realm=\"Device_CGI\"\r\n\r\n<html>", rekey.CodeUntrusted, "anybody on the cable"},
		"no login":     {"HTTP/1.1 404 x\r\n\r\n", rekey.CodeUntrusted, ""},
		"not HTTP":     {"RTSP/1.0 200 OK\r\n\r\n", rekey.CodeGarbage, "no web service"},
		"endless":      {"HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat("x", 2<<20), rekey.CodeGarbage, "more than"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := New(Options{DiscoveryPort: -1, DVRIPPort: -1}).At(answering(t, tt.answer))
			if err != nil {
				t.Fatal(err)
			}
			j, session := d.Prove(context.Background(), "admin", secret.New("planted"))
			if session != nil || j.Outcome != rekey.ProofUnsent && j.Outcome != rekey.ProofUnclear {
				t.Fatalf("%+v", j)
			}
			e := Explain("there", j.Err)
			if name == "no login" {
				if e == nil || e.Hint == "" {
					t.Errorf("%v", e)
				}
				return
			}
			if e == nil || e.Code != tt.code || !strings.Contains(e.Message, tt.text) || e.Hint == "" || !errors.Is(e, j.Err) {
				t.Errorf("%+v of %v", e, j.Err)
			}
		})
	}
	for d, text := range texts {
		if strings.Count(text.message, "%s") != 1 || text.hint == "" || text.code == "" {
			t.Errorf("%s: %+v", d, text)
		}
	}
	if Explain("there", nil) != nil {
		t.Error("nothing is an error")
	}
	e := Explain("there", &recorder.Error{Kind: recorder.Untrusted, Err: &recorder.CertificateError{Seen: "abc"}})
	if !strings.HasSuffix(e.Hint, "abc") {
		t.Errorf("%q does not show the fingerprint", e.Hint)
	}
}
