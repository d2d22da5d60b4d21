package settings

import (
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// kind is what values a setting takes. The bounds are this project's own: no source
// tells a recorder's.
type kind struct {
	name   string
	lo, hi int      // of int; hi is the longest text in bytes
	words  []string // of enum
}

var errKind = errors.New("the kind of a setting is not known")

// parseKind reads bool, fixed, ipv4, ipv4?, section, int:LO..HI, text:MAX, host:MAX
// or enum:A,B,C.
func parseKind(s string) (*kind, error) {
	name, rest, _ := strings.Cut(s, ":")
	k := &kind{name: name}
	var err error
	switch name {
	case "bool", "fixed", "ipv4", "ipv4?", "section":
		return k, nil
	case "int":
		lo, hi, _ := strings.Cut(rest, "..")
		k.lo, err = strconv.Atoi(lo)
		if err == nil {
			k.hi, err = strconv.Atoi(hi)
		}
		return k, err
	case "text", "host":
		k.hi, err = strconv.Atoi(rest)
		return k, err
	case "enum":
		k.words = strings.Split(rest, ",")
		return k, nil
	}
	return nil, errKind
}

// takes tells whether a value is one of the kind's. Numbers and booleans have one
// spelling only, so that a value reads back as it was set.
func (k *kind) takes(v string) bool {
	switch k.name {
	case "bool":
		return v == "true" || v == "false"
	case "int":
		n, err := strconv.Atoi(v)
		return err == nil && strconv.Itoa(n) == v && n >= k.lo && n <= k.hi
	case "text":
		return len(v) <= k.hi && plain(v)
	case "host":
		return len(v) <= k.hi && plain(v) && !strings.ContainsAny(v, " /\\\"'<>")
	case "enum":
		return slices.Contains(k.words, v)
	case "ipv4":
		return ipv4(v)
	case "ipv4?":
		return v == "" || ipv4(v)
	case "section":
		return section(v)
	}
	return false // fixed
}

// plain tells whether a text can stand in a line of an answer.
func plain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f || r == '\uFFFD' })
}

func ipv4(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4() && a.String() == s
}

// section is one span of a weekly plan: "6 00:00:00-24:00:00", a mask of what it is
// for and two times of day. 24:00:00 is a recorder's way to say midnight.
func section(s string) bool {
	mask, span, ok := strings.Cut(s, " ")
	if n, err := strconv.Atoi(mask); !ok || err != nil || n < 0 || n > 255 {
		return false
	}
	from, to, ok := strings.Cut(span, "-")
	return ok && daytime(from) && daytime(to)
}

func daytime(s string) bool {
	_, err := time.Parse(time.TimeOnly, s)
	return s == "24:00:00" || err == nil && len(s) == len(time.TimeOnly)
}

// value gives a text its JSON type.
func (k *kind) value(v string) any {
	switch k.name {
	case "bool":
		return v == "true"
	case "int":
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return n
		}
	}
	return v
}
