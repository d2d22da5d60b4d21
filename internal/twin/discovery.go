package twin

import (
	"net/netip"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// maxSearch bounds a search datagram.
const maxSearch = 2048

// answerSearch answers one datagram on the discovery port.
func (t *Twin) answerSearch(datagram []byte, _ netip.AddrPort) [][]byte {
	if answer := t.discover(datagram); answer != nil {
		return [][]byte{answer}
	}
	return nil
}

// discover gives the answer to one datagram, or nothing. Only framed searches are
// answered: loose ones would make the port an amplifier.
func (t *Twin) discover(datagram []byte) []byte {
	if len(datagram) > maxSearch {
		return nil
	}
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
	address, _ := netip.ParseAddrPort(t.serviceAddress(ServiceWeb))
	d := wire.DeviceInfo{
		DeviceClass: b.Model.Class, DeviceType: b.Model.SKU, HTTPPort: int(address.Port()),
		MachineName: b.Flash.get("General.MachineName"), Manufacturer: "Private", Port: t.servicePort(ServiceDVRIP),
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
