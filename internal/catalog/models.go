package catalog

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	rekey "github.com/rekey-dvr/rekey"
)

// columns of models.csv, in order.
var columns = []string{
	"sku", "channels", "picture", "family", "board", "build", "series", "protocol_generation", "factory_login",
	"front_button", "version", "release", "date", "oem_code", "video_standard", "boot_image", "discontinued", "firmware_file",
}

// firstLogins maps the words of models.csv.
var firstLogins = map[string]rekey.FirstLogin{
	"factory admin/admin":      rekey.FirstFactory,
	"first-run initialisation": rekey.FirstFirstRun,
	"not this procedure":       rekey.FirstOther,
	"unknown":                  rekey.FirstUnknown,
}

// Alias is a name that owners use and no firmware list has. It is answered with
// a question, never with a model.
type Alias struct {
	Name       string           `json:"name"`
	Candidates []string         `json:"candidates,omitempty"` // models it may mean; the owner's label decides
	Source     string           `json:"source"`
	Confidence rekey.Confidence `json:"confidence"`
}

// Models gives every model, by name.
func (c *Catalog) Models() []rekey.Model {
	list := make([]rekey.Model, len(c.models))
	for i, m := range c.models {
		list[i] = cloneModel(m)
	}
	return list
}

// Model gives the model with the number on the label. Case, spaces around it and
// the tail of a kit with cameras (AMDV7204-4B) do not matter.
func (c *Catalog) Model(sku string) (rekey.Model, bool) {
	for _, name := range skuNames(sku) {
		if i, ok := c.modelAt[name]; ok {
			return cloneModel(c.models[i]), true
		}
	}
	return rekey.Model{}, false
}

func (c *Catalog) alias(sku string) (Alias, bool) {
	for _, name := range skuNames(sku) {
		if a, ok := c.aliases[name]; ok {
			a.Candidates = slices.Clone(a.Candidates)
			return a, true
		}
	}
	return Alias{}, false
}

// skuNames gives what a label may stand for: itself, and without a kit's tail.
func skuNames(sku string) []string {
	name := strings.ToUpper(strings.TrimSpace(sku))
	names := []string{name}
	if i := strings.LastIndexByte(name, '-'); i > 0 && isKitTail(name[i+1:]) {
		names = append(names, name[:i])
	}
	return names
}

// isKitTail reports whether s counts the cameras of a kit: 4B, 8B, 16B.
func isKitTail(s string) bool {
	n, found := strings.CutSuffix(s, "B")
	v, err := strconv.Atoi(n)
	return found && err == nil && v > 0 && v <= 64
}

func cloneModel(m rekey.Model) rekey.Model {
	m.Firmware = slices.Clone(m.Firmware)
	return m
}

// loadModels reads models.csv: one row per model and firmware file, as the
// public list has them. Each file name is read and held against its row.
func (c *Catalog) loadModels(fsys fs.FS) error {
	const name = "models.csv"
	b, err := readFile(fsys, name)
	if err != nil {
		return err
	}
	r := csv.NewReader(bytes.NewReader(b))
	header, err := r.Read()
	if err != nil || !slices.Equal(header, columns) {
		return fmt.Errorf("%s:1: columns are not %s", name, strings.Join(columns, ","))
	}
	var p problems
	c.modelAt = map[string]int{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		line, _ := r.FieldPos(0)
		c.addRow(&p, fmt.Sprintf("%s:%d", name, line), row)
	}
	for _, m := range c.models {
		slices.SortStableFunc(m.Firmware, func(a, b rekey.FirmwareFile) int { return strings.Compare(a.Date, b.Date) })
	}
	slices.SortFunc(c.models, func(a, b rekey.Model) int { return strings.Compare(a.SKU, b.SKU) })
	for i, m := range c.models {
		c.modelAt[strings.ToUpper(m.SKU)] = i
	}
	return p.err()
}

