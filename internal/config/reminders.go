package config

import (
	"bytes"
	"crypto/x509"
	"errors"
	"io"
	"net/mail"
	"net/url"
	"os"
	"strconv"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// maxSecretFile bounds a file with one password, maxCertificates one of certificates.
const (
	maxSecretFile   = 4 << 10
	maxCertificates = 1 << 20
)

func setPort(to *int, v string) error {
	n, err := strconv.ParseUint(v, 10, 16)
	if err != nil || n == 0 {
		return rekey.Errorf(rekey.CodeInvalid, "%q is no port from 1 to 65535", v)
	}
	*to = int(n)
	return nil
}

// checkReminders refuses what could not be delivered, or would send a secret in
// clear.
func (s Settings) checkReminders() error {
	if s.MailHost != "" {
		for name, address := range map[string]string{"mail-from": s.MailFrom, "mail-to": s.MailTo} {
			if a, err := mail.ParseAddress(address); err != nil || a.Address != address {
				return rekey.Errorf(rekey.CodeInvalid, "%s is not one mail address: %q.", name, address).
					WithHint("For example owner@example.org. Without mail-host no mail is sent.")
			}
		}
		if (s.MailUser == "") != (s.MailPasswordFile == "") {
			return rekey.Errorf(rekey.CodeInvalid, "mail-user and mail-password-file go together.")
		}
	}
	for name, post := range map[string]struct{ url, token string }{
		"ntfy": {s.Ntfy, s.NtfyTokenFile}, "webhook": {s.Webhook, s.WebhookTokenFile},
	} {
		if post.url == "" {
			continue
		}
		u, err := url.Parse(post.url)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return rekey.Errorf(rekey.CodeInvalid, "%s is not an address that begins with https:// or http://.", name)
		}
		if u.Scheme == "http" && (post.token != "" || u.User != nil) && !loopback(u.Hostname()) {
			return rekey.Errorf(rekey.CodeInvalid, "%s would send its token readable to anybody on the way.", name).
				WithHint("Use an address that begins with https://.")
		}
	}
	return nil
}

// SecretFile gives the first line of a file that holds a password or a token, and
// the empty secret for no file.
func SecretFile(path string) (secret.String, error) {
	if path == "" {
		return secret.String{}, nil
	}
	b, err := readBounded(path, maxSecretFile)
	line, _, _ := bytes.Cut(b, []byte("\n"))
	line = bytes.TrimRight(line, "\r")
	if err == nil && len(line) == 0 {
		err = errors.New("its first line is empty")
	}
	if err != nil {
		return secret.String{}, rekey.Errorf(rekey.CodeInvalid, "The file %s gives no password or token", path).Wrap(err)
	}
	return secret.New(string(line)), nil
}

// Certificates gives those that this computer trusts with those of a PEM file, and
// nil, which means the former alone, for no file.
func Certificates(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	b, err := readBounded(path, maxCertificates)
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInvalid, "The certificates in %s cannot be read", path).Wrap(err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(b) {
		return nil, rekey.Errorf(rekey.CodeInvalid, "There is no certificate in %s", path).
			WithHint("It has to be a PEM file, with lines that say BEGIN CERTIFICATE.")
	}
	return pool, nil
}

func readBounded(path string, most int) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err == nil && len(b) > most {
		err = errors.New("it is too long")
	}
	return b, err
}
