package bench

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"runtime"
	"time"

	"github.com/rekey-dvr/rekey/internal/twin"
)

// TwinParams says how much is measured.
type TwinParams struct {
	Runs    int           // of each measurement; 0 means 5
	Span    time.Duration // of one measurement of requests; 0 means 1 s
	Clients int           // that ask in parallel; 0 means 8
	Counts  []int         // of twins in one process, rising; none means 100, 1,000 and 10,000
}

// Twin measures requests a second for getSystemInfo with Digest beside a bare
// net/http handler that makes the same check, and what many twins in one process
// take. Both servers close the connection after each answer, as recorders do.
//
// The first of the counts is the baseline of the others: memory a twin, and the
// time to start them all, as if it grew with their number.
func Twin(ctx context.Context, p TwinParams) (Report, error) {
	p.Runs, p.Span, p.Clients = cmp.Or(p.Runs, 5), cmp.Or(p.Span, time.Second), cmp.Or(p.Clients, 8)
	if p.Counts == nil {
		p.Counts = []int{100, 1000, 10_000}
	}
	r := Report{Bench: "twin", Machine: ThisMachine()}
	requests, err := digestRequests(ctx, p)
	if err != nil {
		return r, err
	}
	r.Figures = append(r.Figures, requests)
	var first crowd
	for _, count := range p.Counts {
		c, err := medianCrowd(ctx, p.Runs, count)
		if err != nil {
			return r, err
		}
		memory, start := 0.0, 0.0
		if first.count == 0 {
			first = c
		} else {
			memory, start = first.memory, first.start*float64(count)/float64(first.count)
		}
		r.Figures = append(r.Figures,
			NewFigure(fmt.Sprint("memory-per-twin-", count), "B", c.memory, memory, p.Runs),
			NewFigure(fmt.Sprint("start-", count), "ms", c.start, start, p.Runs),
			NewFigure(fmt.Sprint("found-", count), "twins", float64(c.found), float64(count), p.Runs))
		if count == p.Counts[len(p.Counts)-1] {
			r.Figures = append(r.Figures, NewFigure("memory-per-twin", "B", c.memory, memory, p.Runs))
		}
	}
	return r, nil
}

// crowd is what so many twins took: bytes a twin, milliseconds for all, and how
// many answered a search.
type crowd struct {
	count, found  int
	memory, start float64
}

// firstOfCrowd is the address of the first twin; the others follow.
var firstOfCrowd = netip.MustParseAddr("127.64.0.1")

// medianCrowd measures several times. The fewest that answered count.
func medianCrowd(ctx context.Context, runs, count int) (crowd, error) {
	var memory, start []float64
	found := count
	for range runs {
		c, err := measureCrowd(ctx, count)
		if err != nil {
			return c, err
		}
		memory, start, found = append(memory, c.memory), append(start, c.start), min(found, c.found)
	}
	return crowd{count: count, found: found, memory: median(memory), start: median(start)}, nil
}

// measureCrowd starts twins in a rack, searches for them, and ends them.
func measureCrowd(ctx context.Context, count int) (c crowd, err error) {
	c.count = count
	rack, twins := twin.NewRack(), make([]*twin.Twin, 0, count)
	defer func() {
		for _, t := range twins {
			err = cmp.Or(err, t.Close())
		}
	}()
	before := inUse()
	begun := time.Now()
	for i := range count {
		t, err := twin.New(twin.Config{Seed: uint64(i), Rack: rack, Host: addressAfter(firstOfCrowd, i).String()})
		if err != nil {
			return c, err
		}
		twins = append(twins, t)
		if err := t.Start(); err != nil {
			return c, err
		}
	}
	c.start = float64(time.Since(begun)) / float64(time.Millisecond)
	c.memory = (inUse() - before) / float64(count)
	c.found, err = searchCrowd(ctx, count)
	return c, err
}

// inUse gives the bytes in use on heap and stacks, after what is not is freed.
func inUse() float64 {
	runtime.GC()
	runtime.GC() // what pools keep is given up by the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc + m.StackInuse)
}

// addressAfter gives the i-th address after one of IPv4.
func addressAfter(a netip.Addr, i int) netip.Addr {
	b := a.As4()
	binary.BigEndian.PutUint32(b[:], binary.BigEndian.Uint32(b[:])+uint32(i))
	return netip.AddrFrom4(b)
}
