package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	posener "github.com/posener/complete"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/plural"
	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/recorder/lan"
	"github.com/rekey-dvr/rekey/internal/subnet"
)

// paceFlags are how much the commands that ask many hosts may send.
type paceFlags struct {
	Rate         int  `default:"1000" placeholder:"N" help:"Packets a second in all; fewer are always allowed."`
	HostRate     int  `name:"host-rate" default:"0" placeholder:"N" help:"Packets a second that reach one host; 40 unless --rate is less."`
	RiskOverload bool `name:"risk-overload" help:"Allow more than 1,000 packets a second, or 40 for a host. Old recorders and cameras may hang or lose pictures, and a small router its connections."`
}

func (f paceFlags) pace(command string) (lan.Pace, error) {
	if f.Rate < 1 || f.HostRate < 0 {
		return lan.Pace{}, wrongUsage(command, "--rate and --host-rate are at least 1.")
	}
	if !f.RiskOverload && (f.Rate > lan.DefaultRate || f.HostRate > lan.DefaultHostRate) {
		return lan.Pace{}, wrongUsage(command, "More than %d packets a second, or %d for one host, need --risk-overload.", lan.DefaultRate, lan.DefaultHostRate)
	}
	return lan.Pace{Rate: f.Rate, HostRate: f.HostRate, Raise: f.RiskOverload}, nil
}

// findCmd looks for recorders on the local network.
type findCmd struct {
	Iface         []string `placeholder:"I" sep:"none" predictor:"iface" help:"Only through this network interface; may be repeated. Otherwise all that are in use, loopback only where there is no other."`
	Cidr          []string `name:"cidr" placeholder:"C" sep:"none" help:"Ask this range address by address, for example 192.168.1.0/24, instead of the interfaces' own; at most a /16; may be repeated."`
	DiscoveryPort int      `name:"discovery-port" default:"0" help:"UDP port of their discovery, if it is not the usual one." placeholder:"PORT"`
	paceFlags
	JSON bool `name:"json" help:"One JSON object a line for each recorder."`
}

// Help is shown by --help.
func (findCmd) Help() string {
	return "Asks everybody at once, then every address of the own subnet that did not answer. No password is sent, so nothing can lock.\n" +
		"When no recorder answers, the exit code is 10 and the reasons are said, with what to do.\n\n" +
		"Example: rekey find --iface eth0 --cidr 192.168.1.0/24"
}

// foundLine is the JSON form of one recorder.
type foundLine struct {
	MAC       string          `json:"mac"`
	Address   string          `json:"address"`
	HTTPPort  int             `json:"http_port"`
	Model     string          `json:"model"`
	Serial    string          `json:"serial"`
	Firmware  string          `json:"firmware"`
	State     rekey.InitState `json:"state"`
	Via       string          `json:"via"` // dhip, legacy, or both with a comma
	Interface string          `json:"interface"`
	// Add is an address to add to this computer so that the recorder, which is in
	// another subnet, can be reached; empty when it can be.
	Add string `json:"add"`
}

// Run looks, and prints what answered.
func (c findCmd) Run(p *process) error {
	o, err := c.options(p)
	if err != nil {
		return err
	}
	var unwritten error
	if c.JSON { // each as soon as it is known: a program may read along
		lines := json.NewEncoder(p.stdout)
		lines.SetEscapeHTML(false)
		o.OnFound = func(x lan.Recorder) { unwritten = errors.Join(unwritten, lines.Encode(foundAs(x))) }
	}
	r, err := lan.Find(p.ctx, o)
	if len(r.Recorders) > 0 && !c.JSON { // also what there is when it was interrupted
		unwritten = c.table(p, r)
	}
	switch {
	case err != nil:
		return lanError(err)
	case unwritten != nil:
		return unwritten
	case len(r.Recorders) == 0:
		return c.nothing(p, r)
	}
	for _, why := range r.Reasons {
		said := reasonWords(why)
		fmt.Fprintf(p.stderr, "\n%s\n%s\n", said.Message, said.Hint)
	}
	return nil
}

