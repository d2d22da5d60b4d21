package server

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/site"
)

// The bounds of the door.
const (
	linkLasts    = 2 * time.Minute
	sessionLasts = 12 * time.Hour
	maxSessions  = 32
)

// sessionCookie holds a paired device's session.
const sessionCookie = "rekey_session"

// Door is the way in for other devices: a listener on the local network that is
// open only while somebody wants it, and the sessions of the devices that came in
// by its one-time links. Both live in memory only. It implements [site.Phone] and
// may be used by many goroutines.
type Door struct {
	addrs func() []netip.Addr
	now   func() time.Time
	serve func(net.Listener) *http.Server // set by the server that has this door
	done  sync.WaitGroup

	mu       sync.Mutex
	srv      *http.Server
	listener string // host:port; "" while closed
	link     string // the link of the token, to show; "" once it was used
	token    [sha256.Size]byte
	until    time.Time
	back     string
	sessions map[[sha256.Size]byte]time.Time // when each ends
}

var _ site.Phone = (*Door)(nil)

// DoorConfig is what a door is made of. The zero value is right for a program.
type DoorConfig struct {
	Addrs func() []netip.Addr // addresses to listen on, best first; nil: this computer's private ones
	Now   func() time.Time    // nil: time.Now
}

// NewDoor makes a door, which is closed.
func NewDoor(c DoorConfig) *Door {
	d := &Door{addrs: c.Addrs, now: c.Now, sessions: map[[sha256.Size]byte]time.Time{}}
	if d.addrs == nil {
		d.addrs = privateAddrs
	}
	if d.now == nil {
		d.now = time.Now
	}
	return d
}

// Open implements [site.Phone].
func (d *Door) Open(_ context.Context, back string) (site.Door, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.srv == nil {
		if err := d.open(); err != nil {
			return site.Door{}, err
		}
	}
	token := newToken()
	d.token, d.until, d.back = sha256.Sum256([]byte(token)), d.now().Add(linkLasts), back
	d.link = (&url.URL{Scheme: "http", Host: d.listener, Path: "/pair/" + token}).String()
	return d.state(), nil
}

// open listens on the first address that can be had.
func (d *Door) open() error {
	if d.serve == nil {
		return rekey.Errorf(rekey.CodeInternal, "this door belongs to no server")
	}
	var last error
	for _, a := range d.addrs() {
		ln, err := net.Listen("tcp", netip.AddrPortFrom(a, 0).String())
		if err != nil {
			last = err
			continue
		}
		d.srv, d.listener = d.serve(ln), ln.Addr().String()
		return nil
	}
	return rekey.Errorf(rekey.CodeUnreachable, "This computer has no address on a local network").
		WithHint("Connect it to the network that the phone is in, and try again.").Wrap(last)
}

// Door implements [site.Phone].
func (d *Door) Door() site.Door {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state()
}

func (d *Door) state() site.Door {
	door := site.Door{Listener: d.listener, Paired: len(d.sessions)}
	if d.link != "" && d.now().Before(d.until) {
		door.Link, door.Until = d.link, d.until
	}
	return door
}

// Close implements [site.Phone].
func (d *Door) Close(ctx context.Context) error {
	d.mu.Lock()
	srv := d.srv
	d.srv, d.listener, d.link, d.token = nil, "", "", [sha256.Size]byte{}
	clear(d.sessions)
	d.mu.Unlock()
	if srv != nil {
		_ = srv.Close() // streams of phones end here; no form takes long enough to wait for
	}
	closed := make(chan struct{})
	go func() { d.done.Wait(); close(closed) }()
	select {
	case <-closed:
	case <-ctx.Done():
	}
	return nil
}

// enter takes a token, once, and gives a new session and the page to go to.
func (d *Door) enter(token string) (session, back string, ok bool) {
	sum := sha256.Sum256([]byte(token))
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.link == "" || !d.now().Before(d.until) || subtle.ConstantTimeCompare(sum[:], d.token[:]) != 1 {
		return "", "", false
	}
	d.link, d.token = "", [sha256.Size]byte{}
	d.sweep()
	if len(d.sessions) >= maxSessions {
		return "", "", false
	}
	session = newToken()
	d.sessions[sha256.Sum256([]byte(session))] = d.now().Add(sessionLasts)
	return session, d.back, true
}

// paired reports whether the request has the session of a device that came in by
// the door. Sessions are found by their hash, so that the time of the search tells
// nothing about them.
func (d *Door) paired(r *http.Request) bool {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	ends, known := d.sessions[sha256.Sum256([]byte(c.Value))]
	return known && d.now().Before(ends)
}

func (d *Door) sweep() {
	for s, ends := range d.sessions {
		if !d.now().Before(ends) {
			delete(d.sessions, s)
		}
	}
}

func newToken() string {
	var b [32]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// pair answers a one-time link: with a session and a redirect, so that the token
// stays in no address bar.
func (s *Server) pair(w http.ResponseWriter, r *http.Request) error {
	refused := rekey.Errorf(rekey.CodeForbidden, "This link was used already, or its two minutes are over").
		WithHint("On the computer, show a new code.")
	if s.door == nil || site.From(r.Context()).Local || r.Method != http.MethodGet {
		return refused
	}
	session, back, ok := s.door.enter(r.PathValue("token"))
	if !ok {
		return refused
	}
	http.SetCookie(w, &http.Cookie{
		Name: sessionCookie, Value: session, Path: "/", HttpOnly: true, Secure: r.TLS != nil,
		SameSite: http.SameSiteStrictMode, MaxAge: int(sessionLasts / time.Second),
	})
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
}
