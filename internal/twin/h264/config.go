package h264

import "fmt"

// Limits of a [Config].
const (
	MinWidth, MinHeight = 16, 16
	MaxWidth, MaxHeight = 1920, 1088
	MaxFPS              = 60
	MinQP, MaxQP        = 10, 51
	// DefaultQP keeps a picture above 36 dB or so.
	DefaultQP = 26
)

// Config is what an encoder is made for.
type Config struct {
	Width, Height int // of the picture, even; need not be multiples of 16
	FPS           int // pictures a second, 1 to [MaxFPS]
	QP            int // quantizer, [MinQP] finest to [MaxQP]; 0 is [DefaultQP]
}

func (c Config) check() (Config, error) {
	if c.QP == 0 {
		c.QP = DefaultQP
	}
	switch {
	case c.Width < MinWidth || c.Width > MaxWidth || c.Width%2 != 0,
		c.Height < MinHeight || c.Height > MaxHeight || c.Height%2 != 0:
		return c, fmt.Errorf("a size of %dx%d: %w", c.Width, c.Height, ErrConfig)
	case c.FPS < 1 || c.FPS > MaxFPS:
		return c, fmt.Errorf("%d pictures a second: %w", c.FPS, ErrConfig)
	case c.QP < MinQP || c.QP > MaxQP:
		return c, fmt.Errorf("a quantizer of %d: %w", c.QP, ErrConfig)
	}
	return c, nil
}

// blocks gives the size in macroblocks.
func (c Config) blocks() (w, h int) { return (c.Width + 15) / 16, (c.Height + 15) / 16 }

// level gives level_idc: the lowest of table A-1 whose picture and rate suffice.
func (c Config) level() byte {
	w, h := c.blocks()
	for _, l := range []struct{ idc, picture, rate int }{
		{20, 396, 11_880}, {21, 792, 19_800}, {22, 1620, 20_250}, {30, 1620, 40_500},
		{31, 3600, 108_000}, {32, 5120, 216_000}, {40, 8192, 245_760},
	} {
		if w*h <= l.picture && w*h*c.FPS <= l.rate {
			return byte(l.idc)
		}
	}
	return 42
}
