package setup

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rekey-dvr/rekey/internal/secret"
)

func (w *wants) general(g *General) {
	if g == nil {
		return
	}
	w.text("general.name", g.Name, "General.MachineName")
	w.text("general.language", g.Language, "Language.CurrentLanguage")
	w.text("general.video-standard", g.VideoStandard, "VideoStandard")
}

func (w *wants) ntp(n *NTP) {
	if n == nil {
		return
	}
	w.text("ntp.server", n.Server, "NTP.Address")
	w.number("ntp.port", n.Port, "NTP.Port")
	w.number("ntp.every", n.Every, "NTP.UpdatePeriod")
	w.truth("ntp.enable", n.Enable, "NTP.Enable")
}

// card is where the settings of the recorder's network card are.
func (t *Target) card() string {
	if v, _ := t.value("Network.DefaultInterface"); v != "" && keyForm.MatchString(v) {
		return "Network." + v + "."
	}
	return "Network.eth0."
}

func (w *wants) network(n *Network) {
	if n == nil {
		return
	}
	at := w.t.card()
	w.truth("network.dhcp", n.DHCP, at+"DhcpEnable")
	w.text("network.address", n.Address, at+"IPAddress")
	w.text("network.mask", n.Mask, at+"SubnetMask")
	w.text("network.gateway", n.Gateway, at+"DefaultGateway")
	w.texts("network.dns", n.DNS, "", at+"DnsServers")
	w.truth("network.https", n.HTTPS, "Https.Enable")
	if p := n.Ports; p != nil {
		w.number("network.ports.http", p.HTTP, "Web.Port")
		w.number("network.ports.https", p.HTTPS, "Https.Port")
		w.number("network.ports.rtsp", p.RTSP, "RTSP.Port")
		w.number("network.ports.tcp", p.TCP, "DVRIP.TCPPort")
		w.number("network.ports.udp", p.UDP, "DVRIP.UDPPort")
	}
}

// channels wants what every channel shall have, then what single ones shall.
func (w *wants) channels(p *Profile) {
	for n := 1; p.EveryChannel != nil && n <= w.t.Channels; n++ {
		w.ofChannel(n, "every-channel", p.EveryChannel)
	}
	for _, n := range slices.Sorted(maps.Keys(p.Channels)) {
		w.ofChannel(n, "channels", p.Channels[n])
	}
	w.channel = 0
}

func (w *wants) ofChannel(n int, word string, c *Channel) {
	if c == nil {
		return
	}
	w.channel = n
	i := n - 1
	w.text(word+".title", c.Title, fmt.Sprintf("ChannelTitle[%d].Name", i))
	// Plain, motion and alarm recordings have a format each.
	w.stream(word+".main", c.Main, fmt.Sprintf("Encode[%d].MainFormat", i), 3)
	w.stream(word+".extra", c.Extra, fmt.Sprintf("Encode[%d].ExtraFormat", i), 1)
	w.record(word+".record", c.Record, i)
	if m := c.Motion; m != nil {
		at := fmt.Sprintf("MotionDetect[%d].", i)
		w.truth(word+".motion.enable", m.Enable, at+"Enable")
		w.number(word+".motion.sensitivity", m.Sensitivity, at+"Level")
		w.truth(word+".motion.record", m.Record, at+"EventHandler.RecordEnable")
	}
}

func (w *wants) stream(word string, s *Stream, key string, formats int) {
	if s == nil {
		return
	}
	keys := func(leaf string) []string {
		list := make([]string, formats)
		for i := range list {
			list[i] = fmt.Sprintf("%s[%d].%s", key, i, leaf)
		}
		return list
	}
	w.truth(word+".enable", s.Enable, keys("VideoEnable")...)
	w.text(word+".compression", s.Compression, keys("Video.Compression")...)
	if s.Size != nil {
		width, height, _ := strings.Cut(*s.Size, "x")
		w.put(word+".size", width, keys("Video.Width")...)
		w.put(word+".size", height, keys("Video.Height")...)
	}
	w.number(word+".fps", s.FPS, keys("Video.FPS")...)
	w.number(word+".bitrate", s.BitRate, keys("Video.BitRate")...)
	w.text(word+".control", s.Control, keys("Video.BitRateControl")...)
	w.truth(word+".audio", s.Audio, keys("AudioEnable")...)
}

// recordModes are the numbers of RecordMode.Mode.
var recordModes = map[string]string{RecordByPlan: "0", RecordAlways: "1", RecordNever: "2"}

