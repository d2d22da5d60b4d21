package rehearse

import (
	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// TwinModel gives the twin of a model in the catalogue: what the list says of it,
// and the twin's own defaults for the rest. A front button is the caller's word,
// since no source pairs a model with its front. A name that the catalogue does
// not list is [rekey.CodeUnknownModel], an analog recorder [rekey.CodeUnsupported].
func TwinModel(cat *catalog.Catalog, name string, button bool) (twin.Model, error) {
	found, err := cat.Find(name)
	switch {
	case err != nil:
		return twin.Model{}, err
	case !found.Supported():
		return twin.Model{}, unsupported(cat, found.Query)
	case len(found.Models) == 0 || found.As != catalog.AsModel:
		return twin.Model{}, rekey.Errorf(rekey.CodeUnknownModel, "No one recorder is meant by %q", found.Query).
			WithHint("Give the model as its label has it, for example AMDV7208.")
	}
	m := found.Models[0]
	newest, _ := m.Newest()
	t := twin.Model{
		SKU: m.SKU, Generation: twin.Generation(m.Generation), Channels: m.Channels,
		Version: newest.Version, BuildDate: newest.Date, Class: m.Family,
		Button: button, Rocker: !button, Series: string(m.Series),
		Board: m.Board, Build: m.Build, OEM: newest.OEM, Standard: newest.Standard,
	}
	if t.Standard == "NP" {
		t.Standard = "N" // what its buyers have; its files serve both
	}
	if m.Generation == rekey.GenUnknown {
		t.Generation = twin.GenB // between the two that are known; its first login is a switch
	}
	return t, nil
}

// unsupported is the answer for an analog recorder, with the catalogue's pointer.
func unsupported(cat *catalog.Catalog, what string) error {
	card, _ := cat.Card(rekey.CardAnalog960H, catalog.DefaultLang)
	return rekey.Errorf(rekey.CodeUnsupported, "%s is an analog 960H recorder. %s", what, card.Does.Text).
		WithHint(card.Steps[0].Text + " " + card.Link)
}
