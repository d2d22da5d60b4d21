package site

import (
	"context"
	"net/http"
	"net/url"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// twinOf gives the practice recorder beside the guide, its actions leading to
// this site; nil when it is not there any more.
func (s *Site) twinOf(ctx context.Context, r *rekey.Recovery) *view.Twin {
	if s.practice == nil {
		return nil
	}
	t, err := s.practice.Twin(ctx, r.ID)
	if err != nil {
		if rekey.CodeOf(err) != rekey.CodeNotFound {
			s.log.Warn("practice recorder", "recovery", r.ID, "err", err)
		}
		return nil
	}
	at := "/r/" + r.ID + "/twin/"
	for act, a := range map[string]*view.Action{
		"press": &t.Press, "hands": &t.HandsGo, "by-hand": &t.ByHand, "three-days": &t.ThreeDay, "too-early": &t.TooEarly,
		"see-fail": &t.SeeFail, "screen": &t.Screen,
	} {
		if a.URL != "" {
			a.URL = at + act
		}
	}
	for i, c := range t.Cables {
		t.Cables[i].Do = view.Post(at+"cable", "cable", c.ID, "in", yesNo(!c.In))
	}
	for i, f := range t.Faults {
		t.Faults[i].Do = view.Post(at+"fault", "fault", f.ID, "on", yesNo(!f.On))
	}
	return &t
}

func yesNo(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// twin answers what a person does to the practice recorder: its button, cables
// and monitor. None of it is a command of the recovery.
func (s *Site) twin(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), r.PathValue("id")
	if s.practice == nil {
		return rekey.Errorf(rekey.CodeNotFound, "This rekey has no practice recorders")
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	rec, _, err := s.guide.Load(ctx, id)
	if err != nil {
		return err
	}
	if rec.Practice == nil {
		return rekey.Errorf(rekey.CodeNotFound, "This is not a practice recovery")
	}
	act := r.PathValue("act")
	if typed := view.ReadScreen(f.values); act == "screen" && typed.Secret && !s.visit(r).secure && !s.factoryLogin(typed) {
		return overPlainHTTP()
	}
	if act == SkipSeeFail {
		return s.seeFail(w, r, &rec)
	}
	if err := s.twinDo(ctx, id, act, f); err != nil {
		return err
	}
	if wantsJSON(r) {
		return s.writeLive(w, r, id)
	}
	return redirect(w, r, sameFace(r, "/r/"+id))
}

// factoryLogin reports whether what was typed at the screen is the login that
// everybody knows.
func (s *Site) factoryLogin(f view.ScreenForm) bool {
	login := s.guide.Rules().Factory
	return len(f.Fields) == 2 && f.Fields["user"].Reveal() == login.User && f.Fields["password"].Equal(secret.New(login.Password))
}

// overPlainHTTP is the answer to a password that would cross the network in clear.
func overPlainHTTP() error {
	return rekey.Errorf(rekey.CodeForbidden, "Over plain http no password is shown or taken").
		WithHint("Look at the computer for this step.")
}

// sameFace gives the page's address with the face that the person had turned to:
// what they do to the recorder beside it changes nothing about that.
func sameFace(r *http.Request, page string) string {
	from, err := url.Parse(r.Referer())
	if err != nil || from.Path != page || from.RawQuery == "" {
		return page
	}
	keep := url.Values{}
	for _, name := range []string{"page", "skip", "ask", "done"} {
		if v := from.Query().Get(name); oneWord(v) {
			keep.Set(name, v)
		}
	}
	if len(keep) == 0 {
		return page
	}
	return page + "?" + keep.Encode()
}

func (s *Site) twinDo(ctx context.Context, id, act string, f form) error {
	p := s.practice
	switch act {
	case "press":
		at, err := f.instant("at")
		if err != nil {
			return err
		}
		return p.Press(ctx, id, f.get("down") == "1", at)
	case "cable":
		return p.Cable(ctx, id, f.get("cable"), f.get("in") == "1")
	case "fault":
		return p.Fault(ctx, id, f.get("fault"), f.get("on") == "1")
	case "screen":
		return p.Screen(ctx, id, view.ReadScreen(f.values))
	case SkipHands, SkipByHand, SkipThreeDays, SkipTooEarly:
		return p.Skip(ctx, id, act)
	}
	return rekey.Errorf(rekey.CodeNotFound, "A practice recorder has no %q", act)
}

// seeFail begins another practice on the same kind of recorder, one that keeps its
// memory whatever is done: what a drain looks like that does not work.
func (s *Site) seeFail(w http.ResponseWriter, r *http.Request, rec *rekey.Recovery) error {
	button := "front"
	if rec.Route == rekey.RouteDrainRest {
		button = "none"
	}
	id, err := s.practice.Start(r.Context(), button, []string{"coin-cell"})
	if err != nil {
		return err
	}
	if err := s.startOn(r.Context(), id, button); err != nil {
		return err
	}
	return redirect(w, r, "/r/"+id)
}

// practicePage chooses what to rehearse.
func (s *Site) practicePage(w http.ResponseWriter, r *http.Request) error {
	if s.practice == nil {
		return rekey.Errorf(rekey.CodeNotFound, "This rekey has no practice recorders")
	}
	v, yes := s.visit(r), true
	rows, err := s.guide.List(r.Context(), rekey.ListFilter{Open: true, Practice: &yes, Limit: homeRows})
	if err != nil {
		return err
	}
	p := view.Practice{Frame: s.frame(v, "/practice"), FormURL: "/practice", Open: s.open(rows)}
	p.Practice = true
	p.Front, p.Rest = view.Post("/practice"), view.Post("/practice") // the button that was pressed says which
	for _, fault := range s.practice.Faults() {
		p.Faults = append(p.Faults, view.Fault{ID: fault})
	}
	return s.write(w, r, p, plainPage)
}

// practiceStart begins a practice recovery and brings it to its first page.
func (s *Site) practiceStart(w http.ResponseWriter, r *http.Request) error {
	if s.practice == nil {
		return rekey.Errorf(rekey.CodeNotFound, "This rekey has no practice recorders")
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	button := f.get("button")
	if button != "front" && button != "none" {
		return rekey.Errorf(rekey.CodeInvalid, "%q is not a recorder to practice on", button)
	}
	id, err := s.practice.Start(r.Context(), button, f.values["fault"])
	if err != nil {
		return err
	}
	if err := s.startOn(r.Context(), id, button); err != nil {
		return err
	}
	return redirect(w, r, "/r/"+id)
}
