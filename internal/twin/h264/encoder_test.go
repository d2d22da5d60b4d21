package h264

import (
	"bytes"
	"fmt"
	"image"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rekey-dvr/rekey/internal/need"
)

// scene draws a picture of its own for a test: a slope, a moving block of texture,
// a corner that flickers and, for some frames, something all over.
func scene(p *image.YCbCr, n int) {
	w, h := p.Rect.Dx(), p.Rect.Dy()
	for y := range h {
		for x := range w {
			v := byte(40 + 120*y/h + x%7)
			if dx, dy := x-(n*5)%w, y-h/3; dx >= 0 && dx < 40 && dy >= 0 && dy < 50 {
				v = byte(x*13 ^ y*29 + n)
			}
			if x < 20 && y < 20 {
				v = byte(n%2*255) ^ byte(x*y)
			}
			if n%97 == 60 {
				v ^= byte((x*7919 + y*104729) >> 4)
			}
			p.Y[y*p.YStride+x] = v
		}
	}
	for y := range h / 2 {
		for x := range w / 2 {
			p.Cb[y*p.CStride+x] = byte(100 + 60*x/w + n%3)
			p.Cr[y*p.CStride+x] = byte(180-60*y/h) ^ byte(n/50*16)
		}
	}
}

func TestDecodersShowWhatTheEncoderSays(t *testing.T) {
	ffmpeg := need.Program(t, "that decoders understand the streams", "ffmpeg")
	for _, c := range []struct {
		Config
		frames, gop int
	}{
		{Config{Width: 64, Height: 48, FPS: 15}, 600, 1000}, // frame_num wraps twice
		{Config{Width: 352, Height: 240, FPS: 15}, 24, 12},
		{Config{Width: 176, Height: 120, FPS: 25, QP: MinQP}, 20, 10},
		{Config{Width: 704, Height: 480, FPS: 15, QP: 30}, 10, 6},
		{Config{Width: 1280, Height: 720, FPS: 30, QP: MaxQP}, 4, 3},
		{Config{Width: 1920, Height: 1080, FPS: 30}, 3, 2},
		{Config{Width: 66, Height: 50, FPS: 1, QP: 13}, 30, 7},
		{Config{Width: 16, Height: 16, FPS: 60, QP: 11}, 60, 7},
	} {
		t.Run(fmt.Sprintf("%dx%d", c.Width, c.Height), func(t *testing.T) {
			t.Parallel()
			e, err := New(c.Config)
			if err != nil {
				t.Fatal(err)
			}
			stream, want := encodeScene(t, e, c.frames, c.gop)
			got := decode(t, ffmpeg, stream)
			if !bytes.Equal(got, want) {
				t.Fatalf("%d bytes decoded, %d expected, the first difference at %d", len(got), len(want), differ(got, want))
			}
		})
	}
}

func encodeScene(t *testing.T, e *Encoder, frames, gop int) (stream, shown []byte) {
	t.Helper()
	c := e.Config()
	p := image.NewYCbCr(image.Rect(0, 0, c.Width, c.Height), image.YCbCrSubsampleRatio420)
	worst := math.Inf(1)
	for n := range frames {
		scene(p, n)
		unit, err := e.Encode(p, n%gop == 0)
		if err != nil {
			t.Fatal(err)
		}
		stream = AnnexB(stream, unit...)
		shown = appendSamples(shown, e.Reconstruction())
		worst = min(worst, psnr(p, e.Reconstruction()))
	}
	if c.QP <= 30 && worst < 32 {
		t.Errorf("a picture has %.1f dB", worst)
	}
	t.Logf("QP %d: worst %.1f dB, %d bytes a picture", c.QP, worst, len(stream)/frames)
	return stream, shown
}

// decode runs ffmpeg over a stream and gives the samples of all pictures.
func decode(t *testing.T, ffmpeg string, stream []byte) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "stream.h264")
	if err := os.WriteFile(path, stream, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), ffmpeg, "-v", "error", "-threads", "1", "-f", "h264", "-i", path,
		"-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuvj420p", "-")
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%v: %s", err, complaints.Bytes())
	}
	return out
}

func appendSamples(dst []byte, p *image.YCbCr) []byte {
	w, h := p.Rect.Dx(), p.Rect.Dy()
	for y := range h {
		dst = append(dst, p.Y[y*p.YStride:][:w]...)
	}
	for _, c := range [][]byte{p.Cb, p.Cr} {
		for y := range h / 2 {
			dst = append(dst, c[y*p.CStride:][:w/2]...)
		}
	}
	return dst
}

func differ(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// psnr compares luma.
func psnr(a, b *image.YCbCr) float64 {
	sum := 0.0
	w, h := a.Rect.Dx(), a.Rect.Dy()
	for y := range h {
		for x := range w {
			d := float64(a.Y[y*a.YStride+x]) - float64(b.Y[y*b.YStride+x])
			sum += d * d
		}
	}
	if sum == 0 {
		return 100
	}
	return 10 * math.Log10(255*255*float64(w*h)/sum)
}
