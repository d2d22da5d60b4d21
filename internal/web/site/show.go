package site

import (
	"context"
	"net/http"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// showing is a recovery on its way to a page.
type showing struct {
	*Site
	ctx   context.Context
	v     visit
	r     rekey.Recovery
	now   time.Time
	ask   ask
	frame view.Frame
	url   string // of the recovery

	reveal bool                 // the new password was asked to be shown
	shown  secret.String        // the new password, on the one page that shows it
	wrong  map[string]view.Text // what is wrong with a field, by its name
	typed  form                 // what was typed, when a form is shown again
	file   inspected            // on the page of a firmware file
}

// page answers with the page that the recovery is at.
func (s *Site) page(w http.ResponseWriter, r *http.Request) error {
	sh, err := s.showingOf(r)
	if err != nil {
		return err
	}
	if sh.ask.page == "reminders" {
		return redirect(w, r, "/r/"+sh.r.ID+pageReminders)
	}
	return sh.send(w, r, http.StatusOK)
}

func (s *Site) showingOf(r *http.Request) (*showing, error) {
	rec, err := s.guide.Touch(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	sh := &showing{Site: s, ctx: r.Context(), v: s.visit(r), r: rec, ask: askOf(r.URL.Query())}
	if rec.Stage == rekey.StageRoute && rec.Route == rekey.RouteLockoutWait {
		if sh.ask.waited, err = s.waited(r.Context(), rec.ID); err != nil {
			return nil, err
		}
	}
	return sh, nil
}

// waited reports whether a quiet time has ended since the way was chosen.
func (s *Site) waited(ctx context.Context, id string) (bool, error) {
	_, events, err := s.guide.Load(ctx, id)
	if err != nil {
		return false, err
	}
	ended := false
	for _, e := range events {
		switch e.Body.(type) {
		case rekey.RouteChosen:
			ended = false
		case rekey.QuietEnded:
			ended = true
		}
	}
	return ended, nil
}

// send writes the page that the recovery is at.
func (sh *showing) send(w http.ResponseWriter, r *http.Request, status int) error {
	sh.now = sh.guide.NowFor(&sh.r)
	_, sh.ask.read = sh.targets.get(sh.r.ID)
	sh.ask.file = sh.file.file.Kind != ""
	at := placeOf(sh.guide.Rules(), &sh.r, sh.now, sh.ask)
	how := plainPage
	if (sh.reveal || sh.ask.page == "tried" || sh.ask.page == "secrets" && len(sh.wrong) == 0) && status == http.StatusUnprocessableEntity { // it was asked for: nothing is wrong
		status = http.StatusOK
	}
	if at == (place{pagePassword, "show"}) || sh.reveal {
		how = secretPage
		if r.Method == http.MethodHead { // nobody reads it: nothing is shown
			return nil
		}
		if err := sh.unseal(); err != nil {
			return err
		}
	}
	sh.frame = sh.frameOf(sh.ctx, sh.v, &sh.r)
	sh.url = sh.frame.Here
	if wrong, is := sh.wrong["name"]; is {
		sh.frame.Rename.Wrong, sh.frame.Rename.Value = wrong, sh.typed.get("name")
	}
	if how == secretPage { // two devices here must not make each other load, and reveal, again
		sh.frame.EventsURL, sh.frame.StateURL = "", ""
	}
	if at.page == pageRecord {
		return sh.sendRecord(w, r)
	}
	return sh.writeAs(w, r, status, sh.view(at), how)
}

// unseal takes the new password out of the vault, where it may be shown at all.
func (sh *showing) unseal() error {
	if !sh.v.secure || sh.r.Password == nil || sh.r.Password.N == 0 {
		return nil
	}
	pw, after, err := sh.guide.Reveal(sh.ctx, sh.r.ID)
	if err != nil {
		return err
	}
	sh.shown, sh.r = pw, after
	return nil
}

// view makes what the page shows.
func (sh *showing) view(at place) view.Page {
	switch at.page {
	case pageTriage:
		return sh.triage(at.face)
	case pageRoutes:
		return sh.routes()
	case pageBefore:
		return sh.before()
	case pageGate:
		return sh.gate(at.face)
	case pageCoach:
		return sh.coach(view.CoachStatus(at.face))
	case pageRest:
		return sh.rest(at.face)
	case pageReturn:
		return sh.powerOn(at.face)
	case pageAddress:
		return sh.address(at.face)
	case pageVerify:
		return sh.verify(at.face)
	case pageWait:
		return sh.quiet(at.face)
	case pageScreen:
		return sh.screen(at.face)
	case pagePassword:
		return sh.password(at.face)
	case pageCard:
		return sh.card(at.face)
	case pageTask:
		return sh.task(at.face)
	case pageSetup:
		return sh.setup(at.face)
	case pageFollow:
		return sh.follow()
	case pageFirmware:
		return sh.firmware(at.face)
	case pageSnapshots:
		return sh.snapshots()
	}
	return sh.finish()
}

// post makes the form of a command of this recovery.
func (sh *showing) post(command string, pairs ...string) view.Action {
	return view.Post(sh.url+"/"+command, pairs...)
}

// turn makes a link to another face of the recovery's page.
func (sh *showing) turn(page string) view.Action { return view.Link(sh.url + "?page=" + page) }

// stepOf gives the bit of the progress key that a page belongs to.
func (sh *showing) at(step int) view.Frame {
	f := sh.frame
	f.Step = step
	return f
}

// sourceS is the source of both drains; place is where in it.
func (sh *showing) sourceS() *view.Source {
	src, _ := sh.guide.Catalog().Source("S")
	return &view.Source{Title: view.T("source.s"), Date: src.Date, Confidence: string(rekey.Reported), Note: view.T("source.s.note")}
}

func sourceR() *view.Source {
	return &view.Source{Title: view.T("source.r"), Confidence: string(rekey.Inferred)}
}

func fold(title string, body ...string) view.Fold {
	f := view.Fold{Title: view.T(title)}
	for _, key := range body {
		f.Body = append(f.Body, view.T(key))
	}
	return f
}
