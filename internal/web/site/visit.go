package site

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// Where says how a request came in. The server puts it into the request's
// context with [With].
type Where struct {
	Local  bool   // on this computer itself: loopback, not the door for phones
	Secure bool   // passwords may be shown and taken: local, or encrypted
	ID     string // of the request, in the log
}

type whereKey struct{}

// With gives a context that carries where its request came in.
func With(ctx context.Context, w Where) context.Context { return context.WithValue(ctx, whereKey{}, w) }

// From gives where a request came in; one that says nothing is not trusted with
// passwords.
func From(ctx context.Context) Where {
	w, _ := ctx.Value(whereKey{}).(Where)
	return w
}

// The cookies that the pages' script sets: the browser's time zone and the
// chosen language.
const (
	zoneCookie = "tz"
	langCookie = "lang"
)

// visit is what a request says about its reader.
type visit struct {
	lang   string
	zone   *time.Location
	local  bool
	secure bool
	path   string
}

func (s *Site) visit(r *http.Request) visit {
	at := From(r.Context())
	v := visit{local: at.Local, secure: at.Secure, path: r.URL.Path, zone: s.zone}
	wishes := []string{r.URL.Query().Get("lang"), cookie(r, langCookie), s.lang, r.Header.Get("Accept-Language")}
	var given []string
	for _, wish := range wishes {
		if wish != "" && len(wish) <= 200 {
			given = append(given, wish)
		}
	}
	v.lang = s.pages.Texts().Match(given...)
	if name, err := url.QueryUnescape(cookie(r, zoneCookie)); err == nil && name != "" && len(name) <= 64 && name != "Local" {
		if zone, err := time.LoadLocation(name); err == nil {
			v.zone = zone
		}
	}
	return v
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// frame gives what every page has, outside of a recovery.
func (s *Site) frame(v visit, here string) view.Frame {
	f := view.Frame{
		Lang: v.lang, Zone: v.zone, Now: s.guide.Now(), Here: here, HomeURL: "/", Secure: v.secure,
	}
	if s.phone != nil && v.local {
		f.PhoneURL = "/phone?back=" + url.QueryEscape(here)
	}
	for _, code := range s.pages.Texts().Languages() {
		if code != v.lang {
			f.Langs = append(f.Langs, view.Lang{Code: code, URL: here + "?lang=" + code})
		}
	}
	return f
}

// frameOf gives what every page of a recovery has.
func (s *Site) frameOf(ctx context.Context, v visit, r *rekey.Recovery) view.Frame {
	here := "/r/" + r.ID
	f := s.frame(v, here)
	f.Now, f.Version, f.Name, f.Ref = s.guide.NowFor(r), r.Version, nameOf(r), refOf(r.ID)
	f.Practice = r.Practice != nil
	f.EventsURL, f.StateURL = here+"/events", here+"/state"
	f.Notice = s.notice(r)
	f.Rename = &view.Entry{
		Do: view.Post(here + "/rename"), Name: "name", Label: view.T("rename.label"), Value: r.Name, Say: view.T("rename.do"), Quiet: true,
	}
	if s.remind != nil {
		f.RemindURL, f.Outside = here+pageReminders, len(s.remind.Ways()) > 0
	}
	if r.Practice != nil {
		f.Twin = s.twinOf(ctx, r)
	}
	return f
}

// refOf gives a recovery's number as people read it out: the first letters of its
// ID, "K4M-7TD".
func refOf(id string) string {
	up := strings.ToUpper(id)
	if len(up) < 6 {
		return up
	}
	return up[:3] + "-" + up[3:6]
}

// RefOf gives a recovery's number as pages show it.
func RefOf(id string) string { return refOf(id) }

// nameOf gives what the owner calls it, or else its model, or else its number.
func nameOf(r *rekey.Recovery) string {
	if r.Name != "" {
		return r.Name
	}
	if m := r.Model(); m != "" {
		return m
	}
	return refOf(r.ID)
}

// localPath gives path when it leads to a page of this site, and home otherwise:
// a form must not send people elsewhere.
func localPath(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(path, "\\\r\n") {
		return "/"
	}
	return u.Path
}
