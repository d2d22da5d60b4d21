package onvif

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"net/netip"
)

// hostOnly is the host of the web service, in brackets if it is IPv6.
func (f Facts) hostOnly() string {
	a, err := netip.ParseAddrPort(f.Host)
	if err != nil {
		return f.Host // without a port: as it is
	}
	if a.Addr().Is6() {
		return "[" + a.Addr().String() + "]"
	}
	return a.Addr().String()
}

// Endpoint is the stable address by which WS-Discovery names the recorder. It is
// made from ID, so that a recorder that moves keeps it.
func (f Facts) Endpoint() string {
	h := md5.Sum([]byte("endpoint " + f.ID))
	h[6], h[8] = h[6]&0x0f|0x40, h[8]&0x3f|0x80
	x := hex.EncodeToString(h[:])
	return fmt.Sprintf("uuid:%s-%s-%s-%s-%s", x[:8], x[8:12], x[12:16], x[16:20], x[20:])
}
