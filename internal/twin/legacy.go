package twin

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// answerLegacy answers the discovery of the oldest tools. It has no way to ask
// for one recorder only.
func (t *Twin) answerLegacy(datagram []byte, _ netip.AddrPort) [][]byte {
	if !wire.IsLegacySearch(datagram) {
		return nil
	}
	var answers [][]byte
	_ = t.do(func(now time.Time) error {
		if !t.serving(now) {
			return nil
		}
		b, err := t.legacy().Append(nil)
		if err == nil {
			answers = [][]byte{b}
		}
		return err
	})
	return answers
}

// legacy is what the recorder says of itself in the form of the oldest tools.
func (t *Twin) legacy() wire.Legacy {
	b, d := &t.body, t.deviceInfo()
	return wire.Legacy{
		Version: versionWords(b.Flash.Version), HostName: b.Model.SKU[:min(len(b.Model.SKU), 16)],
		Address: fourBytes(d.IPv4Address.IPAddress), Mask: fourBytes(d.IPv4Address.SubnetMask),
		Gateway: fourBytes(b.Flash.get("Network.eth0.DefaultGateway")), DNS: fourBytes(b.Flash.get("Network.eth0.DnsServers[0]")),
		HTTPPort: uint16(d.HTTPPort), HTTPSPort: uint16(t.servicePort(ServiceHTTPS)), Port: uint16(d.Port),
		MaxConnections: 10, MAC: b.Model.MAC, Model: b.Model.SKU,
		Lines: wire.Table{
			{Key: "Name", Value: d.MachineName},
			{Key: "Device", Value: b.Model.SKU},
			{Key: "SerialNo", Value: b.Model.Serial},
		},
	}
}

// versionWords are the numbers of a version, as many as it begins with.
func versionWords(version string) (words [4]uint16) {
	for i, part := range strings.SplitN(version, ".", 5) {
		n, err := strconv.ParseUint(part, 10, 16)
		if i == 4 || err != nil {
			break
		}
		words[i] = uint16(n)
	}
	return words
}

// fourBytes is an address as four bytes, zeros for none.
func fourBytes(s string) wire.IPv4 {
	a, err := netip.ParseAddr(s)
	if err != nil || !a.Unmap().Is4() {
		return wire.IPv4{}
	}
	return a.Unmap().As4()
}
