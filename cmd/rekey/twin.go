package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/rehearse"
	"github.com/rekey-dvr/rekey/internal/stand"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// twinCmd runs virtual recorders until it is interrupted.
type twinCmd struct {
	Model   string   `placeholder:"MODEL" help:"The recorder, as the catalogue lists it. AMDV7208 unless the state file says otherwise." predictor:"model"`
	Button  string   `default:"front" enum:"front,none" help:"What its front has: front or none."`
	Count   int      `default:"1" help:"How many, up to 10000."`
	Pace    *float64 `placeholder:"X" help:"How fast its clock runs: 3600 makes an hour a second. 1 unless the state file says otherwise."`
	State   string   `type:"path" placeholder:"FILE" predictor:"file" help:"Keep everything there: a twin unplugged on Friday still drains on Monday. With --count, one file each."`
	Locked  bool     `xor:"owner" help:"Locked out: admin has a password that nobody knows. Otherwise it is in the factory state."`
	Owned   string   `name:"password-file" placeholder:"FILE" predictor:"file" xor:"owner" help:"Set up long ago: admin's password is the first line of the file; - is standard input. With --state it is only needed for ONVIF's tokens."`
	Fault   []string `placeholder:"NAME" sep:"none" help:"Something that goes wrong, by its name, of those above; may be repeated." predictor:"fault"`
	Camera  []string `placeholder:"N=SOURCE" sep:"none" help:"What is connected to input N: test, none, a folder of JPEG files, or rtsp://HOST/PATH of a Motion JPEG camera on the local network; may be repeated."`
	Switch  []string `placeholder:"NAME=VALUE" sep:"none" help:"A choice where no source decides, for example lock=device; an unknown one lists them all." predictor:"switch"`
	Seed    uint64   `default:"1" help:"Of serial number and MAC; each twin has the next."`
	Listen  string   `default:"127.0.0.1:0" placeholder:"ADDR" help:"Where its web service listens; port 0 is any free one. With --count, the ports that follow, or with port 0 the addresses, as far as this computer has them."`
	Control string   `default:"127.0.0.1:0" placeholder:"ADDR" help:"Where its cord, button, cables and clock can be reached, on loopback only."`
	JSON    bool     `name:"json" help:"One JSON object a line for each twin."`

	rack  *twin.Rack // of several on loopback
	owner *twin.Password
}

// Help is shown by --help.
func (twinCmd) Help() string {
	var names []string
	for _, f := range twin.Faults() {
		names = append(names, string(f.Name))
	}
	return "Faults: " + strings.Join(names, ", ") + "; NAME=TIMES for so many times.\n\nExample: rekey twin --locked --pace 60 --json"
}

const (
	maxTwins     = 10_000
	defaultModel = "AMDV7208"
)

// twinLine is the JSON form of one running twin.
type twinLine struct {
	Model         string `json:"model"`
	Serial        string `json:"serial"`
	MAC           string `json:"mac"`
	Address       string `json:"address"`
	HTTPPort      int    `json:"http_port"`
	HTTPSPort     int    `json:"https_port,omitempty"`
	RTSPPort      int    `json:"rtsp_port,omitempty"`
	DVRIPPort     int    `json:"dvrip_port"`
	DiscoveryPort int    `json:"discovery_port"`
	State         string `json:"state"`   // factory, uninitialised or owned
	Control       string `json:"control"` // its part of the control API
	Page          string `json:"page"`    // the same for a browser
}

