// Package catalog holds what rekey knows about recorders and procedures as data:
// models and their firmware files, series and generations, stock accounts, every
// number of the procedures, and the procedure cards in each language. Each entry
// carries its source and how well it is backed.
//
// The files are embedded. [Load] reads them strictly: an unknown field, a number
// that is not positive, a reference that leads nowhere, a firmware name that
// contradicts its row, or a language that lacks a text is an error that names
// file and line. What the files do not say is "unknown"; nothing is guessed, and
// nothing here decides.
//
// A loaded [Catalog] is read-only and may be used by many goroutines; what its
// methods return may be kept and changed by the caller.
package catalog

import (
	"embed"
	"io/fs"
	"net/netip"
	"sort"
	"strings"

	rekey "github.com/rekey-dvr/rekey"
)

//go:embed data
var embedded embed.FS

// DefaultLang is the language that every card has its structure in.
const DefaultLang = "en"

// Catalog is everything that was loaded.
type Catalog struct {
	sources  []rekey.Source
	sourceAt map[string]int

	numbers  []Number
	numberAt map[string]int

	generations []GenerationInfo
	series      []SeriesInfo
	modelFacts  fact
	passwords   map[rekey.Generation]rekey.PasswordRules

	login      rekey.Login
	loginFacts fact
	address    netip.Addr
	accounts   []rekey.StockAccount

	models  []rekey.Model
	modelAt map[string]int
	aliases map[string]Alias

	cards map[string][]rekey.Card // by language, in the order of rekey.CardIDs
	rules rekey.Rules

	firmware firmwareFile
}

// Load reads the embedded files. It fails only when the program was built from
// files that contradict each other, which a test keeps from happening.
func Load() (*Catalog, error) {
	sub, err := fs.Sub(embedded, "data")
	if err != nil {
		return nil, err
	}
	return LoadFS(sub)
}

// LoadFS reads the catalogue's files from fsys. The error joins everything that
// is wrong with them, one line each, as "file:line: what".
func LoadFS(fsys fs.FS) (*Catalog, error) {
	c := &Catalog{}
	// Each file may refer to those before it, and none to those after.
	for _, load := range []func(fs.FS) error{
		c.loadSources, c.loadNumbers, c.loadGenerations, c.loadFactory,
		c.loadModels, c.loadAliases, c.loadCards, c.loadFirmware,
	} {
		if err := load(fsys); err != nil {
			return nil, rekey.Errorf(rekey.CodeInternal, "The catalogue contradicts itself").Wrap(err)
		}
	}
	c.rules = c.buildRules()
	return c, nil
}

// Rules gives the numbers that the domain decides with.
func (c *Catalog) Rules() rekey.Rules {
	r := c.rules
	r.Clock.LostYear = append([]int(nil), r.Clock.LostYear...)
	r.Password = make(map[rekey.Generation]rekey.PasswordRules, len(c.passwords))
	for g, p := range c.passwords {
		r.Password[g] = p
	}
	return r
}

// Source gives the source with the ID.
func (c *Catalog) Source(id string) (rekey.Source, bool) {
	i, ok := c.sourceAt[id]
	if !ok {
		return rekey.Source{}, false
	}
	return c.sources[i], true
}

// Sources gives all sources in the order of their file.
func (c *Catalog) Sources() []rekey.Source { return append([]rekey.Source(nil), c.sources...) }

// Languages gives the languages that the cards are complete in, the default
// first, the others by name.
func (c *Catalog) Languages() []string {
	langs := []string{DefaultLang}
	for l := range c.cards {
		if l != DefaultLang {
			langs = append(langs, l)
		}
	}
	sort.Strings(langs[1:])
	return langs
}

// fact is how an entry of any file is backed. It is embedded in each entry.
type fact struct {
	Source     string           `yaml:"source"`
	Where      string           `yaml:"where"`
	Confidence rekey.Confidence `yaml:"confidence"`
}

// check reports what is wrong with how an entry is backed.
func (c *Catalog) check(p *problems, at string, f fact) {
	if _, ok := c.sourceAt[f.Source]; !ok {
		p.addf(at, "no source %q", f.Source)
	}
	switch f.Confidence {
	case rekey.Confirmed, rekey.Reported, rekey.Inferred, rekey.Unknown:
	default:
		p.addf(at, "no confidence %q", f.Confidence)
	}
	// What rekey concluded itself is never shown as if somebody had said it.
	if f.Source == rekey.SourceRekey && f.Confidence.Bits() > rekey.Inferred.Bits() {
		p.addf(at, "a rule of rekey's own cannot be %s", f.Confidence)
	}
}

func (c *Catalog) loadSources(fsys fs.FS) error {
	var file struct {
		Sources []rekey.Source `yaml:"sources"`
	}
	d, err := readYAML(fsys, "sources.yaml", &file)
	if err != nil {
		return err
	}
	var p problems
	c.sources, c.sourceAt = file.Sources, map[string]int{}
	for i, s := range file.Sources {
		at := d.at("sources", i)
		if _, twice := c.sourceAt[s.ID]; twice || s.ID == "" {
			p.addf(at, "source %q has no name of its own", s.ID)
		}
		if s.Title == "" || !isDate(s.Date) {
			p.addf(at, "source %q needs a title and a date (YYYY-MM-DD)", s.ID)
		}
		if s.URL == "" && s.ID != rekey.SourceRekey {
			p.addf(at, "source %q needs an address", s.ID)
		}
		if s.URL != "" && !strings.HasPrefix(s.URL, "https://") && !strings.HasPrefix(s.URL, "http://") {
			p.addf(at, "source %q has an address that is none: %q", s.ID, s.URL)
		}
		c.sourceAt[s.ID] = i
	}
	if _, ok := c.sourceAt[rekey.SourceRekey]; !ok {
		p.addf(d.at("sources"), "no source %q for rekey's own rules", rekey.SourceRekey)
	}
	return p.err()
}