func (c *Catalog) addRow(p *problems, at string, row []string) {
	get := func(column string) string { return row[slices.Index(columns, column)] }
	m := rekey.Model{
		SKU: get("sku"), Picture: get("picture"), Family: get("family"), Board: get("board"), Build: get("build"),
		Series: rekey.Series(get("series")), Generation: rekey.Generation(get("protocol_generation")),
		FrontButton: rekey.Button(get("front_button")), Discontinued: get("discontinued") == "yes",
		Source: c.modelFacts.Source, Confidence: c.modelFacts.Confidence,
	}
	if m.Generation == "" {
		m.Generation = rekey.GenUnknown
	}
	var err error
	if m.Channels, err = strconv.Atoi(get("channels")); err != nil || m.Channels <= 0 {
		p.addf(at, "channels are not a positive number: %q", get("channels"))
	}
	var ok bool
	if m.FirstLogin, ok = firstLogins[get("factory_login")]; !ok {
		p.addf(at, "no first login %q", get("factory_login"))
	}
	c.checkModel(p, at, m)
	file := c.checkFile(p, at, m, get)
	i, known := c.modelAt[strings.ToUpper(m.SKU)]
	if !known {
		c.modelAt[strings.ToUpper(m.SKU)] = len(c.models)
		m.Firmware = []rekey.FirmwareFile{file}
		c.models = append(c.models, m)
		return
	}
	old := c.models[i]
	if old.Board != m.Board || old.Build != m.Build || old.Series != m.Series || old.Generation != m.Generation || old.Channels != m.Channels {
		p.addf(at, "%s differs from its earlier row", m.SKU)
	}
	c.models[i].Firmware = append(c.models[i].Firmware, file)
}

func (c *Catalog) checkModel(p *problems, at string, m rekey.Model) {
	s, ok := c.Series(m.Series)
	switch {
	case m.SKU == "":
		p.addf(at, "a model without a name")
	case !ok:
		p.addf(at, "no series %q", m.Series)
	case s.Generation != m.Generation || s.Family != m.Family:
		p.addf(at, "%s is %s of generation %q, its series is %s of %q", m.SKU, m.Family, m.Generation, s.Family, s.Generation)
	}
	if g, ok := c.Generation(m.Generation); ok && g.FirstLogin != m.FirstLogin {
		p.addf(at, "%s has first login %q, its generation %q", m.SKU, m.FirstLogin, g.FirstLogin)
	}
	// No source pairs a model with its front; a row that claims to know needs a
	// source of its own first.
	if m.FrontButton != rekey.ButtonUnknown {
		p.addf(at, "%s claims a front button without a source", m.SKU)
	}
}

// checkFile reads the row's file name and holds it against the row.
func (c *Catalog) checkFile(p *problems, at string, m rekey.Model, get func(string) string) rekey.FirmwareFile {
	f, ok := ParseFirmwareName(get("firmware_file"))
	if !ok {
		p.addf(at, "not the name of a firmware file: %q", get("firmware_file"))
		return f
	}
	f.BootImage = get("boot_image")
	for _, pair := range []struct{ what, row, name string }{
		{"board", m.Board, f.Board}, {"build", m.Build, f.Build}, {"version", get("version"), f.Version},
		{"release", get("release"), f.Release}, {"date", get("date"), f.Date},
		{"OEM code", get("oem_code"), f.OEM}, {"video standard", get("video_standard"), f.Standard},
	} {
		if pair.row != pair.name {
			p.addf(at, "%s is %q in the row and %q in the file's name", pair.what, pair.row, pair.name)
		}
	}
	if f.Analog != (m.Series == rekey.Series960H) {
		p.addf(at, "a .pak file and series 960H go together")
	}
	if v, ok := ParseVersion(f.Version); ok && c.GenerationOf(v) != m.Generation {
		p.addf(at, "version %s is generation %q, not %q", f.Version, c.GenerationOf(v), m.Generation)
	}
	return f
}

func (c *Catalog) loadAliases(fsys fs.FS) error {
	var file struct {
		Aliases []struct {
			Name       string           `yaml:"name"`
			Candidates []string         `yaml:"candidates"`
			Source     string           `yaml:"source"`
			Confidence rekey.Confidence `yaml:"confidence"`
		} `yaml:"aliases"`
	}
	d, err := readYAML(fsys, "aliases.yaml", &file)
	if err != nil {
		return err
	}
	var p problems
	c.aliases = map[string]Alias{}
	for i, a := range file.Aliases {
		at := d.at("aliases", i)
		c.check(&p, at, fact{Source: a.Source, Confidence: a.Confidence})
		key := strings.ToUpper(a.Name)
		if _, twice := c.aliases[key]; twice || key == "" {
			p.addf(at, "alias %q has no name of its own", a.Name)
		}
		if _, ok := c.Model(a.Name); ok {
			p.addf(at, "%s is a model", a.Name)
		}
		for _, sku := range a.Candidates {
			if _, ok := c.modelAt[strings.ToUpper(sku)]; !ok {
				p.addf(at, "no model %q", sku)
			}
		}
		c.aliases[key] = Alias{a.Name, a.Candidates, a.Source, a.Confidence}
	}
	return p.err()
}