// Run starts the twins, prints them, and stays.
func (c twinCmd) Run(p *process) (err error) {
	if c.Owned != "" {
		typed, err := passwordFlags{c.Owned}.read(p, "The twin's password: ")
		if err != nil {
			return err
		}
		owner := twin.Password(typed.Reveal())
		c.owner = &owner
	}
	if c.Count < 1 || c.Count > maxTwins {
		return wrongUsage("twin", "--count is from 1 to %d.", maxTwins)
	}
	control, err := (&net.ListenConfig{}).Listen(p.ctx, "tcp", c.Control)
	if err != nil {
		return wrongUsage("twin", "--control %s: %v.", c.Control, err)
	}
	defer control.Close()
	if a, _ := netip.ParseAddrPort(control.Addr().String()); !a.Addr().IsLoopback() {
		return wrongUsage("twin", "--control is for this computer only, for example 127.0.0.1:0.")
	}
	unlock, err := c.lockState()
	if err != nil {
		return err
	}
	defer unlock() // after the twins have written theirs
	var twins []*twin.Twin
	defer func() {
		for _, t := range twins {
			err = errors.Join(err, twinError(t.Close()))
		}
	}()
	if c.Count > 1 {
		c.rack = twin.NewRack()
	}
	for i := range c.Count {
		if p.ctx.Err() != nil {
			return p.ctx.Err()
		}
		t, err := c.start(p, i)
		if err != nil {
			return err
		}
		twins = append(twins, t)
		if err := c.tell(p, i, t, control.Addr().String()); err != nil {
			return err
		}
	}
	server := &http.Server{Handler: stand.New(twins).Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(control) }()
	select {
	case err = <-served:
		return err
	case <-p.ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), 2*time.Second)
	defer cancel()
	_ = server.Shutdown(ctx)
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// start makes twin number i, from 0. Several on free ports of loopback stand in a
// rack; where the system has none, each has sockets of its own.
func (c *twinCmd) start(p *process, i int) (*twin.Twin, error) {
	cfg, err := c.config(p, i)
	if err != nil {
		return nil, err
	}
	t, err := c.startTwin(cfg)
	if i == 0 && cfg.Rack != nil && errors.Is(err, twin.ErrNoRack) {
		fmt.Fprintf(p.stderr, "%v. Each takes files of its own.\n", err)
		c.rack, cfg.Rack = nil, nil
		t, err = c.startTwin(cfg)
	}
	if err != nil {
		return nil, err
	}
	if clock, ok := t.Clock().(*twin.Paced); ok && c.Pace != nil {
		clock.SetPace(*c.Pace)
		_ = t.Snapshot() // writes the pace into the state file
	}
	return t, nil
}

func (c *twinCmd) startTwin(cfg twin.Config) (*twin.Twin, error) {
	t, err := twin.New(cfg)
	if err != nil {
		return nil, twinError(err)
	}
	if err = c.goesOn(t, cfg); err == nil {
		err = twinError(t.Start())
	}
	if err != nil {
		_ = t.Close() // it never ran
		return nil, err
	}
	return t, nil
}

func (c twinCmd) config(p *process, i int) (twin.Config, error) {
	cat, err := p.catalog()
	if err != nil {
		return twin.Config{}, err
	}
	// Where clients look for recorders, the twin is to be found.
	cfg := twin.Config{Seed: c.Seed + uint64(i), StateFile: c.stateFile(i), UsualPorts: true, Rack: c.rack}
	model, saved := c.Model, exists(cfg.StateFile)
	if model == "" && !saved {
		model = defaultModel
	}
	if model != "" {
		if cfg.Model, err = rehearse.TwinModel(cat, model, c.Button == string(rekey.ButtonFront)); err != nil {
			return cfg, err
		}
	}
	if cfg.Faults, err = rehearse.ParseFaults(c.Fault...); err != nil {
		return cfg, usageOf("twin", err)
	}
	if cfg.Inputs, err = inputs(c.Camera); err != nil {
		return cfg, err
	}
	if cfg.Switches, err = rehearse.ParseSwitches(c.Switch...); err != nil {
		return cfg, usageOf("twin", err)
	}
	if c.Pace != nil && !(*c.Pace >= 0 && *c.Pace <= twin.MaxPace) {
		return cfg, wrongUsage("twin", "--pace is from 0 to %d.", twin.MaxPace)
	}
	if err := c.listen(&cfg, i); err != nil {
		return cfg, err
	}
	switch {
	case c.Locked:
		var b [8]byte
		rand.Read(b[:]) // never fails (crypto/rand)
		cfg.Password = twin.Password(hex.EncodeToString(b[:]))
	case c.owner != nil:
		cfg.Password = *c.owner
	}
	if !saved {
		cfg.Clock = twin.NewPaced(time.Now().Round(0), 1)
	}
	return cfg, nil
}

