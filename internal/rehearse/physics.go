package rehearse

import (
	"fmt"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// tellBoard says how the twin's board stands just before the cord goes in.
func (h *hands) tellBoard() error {
	snap, board := h.twin.Snapshot(), h.twin.Board()
	state := "it has not forgotten"
	if snap.Forgotten {
		state = "it has forgotten"
	}
	return h.note("model", "the board stands at %.2f V; below %.2f V it forgets: %s. Illustrative, not measured.",
		snap.Charge.V2, board.Threshold, state)
}

// tellEarly says what the source and the model each make of a start before the
// advised time.
func (h *hands) tellEarly() error {
	if said := h.statement("advised"); said != "" {
		if err := h.note("source", "%s", said); err != nil {
			return err
		}
	}
	return h.note("model", "the median board forgets after %.0f hours without power; it is now at %.0f.",
		untilEmpty(twin.MedianBoard(), twin.MedianBoard().Charged()).Hours(), h.clock.Now().Sub(h.r.Drain().RestFrom).Hours())
}

// tellCost says what the power in between cost, in the model and by the source.
// before is how the board stood when the cord went in, on after how long it is
// pulled again.
func (h *hands) tellCost(before twin.Charge, on time.Duration) error {
	board := h.twin.Board()
	lost := untilEmpty(board, h.twin.Snapshot().Charge) - untilEmpty(board, before)
	return h.note("model", "%s of power cost about %.0f hours of waiting, not all of them. The source says start over; rekey follows the source.",
		on.Round(time.Second), lost.Hours())
}

// untilEmpty gives how long a board at rest takes to forget from a charge.
func untilEmpty(b twin.Board, c twin.Charge) time.Duration {
	lo, hi := time.Duration(0), 60*24*time.Hour
	for hi-lo > time.Minute {
		if mid := (lo + hi) / 2; b.Empty(b.After(c, twin.Load{}, mid)) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}

// statement gives a sentence of the source's card for the drain that is gone.
func (h *hands) statement(id string) string {
	card, _ := h.cat.Card(string(h.r.Route), catalog.DefaultLang)
	for _, list := range [][]rekey.Statement{card.Before, card.Steps, card.Notes} {
		for _, s := range list {
			if s.ID == id {
				return s.Text
			}
		}
	}
	return ""
}

// tellAssumption names what a drain against the advice rests on.
func (h *hands) tellAssumption() error {
	return h.note("rehearsal", "%s", fmt.Sprintf(
		"that a drain empties a recorder of generation %s, and brings it back not initialized, is an assumption of the twin's; no source says so.", h.r.Generation()))
}
