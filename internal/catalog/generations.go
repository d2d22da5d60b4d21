package catalog

import (
	"io/fs"
	"strings"

	rekey "github.com/rekey-dvr/rekey"
)

// GenerationInfo is what is known about one protocol generation.
type GenerationInfo struct {
	ID         rekey.Generation `json:"generation"`
	Major      int              `json:"major"`
	MinorFrom  int              `json:"minor_from,omitempty"` // both 0: every minor version
	MinorTo    int              `json:"minor_to,omitempty"`
	FirstLogin rekey.FirstLogin `json:"first_login"`
	Means      string           `json:"means"`
	Source     string           `json:"source"`
	Confidence rekey.Confidence `json:"confidence"`
}

// SeriesInfo is what is known about one hardware series.
type SeriesInfo struct {
	ID         rekey.Series     `json:"series"`
	Generation rekey.Generation `json:"generation"` // of the firmware listed for it
	Family     string           `json:"family"`
	Built      string           `json:"built,omitempty"` // years of its firmware files, not of its sale
	Ended      bool             `json:"ended"`           // the maker marks its firmware discontinued
	Source     string           `json:"source"`
	Confidence rekey.Confidence `json:"confidence"`
}

// Generations gives every generation, oldest first.
func (c *Catalog) Generations() []GenerationInfo {
	return append([]GenerationInfo(nil), c.generations...)
}

// Generation gives what is known about one generation.
func (c *Catalog) Generation(id rekey.Generation) (GenerationInfo, bool) {
	for _, g := range c.generations {
		if g.ID == id {
			return g, true
		}
	}
	return GenerationInfo{}, false
}

// Series gives what is known about one series.
func (c *Catalog) Series(id rekey.Series) (SeriesInfo, bool) {
	for _, s := range c.series {
		if s.ID == id {
			return s, true
		}
	}
	return SeriesInfo{}, false
}

// GenerationOf gives the generation of a firmware version, unknown when no
// generation has it or when the version is written too short to tell.
func (c *Catalog) GenerationOf(v Version) rekey.Generation {
	found := rekey.GenUnknown
	for _, g := range c.generations {
		if v.Analog || g.Major != v.Major {
			continue
		}
		if g.MinorFrom == 0 && g.MinorTo == 0 {
			return g.ID
		}
		// "3.2" is how people shorten 3.200 and 3.218 alike.
		if v.MinorDigits == 3 && v.Minor >= g.MinorFrom && v.Minor <= g.MinorTo {
			found = g.ID
		}
	}
	return found
}

type sourcedInt struct {
	Value int `yaml:"value"`
	fact  `yaml:",inline"`
}

type passwordEntry struct {
	Generations []rekey.Generation `yaml:"generations"`
	Alphabet    string             `yaml:"alphabet"`
	Length      sourcedInt         `yaml:"length"`
	MaxLength   sourcedInt         `yaml:"max_length"`
	MinLength   sourcedInt         `yaml:"min_length"`
	MinClasses  sourcedInt         `yaml:"min_classes"`
	Forbidden   struct {
		Value string `yaml:"value"`
		fact  `yaml:",inline"`
	} `yaml:"forbidden"`
	Weak bool `yaml:"weak"`
}

