package practice

import (
	"context"

	"github.com/rekey-dvr/rekey/internal/rehearse/face"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// Login is the login on the recorder's own monitor. What it answers is on the
// monitor.
func (p *Practice) Login(_ context.Context, id, user string, password secret.String) error {
	return p.atScreen(id, func(s *stand) error { return face.Login(s.twin, user, password) })
}

// SetPassword types a new password twice, where the monitor asks for one.
func (p *Practice) SetPassword(_ context.Context, id string, password, again secret.String) error {
	return p.atScreen(id, func(s *stand) error { return face.SetPassword(s.twin, password, again) })
}

// Monitor opens the menu, leaves a page, or closes a message.
func (p *Practice) Monitor(_ context.Context, id, key string) error {
	return p.atScreen(id, func(s *stand) error { return face.Key(s.twin, key) })
}

// atScreen does something at the monitor and lets the page know.
func (p *Practice) atScreen(id string, do func(*stand) error) error {
	s, err := p.at(id)
	if err != nil {
		return err
	}
	defer p.hub.Publish(id)
	return do(s)
}
