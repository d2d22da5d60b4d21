package lan

import (
	"net/netip"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder"
)

// Target is the recorder to watch: by its MAC, wherever it is, or by its address,
// and then by the MAC it has there.
type Target struct {
	MAC     string     // lower case with colons, or empty
	Address netip.Addr // IPv4, or invalid
	Port    int        // of its web service; 0 is 80
}

// ParseTarget reads a MAC in any common spelling, or an IPv4 address with an
// optional port. The error is a [*RefusedError] with [ErrTarget] or [ErrPublic].
func ParseTarget(s string) (Target, error) {
	if m := recorder.NormalMAC(s); m != "" && strings.Trim(m, "0:") != "" {
		return Target{MAC: m}, nil
	}
	at, err := netip.ParseAddrPort(s)
	if a, bare := netip.ParseAddr(s); bare == nil {
		at, err = netip.AddrPortFrom(a, 80), nil
	}
	if err != nil || !at.Addr().Unmap().Is4() || at.Port() == 0 {
		return Target{}, &RefusedError{s, ErrTarget}
	}
	t := Target{Address: at.Addr().Unmap(), Port: int(at.Port())}
	return t, t.check()
}

func (t Target) check() error {
	switch {
	case t.MAC == "" && !t.Address.IsValid():
		return &RefusedError{"nothing", ErrTarget}
	case t.Address.IsValid() && (!t.Address.Is4() || t.Address.IsMulticast()):
		return &RefusedError{t.Address.String(), ErrTarget}
	case t.Address.IsValid() && !recorder.LocalAddr(t.Address):
		return &RefusedError{t.Address.String(), ErrPublic}
	}
	return nil
}
