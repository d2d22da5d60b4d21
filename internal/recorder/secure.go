package recorder

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"net"
	"strings"
)

// CertificateError is a recorder's certificate that nobody agreed to. Nothing
// secret was sent.
type CertificateError struct {
	Seen   string // fingerprint of the certificate, empty when it showed none
	Agreed string // the one the owner agreed to, empty without any
}

// Error says which of the two cases it is.
func (e *CertificateError) Error() string {
	if e.Agreed == "" {
		return "nobody agreed to its certificate " + e.Seen
	}
	return "its certificate is another one than agreed: " + e.Seen
}

var errCertificate = errors.New("it shows no certificate")

// FormatFingerprint gives 64 hex digits in any case, with or without colons, in
// lower case without; ok is false for anything else.
func FormatFingerprint(s string) (_ string, ok bool) {
	s = strings.ToLower(strings.ReplaceAll(strings.TrimSpace(s), ":", ""))
	return s, len(s) == 2*sha256.Size && allHex(s)
}

// dialTLS dials and shakes hands. What goes over the connection counts from
// there on: a handshake carries nothing of a request.
func (c *Client) dialTLS(ctx context.Context, t *target) (net.Conn, error) {
	raw, err := c.dialRaw(ctx, t)
	if err != nil {
		return nil, err
	}
	conn := tls.Client(raw, &tls.Config{
		ServerName: t.host,
		NextProtos: []string{"http/1.1"},
		// The oldest a recorder may have: the alternative is no encryption at all.
		MinVersion: tls.VersionTLS10,
		// Recorders sign their own certificates for whatever name: what counts is that
		// it is the one the owner agreed to.
		InsecureSkipVerify: true,
		VerifyConnection:   c.verify,
	})
	if err := conn.HandshakeContext(ctx); err != nil {
		raw.Close()
		return nil, err
	}
	return counted(ctx, conn), nil
}

// verify keeps the fingerprint of the certificate and, where one was agreed to,
// takes no other. Without one everything is taken: [Client.exchange] sends nothing
// secret then.
func (c *Client) verify(s tls.ConnectionState) error {
	if len(s.PeerCertificates) == 0 {
		return errCertificate
	}
	seen := fingerprint(s.PeerCertificates[0])
	c.mu.Lock()
	c.cert = seen
	c.mu.Unlock()
	if c.Fingerprint == "" {
		return nil
	}
	if agreed, ok := FormatFingerprint(c.Fingerprint); !ok || agreed != seen {
		return &CertificateError{Seen: seen, Agreed: agreed}
	}
	return nil
}

func fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}

// Certificate is the fingerprint of the certificate that the recorder showed
// last, empty without HTTPS.
func (c *Client) Certificate() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cert
}
