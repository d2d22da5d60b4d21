package firmware

import (
	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
)

// Advice is what there is for one recorder.
type Advice struct {
	Model    string               `json:"model"`
	Board    string               `json:"board"`
	Runs     Software             `json:"runs"`
	Newest   *rekey.FirmwareFile  `json:"newest"` // that is listed; nil for none
	Listed   []rekey.FirmwareFile `json:"listed"`
	UpToDate rekey.Tri            `json:"-"`
	Current  *bool                `json:"up_to_date"` // null: not known
	Ended    bool                 `json:"updates_ended"`
	Ways     catalog.FirmwareWays `json:"ways"`
}

// Check says what the catalogue knows for a recorder. Without a model that it lists
// it is [rekey.CodeUnknownModel], for an analog recorder [rekey.CodeUnsupported].
func Check(f Facts, cat *catalog.Catalog, lang string) (Advice, error) {
	m, ok := cat.Model(f.Model)
	switch {
	case !ok:
		return Advice{}, rekey.Errorf(rekey.CodeUnknownModel, "The catalog does not list the model %q", printable(f.Model)).
			WithHint("Give the model as the label has it.")
	case !m.Supported():
		return Advice{}, rekey.Errorf(rekey.CodeUnsupported, "%s is an analog 960H recorder, which is another maker's", m.SKU)
	}
	a := Advice{Model: m.SKU, Board: m.Board, Runs: Software{f.Version, f.Build}, Listed: m.Firmware, Ways: cat.FirmwareWays(lang)}
	if s, ok := cat.Series(m.Series); ok {
		a.Ended = s.Ended
	}
	if n, ok := m.Newest(); ok {
		a.Newest = &n
		if f.Version != "" {
			a.UpToDate = rekey.Tri{Known: true, Is: Compare(f.Version, f.Build, n.Version, n.Date) >= 0}
		}
	}
	a.Current = a.UpToDate.Value()
	return a, nil
}
