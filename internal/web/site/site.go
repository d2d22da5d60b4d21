package site

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/settings"
	"github.com/rekey-dvr/rekey/internal/guide/updates"
	"github.com/rekey-dvr/rekey/internal/web"
)

// Config is what a site is made of. Guide and Renderer are required.
type Config struct {
	Guide    *guide.Guide
	Renderer *web.Renderer
	Practice Practice         // nil: no practice recorders
	Phone    Phone            // nil: no other device can join
	Settings *settings.Worker // of set-ups and restores, as the guide has it; nil: no snapshots
	Firmware updates.Folder   // where files go that are to be sent, as the guide's worker has it; "": rekey sends none
	Vault    Vault            // nil: one that is never locked
	Log      *slog.Logger

	Reminders Reminders // nil: no reminders but the calendar file

	// Records gives a recovery's entries in the event log, for the service record and
	// its files; nil leaves out the files and the chain.
	Records func(ctx context.Context, id string) ([]rekey.Record, error)

	// Lang is the language where nobody chose another; "" or "auto" means what
	// the browser asks for.
	Lang string

	Version string // of rekey, for what is kept outside of it; "" says nothing

	// Zone is the time zone of readers whose browser did not tell theirs; nil
	// means this computer's.
	Zone *time.Location
}

// Site answers for the guide's pages and forms. It may be used by many
// goroutines. Effects that a form allows are carried out in the background;
// Close waits for them.
type Site struct {
	guide    *guide.Guide
	pages    *web.Renderer
	practice Practice
	phone    Phone
	remind   Reminders
	vault    Vault
	log      *slog.Logger
	records  func(context.Context, string) ([]rekey.Record, error)
	lang     string
	version  string
	zone     *time.Location

	settings *settings.Worker
	files    updates.Folder
	targets  targets

	life context.Context // ends at Close
	end  context.CancelFunc
	work sync.WaitGroup
	jobs chan struct{} // one place for each effect that runs

	inspects chan struct{} // one place for each firmware file that is looked at
	keeping  sync.Mutex    // of one at a time that is kept

	mu       sync.Mutex
	running  map[string]bool  // recoveries whose effects run; true: again afterwards
	troubles map[string]error // why the last run of a recovery stopped
}

// maxJobs bounds the recoveries whose effects run at the same time.
const maxJobs = 16

// New makes a site.
func New(c Config) *Site {
	s := &Site{
		guide: c.Guide, pages: c.Renderer, practice: c.Practice, phone: c.Phone, remind: c.Reminders, vault: c.Vault, log: c.Log,
		settings: c.Settings, files: c.Firmware, records: c.Records, lang: c.Lang, zone: c.Zone, version: c.Version,
		jobs: make(chan struct{}, maxJobs), inspects: make(chan struct{}, maxInspects), running: map[string]bool{}, troubles: map[string]error{},
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.zone == nil {
		s.zone = time.Local
	}
	if s.lang == "auto" {
		s.lang = ""
	}
	s.life, s.end = context.WithCancel(context.Background())
	return s
}

// Close ends the streams that are open and waits until every effect that was
// begun has been settled.
func (s *Site) Close() {
	s.end()
	s.work.Wait()
}

// Assets serves the files that pages link to, below [web.AssetPath].
func (s *Site) Assets() http.Handler { return s.pages.Assets() }

// Handler answers one request. An error is turned into a response by whoever
// serves it (package server); a handler that returns one has written nothing.
type Handler func(http.ResponseWriter, *http.Request) error

// Routes gives every address of the site but the assets, as patterns of
// [http.ServeMux].
func (s *Site) Routes() map[string]Handler {
	routes := map[string]Handler{
		"GET /{$}":                      s.home,
		"POST /begin":                   s.begin,
		"GET /steps":                    s.steps,
		"GET " + sheetPath:              s.sheet,
		"GET /phone":                    s.phonePage,
		"POST /phone/open":              s.phoneOpen,
		"POST /phone/close":             s.phoneClose,
		"GET /practice":                 s.practicePage,
		"POST /practice":                s.practiceStart,
		"GET /r/{id}":                   s.page,
		"GET /r/{id}/tag":               s.tag,
		"GET /r/{id}/record":            s.record,
		"GET /r/{id}/record.pdf":        s.recordFile,
		"GET /r/{id}/record.html":       s.recordFile,
		"GET /r/{id}/record.json":       s.recordFile,
		"GET /r/{id}/old":               s.old,
		"GET /r/{id}/state":             s.state,
		"GET /r/{id}/events":            s.events,
		"GET /r/{id}/calendar.ics":      s.calendar,
		"GET /r/{id}/reminders":         s.remindersPage,
		"GET /push.js":                  s.pushWorker,
		"POST /r/{id}/twin/{act}":       s.twin,
		"POST /r/{id}/firmware-inspect": s.inspect,
		"GET /r/{id}/snapshot/{hash}":   s.snapshotFile,
		"GET /r/{id}/{command}":         s.formPage,
		"POST /r/{id}/{command}":        s.command,

		"GET /unlock":             s.unlockPage,
		"POST /unlock":            s.unlock,
		"GET /handover":           s.handOverPage,
		"POST /handover":          s.handOver,
		"GET /r/{id}/kept":        s.kept,
		"POST /r/{id}/kept/{act}": s.keptDo,
		"GET /r/{id}/keycard":     s.keyCard,
		"GET /r/{id}/keycard.pdf": s.keyCardPDF,
	}
	for pattern, h := range routes {
		routes[pattern] = s.asksToUnlock(h)
	}
	return routes
}
