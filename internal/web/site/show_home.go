package site

import (
	"net/http"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// homeRows is how many recoveries the home page lists.
const homeRows = 8

// home is the first page.
func (s *Site) home(w http.ResponseWriter, r *http.Request) error {
	v := s.visit(r)
	limit := homeRows
	if r.URL.Query().Get("all") != "" {
		limit = 500
	}
	rows, err := s.guide.List(r.Context(), rekey.ListFilter{Limit: limit + 1})
	if err != nil {
		return err
	}
	p := view.Home{
		Frame:  s.frame(v, "/"),
		Front:  view.Post("/begin", "case", "front"),
		Rest:   view.Post("/begin", "case", "rest"),
		Unsure: view.Post("/begin", "case", "unsure"),
		Steps:  view.Link("/steps"),
	}
	if s.practice != nil {
		p.Rehearse = view.Link("/practice")
	}
	if len(rows) > limit {
		all, err := s.guide.List(r.Context(), rekey.ListFilter{Limit: 500})
		if err != nil {
			return err
		}
		p.MoreURL, p.MoreCount, rows = "/?all=1", len(all)-limit, rows[:limit]
	}
	p.Open = s.open(rows)
	return s.write(w, r, p, plainPage)
}

// open turns rows of the list into lines of the home page.
func (s *Site) open(rows []rekey.Summary) []view.Open {
	var list []view.Open
	for _, row := range rows {
		o := view.Open{Name: row.Name, Ref: refOf(row.ID), URL: "/r/" + row.ID, Practice: row.Practice, Next: row.Next}
		if o.Name == "" {
			o.Name = row.Model
		}
		if o.Name == "" {
			o.Name = o.Ref
		}
		o.What, o.Known, o.Mark = s.openLine(row)
		if row.Practice { // its moments are on its twin's clock
			o.Next = time.Time{}
		}
		list = append(list, o)
	}
	return list
}

func (s *Site) openLine(row rekey.Summary) (what view.Text, known view.Known, mark view.Text) {
	switch rekey.Outcome(row.Outcome) {
	case rekey.OutcomeRekeyed:
		return view.T("open.done"), view.Seen, view.T("known.seen")
	case rekey.OutcomeReported:
		return view.T("open.reported"), view.Said, view.T("known.said")
	case "":
	default:
		return view.T("record.outcome." + outcomeText(rekey.Outcome(row.Outcome))), "", view.Text{}
	}
	switch rekey.Stage(row.Stage) {
	case rekey.StageCoach:
		if row.Next.IsZero() {
			return view.T("coach.paused.say"), "", view.T("open.paused")
		}
		return view.T("open.coach.running"), "", view.Text{}
	case rekey.StageRest:
		if row.Next.IsZero() {
			return view.T("open.rest.ready"), "", view.Text{}
		}
		return view.T("open.rest", "Day", row.Next), "", view.Text{}
	case rekey.StageReturn:
		return view.T("open.return"), "", view.Text{}
	case rekey.StageQuiet:
		return view.T("open.locked"), "", view.Text{}
	case rekey.StageRoute:
		if row.Route == string(rekey.RouteSupport) {
			return view.T("open.support"), "", view.Text{}
		}
		return view.T("route." + row.Route + ".name"), "", view.Text{}
	case rekey.StagePassword:
		return view.T("open.password"), view.NotYet, view.T("known.notyet")
	case rekey.StageClosing, rekey.StageFinish:
		return view.T("finish.title"), "", view.Text{}
	}
	return view.T("open.begun"), "", view.Text{}
}

// outcomeText gives the outcome as the texts name it.
func outcomeText(o rekey.Outcome) string {
	if o == "" || o == rekey.OutcomeWait {
		return "open"
	}
	return string(o)
}

// steps is both procedures on one page.
func (s *Site) steps(w http.ResponseWriter, r *http.Request) error {
	f := s.frame(s.visit(r), "/steps")
	p := stepsOf(s.guide.Catalog(), f)
	p.Front, p.Rest = view.Post("/begin", "case", "front"), view.Post("/begin", "case", "rest")
	p.Sheet = view.Link(sheetPath)
	return s.write(w, r, p, plainPage)
}

// stepsOf fills both procedures with the catalogue's numbers.
func stepsOf(cat *catalog.Catalog, f view.Frame) view.Steps {
	rules := cat.Rules()
	src, _ := cat.Source("S")
	own, _ := cat.Source(rekey.SourceRekey)
	p := view.Steps{
		Frame: f, HoldSeconds: rules.Cadence.Hold, WaitSeconds: rules.Cadence.Wait,
		RunMinutes: rules.Cadence.Run / 60, Presses: rules.Cadence.Presses,
		RestHoursMin: int(rules.Rest.Min.Hours()), RestHoursAdvised: int(rules.Rest.Advised.Hours()),
		User: rules.Factory.User, Password: rules.Factory.Password,
		Source:   view.Source{Title: view.T("source.s"), Date: src.Date, Confidence: string(rekey.Reported), Note: view.T("source.s.note")},
		Own:      view.Source{Title: view.T("source.r"), Date: own.Date, Confidence: string(rekey.Inferred)},
		Articles: []view.Article{{Title: src.Title, URL: src.URL}},
		Printed:  f.Now,
	}
	if m, ok := cat.Source("M"); ok {
		p.Articles = append(p.Articles, view.Article{Title: m.Title, URL: m.URL})
	}
	return p
}