func (c twinCmd) listen(cfg *twin.Config, i int) error {
	host, text, err := net.SplitHostPort(c.Listen)
	port, numErr := strconv.Atoi(text)
	if err != nil || numErr != nil || port < 0 || port+c.Count-1 > 65535 && port != 0 {
		return wrongUsage("twin", "--listen is an address with a port, for example 127.0.0.1:8080, not %q.", c.Listen)
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return wrongUsage("twin", "--listen needs an address, not the name %q.", host)
	}
	cfg.Host, cfg.AnyAddress = host, !a.IsLoopback()
	if port != 0 {
		cfg.HTTPPort, cfg.LeavePorts = port+i, [2]int{port, port + c.Count - 1}
		cfg.Rack = nil
		return nil
	}
	if !a.Is4() || !a.IsLoopback() {
		cfg.Rack = nil
	}
	switch next := follower(a, i); {
	case cfg.Rack != nil && (!next.IsLoopback() || next == lastLoopback):
		return wrongUsage("twin", "There are not so many addresses after the one of --listen.")
	case cfg.Rack != nil, hasAddress(next):
		cfg.Host = next.String()
	}
	return nil
}

var lastLoopback = netip.MustParseAddr("127.255.255.255")

// follower gives the address that comes i after a.
func follower(a netip.Addr, i int) netip.Addr {
	if !a.Is4() {
		return a
	}
	b := a.As4()
	binary.BigEndian.PutUint32(b[:], binary.BigEndian.Uint32(b[:])+uint32(i))
	return netip.AddrFrom4(b)
}

// hasAddress reports whether an address is one of this computer's.
func hasAddress(a netip.Addr) bool {
	own, _ := net.InterfaceAddrs()
	return slices.ContainsFunc(own, func(o net.Addr) bool {
		p, err := netip.ParsePrefix(o.String())
		return err == nil && p.Addr() == a
	})
}

// tell prints one twin.
func (c twinCmd) tell(p *process, i int, t *twin.Twin, control string) error {
	m, snap := t.Model(), t.Snapshot()
	line := twinLine{
		Model: m.SKU, Serial: m.Serial, MAC: m.MAC, State: stand.State(&snap),
		Control: fmt.Sprintf("http://%s/twins/%d", control, i+1),
		Page:    "http://" + control + stand.Page(i+1),
	}
	line.Address, line.HTTPPort = hostPort(snap.Address)
	_, line.DiscoveryPort = hostPort(snap.Discovery)
	_, line.DVRIPPort = hostPort(snap.Services[twin.ServiceDVRIP])
	_, line.HTTPSPort = hostPort(snap.Services[twin.ServiceHTTPS])
	_, line.RTSPPort = hostPort(snap.Services[twin.ServiceRTSP])
	if c.JSON {
		return json.NewEncoder(p.stdout).Encode(line)
	}
	_, err := fmt.Fprintf(p.stdout, "%s  %s  %s  http://%s/  discovery udp %d  %s\n  page %s\n  control %s\n",
		line.Model, line.Serial, line.MAC, snap.Address, line.DiscoveryPort, line.State, line.Page, line.Control)
	return err
}

func hostPort(address string) (string, int) {
	host, text, _ := net.SplitHostPort(address)
	port, _ := strconv.Atoi(text)
	return host, port
}

// twinReason is what a twin says about a setting, and the system behind it.
func twinReason(err error) string {
	var bad *twin.ConfigError
	if !errors.As(err, &bad) {
		return err.Error()
	}
	if bad.Err != nil {
		return fmt.Sprintf("%s %s: %v", bad.Field, bad.Reason, bad.Err)
	}
	return bad.Field + " " + bad.Reason
}

// twinError gives a twin's error its code.
func twinError(err error) error {
	var state *twin.StateError
	var config *twin.ConfigError
	switch {
	case errors.Is(err, syscall.EMFILE):
		return rekey.Errorf(rekey.CodeInvalid, "This process may not open as many files as so many twins need").
			WithHint("Each takes one for every service. Allow more (ulimit -n), run fewer, or leave the port to the twins: --listen 127.0.0.1:0.")
	case errors.Is(err, syscall.EADDRINUSE):
		return rekey.Errorf(rekey.CodeInvalid, "Another program listens there already: %s", twinReason(err)).WithHint("Choose another port; 0 is any free one.")
	case errors.As(err, &state):
		return stateError(state)
	case errors.As(err, &config):
		return rekey.Errorf(rekey.CodeInvalid, "The twin cannot start: %s", twinReason(err))
	}
	return err
}
