package main

import (
	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
)

// procedure is a way back in that fits what is known about a recorder, as model
// and identify list it.
type procedure struct {
	ID         rekey.Route      `json:"procedure"`
	Title      string           `json:"title"`
	Fit        rekey.Fit        `json:"fit"`
	Reason     rekey.Reason     `json:"reason"`
	Settings   rekey.Loss       `json:"settings"`
	Footage    rekey.Loss       `json:"footage"`
	Source     string           `json:"source"`
	Confidence rekey.Confidence `json:"confidence"`
}

// procedures gives what fits a recorder of which only series and generation are
// known, least loss first. The domain decides, as it does in a recovery in which
// nothing else was answered yet.
func procedures(cat *catalog.Catalog, s rekey.Series, g rekey.Generation) []procedure {
	list := []procedure{}
	r := rekey.Recovery{Facts: rekey.Facts{Series: s, Says: g}}
	for _, o := range r.Offers() {
		card, ok := cat.Card(string(o.Route), catalog.DefaultLang)
		if !ok || o.Fit != rekey.FitAdvised && o.Fit != rekey.FitOffered {
			continue
		}
		list = append(list, procedure{o.Route, card.Title, o.Fit, o.Reason, card.Cost.Settings, card.Cost.Footage, card.Does.Source, card.Does.Confidence})
	}
	return list
}
