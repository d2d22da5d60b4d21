package twin

import (
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/settings"
)

// factoryMask is what recorders of the family come with.
const factoryMask = "255.255.255.0"

// tree is the factory state of this model's settings.
func (m Model) tree() *settings.Tree {
	return settings.Factory(settings.Shape{Generation: string(m.Generation), Channels: m.Channels})
}

// fact is what stands in place of a factory setting because this one twin is so.
// The address is the socket's, so that who reads it finds the twin there; an
// address that somebody set is shown as set, and does not move the socket.
func (t *Twin) fact(key string) (string, bool) {
	switch key {
	case "Network.eth0.IPAddress":
		address, _ := netip.ParseAddrPort(t.serviceAddress(ServiceWeb))
		return address.Addr().String(), true
	case "RTSP.Port":
		if port := t.servicePort(ServiceRTSP); port != 0 {
			return strconv.Itoa(port), true
		}
	case "Network.eth0.PhysicalAddress":
		return t.body.Model.MAC, true
	case "T2UServer.RegisterID":
		return t.body.Model.Serial, true
	}
	return t.body.fact(key)
}

// fact is what does not depend on sockets.
func (b *body) fact(key string) (string, bool) {
	if key == httpsEnable {
		return strconv.FormatBool(b.Switches.HTTPS != HTTPSOff), true
	}
	return "", false
}

// errRefused is the answer of the fault refuse-settings.
var errRefused = errors.New("the recorder does not write its settings")

// setSettings changes several settings or none. What has to follow at once follows:
// locks are forgotten when locking is turned off.
func (t *Twin) setSettings(now time.Time, by string, pairs wire.Table) error {
	return t.changeSettings(now, by, func(s *settings.Settings) ([]string, error) { return s.Set(pairs) })
}

// restoreSettings sets what the names cover to the factory state; no names is all.
func (t *Twin) restoreSettings(now time.Time, by string, names ...string) error {
	return t.changeSettings(now, by, func(s *settings.Settings) ([]string, error) { return s.Restore(names...) })
}

// restoreSettingsExcept restores all but what the names cover.
func (t *Twin) restoreSettingsExcept(now time.Time, by string, names ...string) error {
	return t.changeSettings(now, by, func(s *settings.Settings) ([]string, error) { return s.RestoreExcept(names...) })
}

func (t *Twin) changeSettings(now time.Time, by string, change func(*settings.Settings) ([]string, error)) error {
	b := &t.body
	if b.Faults.spend(RefuseSettings) {
		t.dirty = true
		return errRefused
	}
	changed, err := change(&b.Flash.Settings)
	if err != nil || len(changed) == 0 {
		return err
	}
	t.settingChanges++
	if !t.lockRule().on {
		b.Locks.clear()
	}
	var names []string
	for _, key := range changed {
		name, _, _ := strings.Cut(key, ".")
		name, _, _ = strings.Cut(name, "[")
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range names[:min(len(names), 8)] {
		b.Flash.write(b.Memory.clock(now), "SaveConfig", by, [2]string{"Name", name})
	}
	t.dirty = true
	return nil
}