func (c findCmd) options(p *process) (lan.Options, error) {
	o := lan.Options{Interfaces: c.Iface, Port: c.DiscoveryPort}
	if c.DiscoveryPort < 0 || c.DiscoveryPort > 65535 {
		return o, wrongUsage("find", "--discovery-port is from 1 to 65535.")
	}
	var err error
	if o.Pace, err = c.pace("find"); err != nil {
		return o, err
	}
	for _, text := range c.Cidr {
		r, err := netip.ParsePrefix(text)
		if a, single := netip.ParseAddr(text); single == nil {
			r, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil || !r.Addr().Is4() {
			return o, wrongUsage("find", "--cidr is a range like 192.168.1.0/24, not %q.", text)
		}
		o.Ranges = append(o.Ranges, r)
	}
	o.OnProgress = (&findProgress{p: p}).tell
	return o, nil
}

// longSweep is from where on a sweep says how long it takes.
const longSweep = 5 * time.Second

// findProgress tells of a long sweep, a tenth at a time.
type findProgress struct {
	p     *process
	began bool
	tenth int
}

func (f *findProgress) tell(g lan.Progress) {
	if g.Stage != lan.StageSweep || !f.began && g.Left < longSweep {
		return
	}
	if !f.began {
		f.began = true
		fmt.Fprintf(f.p.stderr, "Asking %s one by one takes up to %s. Ctrl-C ends it.\n", plural.Of(g.Total, "address", "addresses"), g.Left.Round(time.Second))
		return
	}
	if tenth := 10 * g.Done / g.Total; tenth > f.tenth {
		f.tenth = tenth
		fmt.Fprintf(f.p.stderr, "%d0 %%, %d found, at most %s to go.\n", tenth, g.Found, g.Left.Round(time.Second))
	}
}

// table prints the recorders for people.
func (c findCmd) table(p *process, r lan.Result) error {
	return p.print(func(w *bufio.Writer) {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "ADDRESS\tMODEL\tSERIAL\tMAC\tFIRMWARE\tFIRST PASSWORD\tVIA")
		for _, x := range r.Recorders {
			l := foundAs(x)
			at := l.Address
			if l.HTTPPort != 80 {
				at = net.JoinHostPort(at, strconv.Itoa(l.HTTPPort))
			}
			if l.Add != "" {
				at += " *"
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", at, orUnknown(l.Model), orUnknown(l.Serial), orUnknown(l.MAC), orUnknown(l.Firmware), orUnknown(string(l.State)), l.Via)
		}
		t.Flush()
	})
}

func orUnknown(s string) string {
	if s == "" || s == "unknown" {
		return "not known"
	}
	return s
}

func foundAs(x lan.Recorder) foundLine {
	l := foundLine{
		MAC: x.MAC, Address: x.Address.String(), HTTPPort: x.HTTPPort, Model: x.Model, Serial: x.Serial,
		Firmware: x.Firmware, State: rekey.InitState(x.State), Interface: x.Interface,
	}
	if l.HTTPPort == 0 {
		l.HTTPPort = 80
	}
	ways := make([]string, len(x.Via))
	for i, w := range x.Via {
		ways[i] = string(w)
	}
	l.Via = strings.Join(ways, ",")
	if x.Apart != nil && recorder.LocalRange(x.Apart.Subnet) {
		s := subnet.Beside(x.Address, x.Apart.Subnet.Bits(), x.Interface)
		l.Add = netip.PrefixFrom(s.Address, s.Bits).String()
	}
	return l
}

// nothingFound is the JSON form of a search that found none.
type nothingFound struct {
	Error struct {
		Code    rekey.Code `json:"code"`
		Message string     `json:"message"`
		Hint    string     `json:"hint"`
		Reasons []reason   `json:"reasons"`
	} `json:"error"`
}

// nothing says why there is no recorder. The exit code is that of an unreachable one.
func (c findCmd) nothing(p *process, r lan.Result) error {
	message := "No recorder answered"
	if len(r.Used) > 0 {
		message += " on " + strings.Join(r.Used, ", ")
	}
	var reasons []reason
	for _, why := range r.Reasons {
		reasons = append(reasons, reasonWords(why))
	}
	hint := "Connect this computer to the network that the recorder is in."
	if len(reasons) > 0 {
		message, hint = message+". "+reasons[0].Message, reasons[0].Hint
	}
	if c.JSON {
		var body nothingFound
		body.Error.Code, body.Error.Message, body.Error.Hint, body.Error.Reasons = rekey.CodeUnreachable, message, hint, reasons
		if err := p.writeJSON(body); err != nil {
			return err
		}
		return exitWith(exitUnreachable)
	}
	fmt.Fprintf(p.stderr, "rekey: %s\n%s\n", message, hint)
	for _, s := range reasons[min(1, len(reasons)):] {
		fmt.Fprintf(p.stderr, "\n%s\n%s\n", s.Message, s.Hint)
	}
	return exitWith(exitUnreachable)
}

// lanError gives an error of package lan its code.
func lanError(err error) error {
	var refused *lan.RefusedError
	if !errors.As(err, &refused) {
		return err
	}
	switch {
	case errors.Is(err, lan.ErrPublic):
		return rekey.Errorf(rekey.CodePublicAddress, "%s is not in a local network", refused.What).
			WithHint("rekey talks to recorders on your own network only. Nothing was sent.")
	case errors.Is(err, lan.ErrRange):
		return rekey.Errorf(rekey.CodeInvalid, "%s has too many addresses to ask one by one", refused.What).
			WithHint("At most a /16, which takes minutes. Nothing was sent.")
	case errors.Is(err, lan.ErrInterface):
		return rekey.Errorf(rekey.CodeInvalid, "There is no network interface %s with an IPv4 address", refused.What).
			WithHint("There are: " + strings.Join(interfaceNames(), ", ") + ".")
	case errors.Is(err, lan.ErrTarget):
		return rekey.Errorf(rekey.CodeInvalid, "%q is neither a MAC nor the address of a recorder", refused.What).
			WithHint("For example 192.168.1.108, or 9c:8e:cd:00:00:01.")
	}
	return rekey.Errorf(rekey.CodeInvalid, "Not possible: %s", refused.What)
}

func interfaceNames() []string {
	all, err := lan.Interfaces()
	if err != nil {
		return nil
	}
	var names []string
	for _, i := range all {
		if len(i.Addrs) > 0 {
			names = append(names, i.Name)
		}
	}
	return names
}

func predictInterfaces(posener.Args) []string { return interfaceNames() }
