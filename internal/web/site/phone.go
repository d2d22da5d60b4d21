package site

import (
	"context"
	"net/http"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// Phone is the port to the door that another device comes in by. The server
// implements it.
type Phone interface {
	// Open opens a listener on the local network, unless one is open, and makes
	// a new one-time link to it that leads to the page back. The links before
	// it no longer work.
	Open(ctx context.Context, back string) (Door, error)
	// Door gives how the door stands.
	Door() Door
	// Close closes the listener and forgets every device that came in by it.
	Close(ctx context.Context) error
}

// Door is how the door for other devices stands.
type Door struct {
	Listener string    // host:port of the local network; "" while it is closed
	Link     string    // the pairing link while it can be used; it is a secret
	Until    time.Time // when the link ends
	Paired   int       // devices that came in
}

func (s *Site) phonePage(w http.ResponseWriter, r *http.Request) error {
	v := s.visit(r)
	if s.phone == nil || !v.local {
		return rekey.Errorf(rekey.CodeForbidden, "Devices are paired on the computer that rekey runs on")
	}
	back := localPath(r.URL.Query().Get("back"))
	door, now := s.phone.Door(), time.Now()
	p := view.Phone{
		Frame: s.frame(v, "/phone"), Stage: "closed", Listener: door.Listener,
		Open: view.Post("/phone/open", "back", back), Back: view.Link(back),
	}
	p.PhoneURL, p.Now = "", now // the link's time is this computer's, never a twin's
	if door.Listener != "" {
		p.Close = view.Post("/phone/close", "back", back)
	}
	switch {
	case door.Link != "" && now.Before(door.Until):
		p.Stage, p.URL, p.Until, p.Refresh = "open", door.Link, door.Until, 3
	case door.Paired > 0:
		p.Stage = "paired"
	}
	return s.write(w, r, p, secretPage)
}

func (s *Site) phoneOpen(w http.ResponseWriter, r *http.Request) error {
	return s.phoneDo(w, r, func(back string) error {
		_, err := s.phone.Open(r.Context(), back)
		return err
	})
}

func (s *Site) phoneClose(w http.ResponseWriter, r *http.Request) error {
	return s.phoneDo(w, r, func(string) error { return s.phone.Close(r.Context()) })
}

func (s *Site) phoneDo(w http.ResponseWriter, r *http.Request, do func(back string) error) error {
	if s.phone == nil || !s.visit(r).local {
		return rekey.Errorf(rekey.CodeForbidden, "Devices are paired on the computer that rekey runs on")
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	back := localPath(f.get("back"))
	if err := do(back); err != nil {
		return err
	}
	return redirect(w, r, "/phone?back="+back)
}
