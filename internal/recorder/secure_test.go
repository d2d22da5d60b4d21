package recorder

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// selfSigned is a certificate as recorders make them: for an address, by nobody.
func selfSigned(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(-time.Hour)},
		&x509.Certificate{}, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, fingerprint(cert)
}

// httpsRecorder serves a recorder of generation A over TLS and counts what came.
type httpsRecorder struct {
	address, print   string
	requests, proofs atomic.Int32
}

func serveHTTPS(t *testing.T) *httpsRecorder {
	t.Helper()
	cert, print := selfSigned(t)
	l, err := tls.Listen("tcp4", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	r := &httpsRecorder{address: l.Addr().String(), print: print}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conn.SetDeadline(time.Now().Add(time.Minute))
			r.answer(conn)
			conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return r
}

func (r *httpsRecorder) answer(conn net.Conn) {
	q := readRequest(conn)
	if q == "" {
		return
	}
	r.requests.Add(1)
	switch {
	case strings.Contains(q, "4A0341A111636FBEA293BF1F3BFDA014"):
		r.proofs.Add(1)
		io.WriteString(conn, json(`{"id":2,"params":null,"result":true,"session":5}`))
	case strings.Contains(q, "Authorization"):
		r.proofs.Add(1)
		io.WriteString(conn, answer("200 OK", "text/plain", "OK\r\n"))
	case strings.HasPrefix(q, "POST /RPC2_Login"):
		io.WriteString(conn, json(challengeBody))
	case strings.HasPrefix(q, "GET /cgi-bin"):
		io.WriteString(conn, answer("401 Unauthorized", "text/plain", unauthorized, askDigest))
	case strings.HasPrefix(q, "GET / "):
		io.WriteString(conn, answer("200 OK", "text/html", frontPage))
	default:
		io.WriteString(conn, answer("404 Not Found", "text/plain", ""))
	}
}

// redirecting answers every request with a redirect and counts those that carry
// something secret.
func redirecting(t *testing.T, location string) (address string, secrets *atomic.Int32) {
	t.Helper()
	secrets = new(atomic.Int32)
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
			conn.SetDeadline(time.Now().Add(time.Minute))
			if q := readRequest(conn); strings.Contains(q, "Authorization") || strings.Contains(q, `"id":2`) {
				secrets.Add(1)
			}
			io.WriteString(conn, answer("302 Found", "text/html", "", "Location: "+location))
			conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().String(), secrets
}

// Over HTTPS anybody may be looked at, and nobody gets a password whose certificate
// the owner did not agree to.
func TestHTTPSNeedsAnAgreedCertificate(t *testing.T) {
	r := serveHTTPS(t)
	c := &Client{Address: "https://" + r.address, DiscoveryPort: -1}
	id, err := c.Identify(t.Context())
	if err != nil || id.Serial != "AMC0TESTSN00001" || id.Sources.Certificate != r.print {
		t.Fatalf("%+v, %v", id, err)
	}
	var cert *CertificateError
	for name, o := range map[string]Outcome{"rpc2": c.ProveRPC(t.Context(), "admin", admin), "cgi": c.ProveCGI(t.Context(), "admin", admin)} {
		if o.Verdict != NotSent || KindOf(o.Err) != Untrusted || !errors.As(o.Err, &cert) || cert.Seen != r.print || o.Diagnosis() != DiagnosedCertificate {
			t.Errorf("%s: %+v", name, o)
		}
	}
	other := &Client{Address: "https://" + r.address, Fingerprint: strings.Repeat("ab", 32)}
	before := r.requests.Load()
	if o := other.Prove(t.Context(), "admin", admin); o.Verdict != NotSent || KindOf(o.Err) != Untrusted || o.Diagnosis() != DiagnosedOtherCert {
		t.Errorf("another certificate: %+v", o)
	}
	if o := other.SetPassword(t.Context(), PasswordChange{User: "admin", Old: admin, New: admin}); o.Verdict != ChangeUnsent {
		t.Errorf("another certificate: %+v", o)
	}
	if r.requests.Load() != before || r.proofs.Load() != 0 {
		t.Fatalf("%d requests to another certificate, %d proofs", r.requests.Load()-before, r.proofs.Load())
	}
	agreed := &Client{Address: "https://" + r.address, Fingerprint: strings.ToUpper(r.print[:2]) + ":" + r.print[2:]}
	if o := agreed.Prove(t.Context(), "admin", admin); o.Verdict != Accepted || r.proofs.Load() != 1 {
		t.Errorf("%+v after %d proofs", o, r.proofs.Load())
	}
}

// A recorder that sends to its own HTTPS service is looked at there; a password
// follows only if the owner agreed, and leaves once.
func TestRedirectToOwnHTTPS(t *testing.T) {
	r := serveHTTPS(t)
	plain, secrets := redirecting(t, "https://"+r.address+"/")
	c := &Client{Address: plain, DiscoveryPort: -1}
	id, err := c.Identify(t.Context())
	s := id.Sources
	if err != nil || id.Serial != "AMC0TESTSN00001" || s.Certificate != r.print || s.Redirect == nil || !s.Redirect.Same || s.PageMark != MarkWebService {
		t.Fatalf("%+v, %v", id, err)
	}
	if o := c.Prove(t.Context(), "admin", admin); o.Verdict != NotSent || o.Diagnosis() != DiagnosedHTTPS {
		t.Errorf("%+v", o)
	}
	if o := c.SetPassword(t.Context(), PasswordChange{User: "admin", Old: admin, New: admin}); o.Verdict != ChangeUnsent || Diagnose(o.Err) != DiagnosedHTTPS {
		t.Errorf("%+v", o)
	}
	if r.proofs.Load() != 0 {
		t.Fatalf("%d proofs before the owner agreed", r.proofs.Load())
	}
	c = &Client{Address: plain, Fingerprint: r.print}
	o := c.Prove(t.Context(), "admin", admin)
	if o.Verdict != Accepted || r.proofs.Load() != 1 {
		t.Fatalf("%+v after %d proofs", o, r.proofs.Load())
	}
	if err := o.Session.KeepAlive(t.Context()); KindOf(err) != NotSupported { // asked over HTTPS, where there is no /RPC2
		t.Error(err)
	}
	if o := c.SetPassword(t.Context(), PasswordChange{User: "admin", Old: admin, New: admin}); o.Verdict != ChangeTaken || r.proofs.Load() != 2 {
		t.Errorf("%+v after %d proofs", o, r.proofs.Load())
	}
	if secrets.Load() != 0 {
		t.Errorf("%d secrets over the plain connection", secrets.Load())
	}
}

// Nothing else is followed, however the owner agreed: another host, another scheme,
// the same place again.
func TestRedirectsElsewhere(t *testing.T) {
	r := serveHTTPS(t)
	_, port, _ := net.SplitHostPort(r.address)
	for location, want := range map[string]Diagnosis{
		"https://127.0.0.2:" + port + "/":            DiagnosedOtherHost,
		"http://127.0.0.2/":                          DiagnosedOtherHost,
		"//dvr.example/":                             DiagnosedOtherHost,
		"https://127.0.0.1@127.0.0.2/":               DiagnosedOtherPage,
		"https://admin:admin@127.0.0.1:" + port + "": DiagnosedOtherPage,
		"ftp://127.0.0.1/":                           DiagnosedOtherPage,
		"/":                                          DiagnosedOtherPage,
		"https://127.0.0.1:0/":                       DiagnosedOtherPage,
		"https://[fe80::1%25\u009b2J]/":              DiagnosedOtherPage, // a terminal would clear its screen
		"https://127.0.0.1:99999/":                   DiagnosedOtherPage,
		"https://" + strings.Repeat("a", 300) + "/":  DiagnosedOtherPage,
		"%zz": DiagnosedOtherPage,
		"":    DiagnosedOtherPage,
	} {
		plain, secrets := redirecting(t, location)
		c := &Client{Address: plain, Fingerprint: r.print, DiscoveryPort: -1, AllowBasic: true}
		if o := c.Prove(t.Context(), "admin", admin); o.Verdict != NotSent || o.Diagnosis() != want {
			t.Errorf("%q: %s, %v", location, o.Diagnosis(), o.Err)
		}
		if id, err := c.Identify(t.Context()); KindOf(err) != NotSupported || id.Sources.Redirect == nil {
			t.Errorf("%q: %v", location, err)
		}
		if secrets.Load() != 0 {
			t.Errorf("%q: %d secrets", location, secrets.Load())
		}
	}
	if r.requests.Load() != 0 {
		t.Errorf("%d requests followed", r.requests.Load())
	}
}

// Who named HTTPS gets no proof in clear because somebody breaks the handshake off.
func TestNoWayAroundHTTPS(t *testing.T) {
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
			conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	var dialed []string
	c := &Client{Address: "https://192.168.1.108", Fingerprint: strings.Repeat("ab", 32), DVRIPPort: 37777, DHIPPort: 5000,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			dialed = append(dialed, address)
			return new(net.Dialer).DialContext(ctx, network, l.Addr().String())
		}}
	if o := c.Prove(t.Context(), "admin", admin); o.Verdict != NotSent || strings.Join(dialed, " ") != "192.168.1.108:443" {
		t.Errorf("dialed %v: %+v", dialed, o)
	}
}