func (w *wants) record(word string, r *Record, i int) {
	if r == nil {
		return
	}
	w.number(word+".pre-record", r.PreRecord, fmt.Sprintf("Record[%d].PreRecord", i))
	if r.Plan != nil {
		for day, spans := range weekOf(r.Plan) {
			for n, s := range spans {
				w.put(word+".plan", s, fmt.Sprintf("Record[%d].TimeSection[%d][%d]", i, day, n))
			}
		}
	}
	if r.Mode != nil {
		w.put(word+".mode", recordModes[*r.Mode], fmt.Sprintf("RecordMode[%d].Mode", i))
	}
}

func (w *wants) disk(d *Disk) {
	if d == nil || d.WhenFull == nil {
		return
	}
	value := overwriteOff
	if *d.WhenFull == DiskOverwrite {
		value = overwriteOn
	}
	w.put("disk.when-full", value, keyOverwrite)
}

func (w *wants) reach(r *Reach) {
	if r == nil {
		return
	}
	w.truth("reach.upnp", r.UPnP, "UPnP.Enable")
	w.truth("reach.p2p", r.P2P, "T2UServer.Enable", "VSP_PaaS.Enable")
	if d := r.DDNS; d != nil {
		w.text("reach.ddns.server", d.Server, "DDNS[0].Address")
		w.text("reach.ddns.host", d.Host, "DDNS[0].HostName")
		w.text("reach.ddns.user", d.User, "DDNS[0].UserName")
		w.truth("reach.ddns.enable", d.Enable, "DDNS[0].Enable")
	}
}

func (w *wants) mail(m *Mail) {
	if m == nil {
		return
	}
	w.text("mail.server", m.Server, "Email.Address")
	w.number("mail.port", m.Port, "Email.Port")
	if m.Encryption != nil {
		w.put("mail.encryption", strconv.FormatBool(*m.Encryption == "ssl"), "Email.SslEnable")
		w.put("mail.encryption", strconv.FormatBool(*m.Encryption == "tls"), "Email.TlsEnable")
	}
	w.text("mail.user", m.User, "Email.UserName")
	w.text("mail.from", m.From, "Email.SendAddress")
	w.texts("mail.to", m.To, "", "Email.Receivers")
	w.text("mail.subject", m.Subject, "Email.Title")
	w.truth("mail.enable", m.Enable, "Email.Enable")
}

// maintenance: the recorder's days go from 0, Sunday, to 6; 7 is every day.
func (w *wants) maintenance(m *Maintenance) {
	if m == nil {
		return
	}
	if m.Day != nil {
		day := slices.Index(dayNames[:], *m.Day)
		if *m.Day == everyDay {
			day = 7
		}
		w.put("maintenance.day", strconv.Itoa(day), "AutoMaintain.AutoRebootDay")
	}
	if m.At != nil {
		hour, minute, _ := strings.Cut(*m.At, ":")
		w.put("maintenance.at", trimZero(hour), "AutoMaintain.AutoRebootHour")
		w.put("maintenance.at", trimZero(minute), "AutoMaintain.AutoRebootMinute")
	}
	w.truth("maintenance.restart", m.Restart, "AutoMaintain.AutoRebootEnable")
}

func trimZero(digits string) string {
	n, _ := strconv.Atoi(digits) // looked at by check
	return strconv.Itoa(n)
}

func (w *wants) logins(l *Logins) {
	if l == nil {
		return
	}
	w.truth("logins.lock", l.Lock, "General.LockLoginEnable")
	w.number("logins.tries", l.Tries, "General.LockLoginTimes")
	if l.LockMinutes != nil {
		w.put("logins.lock-minutes", strconv.Itoa(*l.LockMinutes*60), "General.LoginFailLockTime")
	}
	w.truth("logins.onvif", l.ONVIF, "UserGlobal.OnvifLoginCheck")
}

// secrets wants passwords. A recorder that shows one as stars does not tell whether
// it has it: it is written then.
func (w *wants) secrets(given map[string]secret.String, s Sealer) error {
	for _, x := range []struct{ word, key string }{{SecretMail, "Email.Password"}, {SecretDDNS, "DDNS[0].Password"}} {
		v, there := given[x.word]
		if !there {
			continue
		}
		if err := w.secret(x.word, x.key, v, s); err != nil {
			return err
		}
	}
	return nil
}

// secret wants one password, sealed.
func (w *wants) secret(word, key string, v secret.String, s Sealer) error {
	from, there := w.t.value(key)
	switch {
	case !there:
		w.absent = append(w.absent, Absent{Section: sectionOf(key), Word: word, Key: key})
		return nil
	case secret.New(from).Equal(v):
		return nil
	}
	sealed, err := s.Seal(v)
	if err != nil {
		return err
	}
	w.add(want{section: sectionOf(key), Change: Change{Word: word, Key: key, Sealed: sealed}})
	return nil
}

// masked tells whether a recorder shows a password as stars.
func masked(v string) bool { return v != "" && strings.Trim(v, "*") == "" }
