package h264

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"testing"

	"pgregory.net/rapid"

	"github.com/rekey-dvr/rekey/internal/need"
)

func TestWhatAnEncoderRefuses(t *testing.T) {
	for _, c := range []Config{
		{}, {Width: 15, Height: 16, FPS: 1}, {Width: 16, Height: 17, FPS: 1}, {Width: 1922, Height: 16, FPS: 1},
		{Width: 16, Height: 1090, FPS: 1}, {Width: -16, Height: 16, FPS: 1}, {Width: 16, Height: 16},
		{Width: 16, Height: 16, FPS: 61}, {Width: 16, Height: 16, FPS: 1, QP: 9}, {Width: 16, Height: 16, FPS: 1, QP: 52},
	} {
		if _, err := New(c); !errors.Is(err, ErrConfig) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	e, err := New(Config{Width: 32, Height: 32, FPS: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []*image.YCbCr{
		{}, image.NewYCbCr(image.Rect(0, 0, 32, 30), image.YCbCrSubsampleRatio420),
		image.NewYCbCr(image.Rect(0, 0, 32, 32), image.YCbCrSubsampleRatio444),
	} {
		if _, err := e.Encode(p, true); !errors.Is(err, ErrPicture) {
			t.Errorf("%v: %v", p.Rect, err)
		}
	}
	// A part of a larger picture is a picture.
	part := image.NewYCbCr(image.Rect(0, 0, 64, 64), image.YCbCrSubsampleRatio420).SubImage(image.Rect(32, 32, 64, 64))
	if _, err := e.Encode(part.(*image.YCbCr), true); err != nil {
		t.Error(err)
	}
}

// noise fills a picture with samples at both ends of their range, the hardest there is.
func noise(p *image.YCbCr, n uint32) {
	x := n*2654435761 + 1
	for _, plane := range [][]byte{p.Y, p.Cb, p.Cr} {
		for i := range plane {
			x = x*1664525 + 1013904223
			plane[i] = byte(int32(x) >> 31)
		}
	}
}

// plaid has the largest coefficients there are: each block one basis function.
func plaid(p *image.YCbCr, n uint32) {
	for _, plane := range [][]byte{p.Y, p.Cb, p.Cr} {
		stride := p.YStride
		if len(plane) < len(p.Y) {
			stride = p.CStride
		}
		for i := range plane {
			x, y := uint32(i%stride), uint32(i/stride)
			bit := x>>(n%5) ^ y>>(n/5%5)
			plane[i] = byte(-(bit & 1))
		}
	}
}

func TestTheHardestPicturesAreShownAsSaid(t *testing.T) {
	ffmpeg := need.Program(t, "that decoders understand the largest coefficients", "ffmpeg")
	for _, qp := range []int{10, 11, 12, 15, 20, 29, 35, 36, 43, 51} {
		e, err := New(Config{Width: 48, Height: 32, FPS: 25, QP: qp})
		if err != nil {
			t.Fatal(err)
		}
		p := image.NewYCbCr(image.Rect(0, 0, 48, 32), image.YCbCrSubsampleRatio420)
		var stream, want []byte
		for n := range uint32(60) {
			if n%2 == 0 {
				plaid(p, n/2)
			} else {
				noise(p, n)
			}
			unit, err := e.Encode(p, n%5 == 0)
			if err != nil {
				t.Fatal(err)
			}
			stream = AnnexB(stream, unit...)
			want = appendSamples(want, e.Reconstruction())
		}
		if got := decode(t, ffmpeg, stream); !bytes.Equal(got, want) {
			t.Errorf("QP %d: %d bytes decoded, %d expected, the first difference at %d", qp, len(got), len(want), differ(got, want))
		}
	}
}

func TestAUnitKeepsWithinWhatItMayTake(t *testing.T) {
	ffmpeg := need.Program(t, "that decoders understand pictures that were cut short", "ffmpeg")
	c := Config{Width: 96, Height: 64, FPS: 25}
	least, other := c.Least()
	e, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	p := image.NewYCbCr(image.Rect(0, 0, 96, 64), image.YCbCrSubsampleRatio420)
	noise(p, 1)
	if _, err := e.EncodeWithin(p, true, 20); !errors.Is(err, ErrTight) {
		t.Errorf("20 bytes are enough: %v", err)
	}
	var stream, want []byte
	for n := range 24 {
		most := []int{least, other, 1500, 0, other, 400}[n%6]
		if n%3 == 0 {
			most = max(most, least)
		}
		noise(p, uint32(n/2)) // each picture twice, so that what was cut has to be made up for
		unit, err := e.EncodeWithin(p, n%12 == 0, most)
		if err != nil {
			t.Fatal(n, err)
		}
		if size := AnnexBSize(unit...); most > 0 && size > most {
			t.Errorf("picture %d: %d bytes in %d", n, size, most)
		}
		if most == 0 && psnr(p, e.Reconstruction()) < 32 {
			t.Errorf("picture %d is not made up for: %.1f dB", n, psnr(p, e.Reconstruction()))
		}
		stream = AppendFiller(AnnexB(stream, unit...), n)
		want = appendSamples(want, e.Reconstruction())
	}
	if got := decode(t, ffmpeg, stream); !bytes.Equal(got, want) {
		t.Errorf("%d bytes decoded, %d expected, the first difference at %d", len(got), len(want), differ(got, want))
	}
}

func TestCodesAreComplete(t *testing.T) {
	check := func(name string, codes []code, full int) {
		sum, all := 0, map[string]bool{}
		for _, c := range codes {
			sum += 1 << (16 - c.n)
			word := fmt.Sprintf("%0*b", c.n, c.v)
			for n := range word {
				if all[word[:n+1]] {
					t.Errorf("%s: %s begins with another code", name, word)
				}
			}
			all[word] = true
		}
		if sum > 1<<16 || sum < full {
			t.Errorf("%s: %d of 65536 are used", name, sum)
		}
	}
	for i, table := range coeffTokens {
		var codes []code
		for total, row := range table {
			codes = append(codes, row[:min(total, 3)+1]...)
		}
		check(fmt.Sprint("tokens ", i), codes, []int{65520, 65500, 65440, 62 * 1024}[i])
	}
	for i, row := range totalZeros {
		check(fmt.Sprint("zeros ", i), row, 1<<16-1<<7)
	}
	for i, row := range runBefore {
		check(fmt.Sprint("runs ", i), row, 1<<16-1<<5)
	}
}

func TestNoStartCodeIsWithinAUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		payload := rapid.SliceOf(rapid.ByteRange(0, 4)).Draw(t, "payload")
		unit := appendNALU(nil, headerSlice, payload)
		for _, bad := range [][]byte{{0, 0, 0}, {0, 0, 1}, {0, 0, 2}} {
			if bytes.Contains(unit, bad) {
				t.Fatalf("%x is in %x", bad, unit)
			}
		}
		var back []byte
		for i, b := range unit[1:] {
			if b == 3 && i >= 2 && unit[i] == 0 && unit[i-1] == 0 && i-1 >= 1 {
				continue
			}
			back = append(back, b)
		}
		if !bytes.Equal(back, payload) {
			t.Fatalf("%x becomes %x", payload, back)
		}
	})
}

