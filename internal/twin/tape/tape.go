package tape

import (
	"errors"
	"fmt"
	"image"
	"io"
	"time"

	"github.com/rekey-dvr/rekey/internal/twin/camera"
	"github.com/rekey-dvr/rekey/internal/twin/h264"
)

// Config says what a tape plays.
type Config struct {
	Camera camera.Camera
	Size   camera.Size
	FPS    int // pictures a second, 1 to [h264.MaxFPS]
	QP     int // quantizer, 0 the default of h264
	// Rate bounds the bits a second over two seconds, in DHAV; where a picture is too
	// rich it gets coarser. 0 is no bound, at most [MaxRate]. Less than [MinRate] of
	// the size counts as that.
	Rate int
	// From and To are moments on the recorder's clock: the first picture is the first
	// not before From, the last the last before To. A zero To never comes. The zone of
	// From is that of the burnt-in clock.
	From, To time.Time
}

// Frame is one picture of a tape.
type Frame struct {
	At    time.Time
	IDR   bool
	Units [][]byte // NAL units without start codes, SPS and PPS first if IDR; valid until the next call
}

// Tape plays frames, one after the other, each as it is asked for. It holds no
// goroutine and needs no closing. It is not safe for several goroutines at once.
type Tape struct {
	c        Config
	enc      *h264.Encoder
	pic      *image.YCbCr
	budget   budget
	next     int64 // number of the picture on the grid
	end      int64 // 0 is never
	fresh    bool  // the next picture is the first of a run
	left     int   // bytes of the group
	leftover int   // pictures of it
}

// ErrSpan says that a tape ends before it begins, or lies outside 1970 to 2063.
var ErrSpan = errors.New("a span of time that a recorder does not have")

// New makes a tape. It gives errors of camera and h264 for a size or rate that they
// do not have, and [ErrSpan].
func New(c Config) (*Tape, error) {
	if err := c.Size.Check(); err != nil {
		return nil, err
	}
	enc, err := h264.New(h264.Config{Width: c.Size.Width, Height: c.Size.Height, FPS: c.FPS, QP: c.QP})
	if err != nil {
		return nil, err
	}
	if c.Rate < 0 || c.Rate > MaxRate {
		return nil, fmt.Errorf("%d bits a second: %w", c.Rate, h264.ErrConfig)
	}
	if c.From.Year() < 1970 || c.From.Year() > 2063 || c.To.Year() > 2063 || !c.To.IsZero() && c.To.Before(c.From) {
		return nil, fmt.Errorf("from %v to %v: %w", c.From, c.To, ErrSpan)
	}
	t := &Tape{c: c, enc: enc, pic: camera.NewPicture(c.Size), next: c.first(c.From), fresh: true}
	if c.Rate > 0 {
		t.budget = c.budget()
	}
	if !c.To.IsZero() {
		t.end = max(c.first(c.To), 1)
	}
	return t, nil
}

// Config gives what the tape was made for.
func (t *Tape) Config() Config { return t.c }

// SPS gives the sequence parameter set, as for an SDP.
func (t *Tape) SPS() []byte { return t.enc.SPS() }

// PPS gives the picture parameter set.
func (t *Tape) PPS() []byte { return t.enc.PPS() }

// Next gives the next frame, the first one an IDR picture, and [io.EOF] at the end.
func (t *Tape) Next() (Frame, error) {
	if t.end != 0 && t.next >= t.end {
		return Frame{}, io.EOF
	}
	k := t.next
	at := t.c.moment(k)
	idr := t.fresh || k%t.c.group() == 0
	if idr {
		t.enc.StartAt(uint16(k / t.c.group()))
		t.leftover = t.rest(k)
		t.left = t.budget.of(t.leftover)
	}
	t.c.Camera.Paint(t.pic, at)
	units, err := t.enc.EncodeWithin(t.pic, idr, t.most(idr))
	if err != nil {
		return Frame{}, err
	}
	t.left -= overhead(idr) + h264.AnnexBSize(units...)
	t.leftover--
	t.next, t.fresh = k+1, false
	return Frame{At: at, IDR: idr, Units: units}, nil
}

// Seek moves to the first picture not before a moment, which will be an IDR picture:
// for a player that jumps, and for a live one that fell behind.
func (t *Tape) Seek(at time.Time) {
	t.seek(t.c.first(at))
}

func (t *Tape) seek(k int64) { t.next, t.fresh = k, true }

// Frames is how many pictures lie in From to To; 0 where To never comes.
func (c Config) Frames() int {
	if c.To.IsZero() {
		return 0
	}
	return int(max(c.first(c.To)-c.first(c.From), 0))
}

// group is how many pictures are between IDR pictures.
func (c Config) group() int64 { return 2 * int64(c.FPS) }

// first gives the number of the first picture not before a moment.
func (c Config) first(t time.Time) int64 {
	k := t.Unix()*int64(c.FPS) + int64(t.Nanosecond())*int64(c.FPS)/int64(time.Second)
	if c.moment(k).Before(t) {
		k++
	}
	return k
}

// moment gives that of a picture, in the zone of the recorder.
func (c Config) moment(k int64) time.Time {
	fps := int64(c.FPS)
	return time.Unix(k/fps, k%fps*int64(time.Second)/fps).In(c.From.Location())
}

// rest is how many pictures are left of the group of a picture, that one included.
func (t *Tape) rest(k int64) int {
	end := (k/t.c.group() + 1) * t.c.group()
	if t.end != 0 {
		end = min(end, t.end)
	}
	return int(end - k)
}
