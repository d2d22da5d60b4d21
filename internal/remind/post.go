package remind

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey/internal/secret"
)

const (
	maxAnswer    = 64 << 10      // bytes that are read of an answer
	maxRedirects = 3             //
	maxAfter     = 6 * time.Hour // a longer pause is not waited for at once
)

// PostConfig is an address that reminders are posted to.
type PostConfig struct {
	URL   string
	Token secret.String  // sent as a bearer token, empty for none
	Roots *x509.CertPool // nil: this computer's
}

type poster struct {
	PostConfig
	client *http.Client
	make   func(m Message) (body []byte, header http.Header, err error)
}

// NewWebhook gives a channel that posts a JSON object. Its Idempotency-Key is the
// same for each try of one reminder.
func NewWebhook(c PostConfig) Channel { return poster{c, client(c.Roots), webhookBody} }

// NewNtfy gives a channel that publishes to a topic of an ntfy server.
func NewNtfy(c PostConfig) Channel { return poster{c, client(c.Roots), ntfyBody} }

func webhookBody(m Message) ([]byte, http.Header, error) {
	body, err := json.Marshal(map[string]any{
		"id": m.ID(), "kind": m.Kind, "title": m.Title, "text": m.Text, "recovery": m.Ref,
		"at": m.At.UTC().Format(time.RFC3339), "practice": m.Practice, "lang": m.Lang,
	})
	return body, http.Header{"Content-Type": {"application/json"}}, err
}

// ntfyBody publishes with headers (docs.ntfy.sh/publish): the body is the text.
// Headers carry no bytes above 127 as they are, and ntfy reads RFC 2047.
func ntfyBody(m Message) ([]byte, http.Header, error) {
	tag := "alarm_clock"
	if m.Practice {
		tag = "test_tube"
	}
	return []byte(m.Text), http.Header{
		"Content-Type": {"text/plain; charset=utf-8"}, "Title": {mime.QEncoding.Encode("utf-8", m.Title)}, "Tags": {tag},
	}, nil
}

// client follows no redirect to another host, reads no proxy from the environment,
// and takes no certificate that does not fit. It uses no connection twice: what a
// receiver sends too much after one post could be taken as the answer to the next.
func client(roots *x509.CertPool) *http.Client {
	return &http.Client{
		Timeout: SendTimeout,
		Transport: &http.Transport{
			DialContext:         (&net.Dialer{Timeout: SendTimeout / 2}).DialContext,
			TLSClientConfig:     &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout: SendTimeout / 2, DisableKeepAlives: true,
			MaxResponseHeaderBytes: maxAnswer, ForceAttemptHTTP2: true,
		},
		CheckRedirect: sameHost,
	}
}

// errRedirect ends a request that would go somewhere nobody named, or arrive as
// something else than a POST.
var errRedirect = errors.New("the answer leads to another address, which nobody named")

func sameHost(to *http.Request, via []*http.Request) error {
	first := via[0]
	if len(via) > maxRedirects || to.Method != first.Method || to.URL.Host != first.URL.Host || to.URL.Scheme != first.URL.Scheme {
		return errRedirect
	}
	return nil
}

// Send implements [Channel].
func (c poster) Send(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, SendTimeout)
	defer cancel()
	body, header, err := c.make(m)
	if err != nil {
		return &Failure{Reason: "the message could not be made", Final: true, Cause: err}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(body))
	if err != nil {
		return &Failure{Reason: "the address cannot be used", Final: true}
	}
	req.Header = header
	req.Header.Set("Idempotency-Key", m.ID())
	req.Header.Set("User-Agent", "rekey")
	if !c.Token.IsEmpty() {
		req.Header.Set("Authorization", "Bearer "+c.Token.Reveal())
	}
	return posted(c.client.Do(req))
}

// posted turns an answer into the outcome of a try.
func posted(res *http.Response, err error) error {
	if errors.Is(err, errRedirect) {
		return &Failure{Reason: errRedirect.Error(), Final: true, Cause: errRedirect}
	}
	// Its text begins with the whole address, and whoever knows that may post there.
	var whole *url.Error
	if errors.As(err, &whole) && !whole.Timeout() {
		err = whole.Err
	}
	if err != nil {
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			err = context.DeadlineExceeded
		}
		var cert *tls.CertificateVerificationError
		if errors.As(err, &cert) {
			return &Failure{Reason: "its certificate does not fit", Cause: err}
		}
		f := failureOf(err)
		f.Reason = firstLine(f.Reason)
		return f
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, maxAnswer) // the status says it all
	return judge(res)
}

func judge(res *http.Response) error {
	code := res.StatusCode
	if code >= 200 && code < 300 {
		return nil
	}
	f := &Failure{Reason: "it answered " + strconv.Itoa(code) + " " + http.StatusText(code)}
	switch {
	case code == http.StatusNotFound || code == http.StatusGone:
		f.Final, f.Gone = true, true
	case code == http.StatusRequestTimeout, code == http.StatusTooEarly, code == http.StatusTooManyRequests, code >= 500:
		f.After = after(res.Header.Get("Retry-After"), time.Now())
	default:
		f.Final = true
	}
	return f
}

// after reads a Retry-After (RFC 9110, 10.2.3): seconds, or a date.
func after(v string, now time.Time) time.Duration {
	d := time.Duration(0)
	if n, err := strconv.Atoi(v); err == nil {
		d = time.Duration(min(max(n, 0), int(maxAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(v); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, 0), maxAfter)
}
