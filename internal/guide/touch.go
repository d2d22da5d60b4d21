package guide

import (
	"context"

	"github.com/rekey-dvr/rekey"
)

// Touch lets time do what is due in one recovery and gives it as it stands. Pages
// call it before they show a recovery, so that none shows a state that the clock
// has left. When that cannot be written, for example because this computer's
// clock went back, the recovery is given as it was, so that pages still show.
func (g *Guide) Touch(ctx context.Context, id string) (rekey.Recovery, error) {
	r, err := g.Do(ctx, id, Any, rekey.Tick{})
	switch rekey.CodeOf(err) {
	case rekey.CodeClockBack, rekey.CodeFull:
		r, err = g.State(ctx, id)
	}
	return r, err
}
