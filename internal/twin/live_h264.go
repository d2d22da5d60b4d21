package twin

import (
	"bytes"
	"image"

	"github.com/rekey-dvr/rekey/internal/twin/camera"
	"github.com/rekey-dvr/rekey/internal/twin/disk"
	"github.com/rekey-dvr/rekey/internal/twin/h264"
	"github.com/rekey-dvr/rekey/internal/twin/live"
)

// h264Maker makes the pictures of a live H.264 stream.
type h264Maker struct {
	t       *Twin
	channel int
	gop     int // a key picture comes after so many at the latest
	since   int // the last one
	encoder *h264.Encoder
	picture *image.YCbCr
}

// openH264 makes the maker of a channel's stream.
func (t *Twin) openH264(channel int, shape videoShape) func() (live.Maker, error) {
	return func() (live.Maker, error) {
		e, err := h264.New(h264.Config{Width: shape.Width, Height: shape.Height, FPS: shape.FPS})
		if err != nil {
			return nil, err
		}
		return &h264Maker{
			t: t, channel: channel, gop: shape.GOP, encoder: e, picture: camera.NewPicture(shape.size()),
		}, nil
	}
}

// Make encodes what the camera sees now.
func (m *h264Maker) Make(key bool) (live.Picture, error) {
	cam, at := m.t.sees(m.channel)
	cam.Paint(m.picture, at)
	if m.since++; m.since >= m.gop {
		key = true
	}
	if key {
		m.since = 0
	}
	nalus, err := m.encoder.Encode(m.picture, key)
	if err != nil {
		return live.Picture{}, err
	}
	p := live.Picture{At: at, Key: nalus[len(nalus)-1][0]&0x1f == 5}
	for _, n := range nalus {
		p.NALUs = append(p.NALUs, bytes.Clone(n))
	}
	return p, nil
}

// parameters are the sets of a stream.
func parameters(s disk.Shape) (sps, pps []byte, err error) {
	e, err := h264.New(h264.Config{Width: s.Width, Height: s.Height, FPS: s.FPS})
	if err != nil {
		return nil, nil, err
	}
	return e.SPS(), e.PPS(), nil
}
