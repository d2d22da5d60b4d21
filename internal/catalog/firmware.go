package catalog

import (
	"io/fs"
	"slices"

	rekey "github.com/rekey-dvr/rekey"
)

// Told is a text with who says it.
type Told struct {
	ID         string           `json:"id,omitempty"`
	Text       string           `json:"text"`
	Source     string           `json:"source"`
	Confidence rekey.Confidence `json:"confidence"`
}

// FirmwareWays is where firmware is published and how its maker means it to be
// installed.
type FirmwareWays struct {
	Published Told   `json:"published"`
	URL       string `json:"url"` // for a person's browser; nothing of rekey's fetches it
	Ended     Told   `json:"ended"`
	USB       []Told `json:"usb"`       // in order
	ListedOn  string `json:"listed_on"` // the date of the list of files, YYYY-MM-DD
}

type toldEntry struct {
	ID   string            `yaml:"id"`
	Text map[string]string `yaml:"text"`
	fact `yaml:",inline"`
}

// tell gives the text in a language, in English where it is not there.
func (e toldEntry) tell(lang string) Told {
	text, ok := e.Text[lang]
	if !ok {
		text = e.Text[DefaultLang]
	}
	return Told{e.ID, text, e.Source, e.Confidence}
}

type firmwareFile struct {
	Published struct {
		URL       string `yaml:"url"`
		toldEntry `yaml:",inline"`
	} `yaml:"published"`
	Ended toldEntry   `yaml:"ended"`
	USB   []toldEntry `yaml:"usb"`
}

// FirmwareWays gives them in a language.
func (c *Catalog) FirmwareWays(lang string) FirmwareWays {
	f := c.firmware
	w := FirmwareWays{Published: f.Published.tell(lang), URL: f.Published.URL, Ended: f.Ended.tell(lang)}
	for _, s := range f.USB {
		w.USB = append(w.USB, s.tell(lang))
	}
	if s, ok := c.Source(f.Ended.Source); ok {
		w.ListedOn = s.Date
	}
	return w
}

func (c *Catalog) loadFirmware(fsys fs.FS) error {
	d, err := readYAML(fsys, "firmware.yaml", &c.firmware)
	if err != nil {
		return err
	}
	var p problems
	check := func(at string, e toldEntry) {
		c.check(&p, at, e.fact)
		for _, lang := range c.Languages() {
			if e.Text[lang] == "" {
				p.addf(at, "no text in %q", lang)
			}
		}
	}
	f := &c.firmware
	check(d.at("published"), f.Published.toldEntry)
	check(d.at("ended"), f.Ended)
	if len(f.Published.URL) < len("https://x") || f.Published.URL[:8] != "https://" {
		p.addf(d.at("published"), "no address: %q", f.Published.URL)
	}
	var ids []string
	for i, s := range f.USB {
		at := d.at("usb", i)
		check(at, s)
		if s.ID == "" || slices.Contains(ids, s.ID) {
			p.addf(at, "a step without an id of its own")
		}
		ids = append(ids, s.ID)
	}
	if len(ids) == 0 {
		p.addf(d.at("usb"), "no steps")
	}
	return p.err()
}
