package guide

import (
	"context"
	"strings"

	"github.com/rekey-dvr/rekey"
)

// Describe adds the person's answers. A model or firmware they typed is looked up
// in the catalogue, which says the series and generation; what it does not list
// is [rekey.CodeUnknownModel] and nothing is kept.
func (g *Guide) Describe(ctx context.Context, id string, expect int64, facts rekey.Facts) (rekey.Recovery, error) {
	if typed := strings.TrimSpace(facts.ModelAs); typed != "" {
		if err := g.placeModel(&facts, typed); err != nil {
			r, _, loadErr := g.Load(ctx, id)
			if loadErr != nil {
				return r, loadErr
			}
			return r, err
		}
	}
	return g.Do(ctx, id, expect, rekey.Describe{Facts: facts})
}

func (g *Guide) placeModel(facts *rekey.Facts, typed string) error {
	found, err := g.catalog.Find(typed)
	if err != nil {
		return err
	}
	facts.ModelAs, facts.Series, facts.Says = typed, found.Series, found.Generation
	if len(found.Models) == 1 && found.Listed {
		facts.Model, facts.Channels = found.Models[0].SKU, found.Models[0].Channels
	}
	switch {
	case !found.Supported():
		facts.Kind = rekey.Kind960H
	case facts.Kind == "":
		facts.Kind = rekey.KindHDCVI
	}
	return nil
}
