package remind_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/rekey-dvr/rekey/internal/remind"
	"github.com/rekey-dvr/rekey/internal/secret"
)

const mailPassword = "correct horse battery staple"

// postOffice is a real SMTP server. Everything that a client said before its
// connection was encrypted is kept.
type postOffice struct {
	host string
	port int

	mu      sync.Mutex
	mails   []string
	auths   int
	clear   bytes.Buffer
	refuse  error         // of RCPT
	refuse2 error         // of DATA
	stall   chan struct{} // DATA waits for it
}

// tapped keeps what is read of a connection: in clear before STARTTLS, as noise
// afterwards.
type tapped struct {
	net.Conn
	p *postOffice
}

func (c tapped) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.p.mu.Lock()
	c.p.clear.Write(b[:n])
	c.p.mu.Unlock()
	return n, err
}

type tap struct {
	net.Listener
	p *postOffice
}

func (l tap) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return tapped{c, l.p}, err
}

type letter struct {
	p    *postOffice
	conn *smtp.Conn
}

func (l *letter) AuthMechanisms() []string { return []string{sasl.Plain} }
func (l *letter) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		l.p.mu.Lock()
		defer l.p.mu.Unlock()
		l.p.auths++
		if user != "owner" || password != mailPassword {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}
func (l *letter) Mail(string, *smtp.MailOptions) error { return nil }
func (l *letter) Rcpt(string, *smtp.RcptOptions) error {
	l.p.mu.Lock()
	defer l.p.mu.Unlock()
	return l.p.refuse
}
func (l *letter) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if l.p.stall != nil {
		<-l.p.stall
	}
	l.p.mu.Lock()
	defer l.p.mu.Unlock()
	l.p.mails = append(l.p.mails, string(b))
	if err != nil {
		return err
	}
	return l.p.refuse2
}
func (l *letter) Reset()        {}
func (l *letter) Logout() error { return nil }

// office starts a server: with STARTTLS unless cert is nil.
func office(t *testing.T, cert *tls.Certificate, change func(*smtp.Server)) *postOffice {
	t.Helper()
	p := &postOffice{host: "127.0.0.1"}
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &letter{p, c}, nil }))
	s.Domain, s.AllowInsecureAuth = "localhost", true
	s.ErrorLog = discard{}
	if cert != nil {
		s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*cert}}
	}
	if change != nil {
		change(s)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.port = ln.Addr().(*net.TCPAddr).Port
	var served sync.WaitGroup
	served.Go(func() { _ = s.Serve(tap{ln, p}) })
	t.Cleanup(func() { _ = s.Close(); served.Wait() })
	return p
}

type discard struct{}

func (discard) Printf(string, ...any) {}
func (discard) Println(...any)        {}

func (p *postOffice) config(roots *x509.CertPool) remind.MailConfig {
	return remind.MailConfig{
		Host: p.host, Port: p.port, User: "owner", Password: secret.New(mailPassword),
		From: "rekey@example.org", To: "owner@example.org", Roots: roots,
	}
}

