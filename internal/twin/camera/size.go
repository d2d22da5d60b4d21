package camera

import (
	"errors"
	"fmt"
	"image"
)

// Size is that of a picture, in samples.
type Size struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Sizes that recorders of the family offer, as their settings call them.
var (
	SizeQCIF  = Size{176, 120}
	SizeCIF   = Size{352, 240}
	SizeD1    = Size{704, 480}
	Size960H  = Size{960, 480}
	Size720P  = Size{1280, 720}
	Size1080P = Size{1920, 1080}
)

// Limits of a picture.
const (
	MinWidth, MinHeight = 64, 48
	MaxWidth, MaxHeight = 1920, 1088
)

// ErrSize says that no picture has the size that was asked for.
var ErrSize = errors.New("a picture is 64x48 to 1920x1088 samples, both even")

// Check gives [ErrSize] where a size is odd or out of the limits.
func (s Size) Check() error {
	if s.Width < MinWidth || s.Width > MaxWidth || s.Height < MinHeight || s.Height > MaxHeight ||
		s.Width%2 != 0 || s.Height%2 != 0 {
		return fmt.Errorf("%s: %w", s, ErrSize)
	}
	return nil
}

// String gives a size as the recorders write it: 704x480.
func (s Size) String() string { return fmt.Sprintf("%dx%d", s.Width, s.Height) }

// NewPicture makes a black picture to draw in. Its planes have no gaps, so that
// each is one piece of bytes.
func NewPicture(s Size) *image.YCbCr {
	p := image.NewYCbCr(image.Rect(0, 0, s.Width, s.Height), image.YCbCrSubsampleRatio420)
	fill(p.Cb, 128)
	fill(p.Cr, 128)
	return p
}

func sizeOf(p *image.YCbCr) Size { return Size{p.Rect.Dx(), p.Rect.Dy()} }

func fill(b []byte, v byte) {
	for i := range b {
		b[i] = v
	}
}
