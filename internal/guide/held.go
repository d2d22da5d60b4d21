package guide

import (
	"context"
	"errors"

	"github.com/rekey-dvr/rekey"
)

// heldIn records in a recovery that the ledger holds a proof back, so that the
// page can say until when. Any other error is returned as it is.
func (g *Guide) heldIn(ctx context.Context, id string, purpose rekey.Purpose, err error) error {
	var held *rekey.Held
	if !errors.As(err, &held) {
		return err
	}
	_, err = g.Do(ctx, id, Any, rekey.HoldProof{Purpose: purpose, Until: held.Until, Why: held.Why})
	return err
}
