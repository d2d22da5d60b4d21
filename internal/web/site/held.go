package site

import (
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// heldUntil says until when the attempt ledger holds the next try back, and why.
// It is empty when nothing is held back any more.
func (sh *showing) heldUntil() view.Text {
	h := sh.r.Held
	if h == nil || !sh.now.Before(h.Until) {
		return view.Text{}
	}
	return heldText(h)
}

// heldText words a try that is held back. Moments are shown in whole minutes, so
// the one shown is never before the one that counts.
func heldText(h *rekey.ProofHeld) view.Text {
	at := h.Until
	if whole := at.Truncate(time.Minute); whole.Before(at) {
		at = whole.Add(time.Minute)
	}
	if h.Why == rekey.CodeLocked {
		return view.T("held.locked", "At", at)
	}
	return view.T("held.budget", "At", at)
}

// unlessHeld gives do, or, while the next try is held back, a button that cannot
// be pressed and says until when.
func (sh *showing) unlessHeld(do view.Action) view.Action {
	if off := sh.heldUntil(); off.Key != "" {
		return view.Action{Off: off, Until: sh.r.Held.Until}
	}
	return do
}
