package site

import (
	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// followKinds are what can hold the old password, as the person is asked.
var followKinds = []rekey.FollowKind{rekey.FollowApp, rekey.FollowNVR, rekey.FollowIntegration, rekey.FollowOther}

// maxFollowName bounds what the person calls something.
const maxFollowName = 80

// follow is the list of what holds the old password.
func (sh *showing) follow() view.Page {
	p := view.Follow{
		Frame: sh.at(7), Next: sh.turn("list"), Folds: []view.Fold{fold("follow.why", "follow.why.1")},
		Add: &view.FollowAdd{Do: sh.post("follow-add"), Kind: string(rekey.FollowApp), Wrong: sh.wrong["what"]},
	}
	if !sh.r.Finishing() {
		p.Next = view.Link(sh.url)
	}
	if sh.r.Finishing() {
		p.Look = sh.post("follow-look")
	}
	for _, k := range followKinds {
		p.Add.Kinds = append(p.Add.Kinds, string(k))
	}
	if k := sh.typed.get("kind"); rekey.FollowKind(k).Valid() {
		p.Add.Kind = k
	}
	for _, f := range sh.r.Follows {
		item := view.FollowItem{Kind: string(f.Kind), Name: f.Name, Known: knownBy(f.By), Done: f.Done, At: f.At, Do: sh.post("follow-done", "item", f.ID)}
		if f.Done {
			item.Do = sh.post("follow-open", "item", f.ID)
		}
		if f.From != "" && f.From != f.Name {
			item.How = view.T("follow.from", "Address", f.From)
		}
		if !f.Done && f.Why != "" {
			p.Failed = append(p.Failed, view.Fact{Known: view.Refused, What: literal(f.Name), How: sh.words(f.Why)})
		}
		p.Items = append(p.Items, item)
	}
	return p
}
