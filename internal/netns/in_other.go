//go:build !linux

package netns

import "context"

const linux = false

// In is not possible here.
func (h *Host) In(func() error) error { return ErrUnable }

// OnWire is not possible here.
func (n *Net) OnWire(func() error) error { return ErrUnable }

// Capture is not possible here.
type Capture struct{}

// Capture is not possible here.
func (h *Host) Capture(context.Context) (*Capture, error) { return nil, ErrUnable }

// Stop gives nothing.
func (c *Capture) Stop() ([]Packet, error) { return nil, ErrUnable }

// Packets gives nothing.
func (c *Capture) Packets() []Packet { return nil }
