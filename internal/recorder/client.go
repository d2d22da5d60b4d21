package recorder

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Client talks to one recorder. Fill in the fields, then use it by pointer; do
// not change them after the first call. Its methods may be called concurrently.
// It holds no connection between calls, so there is nothing to close.
type Client struct {
	// Address is a host with an optional port (80), or https://host with an optional
	// port (443). A name is resolved once, at the first call; every address it has
	// must be local, see [LocalAddr].
	Address string

	// Fingerprint is the SHA-256 of the certificate that the owner agreed to, in hex
	// with or without colons. Recorders sign their certificates themselves, so over
	// HTTPS nothing secret is sent without one, or to a recorder that shows another.
	// With one, a recorder that sends its callers to HTTPS on itself is followed.
	Fingerprint string
	// AllowBasic is the owner's consent to a password that anybody on the cable can
	// read, for firmware of 2014 that knows HTTP Basic only.
	AllowBasic bool

	// DiscoveryPort is the UDP port asked by Identify. 0 is 37810; below 0, discovery
	// is not asked.
	DiscoveryPort int

	// DVRIPPort is the TCP port of the recorders' own protocol, asked for a login only
	// where nothing answers at the web port. 0 is 37777 if Address names no port, and
	// none if it does: what else is behind such an address is not known. Below 0, and
	// for an https:// address, it is not asked: it knows no encryption.
	DVRIPPort int
	// DHIPPort is the TCP port of the same logins in JSON, 5000, by the same rules. It
	// is asked where nobody can be dialed at DVRIPPort either.
	DHIPPort int

	// ConnectTimeout bounds one attempt to connect, and looking up a name. 0 is 5 s.
	ConnectTimeout time.Duration
	// Timeout bounds one whole exchange, from connecting to the end of the answer.
	// 0 is 15 s.
	Timeout time.Duration
	// DiscoveryWait is how long Identify waits for a discovery answer. 0 is 1.5 s.
	DiscoveryWait time.Duration

	// DialContext opens TCP connections; address is always an IP address that was
	// checked. nil is a net.Dialer's.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
	// ListenPacket opens the UDP socket for discovery. nil is a net.ListenConfig's.
	ListenPacket func(ctx context.Context, network, address string) (net.PacketConn, error)
	// Resolve looks a name up. nil is net.DefaultResolver's.
	Resolve func(ctx context.Context, host string) ([]netip.Addr, error)
	// Transport replaces the HTTP transport and with it DialContext. What it has
	// sent cannot be known: a failed proof is then always Lost, never Unsent.
	Transport http.RoundTripper

	// OnRequest and OnResponse see every exchange, from the goroutine that makes it.
	// Neither ever sees a password, a proof or a session.
	OnRequest  func(RequestInfo)
	OnResponse func(ResponseInfo)

	mu    sync.Mutex
	where *target
	trip  http.RoundTripper
	cert  string // fingerprint of the certificate seen last
}

// RequestInfo is a request about to be sent.
type RequestInfo struct {
	Op      string   // the operation it is part of
	Method  string   // GET, POST, UDP, DVRIP
	Target  string   // path and action; all other values of the query are redacted
	Call    string   // the RPC2 method, if it is one
	Proof   bool     // it carries a password proof
	Secure  bool     // over HTTPS
	Headers []string // names, sorted
	Sent    int      // length of the body in bytes; rounded up to 64 where it may hold a password, whose length is nobody's business
}

// ResponseInfo is how a request ended.
type ResponseInfo struct {
	RequestInfo
	Status  int            // HTTP status, 0 without an answer
	Code    wire.ErrorCode // of an RPC2 answer, 0 for none
	Headers []string       // names, sorted; see [RequestInfo] for those of the request
	Bytes   int            // length of the body
	Took    time.Duration  // from connecting to the end of the body
	Err     error          // why there is no answer
}

func (c *Client) connectTimeout() time.Duration { return orDefault(c.ConnectTimeout, 5*time.Second) }
func (c *Client) timeout() time.Duration        { return orDefault(c.Timeout, 15*time.Second) }
func (c *Client) discoveryWait() time.Duration {
	return orDefault(c.DiscoveryWait, 1500*time.Millisecond)
}

func (c *Client) discoveryPort() int {
	if c.DiscoveryPort == 0 {
		return wire.DiscoveryPort
	}
	return c.DiscoveryPort
}

func orDefault(d, def time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return def
}

func (c *Client) tellRequest(i RequestInfo) {
	if c.OnRequest != nil {
		c.OnRequest(i)
	}
}

func (c *Client) tellResponse(i ResponseInfo) {
	if c.OnResponse != nil {
		c.OnResponse(i)
	}
}
