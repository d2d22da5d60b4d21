package lan

import (
	"context"
	"errors"
	"net/netip"

	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// call asks everybody on every interface, in each of the ways.
func (f *finder) call(ctx context.Context) error {
	return f.callWith(ctx, wire.Search{Uni: 1}.Append(nil), wire.AppendLegacySearch(nil))
}

// callWith asks everybody with these questions; one that is empty is left out.
func (f *finder) callWith(ctx context.Context, dhip, legacy []byte) error {
	for _, l := range f.links.all {
		for _, q := range calls(l, f.port(), dhip, legacy) {
			if len(q.what) == 0 {
				continue
			}
			if err := f.pacer.group(ctx); err != nil {
				return err
			}
			f.sent(l, l.send(ctx, q.what, q.to))
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	return nil
}

type question struct {
	what []byte
	to   netip.AddrPort
}

// calls gives the questions to everybody that one socket sends.
func calls(l *link, port int, dhip, legacy []byte) []question {
	out := []question{
		{dhip, netip.AddrPortFrom(multicastGroup, uint16(port))},
	}
	everybody := []netip.Addr{limitedBroadcast}
	if d := broadcastOf(l.own); d.IsValid() && recorder.LocalAddr(d) { // a mask may be set far too wide
		everybody = append(everybody, d)
	}
	for _, a := range everybody {
		out = append(out, question{dhip, netip.AddrPortFrom(a, uint16(port))}, question{legacy, netip.AddrPortFrom(a, wire.LegacyPort)})
	}
	return out
}

// sent notes how sending went, for saying why nothing was found.
func (f *finder) sent(l *link, err error) {
	if err == nil {
		f.went[l.iface.Name] = true
	} else if !errors.Is(err, context.Canceled) {
		f.failed[l.iface.Name] = err
	}
}
