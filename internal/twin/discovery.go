package twin

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// maxSearch bounds a search datagram; a longer one is cut by the read and then
// fails to decode.
const maxSearch = 2048

// dvripPort is what a recorder says of its DVRIP port. The twin has none yet, so
// it says 0 rather than a port nobody answers on.
const dvripPort = 0

// answerSearches answers discovery until the socket is closed. While the recorder
// is off it reads and says nothing, as a recorder without power.
func (t *Twin) answerSearches(udp net.PacketConn) {
	buf := make([]byte, maxSearch)
	for {
		n, from, err := udp.ReadFrom(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // an earlier answer that could not be delivered
		}
		if answer := t.discover(buf[:n]); answer != nil {
			_, _ = udp.WriteTo(answer, from)
		}
	}
}

// discover gives the answer to one datagram, or nothing. Only framed searches are
// answered: loose ones would make the port an amplifier.
func (t *Twin) discover(datagram []byte) []byte {
	s, err := wire.DecodeSearch(datagram)
	if err != nil {
		return nil
	}
	var answer []byte
	_ = t.do(func(now time.Time) error {
		b := &t.body
		if t.serving(now) && (s.MAC == "" || strings.EqualFold(s.MAC, b.Model.MAC)) {
			answer = wire.Notify{MAC: b.Model.MAC, Device: t.deviceInfo()}.Append(nil)
		}
		return nil
	})
	return answer
}

// deviceInfo is what the recorder says of itself to anybody.
func (t *Twin) deviceInfo() wire.DeviceInfo {
	b := &t.body
	address, _ := netip.ParseAddrPort(t.address())
	d := wire.DeviceInfo{
		DeviceClass: b.Model.Class, DeviceType: b.Model.SKU, HTTPPort: int(address.Port()),
		MachineName: b.Flash.get("General.MachineName"), Manufacturer: "Private", Port: dvripPort,
		SerialNo: b.Model.Serial, Vendor: b.Model.Vendor, Version: b.Flash.Version,
		VideoInputChannels: b.Model.Channels, AlarmInputChannels: 8, AlarmOutputChannels: 3,
	}
	d.IPv4Address = wire.IPv4Info{
		IPAddress: address.Addr().String(), SubnetMask: factoryMask,
		DhcpEnable: b.Flash.get("Network.eth0.DhcpEnable") == "true",
	}
	status := wire.NewInit(wire.AccountOld, 0, 0, 0)
	if b.firstRun() {
		account := wire.AccountUninitialised
		if b.Flash.Initialised {
			account = wire.AccountInitialised
		}
		status = wire.NewInit(account, wire.GroupOff, wire.GroupOff, wire.GroupOn)
		d.Find = "AB"
	}
	d.Init = &status
	return d
}
