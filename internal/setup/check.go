package setup

import (
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/rekey-dvr/rekey"
)

// FieldError is what is wrong with one field of a profile. It is
// [rekey.CodeInvalid].
type FieldError struct {
	Path   []string // such as channels, 2, record, plan
	Reason string   // a sentence without its end, after the field's name
	Line   int      // in the file, 0 where there is none
}

// Error names line and field.
func (e *FieldError) Error() string {
	s := strings.Join(e.Path, ".") + " " + e.Reason
	if e.Line > 0 {
		s = fmt.Sprintf("line %d: %s", e.Line, s)
	}
	return s
}

// checker gathers what is wrong; the first is told.
type checker struct{ wrong *FieldError }

// check looks at what a profile says, whoever wrote it.
func check(p *Profile) error {
	if e := checked(p); e != nil {
		return invalid(e)
	}
	return nil
}

func invalid(e *FieldError) error {
	return rekey.Errorf(rekey.CodeInvalid, "The profile cannot be what was meant").Wrap(e)
}

func (c *checker) fail(path, reason string) {
	if c.wrong == nil {
		c.wrong = &FieldError{Path: strings.Split(path, "/"), Reason: reason}
	}
}

func (c *checker) word(path string, v *string, words ...string) {
	if v != nil && !slices.Contains(words, *v) {
		c.fail(path, "is one of "+strings.Join(words, ", "))
	}
}

func (c *checker) between(path string, v *int, lo, hi int) {
	if v != nil && (*v < lo || *v > hi) {
		c.fail(path, fmt.Sprintf("is between %d and %d", lo, hi))
	}
}

// maxText bounds a text of a profile, in bytes.
const maxText = 128

func (c *checker) text(path string, v *string) {
	if v != nil && (len(*v) > maxText || strings.ContainsFunc(*v, func(r rune) bool { return r < 0x20 || r == 0x7f })) {
		c.fail(path, fmt.Sprintf("is a line of %d bytes at most", maxText))
	}
}

func (c *checker) address(path string, v *string) {
	if v == nil {
		return
	}
	if a, err := netip.ParseAddr(*v); err != nil || !a.Is4() || a.String() != *v {
		c.fail(path, "is an address such as 192.168.1.108")
	}
}

var (
	sizeForm = regexp.MustCompile(`^[1-9][0-9]{1,3}x[1-9][0-9]{1,3}$`)
	timeForm = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
)

func checked(p *Profile) *FieldError {
	c := &checker{}
	if p.Version != Version {
		c.fail("rekey-profile", fmt.Sprintf("is %d: the version of the format", Version))
	}
	c.general(p.General)
	c.clock(p.Clock)
	c.ntp(p.NTP)
	c.network(p.Network)
	c.channel("every-channel", p.EveryChannel)
	for _, n := range slices.Sorted(maps.Keys(p.Channels)) {
		path := fmt.Sprintf("channels/%d", n)
		c.between(path, &n, 1, maxChannels)
		c.channel(path, p.Channels[n])
	}
	if p.Disk != nil {
		c.word("disk/when-full", p.Disk.WhenFull, DiskOverwrite, DiskStop)
	}
	c.reach(p.Reach)
	c.mail(p.Mail)
	if m := p.Maintenance; m != nil {
		c.word("maintenance/day", m.Day, append(dayNames[:7:7], everyDay)...)
		if m.At != nil && !timeForm.MatchString(*m.At) {
			c.fail("maintenance/at", "is a time such as 03:00")
		}
	}
	if l := p.Logins; l != nil {
		c.between("logins/tries", l.Tries, 1, 30)
		c.between("logins/lock-minutes", l.LockMinutes, 1, 24*60)
	}
	c.accounts(p.Accounts)
	return c.wrong
}

func (c *checker) general(g *General) {
	if g == nil {
		return
	}
	c.text("general/name", g.Name)
	c.text("general/language", g.Language)
	c.word("general/video-standard", g.VideoStandard, "NTSC", "PAL")
}

func (c *checker) clock(k *Clock) {
	if k == nil {
		return
	}
	c.word("clock/set", k.Set, ClockNow, ClockKeep)
	c.word("clock/dst", k.DST, DSTAuto, DSTOff)
	c.word("clock/format", k.Format, "yyyy-MM-dd", "MM-dd-yyyy", "dd-MM-yyyy")
	if k.Zone != nil {
		if _, err := load(*k.Zone); err != nil {
			c.fail("clock/zone", "is no time zone that is known; one is America/New_York")
		}
	} else if k.DST != nil && *k.DST == DSTAuto {
		c.fail("clock/dst", "needs a zone to be auto")
	}
}

