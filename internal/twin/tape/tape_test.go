package tape

import (
	"image"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey/internal/twin/camera"
	"github.com/rekey-dvr/rekey/internal/twin/h264"
)

type kept struct {
	At   int64
	IDR  bool
	Data []byte
}

func play(t *testing.T, c Config) []kept {
	t.Helper()
	tape, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	var out []kept
	for range c.Frames() {
		f, err := tape.Next()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, kept{f.At.UnixNano(), f.IDR, h264.AnnexB(nil, f.Units...)})
	}
	return out
}

func TestTapesThatStartApartMeetAtTheGrid(t *testing.T) {
	early, late := d1(dawn, 8*time.Second), d1(dawn.Add(3100*time.Millisecond), 4900*time.Millisecond)
	early.Size, late.Size = camera.SizeCIF, camera.SizeCIF
	a, b := play(t, early), play(t, late)
	if !b[0].IDR || b[0].At != dawn.Add(47*time.Second/15).UnixNano() {
		t.Errorf("the late one begins at %v", time.Unix(0, b[0].At))
	}
	meet := 4 * 15
	if diff := cmp.Diff(a[meet:], b[len(b)-(len(a)-meet):]); diff != "" {
		t.Errorf("they differ after the grid")
	}
	for i, f := range a {
		if f.IDR != (i%30 == 0) {
			t.Errorf("frame %d: IDR is %v", i, f.IDR)
		}
	}
}

func TestTheTestPictureIsCheap(t *testing.T) {
	bytes := 0
	for _, f := range play(t, d1(dawn, 12*time.Second)) {
		bytes += len(f.Data)
	}
	if rate := bytes * 8 / 12; rate > 2_000_000 {
		t.Errorf("%d bits a second", rate)
	} else {
		t.Logf("%d bits a second", rate)
	}
}

// snow is a source that no coder likes.
type snow struct{}

func (snow) Paint(p *image.YCbCr, at time.Time) bool {
	x := uint32(at.UnixNano())
	for _, plane := range [][]byte{p.Y, p.Cb, p.Cr} {
		for i := range plane {
			x = x*1664525 + 1013904223
			plane[i] = byte(x >> 24)
		}
	}
	return true
}

func TestSnowStaysWithinItsRate(t *testing.T) {
	for _, rate := range []int{1, DefaultRate} {
		c := d1(dawn.Add(time.Second), 3*time.Second)
		c.Size, c.Rate, c.FPS, c.Camera.Source = camera.SizeQCIF, rate, 5, snow{}
		b := whole(t, c)
		if int64(len(b)) != FileSize(c) {
			t.Errorf("at %d: %d bytes, %d foretold", rate, len(b), FileSize(c))
		}
		if stream, _ := probe(t, b); stream != "h264,176,120,15" {
			t.Errorf("at %d: ffprobe sees %s", rate, stream)
		}
	}
}

func BenchmarkNext(b *testing.B) {
	for _, s := range []camera.Size{camera.SizeCIF, camera.SizeD1, camera.Size720P, camera.Size1080P} {
		b.Run(s.String(), func(b *testing.B) {
			t, err := New(Config{Size: s, FPS: 15, From: dawn})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := t.Next(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
