package setup

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rekey-dvr/rekey"
)

// AnswerError is an answer that cannot be. It is [rekey.CodeInvalid].
type AnswerError struct {
	ID     string // of the question
	Reason string
}

// Error names question and reason.
func (e *AnswerError) Error() string { return e.ID + " " + e.Reason }

// Defaults is the profile of nobody's answers: the safe defaults of [Questions].
func Defaults(t Target) Profile {
	p, err := Answer(t, nil)
	if err != nil { // what the recorder shows is no answer that can be: only what is safe everywhere is left
		no, yes := false, true
		p = Profile{Version: Version, Reach: &Reach{UPnP: &no, P2P: &no, DDNS: &DDNS{Enable: &no}}, Logins: &Logins{Lock: &yes}}
	}
	return p
}

// Answer makes a profile of answers by question; one that is not there, or empty, is
// the question's default. A wrong one is an [*AnswerError].
func Answer(t Target, answers map[string]string) (Profile, error) {
	a := &answered{given: map[string]string{}}
	for _, q := range Questions(t) {
		v := strings.TrimSpace(answers[q.ID])
		if v == "" {
			v = q.Default
		}
		if e := q.fits(v); e != nil {
			return Profile{}, rekey.Errorf(rekey.CodeInvalid, "An answer cannot be what was meant").Wrap(e)
		}
		a.given[q.ID] = v
	}
	p := a.profile(t.Channels)
	if a.given["ntp"] == Yes && a.given["zone"] == "" {
		return p, rekey.Errorf(rekey.CodeInvalid, "An answer cannot be what was meant").
			Wrap(&AnswerError{"zone", "is needed when a time server sets the clock"})
	}
	if e := checked(&p); e != nil {
		return p, rekey.Errorf(rekey.CodeInvalid, "An answer cannot be what was meant").Wrap(&AnswerError{asked(e.Path), e.Reason})
	}
	return p, nil
}

// fits looks at an answer.
func (q Question) fits(v string) *AnswerError {
	switch {
	case v == "" && q.Kind != AskChoice:
	case q.Kind == AskChoice && !q.Absent && !slices.Contains(q.Choices, v):
		return &AnswerError{q.ID, "is one of " + strings.Join(q.Choices, ", ")}
	case q.Kind == AskNumber:
		if n, err := strconv.Atoi(v); err != nil || n < q.Min || n > q.Max {
			return &AnswerError{q.ID, "is a number between " + strconv.Itoa(q.Min) + " and " + strconv.Itoa(q.Max)}
		}
	case q.Kind == AskText && q.Max > 0 && len(v) > q.Max:
		return &AnswerError{q.ID, "is longer than " + strconv.Itoa(q.Max) + " bytes"}
	}
	return nil
}

// asked gives the question that a field of a profile comes from.
func asked(path []string) string {
	switch {
	case len(path) == 3 && path[0] == "channels":
		return "title-" + path[1]
	case len(path) == 2 && (path[0] == "mail" || path[0] == "ntp"):
		return path[0] + "-" + path[1]
	}
	return path[len(path)-1]
}

// answered are answers that fit.
type answered struct{ given map[string]string }

// text is nil for no answer.
func (a *answered) text(id string) *string {
	if v := a.given[id]; v != "" {
		return &v
	}
	return nil
}

// truth is nil for anything but yes and no.
func (a *answered) truth(id string) *bool {
	v := a.given[id] == Yes
	if !v && a.given[id] != No {
		return nil
	}
	return &v
}

func (a *answered) number(id string) *int {
	n, err := strconv.Atoi(a.given[id])
	if err != nil {
		return nil
	}
	return &n
}

func (a *answered) list(id string) []string {
	var list []string
	for v := range strings.SplitSeq(a.given[id], ",") {
		if v = strings.TrimSpace(v); v != "" {
			list = append(list, v)
		}
	}
	return list
}

func (a *answered) profile(channels int) Profile {
	p := Profile{Version: Version,
		General: &General{Name: a.text("name"), Language: a.text("language"), VideoStandard: a.text("video-standard")},
		Clock:   &Clock{Set: a.text("clock"), Zone: a.text("zone")},
		NTP:     &NTP{Enable: a.truth("ntp")},
		Reach:   &Reach{UPnP: a.truth("upnp"), P2P: a.truth("p2p")},
		Logins:  &Logins{Lock: a.truth("lock"), ONVIF: a.truth("onvif")},
	}
	if p.Clock.Zone != nil {
		auto := DSTAuto
		p.Clock.DST = &auto
	}
	if a.given["ntp"] == Yes {
		p.NTP.Server = a.text("ntp-server")
	}
	if off := a.truth("ddns"); off != nil {
		p.Reach.DDNS = &DDNS{Enable: off}
	}
	a.network(&p)
	a.cameras(&p, channels)
	if v := a.given["when-full"]; v != Keep && v != "" {
		p.Disk = &Disk{WhenFull: &v}
	}
	if on := a.truth("mail"); on != nil {
		p.Mail = &Mail{Enable: on}
		if *on {
			p.Mail.Server, p.Mail.Port, p.Mail.Encryption = a.text("mail-server"), a.number("mail-port"), a.text("mail-encryption")
			p.Mail.From, p.Mail.To, p.Mail.User = a.text("mail-from"), a.list("mail-to"), a.text("mail-user")
		}
	}
	if on := a.truth("restart"); on != nil {
		p.Maintenance = &Maintenance{Restart: on}
	}
	return p
}

func (a *answered) network(p *Profile) {
	dhcp := a.given["network"] == NetworkDHCP
	switch a.given["network"] {
	case NetworkDHCP:
		p.Network = &Network{DHCP: &dhcp}
	case NetworkStatic:
		p.Network = &Network{DHCP: &dhcp, Address: a.text("address"), Mask: a.text("mask"), Gateway: a.text("gateway"), DNS: a.list("dns")}
	}
}

// everything is each day from midnight to midnight.
func everything(what ...string) []Span {
	return []Span{{Days: []string{everyDay}, From: "00:00", To: "24:00", For: what}}
}

func (a *answered) cameras(p *Profile, channels int) {
	plan, always, yes := RecordByPlan, RecordAlways, true
	motion := &Motion{Enable: &yes, Record: &yes}
	switch a.given["record"] {
	case RecordBoth:
		p.EveryChannel = &Channel{Record: &Record{Mode: &plan, Plan: everything("plain", "motion", "alarm")}, Motion: motion}
	case RecordMotion:
		p.EveryChannel = &Channel{Record: &Record{Mode: &plan, Plan: everything("motion", "alarm")}, Motion: motion}
	case RecordAlways:
		p.EveryChannel = &Channel{Record: &Record{Mode: &always}}
	}
	for n := 1; n <= channels; n++ {
		if title := a.text(titleID(n)); title != nil {
			if p.Channels == nil {
				p.Channels = map[int]*Channel{}
			}
			p.Channels[n] = &Channel{Title: title}
		}
	}
}
