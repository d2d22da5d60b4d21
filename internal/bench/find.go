package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/netns"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// FindParams says what the benchmark of finding runs.
type FindParams struct {
	Runs   int       // measurements of each figure
	Rekey  string    // the program to measure
	Nmap   string    // the program to compare with
	Sweep  bool      // extrapolates to a /16 as well, which takes most of a minute
	Remark io.Writer // what is done, for people
}

const (
	findTwins = 50
	findRange = "192.0.2.0/24"
	findOwner = "192.0.2.2/24"
)

// Find measures "rekey find" among fifty twins in a /24 of its own making, beside
// nmap asking the same question of the same range at the same highest pace. It needs what [netns.Able]
// says.
func Find(ctx context.Context, p FindParams) (r Report, err error) {
	r = Report{Bench: "find", Machine: ThisMachine()}
	w, err := netns.New(ctx)
	if err != nil {
		return r, err
	}
	ctx, cancel := context.WithCancel(ctx)
	f := finding{FindParams: p}
	defer func() {
		cancel()
		for _, t := range f.twins {
			_ = t.Wait() // it was killed: its exit says nothing
		}
		err = errors.Join(err, w.Close())
	}()
	if f.owner, err = w.Host(ctx, netip.MustParsePrefix(findOwner)); err != nil {
		return r, err
	}
	for _, first := range []string{"192.0.2.11", "192.0.2.101"} {
		if err := f.populate(ctx, w, first, findTwins/2); err != nil {
			return r, err
		}
	}
	if r.Figures, err = f.compare(ctx); err != nil {
		return r, err
	}
	if !p.Sweep {
		return r, nil
	}
	sweep, err := f.extrapolate(ctx)
	r.Figures = append(r.Figures, sweep...)
	return r, err
}

type finding struct {
	FindParams
	owner *netns.Host
	twins []*exec.Cmd
}

// populate runs n twins on a host with as many addresses.
func (f *finding) populate(ctx context.Context, w *netns.Net, first string, n int) error {
	a := netip.MustParseAddr(first)
	all := make([]netip.Prefix, n)
	for i := range all {
		all[i] = netip.PrefixFrom(a, 24)
		a = a.Next()
	}
	h, err := w.Host(ctx, all...)
	if err != nil {
		return err
	}
	cmd := h.Command(ctx, f.Rekey, "twin", "--count", fmt.Sprint(n), "--listen", first+":0", "--pace", "1000", "--json",
		"--seed", fmt.Sprint(1+len(f.twins)*n))
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	f.twins = append(f.twins, cmd)
	lines := bufio.NewScanner(out)
	for range n {
		if !lines.Scan() {
			return fmt.Errorf("the twins at %s did not start: %w", first, lines.Err())
		}
	}
	return nil
}

// run is what one search did. Times are from the start of its process.
type run struct {
	found    int
	answered time.Duration // until the last recorder was printed
	took     time.Duration // until it ended
	packets  int           // that left, requests for hardware addresses included
	most     int           // of them in any one second
}

// nmapArgs asks the question of discovery and no more: without the payload a
// recorder does not answer at all, and -sV has nothing that knows it.
func nmapArgs(where string, extra ...string) []string {
	question := hex.EncodeToString(wire.Search{Uni: 1}.Append(nil))
	return slices.Concat([]string{"-n", "-sU", "-p", fmt.Sprint(wire.DiscoveryPort), "--open", "--data", question, "-oG", "-"}, extra, []string{where})
}

// compare runs rekey, nmap, and nmap pushed to the pace in turn, so that whatever
// else the machine does meets all three.
func (f *finding) compare(ctx context.Context) ([]Figure, error) {
	usual, pushed := nmapArgs(findRange, "--max-rate", "1000"), nmapArgs(findRange, "-T4", "--min-rate", "900", "--max-rate", "1000")
	fmt.Fprintf(f.Remark, "baseline: nmap %s\npushed:   nmap %s\n", strings.Join(usual, " "), strings.Join(pushed, " "))
	var mine, nmap, fast []run
	for range f.Runs {
		for _, m := range []struct {
			to   *[]run
			find func(context.Context) (run, error)
		}{
			{&mine, func(ctx context.Context) (run, error) { return f.rekey(ctx, f.owner, "find", "--json") }},
			{&nmap, func(ctx context.Context) (run, error) { return f.nmap(ctx, f.owner, usual) }},
			{&fast, func(ctx context.Context) (run, error) { return f.nmap(ctx, f.owner, pushed) }},
		} {
			one, err := f.counted(ctx, f.owner, m.find)
			if err != nil {
				return nil, err
			}
			*m.to = append(*m.to, one)
		}
	}
	seconds := func(d time.Duration) float64 { return d.Seconds() }
	of := func(all []run, v func(run) float64) float64 {
		values := make([]float64, len(all))
		for i, r := range all {
			values[i] = v(r)
		}
		return median(values)
	}
	found := func(r run) float64 { return float64(r.found) }
	answered := func(r run) float64 { return seconds(r.answered) }
	took := func(r run) float64 { return seconds(r.took) }
	packets := func(r run) float64 { return float64(r.packets) }
	most := func(r run) float64 { return float64(r.most) }
	return []Figure{
		NewFigure("found", "recorders", of(mine, found), of(nmap, found), f.Runs),
		NewFigure("find-time", "s", of(mine, answered), of(nmap, answered), f.Runs),
		NewFigure("find-time-pushed", "s", of(mine, answered), of(fast, answered), f.Runs),
		NewFigure("find-whole", "s", of(mine, took), of(nmap, took), f.Runs),
		NewFigure("packets", "packets", of(mine, packets), of(nmap, packets), f.Runs),
		NewFigure("packets-second", "packets", of(mine, most), of(nmap, most), f.Runs),
	}, nil
}

