package camera

import (
	"bytes"
	"image"
	"image/jpeg"
	"time"
)

// Source is what a camera looks at.
type Source interface {
	// Paint draws what is seen at a moment over the whole of a picture from
	// [NewPicture]. It tells whether there was anything to see; if not, the
	// picture is not touched. It may be called from several goroutines at once.
	Paint(dst *image.YCbCr, at time.Time) bool
}

// Camera is what is connected to one input. It is a value: change a copy and put
// it in its place. Its methods may be called from several goroutines at once.
type Camera struct {
	Channel int    // from 0, as in the recorder's settings
	Name    string // burnt in at the lower left, printable ASCII; others show as a box
	Source  Source // nil is [TestCard] of the channel without a seed
	// Lost tells whether the signal is lost at a moment; nil is never. Playback asks
	// it about the past.
	Lost func(at time.Time) bool
}

// Picture gives what the camera sees at a moment, with name and clock burnt in. The
// clock shows the moment in its own zone. The picture is the caller's.
func (c Camera) Picture(at time.Time, s Size) (*image.YCbCr, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	p := NewPicture(s)
	c.Paint(p, at)
	return p, nil
}

// Paint is Picture into a picture of [NewPicture] that is used again, and tells
// whether there was a signal.
func (c Camera) Paint(dst *image.YCbCr, at time.Time) bool {
	src := c.Source
	if src == nil {
		src = TestCard{Channel: c.Channel}
	}
	seen := (c.Lost == nil || !c.Lost(at)) && src.Paint(dst, at)
	if !seen {
		paintLoss(dst)
	}
	burn(dst, c.Name, at)
	return seen
}

// DefaultQuality is that of a snapshot, on the scale of 1 to 100 of JPEG.
const DefaultQuality = 80

// JPEG gives a snapshot. A quality out of 1 to 100 is [DefaultQuality].
func (c Camera) JPEG(at time.Time, s Size, quality int) ([]byte, error) {
	p, err := c.Picture(at, s)
	if err != nil {
		return nil, err
	}
	return JPEG(p, quality)
}

// JPEG encodes a picture as a baseline JPEG file with 4:2:0 chroma.
func JPEG(p *image.YCbCr, quality int) ([]byte, error) {
	if quality < 1 || quality > 100 {
		quality = DefaultQuality
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: quality}); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
