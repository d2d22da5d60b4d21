package tape

import (
	"github.com/rekey-dvr/rekey/internal/twin/camera"
	"github.com/rekey-dvr/rekey/internal/twin/dhav"
	"github.com/rekey-dvr/rekey/internal/twin/h264"
)

// MaxRate bounds the bits a second of a tape.
const MaxRate = 12_000_000

// MinRate is the lowest rate of a size, in bits a second: below it pictures would
// be gray.
func MinRate(s camera.Size, fps int) int {
	idr, other := h264.Config{Width: s.Width, Height: s.Height}.Least()
	idr, other = 4*(idr+overhead(true)), 2*(other+overhead(false))
	return 4 * (idr + 2*fps*other)
}

// budget shares the bytes of a group: so many for each group, and so many more for
// each of its pictures. Sums of it need no group to be made.
type budget struct{ group, picture int }

// budget gives a third to the IDR picture. All of a group may use what is left.
func (c Config) budget() budget {
	two := max(c.Rate, MinRate(c.Size, c.FPS)) / 4
	return budget{two / 3, (two - two/3) / int(c.group())}
}

func (b budget) of(pictures int) int {
	if b.group == 0 {
		return 0
	}
	return b.group + pictures*b.picture
}

// most is how many bytes the next picture may take so that the rest of its group
// can still be told in few words; 0 is any number.
func (t *Tape) most(idr bool) int {
	if t.budget.group == 0 {
		return 0
	}
	_, other := t.enc.Config().Least()
	return max(t.left-overhead(idr)-(t.leftover-1)*(other+overhead(false)), 1)
}

// overhead is what DHAV takes beside a picture.
func overhead(idr bool) int {
	f := container(Frame{IDR: idr}, Config{Size: camera.SizeD1})
	return f.Overhead()
}

// container makes a frame of DHAV without number and data.
func container(f Frame, c Config) dhav.Frame {
	d := dhav.Frame{Kind: dhav.KindP, Channel: byte(c.Camera.Channel), At: f.At}
	if f.IDR {
		d.Kind = dhav.KindI
		d.Codec, d.FPS = dhav.CodecH264, byte(c.FPS)
		d.Width, d.Height = uint16(c.Size.Width), uint16(c.Size.Height)
	}
	return d
}
