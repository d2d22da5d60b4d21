package server

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/rehearse"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// logBuffer keeps a log that many goroutines write.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

// factoryTwin starts a recorder in the factory state and gives its address.
func factoryTwin(t *testing.T, devices *device.Devices, model string) string {
	t.Helper()
	return ownedTwin(t, devices, model, "")
}

// ownedTwin starts a recorder whose owner has set a password.
func ownedTwin(t *testing.T, devices *device.Devices, model string, password twin.Password) string {
	t.Helper()
	return bootingTwin(t, devices, model, password, 50*time.Millisecond)
}

// bootingTwin starts a recorder that takes its time to start.
func bootingTwin(t *testing.T, devices *device.Devices, model string, password twin.Password, boot time.Duration) string {
	t.Helper()
	return startedTwin(t, devices, model, password, boot, nil).Address()
}

func startedTwin(t *testing.T, devices *device.Devices, model string, password twin.Password, boot time.Duration, clock twin.Clock) *twin.Twin {
	t.Helper()
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	m, err := rehearse.TwinModel(cat, model, true)
	if err != nil {
		t.Fatal(err)
	}
	return startedAs(t, devices, twin.Config{Model: m, Seed: 7, BootTime: boot, Password: password, Clock: clock})
}

// startedAs starts a recorder, and says where it is found.
func startedAs(t *testing.T, devices *device.Devices, c twin.Config) *twin.Twin {
	t.Helper()
	tw, err := twin.New(c)
	if err == nil {
		err = tw.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tw.Close() })
	_, port, err := net.SplitHostPort(tw.DiscoveryAddress())
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	devices.Discovery(tw.Address(), n)
	return tw
}

// until loads the page again until it is the named one and has one of the forms,
// and gives that form's suffix.
func (b *browser) until(page string, forms ...string) string {
	b.t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); {
		b.get(b.url)
		for _, f := range forms {
			if _, _, has := b.form(f, nil); b.page() == page && has {
				return f
			}
		}
		select { // the recorder answers in its own time
		case <-time.After(20 * time.Millisecond):
		case <-b.t.Context().Done():
		}
	}
	b.t.Fatalf("still at %s (%s)", b.page(), b.say())
	return ""
}

func TestNetworkWayAgainstARecorder(t *testing.T) {
	const old = `p@ss#1 %&:;/ word`
	for _, tc := range []struct {
		model string
		again bool // the password made for a factory login is too short, and another is made
	}{{"AMDV7208", false}, {"AMDV8M8-H5", true}} {
		t.Run(tc.model, func(t *testing.T) {
			devices, log := device.New(device.Options{}), &logBuffer{}
			w := newWorld(t, func(c *guide.Config) {
				c.Devices, c.Log = devices, slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			})
			address := factoryTwin(t, devices, tc.model)
			b := w.browser()
			b.toGates("front").pressed()
			b.send("/clock", "reading", "2000-01-01 00:03").at("return").follow("?page=way").at("password")
			b.send("/way", "way", "network").at("password")
			secrets := []string{b.secret(), old}
			w.noSecretElsewhere(b)
			b.send("/wrote").at("gate").follow("/old").at("verify").send("/old", "password", old).at("gate")
			b.follow("?page=address").at("address").send("/point", "address", "8.8.8.8")
			if b.status != 422 || b.page() != "address" {
				t.Fatalf("status %d, page %s for a public address", b.status, b.page())
			}
			b.get(b.url).at("gate").follow("?page=address").at("address").send("/point", "address", address)
			if tc.again {
				b.at("verify").send("/password").at("password")
				secrets = append(secrets, b.secret())
				b.send("/wrote")
			} else {
				b.at("return").send("/try")
			}
			for tries := 0; b.until("password", "/go-finish", "/password") == "/password" && tries < 8; tries++ {
				b.send("/password").at("password") // the recorder did not take that one
				secrets = append(secrets, b.secret())
				b.send("/wrote")
			}
			b.send("/go-finish").at("finish").send("/end").at("finish")
			r := b.recovery()
			if r.Outcome != rekey.OutcomeRekeyed || !r.OldFails.Is || r.FactoryAttempts() > 1 || r.BadProofs() > 2 {
				t.Errorf("outcome %q, old fails %v, attempts %d, bad proofs %d", r.Outcome, r.OldFails, r.FactoryAttempts(), r.BadProofs())
			}
			b.follow("/record").at("record")
			records, err := w.store.ReadAll(context.Background(), 0, 1000)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range secrets {
				if len(s) < 6 {
					t.Fatalf("no password was shown: %q", secrets)
				}
				if strings.Contains(log.String(), s) || strings.Contains(b.text, s) {
					t.Error("a password is in the log or in the record")
				}
				for _, rec := range records {
					if bytes.Contains(rec.Data, []byte(s)) {
						t.Errorf("a password is in the event %s", rec.Type)
					}
				}
			}
		})
	}
}

