package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"time"
	_ "time/tzdata" // the reader's time zone has to be known where the system lists none

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/config"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/recorder/lan"
	"github.com/rekey-dvr/rekey/internal/rehearse/practice"
	"github.com/rekey-dvr/rekey/internal/remind"
	"github.com/rekey-dvr/rekey/internal/server"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/site"
)

// serveCmd serves the guide until it is interrupted.
type serveCmd struct {
	config.Flags
	config.ServeFlags
	config.ReminderFlags
	Once bool `name:"once" help:"End after the first page that was answered; ask for it when nobody does."`
}

// Help is shown by --help.
func (serveCmd) Help() string {
	return `Example: rekey serve --listen 127.0.0.1:8080

It stays until Ctrl-C, which is how it is meant to end: the exit code is then 0.`
}

// Environment variables that only tests set. Real recoveries need neither.
const (
	envPace     = "REKEY_TESTONLY_PACE"     // how fast the guide's clock runs; 1 is real time
	envIface    = "REKEY_TESTONLY_IFACE"    // the one network interface that is searched; empty is every one
	envMaxPages = "REKEY_TESTONLY_MAXPAGES" // pages of 4,096 bytes that the store may have
)

// practiceDir is where the practice recorders are kept in the data folder.
const practiceDir = "practice"

// Run serves the guide. An interrupt is its proper end and no failure.
func (c serveCmd) Run(p *process) error {
	c.Flags.Serving, c.Flags.Reminders = c.ServeFlags, c.ReminderFlags
	settings, err := config.Load(c.Flags, p.getenv)
	if err != nil {
		return err
	}
	s, err := p.openServing(settings)
	if err != nil {
		return err
	}
	defer s.close()
	ln, err := net.Listen("tcp", settings.Listen)
	if err != nil {
		return rekey.Errorf(rekey.CodeInvalid, "rekey cannot listen on %s", settings.Listen).
			WithHint("Is another rekey running? Choose another port with --listen, for example 127.0.0.1:0.").Wrap(err)
	}
	ctx, cancel := context.WithCancel(p.ctx)
	defer cancel()
	if c.Once {
		s.config.OnPage = cancel
		go askOnce(ctx, ln.Addr())
	}
	return s.serve(ctx, p, ln, settings)
}

// serving is everything that a served guide is made of.
type serving struct {
	data     *data
	lock     *folderLock
	guide    *guide.Guide
	practice *practice.Practice
	outlet   *remind.Outlet
	sender   *remind.Deliverer
	site     *site.Site
	config   server.Config
}

func (p *process) openServing(settings config.Settings) (_ *serving, err error) {
	clock, options, err := p.testKnobs()
	if err != nil {
		return nil, err
	}
	log := p.logger(settings.Log)
	s := &serving{}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	cat, err := p.catalog()
	if err != nil {
		return nil, err
	}
	if s.data, err = openData(p.ctx, settings, log, options, device.Options{}); err != nil {
		return nil, err
	}
	if s.lock, err = lockFolder(settings.Data); err != nil {
		return nil, err
	}
	if err := p.offerUnlock(s.data.vault); err != nil {
		return nil, err
	}
	s.practice, err = practice.Open(practice.Config{
		Dir: filepath.Join(settings.Data, practiceDir), Catalog: cat, Devices: s.data.devices, Log: log,
	})
	if err != nil {
		return nil, err
	}
	pacer, err := lan.NewPacer(lan.Pace{})
	if err != nil {
		return nil, err
	}
	finder := device.Finder{Pacer: pacer}
	if name := p.getenv(envIface); name != "" {
		finder.Interfaces = []string{name}
	}
	if clock == nil {
		clock = wallClock{}
	}
	if s.outlet, err = s.data.outlet(settings, clock); err != nil {
		return nil, err
	}
	s.data.outbox = s.outlet
	if s.guide, err = s.data.guide(p, clock, s.practice.Clock, finder); err != nil {
		return nil, err
	}
	s.sender = s.data.deliverer(s.outlet, s.guide)
	if err := s.guide.Resume(p.ctx); err != nil { // before anything else may touch a recovery
		return nil, err
	}
	if err := s.data.firmware().Tidy(p.ctx, s.guide, 0); err != nil { // the next file that comes asks again
		log.Warn("firmware files", "err", err)
	}
	s.practice.Attach(p.ctx, s.guide)
	door := server.NewDoor(server.DoorConfig{})
	s.site = site.New(site.Config{
		Version: buildVersion(),
		Guide:   s.guide, Renderer: web.NewRenderer(), Practice: s.practice, Phone: door, Vault: s.data.vault, Reminders: s.outlet, Log: log,
		Settings: s.data.settings(cat), Firmware: s.data.firmware(), Records: s.data.records, Lang: settings.Lang,
	})
	s.config = server.Config{Site: s.site, Door: door, Log: log}
	return s, nil
}

