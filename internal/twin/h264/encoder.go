package h264

import (
	"bytes"
	"fmt"
	"image"
)

// Encoder makes a stream of pictures of one size. It is not safe for several
// goroutines at once. The same pictures in the same order give the same bytes.
type Encoder struct {
	c        Config
	mw, mh   int
	sets     [2][]byte
	frame    uint8  // frame_num of the next picture, wraps as its field does
	idrID    uint16 // idr_pic_id of the next
	begun    bool
	old, cur *planes // what a decoder has shown last, and will show next
	seen     *planes // the pictures' own samples, of those that old stands for
	src      *planes // the picture at hand, filled up to whole macroblocks
	fresh    []bool  // macroblocks of which seen has to take over src
	counts   counts
	w        writer
	out      []byte
	nalus    [][]byte
	mb       block
}

// New makes an encoder. It gives [ErrConfig] for what is out of the limits.
func New(c Config) (*Encoder, error) {
	c, err := c.check()
	if err != nil {
		return nil, err
	}
	e := &Encoder{c: c}
	e.mw, e.mh = c.blocks()
	e.sets = [2][]byte{c.sps(), c.pps()}
	e.old, e.cur = newPlanes(e.mw, e.mh), newPlanes(e.mw, e.mh)
	e.seen, e.src = newPlanes(e.mw, e.mh), newPlanes(e.mw, e.mh)
	e.fresh = make([]bool, e.mw*e.mh)
	e.counts = newCounts(e.mw, e.mh)
	return e, nil
}

// Config gives what the encoder was made for, with what was left out filled in.
func (e *Encoder) Config() Config { return e.c }

// SPS gives the sequence parameter set, a NAL unit without a start code.
func (e *Encoder) SPS() []byte { return bytes.Clone(e.sets[0]) }

// PPS gives the picture parameter set.
func (e *Encoder) PPS() []byte { return bytes.Clone(e.sets[1]) }

// StartAt sets the number that tells an IDR picture from the one before. Streams
// that are to be the same from some picture on need it; others do not.
func (e *Encoder) StartAt(idrID uint16) { e.idrID = idrID }

// Encode makes the access unit of the next picture: NAL units without start codes,
// SPS and PPS first where it is an IDR picture, as the first one always is. They
// are valid until the next call. It gives [ErrPicture] for another size.
func (e *Encoder) Encode(p *image.YCbCr, idr bool) ([][]byte, error) {
	return e.EncodeWithin(p, idr, 0)
}

// EncodeWithin is Encode of a unit that takes at most so many bytes in Annex B; 0 is
// any number. Where the picture is too rich it gets coarser, and in the end is the
// one before again, or gray if it is an IDR picture; the next picture then makes up
// for it. Both fit into [Config.Least] bytes. Below that it may give [ErrTight],
// and the encoder is as it was.
func (e *Encoder) EncodeWithin(p *image.YCbCr, idr bool, most int) ([][]byte, error) {
	if p.Rect.Dx() != e.c.Width || p.Rect.Dy() != e.c.Height || p.SubsampleRatio != image.YCbCrSubsampleRatio420 {
		return nil, fmt.Errorf("%v of ratio %v in %dx%d: %w", p.Rect, p.SubsampleRatio, e.c.Width, e.c.Height, ErrPicture)
	}
	idr = idr || !e.begun
	still := false
	e.src.load(p)
	for qp := e.c.QP; ; qp = min(qp+6, MaxQP) {
		e.picture(idr, qp, false)
		if most <= 0 || AnnexBSize(e.nalus...) <= most {
			break
		}
		if qp < MaxQP {
			continue
		}
		still = true
		e.picture(idr, e.c.QP, still)
		if n := AnnexBSize(e.nalus...); n > most {
			return nil, fmt.Errorf("%d bytes in %d: %w", n, most, ErrTight)
		}
		break
	}
	e.settle(idr, still)
	return e.nalus, nil
}

// Least gives numbers of bytes in Annex B that suffice for any picture: an IDR
// picture with its parameter sets, and another.
func (c Config) Least() (idr, other int) {
	w, h := c.blocks()
	return w*h + 96, 24
}

// Reconstruction gives the last picture as every decoder shows it. It is the
// encoder's own: read it before the next call.
func (e *Encoder) Reconstruction() *image.YCbCr {
	return &image.YCbCr{
		Y: e.old.y, Cb: e.old.c[0], Cr: e.old.c[1], YStride: e.old.stride, CStride: e.old.stride / 2,
		SubsampleRatio: image.YCbCrSubsampleRatio420, Rect: image.Rect(0, 0, e.c.Width, e.c.Height),
	}
}

// picture codes the picture at hand into e.nalus and e.cur. Still leaves the one
// before standing, or makes an IDR picture gray.
func (e *Encoder) picture(idr bool, qp int, still bool) {
	e.w.reset()
	frame := e.frame
	if idr {
		e.frame = 0
	}
	e.sliceHeader(&e.w, idr, qp)
	e.frame = frame
	e.counts.clear()
	clear(e.fresh)
	switch {
	case idr && still:
		e.gray()
	case idr:
		e.intra(qp)
	default:
		e.cur.copy(e.old)
		e.inter(qp, still)
	}
	e.w.end()

	e.nalus, e.out = e.nalus[:0], e.out[:0]
	header := byte(headerSlice)
	if idr {
		header = headerIDR
		e.nalus = append(e.nalus, e.sets[0], e.sets[1])
	}
	e.out = appendNALU(e.out, header, e.w.b)
	e.nalus = append(e.nalus, e.out)
}

// settle makes what was coded last what the next picture builds on.
func (e *Encoder) settle(idr, still bool) {
	e.begun = true
	e.old, e.cur = e.cur, e.old
	if idr {
		e.frame = 1
		e.idrID++
		e.seen.copy(e.src)
		if still { // nothing of the picture was shown: all that is not gray is new
			e.seen.copy(e.old)
		}
		return
	}
	e.frame++
	for i, fresh := range e.fresh {
		if fresh {
			e.seen.copyBlock(e.src, i%e.mw, i/e.mw)
		}
	}
}

// gray writes every macroblock as Intra16x16 by its mean, without a difference:
// eight bits each, and what there is to predict from is 128 throughout.
func (e *Encoder) gray() {
	for range e.mw * e.mh {
		e.w.ue(1 + lumaDC)
		e.w.ue(chromaDC)
		e.w.se(0)     // mb_qp_delta
		e.w.put(1, 1) // no DC levels
	}
	for _, p := range [][]byte{e.cur.y, e.cur.c[0], e.cur.c[1]} {
		for i := range p {
			p[i] = 128
		}
	}
}

func (e *Encoder) intra(qp int) {
	for y := range e.mh {
		for x := range e.mw {
			e.load(x, y, qp)
			e.codeIntra(0)
		}
	}
}

// inter codes what changed. A run of macroblocks that did not is a number.
func (e *Encoder) inter(qp int, still bool) {
	skipped := uint32(0)
	for y := range e.mh {
		if still || e.seen.sameRow(e.src, y) {
			skipped += uint32(e.mw)
			continue
		}
		for x := range e.mw {
			if e.seen.sameBlock(e.src, x, y) {
				skipped++
				continue
			}
			e.fresh[y*e.mw+x] = true
			e.load(x, y, qp)
			if !e.codeChanged(skipped) {
				skipped++
				continue
			}
			skipped = 0
		}
	}
	if skipped > 0 {
		e.w.ue(skipped)
	}
}