func TestMailGoesOutEncryptedWithOneMessageID(t *testing.T) {
	t.Parallel()
	cert, roots := certificate(t, "127.0.0.1")
	p := office(t, &cert, nil)
	c := remind.NewMail(p.config(roots))
	for range 2 {
		if err := c.Send(t.Context(), message(t, "recovery/a/rest-ready/mail")); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Send(t.Context(), message(t, "another key")); err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var ids []string
	for _, text := range p.mails {
		m, err := mail.ReadMessage(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, m.Header.Get("Message-Id"))
		if m.Header.Get("Auto-Submitted") != "auto-generated" || !strings.Contains(text, "without power") {
			t.Errorf("not the message: %s", text)
		}
	}
	if len(ids) != 3 || ids[0] != ids[1] || ids[0] == ids[2] || !strings.HasSuffix(ids[0], "@example.org>") {
		t.Errorf("Message-IDs %q", ids)
	}
	if p.auths != 3 {
		t.Errorf("%d logins", p.auths)
	}
	for _, never := range []string{"AUTH", "MAIL FROM", "K4M-7TD", mailPassword} {
		if strings.Contains(p.clear.String(), never) {
			t.Errorf("%q was sent in clear", never)
		}
	}
}

// TestMailKeepsItsPassword lists servers that must get neither the password nor the
// message.
func TestMailKeepsItsPassword(t *testing.T) {
	t.Parallel()
	cert, roots := certificate(t, "127.0.0.1")
	other, otherRoots := certificate(t, "mail.example.org")
	for name, c := range map[string]struct {
		cert  *tls.Certificate
		roots *x509.CertPool
	}{
		"no STARTTLS":             {nil, roots},
		"a certificate of nobody": {&cert, otherRoots},
		"another name":            {&other, otherRoots},
	} {
		p := office(t, c.cert, nil)
		err := remind.NewMail(p.config(c.roots)).Send(t.Context(), message(t, "k"))
		var f *remind.Failure
		if !errors.As(err, &f) || f.Final {
			t.Errorf("%s: %v, which should be tried again", name, err)
		}
		p.mu.Lock()
		if p.auths != 0 || len(p.mails) != 0 || strings.Contains(p.clear.String(), "AUTH") {
			t.Errorf("%s: %d logins, %d mails, %q", name, p.auths, len(p.mails), p.clear.String())
		}
		p.mu.Unlock()
	}
	// On this computer, and without a user, mail may go unencrypted.
	p := office(t, nil, nil)
	plain := p.config(nil)
	plain.User = ""
	if err := remind.NewMail(plain).Send(t.Context(), message(t, "k")); err != nil {
		t.Error(err)
	}
}

func TestMailRefusals(t *testing.T) {
	t.Parallel()
	cert, roots := certificate(t, "127.0.0.1")
	for name, c := range map[string]struct {
		change func(*postOffice, *remind.MailConfig)
		final  bool
	}{
		"no such mailbox": {func(p *postOffice, _ *remind.MailConfig) {
			p.refuse = &smtp.SMTPError{Code: 550, Message: "no such user"}
		}, true},
		"mailbox is full":  {func(p *postOffice, _ *remind.MailConfig) { p.refuse = &smtp.SMTPError{Code: 452, Message: "full"} }, false},
		"spam":             {func(p *postOffice, _ *remind.MailConfig) { p.refuse2 = &smtp.SMTPError{Code: 554, Message: "spam"} }, true},
		"try again":        {func(p *postOffice, _ *remind.MailConfig) { p.refuse2 = &smtp.SMTPError{Code: 451, Message: "later"} }, false},
		"a wrong password": {func(_ *postOffice, c *remind.MailConfig) { c.Password = secret.New("wrong") }, false},
		"nobody listens":   {func(_ *postOffice, c *remind.MailConfig) { c.Port = 1 }, false},
	} {
		p := office(t, &cert, nil)
		config := p.config(roots)
		c.change(p, &config)
		err := remind.NewMail(config).Send(t.Context(), message(t, "k"))
		var f *remind.Failure
		if !errors.As(err, &f) || f.Final != c.final {
			t.Errorf("%s: %+v", name, f)
		} else if strings.Contains(f.Reason, mailPassword) || strings.Contains(f.Reason, "wrong password") {
			t.Errorf("%s: the reason tells too much: %s", name, f.Reason)
		}
	}
}

// TestMailEndsWhenItsTimeIsOver has a server that takes the message and does not
// answer: the try is lost and will be made again.
func TestMailEndsWhenItsTimeIsOver(t *testing.T) {
	t.Parallel()
	cert, roots := certificate(t, "127.0.0.1")
	p := office(t, &cert, nil)
	p.stall = make(chan struct{})
	defer close(p.stall)
	ctx, cancel := timeout(t, 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	var f *remind.Failure
	if err := remind.NewMail(p.config(roots)).Send(ctx, message(t, "k")); !errors.As(err, &f) || f.Final {
		t.Errorf("%v", err)
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %s", took)
	}
}