func (c *checker) ntp(n *NTP) {
	if n == nil {
		return
	}
	c.text("ntp/server", n.Server)
	c.between("ntp/port", n.Port, 1, 65535)
	c.between("ntp/every", n.Every, 1, 65535)
}

func (c *checker) network(n *Network) {
	if n == nil {
		return
	}
	c.address("network/address", n.Address)
	c.address("network/mask", n.Mask)
	c.address("network/gateway", n.Gateway)
	if len(n.DNS) > 2 {
		c.fail("network/dns", "has two at most")
	}
	for i := range n.DNS {
		c.address("network/dns", &n.DNS[i])
	}
	if p := n.Ports; p != nil {
		c.between("network/ports/http", p.HTTP, 1, 65535)
		c.between("network/ports/https", p.HTTPS, 1, 65535)
		c.between("network/ports/rtsp", p.RTSP, 1, 65535)
		c.between("network/ports/tcp", p.TCP, 1025, 65535)
		c.between("network/ports/udp", p.UDP, 1025, 65535)
	}
}

func (c *checker) channel(path string, ch *Channel) {
	if ch == nil {
		return
	}
	c.text(path+"/title", ch.Title)
	c.stream(path+"/main", ch.Main)
	c.stream(path+"/extra", ch.Extra)
	if r := ch.Record; r != nil {
		c.word(path+"/record/mode", r.Mode, RecordByPlan, RecordAlways, RecordNever)
		c.between(path+"/record/pre-record", r.PreRecord, 0, 30)
		c.plan(path+"/record/plan", r.Plan)
	}
	if ch.Motion != nil {
		c.between(path+"/motion/sensitivity", ch.Motion.Sensitivity, 1, 6)
	}
}

func (c *checker) stream(path string, s *Stream) {
	if s == nil {
		return
	}
	c.word(path+"/compression", s.Compression, "H.264", "H.265", "MJPG")
	c.word(path+"/control", s.Control, "CBR", "VBR")
	if s.Size != nil && !sizeForm.MatchString(*s.Size) {
		c.fail(path+"/size", "is width and height such as 1280x720")
	}
	c.between(path+"/fps", s.FPS, 1, 60)
	c.between(path+"/bitrate", s.BitRate, 16, 20480)
}

func (c *checker) plan(path string, plan []Span) {
	for _, s := range plan {
		if len(s.Days) == 0 || len(s.For) == 0 {
			c.fail(path, "has spans with days and what they are for")
		}
		for i := range s.Days {
			c.word(path, &s.Days[i], append(dayNames[:], everyDay)...)
		}
		for i := range s.For {
			c.word(path, &s.For[i], "plain", "motion", "alarm")
		}
		if !timeForm.MatchString(s.From) || s.To != "24:00" && !timeForm.MatchString(s.To) || s.From >= s.To {
			c.fail(path, "has spans from a time such as 08:00 to a later one, 24:00 at most")
		}
	}
	if spansOn(plan) > daySpans {
		c.fail(path, fmt.Sprintf("has %d spans a day at most", daySpans))
	}
}

func (c *checker) reach(r *Reach) {
	if r == nil || r.DDNS == nil {
		return
	}
	c.text("reach/ddns/server", r.DDNS.Server)
	c.text("reach/ddns/host", r.DDNS.Host)
	c.text("reach/ddns/user", r.DDNS.User)
}

func (c *checker) mail(m *Mail) {
	if m == nil {
		return
	}
	c.text("mail/server", m.Server)
	c.between("mail/port", m.Port, 1, 65535)
	c.word("mail/encryption", m.Encryption, "none", "ssl", "tls")
	c.text("mail/user", m.User)
	c.text("mail/from", m.From)
	c.text("mail/subject", m.Subject)
	if len(m.To) > 3 {
		c.fail("mail/to", "has three at most")
	}
	for i := range m.To {
		c.text("mail/to", &m.To[i])
	}
}

// accountForm are names that recorders of the family take: reference, passwords and
// names per generation.
var accountForm = regexp.MustCompile(`^[A-Za-z0-9_.@-]{1,31}$`)

func (c *checker) accounts(list []Account) {
	for i := range list {
		a := &list[i]
		if !accountForm.MatchString(a.Name) {
			c.fail("accounts", "have names of up to 31 letters, digits, and _ . @ -")
		}
		if slices.ContainsFunc(list[:i], func(b Account) bool { return strings.EqualFold(a.Name, b.Name) }) {
			c.fail("accounts", fmt.Sprintf("name %.40q twice; capitals make no other name", a.Name))
		}
		c.text("accounts", &a.Note)
		if a.Group != "admin" && a.Group != "user" {
			c.fail("accounts", "have a group, admin or user, each")
		}
	}
}