func (c *Catalog) loadGenerations(fsys fs.FS) error {
	var file struct {
		Generations []struct {
			ID       rekey.Generation `yaml:"id"`
			Versions struct {
				Major int   `yaml:"major"`
				Minor []int `yaml:"minor"`
			} `yaml:"versions"`
			FirstLogin rekey.FirstLogin `yaml:"first_login"`
			Means      string           `yaml:"means"`
			fact       `yaml:",inline"`
		} `yaml:"generations"`
		Passwords []passwordEntry `yaml:"passwords"`
		Series    []struct {
			ID         rekey.Series     `yaml:"id"`
			Generation rekey.Generation `yaml:"generation"`
			Family     string           `yaml:"family"`
			Built      string           `yaml:"built"`
			Ended      bool             `yaml:"ended"`
			fact       `yaml:",inline"`
		} `yaml:"series"`
		Models fact `yaml:"models"`
	}
	d, err := readYAML(fsys, "generations.yaml", &file)
	if err != nil {
		return err
	}
	var p problems
	for i, g := range file.Generations {
		at := d.at("generations", i)
		c.check(&p, at, g.fact)
		if _, twice := c.Generation(g.ID); twice || !g.ID.Valid() || g.ID == rekey.GenUnknown {
			p.addf(at, "no generation of its own: %q", g.ID)
		}
		if !g.FirstLogin.Valid() {
			p.addf(at, "no first login %q", g.FirstLogin)
		}
		info := GenerationInfo{ID: g.ID, Major: g.Versions.Major, FirstLogin: g.FirstLogin, Means: g.Means, Source: g.Source, Confidence: g.Confidence}
		switch m := g.Versions.Minor; {
		case len(m) == 2 && m[0] > 0 && m[0] <= m[1]:
			info.MinorFrom, info.MinorTo = m[0], m[1]
		case len(m) != 0 || g.Versions.Major <= 0:
			p.addf(at, "versions of %q are not positive numbers, the first before the last", g.ID)
		}
		for _, o := range c.generations {
			if o.Major == info.Major && (o.MinorTo == 0 || info.MinorTo == 0 || (o.MinorFrom <= info.MinorTo && info.MinorFrom <= o.MinorTo)) {
				p.addf(at, "versions of %q overlap those of %q", info.ID, o.ID)
			}
		}
		c.generations = append(c.generations, info)
	}
	for i, s := range file.Series {
		at := d.at("series", i)
		c.check(&p, at, s.fact)
		if _, twice := c.Series(s.ID); twice || !validSeries(s.ID) {
			p.addf(at, "no series of its own: %q", s.ID)
		}
		if !s.Generation.Valid() || s.Family == "" {
			p.addf(at, "series %q needs a generation and a family", s.ID)
		}
		c.series = append(c.series, SeriesInfo{s.ID, s.Generation, s.Family, s.Built, s.Ended, s.Source, s.Confidence})
	}
	c.check(&p, d.at("models"), file.Models)
	c.modelFacts = file.Models
	c.passwords = map[rekey.Generation]rekey.PasswordRules{}
	for i, e := range file.Passwords {
		c.addPasswords(&p, d.at("passwords", i), e)
	}
	for _, g := range c.generations {
		if _, ok := c.passwords[g.ID]; !ok {
			p.addf(d.at("passwords"), "no password rules for generation %q", g.ID)
		}
	}
	return p.err()
}

func (c *Catalog) addPasswords(p *problems, at string, e passwordEntry) {
	for _, n := range []sourcedInt{e.Length, e.MaxLength, e.MinLength, e.MinClasses} {
		c.check(p, at, n.fact)
		if n.Value <= 0 {
			p.addf(at, "a length or count is not positive: %d", n.Value)
		}
	}
	c.check(p, at, e.Forbidden.fact)
	r := rekey.PasswordRules{
		Alphabet: e.Alphabet, Length: e.Length.Value, MaxLength: e.MaxLength.Value, MinLength: e.MinLength.Value,
		MinClasses: e.MinClasses.Value, Forbidden: e.Forbidden.Value, Weak: e.Weak,
	}
	if r.Length < r.MinLength || r.Length > r.MaxLength {
		p.addf(at, "what rekey generates (%d) is outside what the recorder takes (%d to %d)", r.Length, r.MinLength, r.MaxLength)
	}
	if len(r.Alphabet) < 2 || strings.ContainsAny(r.Alphabet, r.Forbidden) {
		p.addf(at, "the alphabet has forbidden characters, or too few")
	}
	for i, ch := range r.Alphabet {
		if ch > '~' || ch <= ' ' || strings.ContainsRune(r.Alphabet[:i], ch) {
			p.addf(at, "the alphabet has %q twice, or it is not printable ASCII", ch)
		}
	}
	for _, g := range e.Generations {
		if _, twice := c.passwords[g]; twice {
			p.addf(at, "generation %q has password rules twice", g)
		}
		if _, ok := c.Generation(g); !ok {
			p.addf(at, "no generation %q", g)
		}
		c.passwords[g] = r
	}
}

func validSeries(s rekey.Series) bool {
	switch s {
	case rekey.SeriesS2, rekey.SeriesS3, rekey.Series4K, rekey.SeriesH5, rekey.SeriesI, rekey.Series960H:
		return true
	}
	return false
}