// HTTPS that sends to HTTPS, itself or elsewhere, is the end.
func TestNoRedirectLoop(t *testing.T) {
	cert, print := selfSigned(t)
	l, err := tls.Listen("tcp4", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conn.SetDeadline(time.Now().Add(time.Minute))
			if readRequest(conn) != "" {
				n++
			}
			io.WriteString(conn, answer("302 Found", "text/html", "", "Location: https://"+l.Addr().String()+"/"))
			conn.Close()
		}
	}()
	plain, _ := redirecting(t, "https://"+l.Addr().String()+"/")
	o := (&Client{Address: plain, Fingerprint: print}).Prove(t.Context(), "admin", admin)
	l.Close()
	<-done
	if o.Verdict != NotSent || KindOf(o.Err) != NotSupported || n != 2 { // an RPC2 and a CGI challenge
		t.Errorf("%+v after %d requests", o, n)
	}
}

// Firmware of 2014 knows Basic only; it is sent when the owner agreed, once, and
// never besides a Digest challenge.
func TestBasicOnlyByConsent(t *testing.T) {
	page := step{want: post("/RPC2_Login", step1Body), answer: answer("200 OK", "text/html", frontPage)}
	basic := step{want: get(probeTarget), answer: answer("401 Unauthorized", "text/plain", unauthorized, `WWW-Authenticate: Basic realm="Device_CGI"`)}
	c := play(t, page, basic)
	if o := c.Prove(t.Context(), "admin", admin); o.Verdict != NotSent || o.Diagnosis() != DiagnosedReadable {
		t.Errorf("%+v", o)
	}
	authorized := strings.Replace(get(probeTarget), "Connection:", "Authorization: Basic YWRtaW46YWRtaW4=\r\nConnection:", 1)
	for ans, want := range map[string]Verdict{
		answer("200 OK", "text/plain", "name=DVR\r\n"):                                              Accepted,
		answer("401 Unauthorized", "text/plain", unauthorized, `WWW-Authenticate: Basic realm="x"`): Unclear,
		"": AnswerLost,
	} {
		c = play(t, page, basic, step{want: authorized, answer: ans})
		c.AllowBasic = true
		if o := c.Prove(t.Context(), "admin", admin); o.Verdict != want || o.Via != ViaBasic {
			t.Errorf("%+v, want %s", o, want)
		}
	}
	c = play(t, step{want: get(probeTarget), answer: answer("401 Unauthorized", "text/plain", unauthorized, `WWW-Authenticate: Basic realm="x"`, askDigest)},
		digestStep(probeTarget, answer("200 OK", "text/plain", "name=DVR\r\n")))
	c.AllowBasic = true
	if o := c.ProveCGI(t.Context(), "admin", admin); o.Verdict != Accepted || o.Via != ViaCGI {
		t.Errorf("%+v", o)
	}
}
