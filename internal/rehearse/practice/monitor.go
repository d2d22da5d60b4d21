package practice

import (
	"context"

	"github.com/rekey-dvr/rekey/internal/rehearse/face"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// Screen does something at the recorder's own monitor. What it answers is on the
// monitor.
func (p *Practice) Screen(_ context.Context, id string, f view.ScreenForm) error {
	s, err := p.at(id)
	if err != nil {
		return err
	}
	defer p.hub.Publish(id)
	return face.Screen(s.twin, f)
}