func TestReportedTurnsToSeen(t *testing.T) {
	devices := device.New(device.Options{})
	w := newWorld(t, func(c *guide.Config) { c.Devices = devices })
	address := factoryTwin(t, devices, "AMDV7208")
	b := w.browser()
	b.toGates("front").pressed().send("/clock", "unknown", "yes").at("return")
	b.atScreen(false) // said, and not done: the recorder is still on the factory login
	url := b.url
	b.get(url+"?page=connect").at("gate").follow("?page=address").at("address").send("/point", "address", address)
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); {
		if r := b.get(url).recovery(); r.NewWorks.Known {
			break
		}
		select { // the recorder answers in its own time
		case <-time.After(20 * time.Millisecond):
		case <-t.Context().Done():
		}
	}
	r := b.recovery()
	if r.Proven() || r.Outcome != rekey.OutcomeReported || !r.NewWorks.Known || r.NewWorks.Is {
		t.Errorf("outcome %q, new works %v, although nobody set it", r.Outcome, r.NewWorks)
	}
	b.get(url).at("screen").follow("?done=wizard").at("screen").send("/set").at("gate") // it has to be set after all
}

func TestPasswordIsTriedOnceAfterALock(t *testing.T) {
	for _, tc := range []struct {
		typed   string
		outcome rekey.Outcome
		tried   int
	}{{"right pw#1", rekey.OutcomeSignedIn, 0}, {"wrong pw#1", "", 1}} {
		t.Run(tc.typed, func(t *testing.T) {
			devices := device.New(device.Options{})
			w := newWorld(t, func(c *guide.Config) { c.Devices = devices })
			address := ownedTwin(t, devices, "AMDV7208", "right pw#1")
			b := w.browser()
			b.get("/").send("/begin", "case", "unsure").send("/answer", "question", "owner", "answer", "mine")
			b.send("/answer", "question", "model", "answer", "AMDV7208").send("/answer", "question", "locked", "answer", "yes")
			b.send("/answer", "question", "account", "answer", "no").send("/answer", "question", "front", "answer", "yes")
			b.send("/choose", "route", "lockout-wait").at("card").follow("?page=once").at("card")
			b.send("/point", "address", "127.0.0.77:1").at("card").send("/point", "address", address).at("card")
			b.send("/old", "password", tc.typed)
			for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); {
				if r := b.get(b.url).recovery(); len(r.Proofs) > 0 {
					break
				}
				select { // the recorder answers in its own time
				case <-time.After(20 * time.Millisecond):
				case <-t.Context().Done():
				}
			}
			r := b.recovery()
			if r.Outcome != tc.outcome || r.BadProofs() != tc.tried || len(r.Tried) != tc.tried {
				t.Errorf("outcome %q, bad proofs %d, tried %v", r.Outcome, r.BadProofs(), r.Tried)
			}
		})
	}
}