func TestUnitsAreFramed(t *testing.T) {
	units := [][]byte{{0x67, 1}, {0x68}}
	if got := AnnexB(nil, units...); !bytes.Equal(got, []byte{0, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68}) || len(got) != AnnexBSize(units...) {
		t.Errorf("Annex B: %x", got)
	}
	if got := AVCC(nil, units...); !bytes.Equal(got, []byte{0, 0, 0, 2, 0x67, 1, 0, 0, 0, 1, 0x68}) {
		t.Errorf("AVCC: %x", got)
	}
	for n := range 10 {
		if got := AppendFiller(nil, n); len(got) != n {
			t.Errorf("%d bytes of filler are %d", n, len(got))
		}
	}
}

func BenchmarkIDR(b *testing.B) {
	e, err := New(Config{Width: 1280, Height: 720, FPS: 30})
	if err != nil {
		b.Fatal(err)
	}
	p := image.NewYCbCr(image.Rect(0, 0, 1280, 720), image.YCbCrSubsampleRatio420)
	scene(p, 3)
	for b.Loop() {
		if _, err := e.Encode(p, true); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkP(b *testing.B) {
	e, err := New(Config{Width: 1280, Height: 720, FPS: 30})
	if err != nil {
		b.Fatal(err)
	}
	var p [2]*image.YCbCr
	for i := range p {
		p[i] = image.NewYCbCr(image.Rect(0, 0, 1280, 720), image.YCbCrSubsampleRatio420)
		scene(p[i], i*3)
	}
	for n := 0; b.Loop(); n++ {
		if _, err := e.Encode(p[n%2], false); err != nil {
			b.Fatal(err)
		}
	}
}
