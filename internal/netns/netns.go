// Package netns makes networks of their own out of Linux network namespaces: one
// wire with several hosts on it, and nothing that reaches this computer's networks.
// Tests and benchmarks that broadcast run in them. It needs root and iproute2.
//
// The wire is a bridge in a namespace of its own; each host is a namespace with one
// interface, eth0. Names begin with [Prefix], the process id and a number, and what
// a killed process left behind is removed by the next one.
package netns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
)

// Prefix begins the name of every namespace made here.
const Prefix = "rekeynet"

// folder is where iproute2 keeps the names of namespaces.
const folder = "/run/netns"

// ErrUnable is a system that cannot have such networks: not Linux, not root, or
// without iproute2.
var ErrUnable = errors.New("networks of their own need Linux, root and the program ip")

// Able says nil where networks can be made, else [ErrUnable].
func Able() error {
	if _, err := exec.LookPath("ip"); err != nil || os.Geteuid() != 0 || !linux {
		return ErrUnable
	}
	return nil
}

var count atomic.Int64

// Net is one wire. Its methods are for one goroutine.
type Net struct {
	name  string
	hosts []*Host
}

// Host is a computer on the wire.
type Host struct {
	Name  string // of its namespace
	net   *Net
	cable string // its end at the bridge
}

// Interface is the name of every host's interface.
const Interface = "eth0"

// bridge is the name of the wire in its namespace.
const bridge = "wire"

// New makes a wire. Close it.
func New(ctx context.Context) (*Net, error) {
	if err := Able(); err != nil {
		return nil, err
	}
	if err := sweepUp(ctx); err != nil {
		return nil, err
	}
	n := &Net{name: fmt.Sprintf("%s-%d-%d", Prefix, os.Getpid(), count.Add(1))}
	w := n.wire()
	err := batch(ctx, "netns add "+w)
	if err == nil {
		// Without snooping switched off the bridge would keep multicast from hosts that
		// have not announced themselves yet.
		err = batchIn(ctx, w, "link add "+bridge+" type bridge mcast_snooping 0", "link set "+bridge+" up")
	}
	if err != nil {
		return nil, errors.Join(err, n.Close())
	}
	return n, nil
}

func (n *Net) wire() string { return n.name + "-wire" }

// Host adds a host with its addresses, the first of them its main one.
func (n *Net) Host(ctx context.Context, addrs ...netip.Prefix) (*Host, error) {
	h := &Host{Name: fmt.Sprintf("%s-h%d", n.name, len(n.hosts)), net: n, cable: fmt.Sprintf("port%d", len(n.hosts))}
	n.hosts = append(n.hosts, h)
	if err := batch(ctx, "netns add "+h.Name); err != nil {
		return nil, err
	}
	if err := batchIn(ctx, h.Name,
		"link set lo up",
		fmt.Sprintf("link add %s type veth peer name %s netns %s", Interface, h.cable, n.wire()),
	); err != nil {
		return nil, err
	}
	if err := batchIn(ctx, n.wire(), fmt.Sprintf("link set %s master %s up", h.cable, bridge)); err != nil {
		return nil, err
	}
	lines := make([]string, 0, len(addrs)+1)
	for _, a := range addrs {
		lines = append(lines, addressLine("add", a))
	}
	return h, batchIn(ctx, h.Name, append(lines, "link set "+Interface+" up")...)
}

func addressLine(verb string, a netip.Prefix) string {
	line := fmt.Sprintf("address %s %s dev %s", verb, a, Interface)
	if verb == "add" && a.Bits() < 31 {
		line += " broadcast +"
	}
	return line
}

// Add gives the host another address, as "ip address add" does.
func (h *Host) Add(ctx context.Context, addrs ...netip.Prefix) error {
	return h.each(ctx, "add", addrs)
}

// Remove takes addresses away.
func (h *Host) Remove(ctx context.Context, addrs ...netip.Prefix) error {
	return h.each(ctx, "del", addrs)
}

func (h *Host) each(ctx context.Context, verb string, addrs []netip.Prefix) error {
	lines := make([]string, 0, len(addrs))
	for _, a := range addrs {
		lines = append(lines, addressLine(verb, a))
	}
	return batchIn(ctx, h.Name, lines...)
}

// Plug puts the host's cable in, or pulls it at the bridge's end: the host's
// interface loses its carrier.
func (h *Host) Plug(ctx context.Context, in bool) error {
	state := "down"
	if in {
		state = "up"
	}
	return batchIn(ctx, h.net.wire(), "link set "+h.cable+" "+state)
}

// Deafen has the wire keep from the host what is sent to everybody, as some switches
// and wireless bridges do. Nobody finds out its hardware address any more: [Host.Know]
// tells one who is to reach it.
func (h *Host) Deafen(ctx context.Context) error {
	return batchIn(ctx, h.net.wire(), "link set "+h.cable+" type bridge_slave bcast_flood off mcast_flood off")
}

// Know gives the host the hardware address of another.
func (h *Host) Know(ctx context.Context, other *Host, at netip.Addr) error {
	var hardware string
	err := other.In(func() error {
		i, err := net.InterfaceByName(Interface)
		if err == nil {
			hardware = i.HardwareAddr.String()
		}
		return err
	})
	if err != nil {
		return err
	}
	return batchIn(ctx, h.Name, fmt.Sprintf("neighbor add %s lladdr %s dev %s", at, hardware, Interface))
}

// Forget empties the host's table of neighbors, as if it had just been turned on.
func (h *Host) Forget(ctx context.Context) error {
	return batchIn(ctx, h.Name, "neighbor flush all")
}

// Command gives a command that will run on the host.
func (h *Host) Command(ctx context.Context, program string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, "ip", append([]string{"netns", "exec", h.Name, program}, args...)...)
}

// Close removes the wire and its hosts. What still runs on a host keeps its
// namespace alive, nameless, until it ends.
func (n *Net) Close() error {
	names := []string{n.wire()}
	for _, h := range n.hosts {
		names = append(names, h.Name)
	}
	var all error
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(folder, name)); err == nil {
			all = errors.Join(all, batch(context.Background(), "netns delete "+name))
		}
	}
	return all
}

// sweepUp removes what processes left that do not run any more.
func sweepUp(ctx context.Context) error {
	all, err := filepath.Glob(filepath.Join(folder, Prefix+"-*"))
	if err != nil {
		return err
	}
	for _, path := range all {
		name := filepath.Base(path)
		parts := strings.Split(name, "-")
		pid, err := strconv.Atoi(parts[1])
		if _, gone := os.Stat(fmt.Sprintf("/proc/%d", pid)); err != nil || !errors.Is(gone, os.ErrNotExist) {
			continue
		}
		// Another process may be sweeping too.
		if err := batch(ctx, "netns delete "+name); err != nil {
			if _, still := os.Stat(path); still == nil {
				return err
			}
		}
	}
	return nil
}

func batch(ctx context.Context, lines ...string) error { return runIP(ctx, nil, lines) }

func batchIn(ctx context.Context, name string, lines ...string) error {
	return runIP(ctx, []string{"-n", name}, lines)
}

// runIP runs several commands of ip in one process.
func runIP(ctx context.Context, args, lines []string) error {
	if len(lines) == 0 {
		return nil
	}
	cmd := exec.CommandContext(ctx, "ip", append(args, "-batch", "-")...)
	cmd.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(lines, "; "), err, strings.TrimSpace(string(out)))
	}
	return nil
}
