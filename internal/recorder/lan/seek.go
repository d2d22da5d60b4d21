package lan

import (
	"context"
	"net/netip"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Wanted is one recorder: known by its MAC, and by its serial number where either
// side does not say a MAC.
type Wanted struct {
	MAC     string // lower case with colons, or empty
	Serial  string
	Address netip.Addr // where it was last; invalid where that is not known
}

// Is reports whether an answer is of this recorder.
func (w Wanted) Is(r Recorder) bool {
	if w.MAC != "" && r.MAC != "" {
		return w.MAC == r.MAC
	}
	return w.Serial != "" && w.Serial == r.Serial
}

const (
	seekRounds = 3
	seekWindow = 400 * time.Millisecond // after each round
)

// Seek asks everybody for one recorder, and its last address where this computer is
// in that subnet: at most three rounds of a few packets an interface, ended by the
// answer. It sweeps nothing and connects to nothing, so that it may be repeated while
// a recorder is away. Of o, Ranges and the calls are not used. found is false when
// nobody answered as it. The error is a [*RefusedError] when nothing could be begun,
// or the context's.
func Seek(ctx context.Context, w Wanted, o Options) (r Recorder, found bool, err error) {
	if w.MAC == "" && w.Serial == "" {
		return Recorder{}, false, &RefusedError{"a recorder without a MAC or serial number", ErrTarget}
	}
	o.Ranges, o.OnFound, o.OnProgress = nil, nil, nil
	f, err := newFinder(ctx, o)
	if err != nil {
		return Recorder{}, false, err
	}
	defer f.links.close()
	for n := range seekRounds {
		if err := f.seek(ctx, w, n); err != nil {
			return Recorder{}, false, err
		}
		if r, found, err = f.await(ctx, w); found || err != nil {
			return r, found, err
		}
	}
	return Recorder{}, false, nil
}

// seek sends one round. The filter for one MAC is in universal use and not known to
// be in every firmware, so that the last round asks all, the older discovery too.
func (f *finder) seek(ctx context.Context, w Wanted, round int) error {
	s := wire.Search{MAC: w.MAC, Uni: 1}
	var legacy []byte
	if round == seekRounds-1 {
		s.MAC, legacy = "", wire.AppendLegacySearch(nil)
	}
	query := s.Append(nil)
	for _, l := range f.links.all {
		if w.Address.Is4() && l.onLink(w.Address) {
			if err := f.ask(ctx, l, query, w.Address, 1); err != nil {
				return err
			}
		}
	}
	return f.callWith(ctx, query, legacy)
}

// await listens for the wanted recorder. One heard from another subnet may yet be
// heard on an interface that reaches it: that is waited for until the end.
func (f *finder) await(ctx context.Context, w Wanted) (Recorder, bool, error) {
	for range seekWindow / settled {
		if err := pause(ctx, settled); err != nil {
			return Recorder{}, false, err
		}
		if r, found := f.found.find(w.Is); found && r.Apart == nil {
			return r, true, nil
		}
	}
	r, found := f.found.find(w.Is)
	return r, found, nil
}
