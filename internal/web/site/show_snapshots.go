package site

import (
	"slices"

	"github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// shownHash is how much of a snapshot's hash is shown, in characters.
const shownHash = 12

// snapshots lists the settings that were kept, the newest first.
func (sh *showing) snapshots() view.Page {
	p := view.Snapshots{Frame: sh.at(7), Take: sh.post("snapshot-take"), Back: sh.turn("list")}
	for _, s := range slices.Backward(sh.r.Snapshots) {
		v := view.Snapshot{Hash: s.Hash[:min(len(s.Hash), shownHash)], At: s.At, Why: "other"}
		if sh.has("snapshot.why." + s.Why) {
			v.Why = s.Why
		}
		v.Load = sh.post("plan-restore", "hash", s.Hash)
		v.Save, v.Restore = view.Link(sh.url+"/snapshot/"+s.Hash), sh.post("plan-restore", "hash", s.Hash, "parts", "yes")
		v.Open = sh.typed.get("hash") == s.Hash
		for _, part := range setup.Sections() {
			v.Parts = append(v.Parts, view.Tick{Name: "pick", Value: string(part), Say: view.T("set.section." + string(part))})
		}
		if wrong, is := sh.wrong["pick"]; is && v.Open {
			v.Parts[0].Wrong = wrong
		}
		p.List = append(p.List, v)
	}
	return p
}
