package twin

import (
	"crypto/tls"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// httpsEnable is the setting that turns HTTPS on and off.
const httpsEnable = "Https.Enable"

// secures tells whether HTTPS is on, and redirects whether HTTP sends there.
func (t *Twin) secures() bool { return t.body.Flash.Settings.Bool(httpsEnable) }

func (t *Twin) redirects() bool {
	return t.body.Switches.HTTPS == HTTPSRedirect && t.cfg.has(ServiceHTTPS) && t.secures()
}

// suites are those of an old device that this program can still speak; a client that
// takes less than forward secrecy finds it here as well.
var suites = []uint16{
	tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
	tls.TLS_RSA_WITH_AES_256_CBC_SHA, tls.TLS_RSA_WITH_AES_128_CBC_SHA,
}

// converseTLS shakes hands and then answers as HTTP does. Versions are TLS 1.0 to
// 1.2: what recorders have beyond that no source says, and SSL 3 cannot be served.
func (t *Twin) converseTLS(c net.Conn) {
	_ = c.SetDeadline(time.Now().Add(readWithin))
	secure := tls.Server(c, &tls.Config{
		MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS12, CipherSuites: suites,
		SessionTicketsDisabled: true, // one request a connection
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			host, _, _ := net.SplitHostPort(c.LocalAddr().String())
			return t.certificate(host)
		},
	})
	if secure.Handshake() != nil {
		return
	}
	_ = c.SetDeadline(time.Time{})
	t.converse(secure)
	_ = secure.Close() // says goodbye
}

// redirect sends to the same place over HTTPS, on the host that was asked.
func (t *Twin) redirect(q *request) reply {
	host := q.Header.Get("Host")
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if host = strings.Trim(host, "[]"); host == "" || strings.ContainsFunc(host, func(c rune) bool { return !ofHost(c) }) {
		host, _, _ = net.SplitHostPort(t.serviceAddress(ServiceWeb))
	}
	if port := t.servicePort(ServiceHTTPS); port != ServiceHTTPS.Port() {
		host = net.JoinHostPort(host, strconv.Itoa(port))
	} else if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return reply{status: http.StatusFound, kind: kindPage, extra: []string{"Location: https://" + host + inHeader(q.Target)}}
}

// ofHost tells whether a name or an address has such a character.
func ofHost(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune(".-:_", c)
}

// inHeader escapes what would end a header line or its value.
func inHeader(target string) string {
	var b strings.Builder
	for _, c := range []byte(target) {
		if c <= ' ' || c > '~' {
			b.WriteString("%" + strings.ToUpper(strconv.FormatUint(0x100|uint64(c), 16)[1:]))
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
