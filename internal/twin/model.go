package twin

import (
	"fmt"
	"regexp"
	"strings"
)

// Generation is a protocol generation of the recorders.
type Generation string

// The generations a twin can be.
const (
	GenA Generation = "A" // 3.200 to 3.217: factory passwords, whole-number sessions, no first-run set-up
	GenB Generation = "B" // 3.218: which first login it has is not known, so it is a switch
	GenC Generation = "C" // 4.x: no factory password, first-run initialisation
)

// Model is what a twin is a twin of. The caller fills it, as a rule from the
// catalogue; the zero value of a field takes the default named with it.
type Model struct {
	SKU        string     `json:"sku"`              // for example AMDV7208
	Generation Generation `json:"generation"`       // GenA
	Channels   int        `json:"channels"`         // 8
	Version    string     `json:"version"`          // 3.200.AC04.5 on A, 3.218.00AC000.1 on B, 4.000.00AC000.0 on C
	BuildDate  string     `json:"build_date"`       // 2015-12-17
	Processor  string     `json:"processor"`        // HI3520
	Vendor     string     `json:"vendor"`           // Amcrest
	Class      string     `json:"class"`            // HCVR on A and B, XVR on C
	Serial     string     `json:"serial"`           // AMC0TWIN and seven digits from the seed
	MAC        string     `json:"mac"`              // 9c:8e:cd, then three bytes from the seed
	Button     bool       `json:"button"`           // has a front power button
	Rocker     bool       `json:"rocker"`           // has a rocker switch at the back
	ID         string     `json:"id,omitempty"`     // C: the 32 hex digits of the realm; from the seed
	Series     string     `json:"series,omitempty"` // shown only; the twin draws nothing from it

	// What firmware has to be for. An empty Board, or Standard, is not compared.
	Board    string `json:"board,omitempty"`    // HCVR5x08-S2
	Build    string `json:"build,omitempty"`    // 1080, or empty for the plain one
	OEM      string `json:"oem,omitempty"`      // SV10003
	Standard string `json:"standard,omitempty"` // N or P
}

const maxChannels = 64

var (
	wordForm   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+-]{0,39}$`)
	serialForm = regexp.MustCompile(`^[A-Z0-9]{4,24}$`)
	macForm    = regexp.MustCompile(`^([0-9a-f]{2}:){5}[0-9a-f]{2}$`)
	idForm     = regexp.MustCompile(`^[0-9a-f]{32}$`)
	dateForm   = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
)

// withDefaults fills what is empty.
func (m Model) withDefaults(seed uint64) Model {
	set := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	if m.Generation == "" {
		m.Generation = GenA
	}
	if m.Channels == 0 {
		m.Channels = 8
	}
	if m.SKU == "" && m.Board == "" && m.Generation == GenA {
		m.Board, m.OEM, m.Standard = "HCVR5x08-S2", "SV10003", "N"
	}
	set(&m.SKU, "AMDV7208")
	set(&m.Version, map[Generation]string{GenB: "3.218.00AC000.1", GenC: "4.000.00AC000.0"}[m.Generation])
	set(&m.Version, "3.200.AC04.5")
	set(&m.BuildDate, "2015-12-17")
	set(&m.Processor, "HI3520")
	set(&m.Vendor, "Amcrest")
	set(&m.Class, map[Generation]string{GenC: "XVR"}[m.Generation])
	set(&m.Class, "HCVR")
	set(&m.Serial, fmt.Sprintf("AMC0TWIN%07d", seed%10_000_000))
	set(&m.MAC, fmt.Sprintf("9c:8e:cd:%02x:%02x:%02x", byte(seed>>16), byte(seed>>8), byte(seed)))
	set(&m.ID, fmt.Sprintf("%016x%016x", seed^0x9e3779b97f4a7c15, seed*0xbf58476d1ce4e5b9+1))
	return m
}

// validate refuses what could not be printed in an answer or a realm.
func (m Model) validate() error {
	checks := []struct {
		field string
		ok    bool
	}{
		{"sku", wordForm.MatchString(m.SKU)},
		{"generation", m.Generation == GenA || m.Generation == GenB || m.Generation == GenC},
		{"channels", m.Channels > 0 && m.Channels <= maxChannels},
		{"version", wordForm.MatchString(m.Version)},
		{"build date", dateForm.MatchString(m.BuildDate)},
		{"processor", wordForm.MatchString(m.Processor)},
		{"vendor", wordForm.MatchString(m.Vendor)},
		{"class", wordForm.MatchString(m.Class)},
		{"serial", serialForm.MatchString(m.Serial)},
		{"MAC", macForm.MatchString(m.MAC)},
		{"id", idForm.MatchString(m.ID)},
		{"board", m.Board == "" || wordForm.MatchString(m.Board)},
		{"board's build", m.Build == "" || wordForm.MatchString(m.Build)},
		{"OEM code", m.OEM == "" || wordForm.MatchString(m.OEM)},
		{"video standard", m.Standard == "" || m.Standard == "N" || m.Standard == "P"},
	}
	for _, c := range checks {
		if !c.ok {
			return &ConfigError{Field: c.field, Reason: "cannot be a recorder's"}
		}
	}
	return nil
}

// flatMAC is the MAC as a login challenge prints it.
func (m Model) flatMAC() string { return strings.ToUpper(strings.ReplaceAll(m.MAC, ":", "")) }