// serve answers until ctx ends, while due moments and watched recorders are looked
// after.
func (s *serving) serve(ctx context.Context, p *process, ln net.Listener, settings config.Settings) error {
	ctx, cancel := context.WithCancel(ctx)
	var work sync.WaitGroup
	work.Go(func() { _ = s.guide.Run(ctx) })   // it ends with ctx only
	work.Go(func() { _ = s.guide.Watch(ctx) }) // so does this
	work.Go(func() { s.sender.Run(ctx) })
	defer work.Wait()
	defer cancel()
	url := "http://" + browserHost(ln.Addr()) + "/"
	s.lock.serves(url)
	if _, err := fmt.Fprintf(p.stdout, "Your data lie in %s\nOpen %s\n", settings.Data, url); err != nil {
		_ = ln.Close()
		return err
	}
	if settings.Open && p.getenv("CI") == "" && p.watched {
		openBrowser(url)
	}
	return server.New(s.config).Run(ctx, ln)
}

// close ends what is open, in the order in which one needs the other.
func (s *serving) close() {
	if s.site != nil {
		s.site.Close()
	}
	if s.guide != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		s.guide.Close(ctx)
		cancel()
	}
	if s.practice != nil {
		if err := s.practice.Close(); err != nil {
			s.data.log.Warn("practice", "err", err)
		}
	}
	if s.data != nil {
		if err := s.data.store.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
			s.data.log.Error("store", "err", err)
		}
	}
	if s.lock != nil { // last: nothing of this process may go on after another has begun
		s.lock.release()
	}
}

// records gives the entries of a recovery in the event log.
func (d *data) records(ctx context.Context, id string) ([]rekey.Record, error) {
	return d.store.Load(ctx, rekey.StreamID(rekey.RecoveryPrefix+id), 0)
}

// browserHost gives the address that a browser on this computer can open.
func browserHost(a net.Addr) string {
	t, ok := a.(*net.TCPAddr)
	if ok && t.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(t.Port))
	}
	return a.String()
}

// openBrowser opens the address in the person's browser. Where there is none, the
// printed address has to do.
func openBrowser(url string) {
	name, args := "xdg-open", []string{url}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", url}
	}
	cmd := exec.Command(name, args...)
	if cmd.Start() == nil {
		go func() { _ = cmd.Wait() }() // so that no zombie stays; how it ended is of no interest
	}
}

// testKnobs reads what only tests set.
func (p *process) testKnobs() (guide.Clock, sqlite.Options, error) {
	var o sqlite.Options
	if v := p.getenv(envMaxPages); v != "" {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n < 0 {
			return nil, o, rekey.Errorf(rekey.CodeInvalid, "%s is not a number of pages", envMaxPages)
		}
		o.MaxPageCount = n
	}
	v := p.getenv(envPace)
	if v == "" {
		return nil, o, nil
	}
	pace, err := strconv.ParseFloat(v, 64)
	if err != nil || pace <= 0 || pace > 1e6 {
		return nil, o, rekey.Errorf(rekey.CodeInvalid, "%s is not a pace", envPace)
	}
	return pacedClock{start: time.Now(), pace: pace}, o, nil
}

// pacedClock runs faster or slower than this computer's clock, from now on.
type pacedClock struct {
	start time.Time
	pace  float64
}

// Now gives the time on the paced clock.
func (c pacedClock) Now() time.Time {
	return c.start.Add(time.Duration(float64(time.Since(c.start)) * c.pace))
}
