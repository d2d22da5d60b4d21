package recorder

import (
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// RedirectError is an answer that sends elsewhere. It is never followed with a
// password.
type RedirectError struct {
	Host   string // where to, as a host with a port; empty if that is no web address
	Same   bool   // on the recorder itself
	Secure bool   // to HTTPS

	to *target // of Same and Secure
}

// Error says where it leads.
func (e *RedirectError) Error() string {
	switch {
	case e.Host == "":
		return "the recorder sends to a place that is none"
	case e.Same && e.Secure:
		return "the recorder sends to its HTTPS service"
	case e.Same:
		return "the recorder sends to another page of its own"
	}
	return "the recorder sends to another host, " + e.Host
}

// redirected reads where an answer of t sends, nil if nowhere.
func redirected(t *target, rep reply) *RedirectError {
	if t == nil || rep.status < 300 || rep.status >= 400 {
		return nil
	}
	e := &RedirectError{}
	u, err := url.Parse(rep.header.Get("Location"))
	if err != nil || u.User != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" || len(u.Host) > maxName {
		return e
	}
	if u.Host == "" {
		if u.Path != "" {
			e.Host, e.Same = t.hostPort(), true
		}
		return e
	}
	host := u.Hostname()
	if !plainHost(host) {
		return e
	}
	e.Host, e.Secure = u.Host, u.Scheme == "https"
	e.Same = t.is(host)
	if !e.Same || !e.Secure || t.secure {
		return e
	}
	port := uint64(443)
	if p := u.Port(); p != "" {
		if port, err = strconv.ParseUint(p, 10, 16); err != nil || port == 0 {
			return &RedirectError{}
		}
	}
	e.to = &target{host: t.host, port: uint16(port), addrs: t.addrs, one: t.one, secure: true}
	return e
}

// is reports whether a host names t: the name as it was typed, or an address that
// it has. Names are not looked up again.
func (t *target) is(host string) bool {
	if strings.EqualFold(host, t.host) {
		return true
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, own := range t.tried() {
		if own.WithZone("") == a.Unmap().WithZone("") {
			return true
		}
	}
	return false
}

// over gives a client of the same recorder at another of its services.
func (c *Client) over(t *target) *Client {
	return &Client{
		Address: t.hostPort(), Fingerprint: c.Fingerprint, AllowBasic: c.AllowBasic,
		DiscoveryPort: c.DiscoveryPort, DVRIPPort: -1, DHIPPort: -1,
		ConnectTimeout: c.ConnectTimeout, Timeout: c.Timeout, DiscoveryWait: c.DiscoveryWait,
		DialContext: c.DialContext, ListenPacket: c.ListenPacket, Resolve: c.Resolve, Transport: c.Transport,
		OnRequest: c.OnRequest, OnResponse: c.OnResponse, where: t,
	}
}

// redirectOf judges the status of an answer that was to be none of these.
func redirectOf(t *target, rep reply) error {
	if e := redirected(t, rep); e != nil {
		return e
	}
	if rep.status >= http.StatusMultipleChoices && rep.status < http.StatusBadRequest {
		return &RedirectError{}
	}
	return errStatus
}
