package remind

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/rekey-dvr/rekey/internal/secret"
)

// implicitTLS is the port on which the whole connection is TLS (RFC 8314, 3.3).
const implicitTLS = 465

// MailConfig is a mail server and who is written to. A connection that cannot be
// encrypted with a certificate that fits the server's name is not used, unless the
// server is this computer; and a password never goes over one, even then.
type MailConfig struct {
	Host     string
	Port     int // 465 speaks TLS at once, any other begins it with STARTTLS
	User     string
	Password secret.String
	From, To string
	Roots    *x509.CertPool // nil: this computer's
}

type mailer struct{ MailConfig }

// NewMail gives the channel.
func NewMail(c MailConfig) Channel { return mailer{c} }

// Send implements [Channel].
func (c mailer) Send(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, SendTimeout)
	defer cancel()
	msg, err := c.compose(m)
	if err != nil {
		return &Failure{Reason: "the message could not be made: " + err.Error(), Final: true, Cause: err}
	}
	client, err := mail.NewClient(c.Host, c.options(ctx)...)
	if err != nil {
		return &Failure{Reason: "the mail settings do not fit: " + err.Error(), Final: true, Cause: err}
	}
	if err := c.exchange(ctx, client, msg); err != nil {
		return mailFailure(ctx, err)
	}
	return nil
}

// exchange sends one message. How the goodbye goes does not matter: the message was
// taken or refused by then.
func (c mailer) exchange(ctx context.Context, client *mail.Client, msg *mail.Msg) error {
	if err := client.DialWithContext(ctx); err != nil {
		return err
	}
	err := client.Send(msg)
	_ = client.Close()
	if msg.IsDelivered() {
		return nil
	}
	return err
}

// dial connects, and closes the connection when ctx ends: the library's own time-out
// begins anew with each step.
func (c mailer) dial(ctx context.Context) func(context.Context, string, string) (net.Conn, error) {
	return func(_ context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { _ = conn.Close() })
		if c.Port != implicitTLS {
			return conn, nil
		}
		whole := tls.Client(conn, c.tls())
		if err := whole.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		return whole, nil
	}
}

func (c mailer) tls() *tls.Config {
	return &tls.Config{ServerName: c.Host, RootCAs: c.Roots, MinVersion: tls.VersionTLS12}
}

func (c mailer) options(ctx context.Context) []mail.Option {
	o := []mail.Option{
		mail.WithPort(c.Port), mail.WithTimeout(SendTimeout), mail.WithHELO("localhost"), mail.WithoutNoop(), mail.WithoutRset(),
		mail.WithTLSConfig(c.tls()), mail.WithDialContextFunc(c.dial(ctx)),
	}
	policy := mail.TLSMandatory
	if c.Port == implicitTLS || c.User == "" && Loopback(c.Host) { // in the first case dial has done it
		policy = mail.TLSOpportunistic
	}
	o = append(o, mail.WithTLSPolicy(policy))
	if c.User != "" {
		o = append(o, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(c.User), mail.WithPassword(c.Password.Reveal()))
	}
	return o
}

func (c mailer) compose(m Message) (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := msg.FromFormat("rekey", c.From); err != nil {
		return nil, err
	}
	if err := msg.To(c.To); err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(c.From, "@")
	msg.SetMessageIDWithValue(m.ID() + "@" + domain)
	msg.SetDateWithValue(time.Now())
	msg.SetGenHeader(mail.HeaderXMailer, "rekey")
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	msg.Subject(m.Title)
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	return msg, nil
}

// mailFailure sorts what the server said. Only a refusal of this message is final
// (RFC 5321, 4.2.1: 5yz): a login that is refused and a certificate that does not
// fit are mended in the settings, and the reminder is still wanted then.
func mailFailure(ctx context.Context, err error) *Failure {
	if ctx.Err() != nil {
		return failureOf(ctx.Err())
	}
	f := &Failure{Reason: "mail: " + firstLine(err.Error()), Cause: err}
	var s *mail.SendError
	if errors.As(err, &s) {
		switch s.Reason {
		case mail.ErrSMTPMailFrom, mail.ErrSMTPRcptTo, mail.ErrSMTPData, mail.ErrSMTPDataClose:
			f.Final = s.ErrorCode() >= 500
		}
	}
	return f
}

// maxReason bounds what is kept of what others say, in bytes.
const maxReason = 200

// firstLine gives one printable line of at most maxReason bytes.
func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\ufffd' {
			return -1
		}
		return r
	}, s)
	return strings.ToValidUTF8(s[:min(len(s), maxReason)], "")
}

// Loopback reports whether a host is this computer, by its name or address.
func Loopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}
