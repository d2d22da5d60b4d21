// Package device joins the guide's port for recorders with the recorder client.
package device

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// Options are what every client of a recorder is made with. The zero value is
// right for real recorders.
type Options struct {
	Timeout       time.Duration // of one exchange; 0 is the client's own
	DiscoveryWait time.Duration // 0 is the client's own
	DiscoveryPort int           // 0 is the recorders' own port
	DVRIPPort     int           // see [recorder.Client]
	Fingerprint   string        // of the certificate the owner agreed to
	AllowBasic    bool          // the owner's consent to a readable password
	OnRequest     func(recorder.RequestInfo)
	OnResponse    func(recorder.ResponseInfo)
}

// Devices implements [guide.Devices]. It may be used by many goroutines.
type Devices struct {
	options Options

	mu    sync.Mutex
	ports map[string]int
}

// New makes Devices.
func New(o Options) *Devices { return &Devices{options: o, ports: map[string]int{}} }

// Discovery says at which UDP port the recorder at an address answers discovery,
// where that is not the usual one: twins that share an address have their own.
func (d *Devices) Discovery(address string, port int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ports[address] = port
}

// DiscoveryAt says the same with the whole address of discovery, host:port; one
// that is none changes nothing.
func (d *Devices) DiscoveryAt(address, discovery string) {
	if at, err := netip.ParseAddrPort(discovery); err == nil {
		d.Discovery(address, int(at.Port()))
	}
}

// At gives the recorder at an address. The address is checked for being on a
// local network now, as far as it is one, and as a name when it is first used.
func (d *Devices) At(address string) (guide.Device, error) {
	address = strings.TrimSpace(address)
	bare, _ := strings.CutPrefix(address, "https://")
	bare = strings.TrimSuffix(bare, "/")
	host, port := bare, "80"
	if h, p, err := net.SplitHostPort(bare); err == nil {
		host, port = h, p
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 || host == "" || len(address) > 255 || strings.ContainsAny(bare, "/@ ?#") {
		return nil, rekey.Errorf(rekey.CodeInvalid, "%q is not the address of a recorder", address).
			WithHint("Type an address like 192.168.1.108, with :port if it is not 80, or https://192.168.1.108.")
	}
	if a, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil && !recorder.LocalAddr(a) {
		return nil, Explain(address, &recorder.Error{Op: "identify", Kind: recorder.PublicAddress})
	}
	d.mu.Lock()
	search, own := d.ports[address]
	d.mu.Unlock()
	if !own {
		search = d.options.DiscoveryPort
	}
	return &device{address: address, client: &recorder.Client{
		Address: address, DiscoveryPort: search, Timeout: d.options.Timeout,
		DiscoveryWait: d.options.DiscoveryWait, DVRIPPort: d.options.DVRIPPort,
		Fingerprint: d.options.Fingerprint, AllowBasic: d.options.AllowBasic,
		OnRequest: d.options.OnRequest, OnResponse: d.options.OnResponse,
	}}, nil
}

type device struct {
	address string
	client  *recorder.Client
}

// Identify implements [guide.Device].
func (d *device) Identify(ctx context.Context) (guide.Sighting, error) {
	seen, err := d.client.Identify(ctx)
	if err != nil {
		return guide.Sighting{}, Explain(d.address, err)
	}
	via := guide.ViaWeb
	if seen.Sources.Discovery != nil {
		via = guide.ViaDiscovery
	}
	sighting := guide.Sighting{Via: via, Certificate: seen.Sources.Certificate, Identity: rekey.Identity{
		Address: d.address, Model: seen.Model, Serial: seen.Serial, MAC: seen.MAC, Firmware: seen.Firmware,
		Generation: generation(seen.Generation), State: rekey.InitState(seen.State),
	}}
	if to := seen.Sources.Redirect; to != nil {
		sighting.SendsTo = to.Host
	}
	return sighting, nil
}

func generation(g recorder.Generation) rekey.Generation {
	if g == recorder.GenerationUnknown {
		return rekey.GenUnknown
	}
	return rekey.Generation(g)
}

// Prove implements [guide.Device].
func (d *device) Prove(ctx context.Context, account string, password secret.String) (guide.Judgement, guide.Session) {
	o := d.client.Prove(ctx, account, password)
	j := guide.Judgement{Outcome: outcomes[o.Verdict], Err: o.Err}
	if o.TriesKnown {
		j.TriesLeft = &o.TriesLeft
	}
	if o.LockKnown && o.Verdict == recorder.AccountLocked {
		j.LockedFor = &o.LockSeconds
	}
	if o.Verdict != recorder.Accepted {
		return j, nil
	}
	s := &session{client: d.client, login: o.Session}
	if o.Via != recorder.ViaDVRIP && o.Via != recorder.ViaDHIP {
		if a, err := d.client.Access(o, account, password); err == nil {
			s.access = &access{Access: a, address: d.address}
		}
	}
	return j, s
}

var outcomes = map[recorder.Verdict]rekey.ProofOutcome{
	recorder.Accepted:        rekey.ProofAccepted,
	recorder.Wrong:           rekey.ProofWrong,
	recorder.AccountLocked:   rekey.ProofLocked,
	recorder.ConnectionLimit: rekey.ProofLimit,
	recorder.NotInitialised:  rekey.ProofUninitialised,
	recorder.NotSent:         rekey.ProofUnsent,
	recorder.AnswerLost:      rekey.ProofLost,
	recorder.Unclear:         rekey.ProofUnclear,
}

// FirstRun implements [guide.Device].
func (d *device) FirstRun(ctx context.Context, account string, password secret.String) rekey.SendOutcome {
	o := d.client.FirstRun(ctx, recorder.FirstRun{User: account, Password: password})
	switch o.Verdict {
	case recorder.FirstRunDone:
		return rekey.SendTaken
	case recorder.FirstRunRefused:
		return rekey.SendRefused
	case recorder.FirstRunUnsent, recorder.FirstRunNotSupported:
		return rekey.SendUnsent
	}
	// "initialised" is lost too: an earlier call may have set it, and whether with
	// this password only a login tells.
	return rekey.SendLost
}
