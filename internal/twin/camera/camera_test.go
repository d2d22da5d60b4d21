package camera

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"testing"
	"time"
)

var noon = time.Date(2024, 1, 2, 12, 0, 0, 0, time.FixedZone("here", -5*3600))

func picture(t *testing.T, c Camera, at time.Time, s Size) *image.YCbCr {
	t.Helper()
	p, err := c.Picture(at, s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// changed gives how many samples of brightness differ by a step one can see.
func changed(a, b *image.YCbCr) (n int) {
	for i := range a.Y {
		if d := int(a.Y[i]) - int(b.Y[i]); d > 12 || d < -12 {
			n++
		}
	}
	return n
}

func TestAPictureIsAFunctionOfTheMoment(t *testing.T) {
	for _, s := range []Size{{MinWidth, MinHeight}, SizeQCIF, SizeCIF, SizeD1, Size720P, Size1080P, {MaxWidth, MaxHeight}} {
		c := Camera{Channel: 2, Name: "Gate"}
		at := noon.Add(1234 * time.Millisecond)
		first := picture(t, c, at, s)
		second := picture(t, c, at.Add(700*time.Millisecond), s)
		again := picture(t, c, at, s)
		if !bytes.Equal(first.Y, again.Y) || !bytes.Equal(first.Cb, again.Cb) || !bytes.Equal(first.Cr, again.Cr) {
			t.Errorf("%v: the same moment gives two pictures", s)
		}
		if changed(first, second) == 0 {
			t.Errorf("%v: nothing moves", s)
		}
		c.Channel = 3
		if other := picture(t, c, at, s); changed(first, other) < s.Width*s.Height/50 {
			t.Errorf("%v: two channels look alike", s)
		}
	}
}

func TestSizesThatNoPictureHas(t *testing.T) {
	for _, s := range []Size{{}, {-2, 48}, {62, 48}, {65, 48}, {64, 49}, {1922, 1080}, {1920, 1090}, {1 << 40, 1 << 40}} {
		if _, err := (Camera{}).Picture(noon, s); !errors.Is(err, ErrSize) {
			t.Errorf("%v: %v", s, err)
		}
	}
}

func TestTheClockIsReadable(t *testing.T) {
	// The clock's digits are looked for where they were not drawn from: a text of
	// its own, in the same letters, has to be in the picture.
	for at, words := range map[time.Time]string{
		noon: "2024-01-02 12:00:00.0", noon.Add(999 * time.Millisecond): "2024-01-02 12:00:00.9",
		noon.Add(13*time.Hour + 61*time.Second): "2024-01-03 01:01:01.0",
	} {
		p := picture(t, Camera{Name: "x"}, at, SizeCIF)
		want := NewPicture(SizeCIF)
		text(want, SizeCIF.Width-10-textWidth(words, 1), 10, words, 1, white)
		for i, v := range want.Y {
			if v == white.y && p.Y[i] != white.y {
				t.Fatalf("%s is not at %d,%d", words, i%352, i/352)
			}
		}
	}
}

func TestEveryLetterIsDrawnOnce(t *testing.T) {
	seen := map[glyph]rune{}
	for r := rune('!'); r <= '~'; r++ {
		g, ok := letters[r]
		if !ok {
			t.Errorf("%c is not drawn", r)
		}
		if other, twice := seen[g]; twice {
			t.Errorf("%c looks like %c", r, other)
		}
		seen[g] = r
	}
}

func TestALostSignalShows(t *testing.T) {
	c := Camera{Lost: func(at time.Time) bool { return !at.Before(noon) }}
	before, after := NewPicture(SizeD1), NewPicture(SizeD1)
	if !c.Paint(before, noon.Add(-time.Second)) || c.Paint(after, noon) {
		t.Error("the signal is not lost when it is")
	}
	if changed(before, after) < 704*480/10 {
		t.Error("a lost signal does not show")
	}
}

func TestASnapshotIsAJPEG(t *testing.T) {
	b, err := Camera{}.JPEG(noon, SizeCIF, 0)
	if err != nil {
		t.Fatal(err)
	}
	im, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil || im.Bounds().Dx() != 352 || im.Bounds().Dy() != 240 {
		t.Errorf("%v %v", im.Bounds(), err)
	}
}

func TestNamesOfAnyKindAreDrawn(t *testing.T) {
	for _, name := range []string{"", "\x00\xff", "größer", string(make([]byte, 10_000))} {
		picture(t, Camera{Name: name, Channel: -7}, time.Unix(-1, 0), SizeQCIF)
	}
}

func BenchmarkPaint(b *testing.B) {
	for _, s := range []Size{SizeCIF, SizeD1, Size1080P} {
		b.Run(s.String(), func(b *testing.B) {
			p, at := NewPicture(s), noon
			for b.Loop() {
				Camera{Name: "Gate"}.Paint(p, at)
				at = at.Add(66 * time.Millisecond)
			}
		})
	}
}

func BenchmarkJPEG(b *testing.B) {
	for b.Loop() {
		if _, err := (Camera{}).JPEG(noon, SizeD1, DefaultQuality); err != nil {
			b.Fatal(err)
		}
	}
}
