package catalog

import (
	"fmt"
	"strings"

	rekey "github.com/rekey-dvr/rekey"
)

// How a query was understood.
const (
	AsModel   = "model"   // a model number
	AsAlias   = "alias"   // a name that has to be asked about
	AsFile    = "file"    // the name of a firmware file
	AsVersion = "version" // a firmware version
	AsSeries  = "analog"  // a 960H model number that no list has
)

// Found is what the catalogue knows about a query. Series and Generation are
// "unknown" when it does not say.
type Found struct {
	Query      string
	As         string
	Models     []rekey.Model // those it may be; several when they share a firmware
	Listed     bool          // the query itself is in the list, not only its like
	Alias      Alias         // for AsAlias
	File       rekey.FirmwareFile
	Version    Version
	Series     rekey.Series
	Generation rekey.Generation
}

// Supported reports whether the procedures speak of such a recorder at all.
func (f Found) Supported() bool { return f.Series != rekey.Series960H }

// Find looks a query up: a model number, the name of a firmware file, or a
// firmware version. What the catalogue cannot place is a [rekey.Error] with
// [rekey.CodeUnknownModel].
func (c *Catalog) Find(query string) (Found, error) {
	q := strings.TrimSpace(query)
	f := Found{Query: q, Series: rekey.SeriesUnknown, Generation: rekey.GenUnknown}
	if q == "" || len(q) > maxQuery {
		return f, unknownModel(q)
	}
	if m, ok := c.Model(q); ok {
		f.As, f.Listed, f.Models = AsModel, true, []rekey.Model{m}
		f.Series, f.Generation = m.Series, m.Generation
		return f, nil
	}
	if a, ok := c.alias(q); ok {
		f.As, f.Alias = AsAlias, a
		for _, sku := range a.Candidates {
			m, _ := c.Model(sku)
			f.Models = append(f.Models, m)
		}
		f.agree()
		return f, nil
	}
	// The maker prints AMDV960H only on analog recorders.
	if strings.HasPrefix(strings.ToUpper(q), "AMDV960H") {
		f.As, f.Series = AsSeries, rekey.Series960H
		return f, nil
	}
	if file, ok := ParseFirmwareName(q); ok {
		return c.findFile(f, file), nil
	}
	if v, ok := ParseVersion(q); ok {
		return c.findVersion(f, v), nil
	}
	return f, unknownModel(q)
}

func unknownModel(q string) error {
	if len(q) > 60 {
		q = q[:60] + "…"
	}
	return rekey.Errorf(rekey.CodeUnknownModel, "The catalogue does not list %s.", fmt.Sprintf("%q", q)).
		WithHint("Read the model on the label, AMDV and what follows, or give a firmware file's name or a version such as 3.210. “rekey model” lists every model.")
}

// findFile looks for the very file, then for models that run the same board and
// build.
func (c *Catalog) findFile(f Found, file rekey.FirmwareFile) Found {
	f.As, f.File = AsFile, file
	if file.Analog {
		f.Series = rekey.Series960H
	}
	var alike []rekey.Model
	for _, m := range c.models {
		for _, own := range m.Firmware {
			if strings.EqualFold(own.Name, file.Name) {
				f.Models, f.File, f.Listed = append(f.Models, cloneModel(m)), own, true
			}
		}
		if !file.Analog && m.Board == file.Board && m.Build == file.Build {
			alike = append(alike, cloneModel(m))
		}
	}
	if !f.Listed {
		f.Models = alike
	}
	if v, ok := ParseVersion(f.File.Version); ok {
		f.Version, f.Generation = v, c.GenerationOf(v)
	}
	if !file.Analog {
		f.Series = rekey.SeriesUnknown
		f.agree()
	}
	return f
}

// findVersion looks for models with the version, or with one that it begins.
func (c *Catalog) findVersion(f Found, v Version) Found {
	f.As, f.Version = AsVersion, v
	if v.Analog {
		f.Series = rekey.Series960H
	}
	for _, m := range c.models {
		for _, own := range m.Firmware {
			if begins(own.Version, v.Text) && (v.Analog == own.Analog) {
				f.Models, f.Listed = append(f.Models, cloneModel(m)), true
				break
			}
		}
	}
	f.Generation = c.GenerationOf(v)
	if !v.Analog {
		f.agree()
	}
	return f
}

// begins reports whether the version starts with the whole parts of prefix.
func begins(version, prefix string) bool {
	rest, ok := strings.CutPrefix(version, prefix)
	return ok && (rest == "" || rest[0] == '.')
}

// agree takes over what all found models share; where they differ it stays
// unknown.
func (f *Found) agree() {
	for i, m := range f.Models {
		if i == 0 {
			f.Series = m.Series
		}
		if f.Series != m.Series {
			f.Series = rekey.SeriesUnknown
		}
	}
	if f.As != AsAlias {
		return
	}
	for i, m := range f.Models {
		if i == 0 {
			f.Generation = m.Generation
		}
		if f.Generation != m.Generation {
			f.Generation = rekey.GenUnknown
		}
	}
}
