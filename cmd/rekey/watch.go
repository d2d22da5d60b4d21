package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"time"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/recorder/lan"
)

// watchCmd follows one recorder.
type watchCmd struct {
	Target        string        `arg:"" name:"host|mac" help:"Address or name of the recorder, with :port if its web service is not at 80, or its MAC."`
	For           time.Duration `placeholder:"DURATION" help:"End after so long, for example 90s or 2h. Otherwise Ctrl-C ends it."`
	Iface         []string      `placeholder:"I" sep:"none" predictor:"iface" help:"Only through this network interface; may be repeated."`
	DiscoveryPort int           `name:"discovery-port" default:"0" help:"UDP port of its discovery, if it is not the usual one." placeholder:"PORT"`
	JSON          bool          `name:"json" help:"One JSON object a line for each event."`
}

// Help is shown by --help.
func (watchCmd) Help() string {
	return "A line an event, within five seconds of it: seen, gone, back, moved; and not-looking while this computer has no network.\n" +
		"No password is sent, so nothing can lock. With --for, the exit code is 10 when the recorder never answered.\n\n" +
		"Example: rekey watch 9c:8e:cd:00:00:01 --json"
}

// watchLine is the JSON form of an event.
type watchLine struct {
	At        time.Time `json:"at"`
	Event     lan.What  `json:"event"`
	MAC       string    `json:"mac"`
	Address   string    `json:"address"`
	Was       string    `json:"was"`          // of moved: the address before
	Away      float64   `json:"away_seconds"` // of gone and back: since its last answer
	Restarted bool      `json:"restarted"`    // of back: it was gone; a pulled network cable looks the same
	Via       string    `json:"via"`          // dhip, legacy or tcp
}

// Run watches until it is told to end.
func (c watchCmd) Run(p *process) error {
	if c.For < 0 || c.DiscoveryPort < 0 || c.DiscoveryPort > 65535 {
		return wrongUsage("watch", "--for is a duration like 90s, and --discovery-port from 1 to 65535.")
	}
	target, err := c.target(p.ctx)
	if err != nil {
		return lanError(err)
	}
	ctx, cancel := context.WithCancel(p.ctx)
	defer cancel()
	if c.For > 0 {
		var end context.CancelFunc
		ctx, end = context.WithTimeout(ctx, c.For)
		defer end()
	}
	var unwritten error
	seen := false
	err = lan.Watch(ctx, target, lan.WatchOptions{Interfaces: c.Iface, Port: c.DiscoveryPort}, func(e lan.Event) {
		seen = seen || e.What == lan.Seen
		if unwritten = c.tell(p, e); unwritten != nil {
			cancel() // nobody reads any more
		}
	})
	switch {
	case unwritten != nil:
		return unwritten
	case p.ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
		if !seen {
			return rekey.Errorf(rekey.CodeUnreachable, "%s did not answer in %s", c.Target, c.For).
				WithHint("Check its power and network cable. rekey find looks for all recorders, and says why when there is none.")
		}
		return nil
	}
	return lanError(err)
}

// target reads what to watch; a name is looked up once.
func (c watchCmd) target(ctx context.Context) (lan.Target, error) {
	t, err := lan.ParseTarget(c.Target)
	if !errors.Is(err, lan.ErrTarget) {
		return t, err
	}
	host, port := c.Target, "80"
	if h, p, split := net.SplitHostPort(c.Target); split == nil {
		host, port = h, p
	}
	n, bad := strconv.ParseUint(port, 10, 16)
	if bad != nil || n == 0 || !namesHost(host) {
		return t, err
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	addrs, failed := net.DefaultResolver.LookupNetIP(ctx, "ip4", host)
	if failed != nil || len(addrs) == 0 {
		return t, rekey.Errorf(rekey.CodeUnreachable, "The name %q has no IPv4 address", host).
			WithHint("Use the recorder's address or its MAC; rekey find lists both.").Wrap(failed)
	}
	return firstOf(addrs, uint16(n))
}

// firstOf gives the first address of a name, if all are local.
func firstOf(addrs []netip.Addr, port uint16) (first lan.Target, err error) {
	for _, a := range slices.Backward(addrs) {
		if first, err = lan.ParseTarget(netip.AddrPortFrom(a.Unmap(), port).String()); err != nil {
			return first, err
		}
	}
	return first, nil
}

const lookupTime = 5 * time.Second

// namesHost reports whether s may be looked up: letters, digits, and what joins them.
func namesHost(s string) bool {
	return s != "" && len(s) <= 253 && !slices.ContainsFunc([]byte(s), func(c byte) bool {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		return !letter && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_'
	})
}

func (c watchCmd) tell(p *process, e lan.Event) error {
	if c.JSON {
		l := watchLine{At: e.At.UTC(), Event: e.What, MAC: e.MAC, Away: e.Away.Seconds(), Restarted: e.Restarted, Via: string(e.By)}
		if e.Address.IsValid() {
			l.Address = e.Address.String()
		}
		if e.Was.IsValid() {
			l.Was = e.Was.String()
		}
		return json.NewEncoder(p.stdout).Encode(l)
	}
	_, err := fmt.Fprintf(p.stdout, "%s  %-11s  %s\n", e.At.Format(time.DateTime), e.What, watchWords(e))
	return err
}

func watchWords(e lan.Event) string {
	away := e.Away.Round(time.Second)
	name := e.MAC
	if name == "" {
		name = "MAC not known"
	}
	at := fmt.Sprintf("at %s (%s)", e.Address, name)
	switch e.What {
	case lan.Seen:
		if e.By == lan.ByTCP {
			return at + "; it takes connections and does not answer discovery"
		}
		return at
	case lan.Gone:
		return fmt.Sprintf("last answer %s ago %s", away, at)
	case lan.Back:
		return fmt.Sprintf("after %s, %s; it restarted, or its network was away", away, at)
	case lan.Moved:
		return fmt.Sprintf("from %s to %s (%s)", e.Was, e.Address, name)
	case lan.NotLooking:
		return "this computer has no network; what the recorder does meanwhile is not known"
	case lan.Looking:
		return "this computer has a network again"
	}
	return ""
}
