package firmware_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/firmware"
	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/twin/image"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newer is what the twins are brought.
var newer = wire.Practice{Board: "HCVR5x08-S2", OEM: "SV10003", Standard: "N", Version: "3.200.AC04.6", Release: "R", Date: "2016-05-05"}

const (
	older    = "3.200.AC04.5"
	password = "tulip4"
)

// stand is a twin on a stepped clock, with a file for it.
type stand struct {
	*testing.T
	tw    *twin.Twin
	clock *twin.Stepped
	file  []byte
	name  string
	see   firmware.Inspection
	dir   string
	plan  firmware.Plan
	finds bool // as the command does: discovery is asked, which says the version; and no word of the recorder is missed
}

func newStand(t *testing.T, change func(*twin.Config)) *stand {
	t.Helper()
	clock := twin.NewStepped(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	cfg := twin.Config{Clock: clock, Password: password, Services: []twin.Service{twin.ServiceWeb, twin.ServiceDiscovery},
		Model: twin.Model{SKU: "AMDV7208", Board: "HCVR5x08-S2", OEM: "SV10003", Standard: "N"}}
	if change != nil {
		change(&cfg)
	}
	tw, err := twin.New(cfg)
	if err == nil {
		err = tw.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tw.Close() })
	s := &stand{T: t, tw: tw, clock: clock, dir: t.TempDir()}
	s.bring(newer)
	return s
}

// bring makes the file that is installed.
func (s *stand) bring(what wire.Practice) {
	spec := image.Spec{For: what, Size: 40 << 10}
	s.file, s.name = spec.Bytes(), spec.Name()
	s.see = firmware.Inspect(bytes.NewReader(s.file), int64(len(s.file)), s.name)
}

// answers are those of somebody who has done everything.
var answers = firmware.Answers{Power: true, Snapshot: "kept"}

// known is the catalog, read once: it is the same for hundreds of installations.
var known = sync.OnceValues(catalog.Load)

func (s *stand) catalog() *catalog.Catalog {
	c, err := known()
	if err != nil {
		s.Fatal(err)
	}
	return c
}

// port is the client's access as the room names it, with few settings to read.
type port struct{ *recorder.Access }

func (p port) Software(ctx context.Context) (string, string, error) {
	v, err := p.Access.Software(ctx)
	return v.Version, v.BuildDate, err
}

func (p port) Upgrade(ctx context.Context) (string, int, error) {
	u, err := p.Access.Upgrade(ctx)
	return u.State, u.Progress, err
}

func (p port) SettingNames(context.Context) ([]string, error) {
	return []string{"General", "Network", "NTP"}, nil
}

var errNotIn = errors.New("no login")

// install is one run of rekey: it signs in, plans, and runs what there is to do. cutter
// may be nil. Time goes on while it waits.
func (s *stand) install(ctx context.Context, c *cutter) ([]firmware.Result, error) {
	client := &recorder.Client{Address: s.tw.Address(), DVRIPPort: -1, DHIPPort: -1, DiscoveryPort: -1,
		Timeout: 5 * time.Second, ConnectTimeout: time.Second}
	if c != nil {
		client.DialContext = c.dial
	}
	o := client.ProveCGI(ctx, "admin", secret.New(password))
	a, err := client.Access(o, "admin", secret.New(password))
	if err != nil {
		return nil, errors.Join(errNotIn, o.Err)
	}
	v, err := a.Software(ctx)
	if err != nil {
		return nil, errors.Join(errNotIn, err)
	}
	facts := firmware.Facts{Model: "AMDV7208", Serial: s.tw.Model().Serial, Version: v.Version, Build: v.BuildDate, Standard: "NTSC", Practice: true}
	plan, no := firmware.Install(s.see, facts, answers, s.catalog())
	if len(no) > 0 {
		s.Fatalf("%+v", no)
	}
	s.plan = plan
	journal, err := firmware.OpenJournal(s.dir, plan)
	if err != nil {
		return nil, err
	}
	through := false
	job := firmware.Job{
		Tell:     func(n firmware.Progress) { through = n.State == twin.UpdateSucceeded },
		Recorder: port{a},
		Present: func(ctx context.Context) (string, string, string, error) {
			plain := &recorder.Client{Address: s.tw.Address(), DVRIPPort: -1, DHIPPort: -1, DiscoveryPort: -1, Timeout: time.Second, ConnectTimeout: time.Second, DialContext: client.DialContext}
			if _, port, _ := net.SplitHostPort(s.tw.DiscoveryAddress()); s.finds {
				plain.DiscoveryPort, _ = strconv.Atoi(port)
			}
			id, err := plain.Identify(ctx)
			return "", id.Serial, id.Firmware, err
		},
		Image: func() (io.Reader, int64, error) { return firmware.Payload(bytes.NewReader(s.file), s.see) },
		Now:   s.clock.Now,
		Wait: func(ctx context.Context, d time.Duration) error {
			if !s.finds || through {
				d = 15 * time.Second // polls are for people; a test has fewer
			}
			s.clock.Advance(d)
			return ctx.Err()
		},
	}
	var steps []string
	for _, st := range plan.Steps() {
		steps = append(steps, st.ID)
	}
	return journal.Run(ctx, plan, steps, job, nil)
}
