package story

import (
	"time"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

// kept are the pages of the kept passwords.
func (b base) kept() []Story {
	ask := view.Unlock{Frame: b.frame(), Stage: "ask", Back: view.Link("/r/K4M-7TD"),
		Entry: view.Entry{Do: view.Post("/unlock"), Name: "passphrase", Label: view.T("unlock.label"), Hint: view.T("unlock.hint"), Type: "password", Say: view.T("unlock.do")}}
	wrong := ask
	wrong.Keyring, wrong.Entry.Wrong = true, view.T("unlock.wrong")
	plain := ask
	plain.Secure, plain.Entry = false, view.Entry{}
	open := view.Unlock{Frame: b.frame(), Stage: "open", Back: view.Link("/r/K4M-7TD"), Lock: view.Post("/unlock", "lock", "yes")}

	rows := []view.KeptRow{
		{At: Now.Add(-time.Hour), Length: 6, Holds: true, Weak: true, Known: view.Seen, Became: view.T("kept.became.works"), Show: post("show"), HandOver: post("hand-over")},
		{At: Now.Add(-2 * time.Hour), Length: 8, Own: true, Weak: true, Known: view.Seen, Became: view.T("kept.became.fails"), Shown: 2, Show: post("show"), HandOver: post("hand-over")},
		{At: Now.Add(-400 * 24 * time.Hour), Length: 6, Weak: true, Known: view.Said, Became: view.T("kept.became.said"), Show: post("show"), HandOver: post("hand-over")},
		{At: Now.Add(-50 * time.Minute), Account: "guard", Length: 6, Holds: true, Weak: true, Known: view.Seen, Became: view.T("kept.became.works"), Show: post("show"), HandOver: post("hand-over")},
		{At: Now.Add(-399 * 24 * time.Hour), Account: "888888", Length: 6, Weak: true, Known: view.Seen, Became: view.T("kept.became.taken"), Reset: Now.Add(-2 * time.Hour), Show: post("show"), HandOver: post("hand-over")},
	}
	list := view.Kept{Frame: b.in(7), Rows: rows, Card: view.Link("/r/K4M-7TD/keycard"), Back: view.Link("/r/K4M-7TD"), Links: []view.HandedOver{
		{Until: Now.Add(20 * time.Hour), State: "open", Withdraw: post("withdraw")}, {EndedAt: Now.Add(-90 * time.Minute), State: "opened"}}}
	shown := list
	shown.Rows = append([]view.KeptRow(nil), rows...)
	shown.Rows[0].IsShown, shown.Rows[0].Show = true, view.Action{}
	shown.Secret, shown.Strength = "k7m4qx", []view.Text{view.T("strength.3"), view.T("strength.weak", "N", 6)}
	link := list
	link.Code, link.Link, link.Until = "q7xn2-vqhtz-4lkpw-a3mce", "http://127.0.0.1:7353/handover#q7xn2-vqhtz-4lkpw-a3mce", Now.Add(24*time.Hour)
	locked := list
	locked.Unlock, locked.Links = view.Link("/unlock"), nil
	locked.Rows = append([]view.KeptRow(nil), rows[:1]...)
	locked.Rows[0].Show, locked.Rows[0].HandOver = view.Action{}, view.Action{}
	none := view.Kept{Frame: b.in(7), Card: view.Link("/r/K4M-7TD/keycard"), Back: view.Link("/r/K4M-7TD")}

	code := view.HandOver{Frame: b.frame(), Stage: "ask", Entry: view.Entry{Do: view.Post("/handover"), Name: "code", Label: view.T("handover.label"), Hint: view.T("handover.hint"), Mono: true, Say: view.T("handover.do")}}
	used := code
	used.Entry.Wrong = view.T("handover.opened")
	given := view.HandOver{Frame: b.frame(), Stage: "shown", Secret: "k7m4qx", Account: "admin", Model: "AMDV7208"}

	card := view.KeyCard{Frame: b.in(7), Model: "AMDV7208-S3", Serial: "2K0494CPAAZ7QPM", MAC: "3c:ef:8c:12:34:56", Address: "192.168.1.108", Account: "admin", Length: 6, Weak: true,
		Made: Now, With: post("card"), WithQR: post("card", "qr"), PDF: view.Link("/r/K4M-7TD/keycard.pdf"), Back: view.Link("/r/K4M-7TD/kept")}
	full := card
	full.Secret, full.QR, full.With, full.WithQR = "k7m4qx", "k7m4qx", view.Action{}, view.Action{}
	return []Story{
		{"unlock", ask}, {"unlock-wrong", wrong}, {"unlock-plain", plain}, {"unlock-open", open},
		{"kept", list}, {"kept-shown", shown}, {"kept-link", link}, {"kept-locked", locked}, {"kept-none", none},
		{"handover", code}, {"handover-used", used}, {"handover-shown", given}, {"keycard", card}, {"keycard-full", full},
	}
}