// counted runs one search with a capture beside it.
func (f *finding) counted(ctx context.Context, h *netns.Host, find func(context.Context) (run, error)) (run, error) {
	if err := h.Forget(ctx); err != nil {
		return run{}, err
	}
	c, err := h.Capture(ctx)
	if err != nil {
		return run{}, err
	}
	r, err := find(ctx)
	sent, failed := c.Stop()
	r.packets, r.most = len(sent), netns.Most(sent)
	return r, errors.Join(err, failed)
}

// exitNothing is find's exit code when nothing was found.
const exitNothing = 10

func (f *finding) rekey(ctx context.Context, h *netns.Host, args ...string) (run, error) {
	r := run{}
	cmd := h.Command(ctx, f.Rekey, args...)
	begun := time.Now()
	seen := map[string]bool{}
	err := lines(cmd, func(line []byte) {
		var l struct{ MAC string }
		if json.Unmarshal(line, &l) == nil && l.MAC != "" && !seen[l.MAC] {
			seen[l.MAC] = true
			r.answered = time.Since(begun)
		}
	})
	r.found, r.took = len(seen), time.Since(begun)
	var ended *exec.ExitError
	if errors.As(err, &ended) && ended.ExitCode() == exitNothing {
		err = nil
	}
	return r, err
}

func (f *finding) nmap(ctx context.Context, h *netns.Host, args []string) (run, error) {
	r := run{}
	begun := time.Now()
	open := []byte(fmt.Sprintf("%d/open/udp", wire.DiscoveryPort))
	err := lines(h.Command(ctx, f.Nmap, args...), func(line []byte) {
		if bytes.Contains(line, open) {
			r.found++
			r.answered = time.Since(begun)
		}
	})
	r.took = time.Since(begun)
	return r, err
}

// lines runs a command and hands over what it prints, line by line, as it comes.
func lines(cmd *exec.Cmd, each func([]byte)) error {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	s := bufio.NewScanner(out)
	for s.Scan() {
		each(s.Bytes())
	}
	return errors.Join(s.Err(), cmd.Wait())
}

// A /16 of which two parts are swept. Nobody is there, which takes longest.
const (
	emptyOwner = "10.77.0.2/16"
	emptySmall = "10.77.8.0/24"
	emptyLarge = "10.77.16.0/23"
	smallHosts = 254
	largeHosts = 510
	wholeHosts = 65534
	sweepRuns  = 1 // nmap takes half a minute
)

// extrapolate sweeps two ranges of an empty /16 and gives what the whole of it would
// take by the slope between them, beside the same of nmap.
func (f *finding) extrapolate(ctx context.Context) (figures []Figure, err error) {
	w, err := netns.New(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	h, err := w.Host(ctx, netip.MustParsePrefix(emptyOwner))
	if err != nil {
		return nil, err
	}
	var mine, nmap [2][]float64
	most := 0
	for range min(f.Runs, sweepRuns) {
		for i, part := range []string{emptySmall, emptyLarge} {
			r, err := f.counted(ctx, h, func(ctx context.Context) (run, error) {
				return f.rekey(ctx, h, "find", "--json", "--cidr", part)
			})
			if err != nil {
				return nil, err
			}
			mine[i], most = append(mine[i], r.took.Seconds()), max(most, r.most)
			if r, err = f.nmap(ctx, h, nmapArgs(part, "--max-rate", "1000")); err != nil {
				return nil, err
			}
			nmap[i] = append(nmap[i], r.took.Seconds())
		}
	}
	whole := func(t [2][]float64) float64 {
		small, large := median(t[0]), median(t[1])
		return small + (large-small)/(largeHosts-smallHosts)*(wholeHosts-smallHosts)
	}
	n := len(mine[0])
	return []Figure{
		NewFigure("sweep-254", "s", median(mine[0]), median(nmap[0]), n),
		NewFigure("sweep-510", "s", median(mine[1]), median(nmap[1]), n),
		NewFigure("sweep-65534-extrapolated", "s", whole(mine), whole(nmap), n),
		NewFigure("sweep-packets-second", "packets", float64(most), 0, n),
	}, nil
}
