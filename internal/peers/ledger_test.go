package peers

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// way is one way by which a proof can leave, as a client has to be set up for it.
// consent is what the owner has to agree to; without it nothing leaves.
type way struct {
	name     string
	switches twin.Switches
	consent  bool
	setUp    func(t *testing.T, tw *twin.Twin, c *recorder.Client, agreed bool)
	prove    func(context.Context, *recorder.Client, secret.String) recorder.Outcome
	via      recorder.Via
}

func anyWay(ctx context.Context, c *recorder.Client, pw secret.String) recorder.Outcome {
	return c.Prove(ctx, "admin", pw)
}

// webless lets nobody reach the web service, and only the named of the others.
func webless(dvrip, dhip bool) func(*testing.T, *twin.Twin, *recorder.Client, bool) {
	return func(t *testing.T, tw *twin.Twin, c *recorder.Client, _ bool) {
		c.DVRIPPort, c.DHIPPort = -1, -1
		if dvrip {
			c.DVRIPPort = portOf(t, tw.ServiceAddress(twin.ServiceDVRIP))
		}
		if dhip {
			c.DHIPPort = portOf(t, tw.ServiceAddress(twin.ServiceDHIP))
		}
		web := c.Address
		c.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			if address == web {
				return nil, net.ErrClosed
			}
			return new(net.Dialer).DialContext(ctx, network, address)
		}
	}
}

// pinned agrees to the certificate that identifying shows.
func pinned(t *testing.T, _ *twin.Twin, c *recorder.Client, agreed bool) {
	id, err := (&recorder.Client{Address: c.Address, DiscoveryPort: -1}).Identify(t.Context())
	if err != nil || id.Sources.Certificate == "" {
		t.Fatalf("no certificate: %+v, %v", id, err)
	}
	if agreed {
		c.Fingerprint = id.Sources.Certificate
	}
}

var ways = []way{
	{name: "RPC2", prove: anyWay, via: recorder.ViaRPC},
	{name: "CGI", via: recorder.ViaCGI, prove: func(ctx context.Context, c *recorder.Client, pw secret.String) recorder.Outcome {
		return c.ProveCGI(ctx, "admin", pw)
	}},
	{name: "Basic", consent: true, via: recorder.ViaBasic, switches: twin.Switches{CGILogin: twin.CGIBasic},
		setUp: func(_ *testing.T, _ *twin.Twin, c *recorder.Client, agreed bool) { c.AllowBasic = agreed },
		prove: func(ctx context.Context, c *recorder.Client, pw secret.String) recorder.Outcome {
			return c.ProveCGI(ctx, "admin", pw)
		}},
	{name: "HTTPS", consent: true, via: recorder.ViaRPC, switches: twin.Switches{HTTPS: twin.HTTPSOn}, prove: anyWay,
		setUp: func(t *testing.T, tw *twin.Twin, c *recorder.Client, agreed bool) {
			c.Address = "https://" + tw.ServiceAddress(twin.ServiceHTTPS)
			pinned(t, tw, c, agreed)
		}},
	{name: "sent to HTTPS", consent: true, via: recorder.ViaRPC, switches: twin.Switches{HTTPS: twin.HTTPSRedirect}, prove: anyWay, setUp: pinned},
	{name: "DVRIP", via: recorder.ViaDVRIP, prove: anyWay, setUp: webless(true, true)},
	{name: "DHIP", via: recorder.ViaDHIP, prove: anyWay, setUp: webless(false, true)},
}

// TestOneProofByEveryWay counts at the twin: each call sends one proof, wrong,
// locked or right, under each lock; where the owner did not agree, none.
func TestOneProofByEveryWay(t *testing.T) {
	for _, scope := range []twin.LockScope{twin.LockUser, twin.LockAddress, twin.LockDevice} {
		for _, w := range ways {
			t.Run(string(scope)+" "+w.name, func(t *testing.T) {
				w.switches.Lock = scope
				clock := twin.NewStepped(time.Now())
				tw, err := twin.New(twin.Config{Model: twin.Model{SKU: "AMDV7208", Generation: twin.GenA}, Clock: clock, Password: ours, Switches: w.switches})
				if err == nil {
					err = tw.Start()
				}
				if err != nil {
					t.Fatal(err)
				}
				defer tw.Close()
				clock.Advance(2 * time.Minute)
				client := func(agreed bool) *recorder.Client {
					c := &recorder.Client{Address: tw.Address(), DVRIPPort: -1, DHIPPort: -1, Timeout: time.Minute}
					if w.setUp != nil {
						w.setUp(t, tw, c, agreed)
					}
					return c
				}
				if w.consent {
					if o := w.prove(t.Context(), client(false), password); o.Verdict != recorder.NotSent || o.Diagnosis() == recorder.DiagnosedUnsupported {
						t.Errorf("without consent: %s, %s, %v", o.Verdict, o.Diagnosis(), o.Err)
					}
				}
				c := client(true)
				for i := range 6 {
					before := tw.Ledger()["admin"]
					o := w.prove(t.Context(), c, secret.New("wrong"))
					after := tw.Ledger()["admin"]
					if after.Proofs != before.Proofs+1 || o.Verdict == recorder.Accepted || o.Verdict == recorder.NotSent || o.Via != w.via {
						t.Errorf("try %d: %s by %s (%v), the twin counted %+v, then %+v", i+1, o.Verdict, o.Via, o.Err, before, after)
					}
					if locked := after.WhileLocked > before.WhileLocked; locked != (i >= 5) || locked && o.Verdict == recorder.Wrong {
						t.Errorf("try %d: %s, the twin counted %+v", i+1, o.Verdict, after)
					}
				}
				clock.Advance(31 * time.Minute)
				before := tw.Ledger()["admin"]
				o := w.prove(t.Context(), c, password)
				if after := tw.Ledger()["admin"]; o.Verdict != recorder.Accepted || after.Proofs != before.Proofs+1 || o.Via != w.via {
					t.Errorf("%s by %s (%v), the twin counted %+v, then %+v", o.Verdict, o.Via, o.Err, before, after)
				}
			})
		}
	}
}
