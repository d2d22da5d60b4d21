package camera

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// still makes a JPEG file of one gray.
func still(t *testing.T, w, h int, gray byte, colors bool) []byte {
	t.Helper()
	var im image.Image
	if colors {
		p := image.NewRGBA(image.Rect(0, 0, w, h))
		for i := range p.Pix {
			p.Pix[i] = gray
		}
		im = p
	} else {
		p := image.NewGray(image.Rect(0, 0, w, h))
		for i := range p.Pix {
			p.Pix[i] = gray
		}
		im = p
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, im, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func folder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestAFolderPlaysInTheOrderOfNames(t *testing.T) {
	good := still(t, 320, 240, 90, true)
	dir := folder(t, map[string][]byte{
		"b.JPEG": still(t, 101, 75, 160, false), "a.jpg": good, "c.jpg": good[:len(good)-200],
		"d.jpg": []byte("not a picture"), "e.txt": good,
	})
	if err := os.Mkdir(filepath.Join(dir, "z.jpg"), 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := OpenFolder(dir, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	// Of a, b and c the last is damaged: a is seen in its turn.
	zero := time.Unix(30_000_000, 0)
	for i, want := range []byte{90, 160, 90, 90, 160} {
		p := NewPicture(SizeD1)
		if !f.Paint(p, zero.Add(time.Duration(i)*10*time.Second)) {
			t.Fatal("no signal")
		}
		if got := p.YCbCrAt(352, 240).Y; got < want-2 || got > want+2 {
			t.Errorf("turn %d shows %d, not %d", i, got, want)
		}
		if got := p.YCbCrAt(20, 240).Y; got != black.y {
			t.Errorf("turn %d has %d beside the picture", i, got)
		}
	}
	if n := len(f.Damaged()); n != 2 {
		t.Errorf("%d are reported: %v", n, f.Damaged())
	}
}

func TestAFolderWithoutPictures(t *testing.T) {
	huge := still(t, 16, 16, 1, true)
	// The size is at a fixed place of the frame header, marker ffc0.
	at := bytes.Index(huge, []byte{0xff, 0xc0})
	copy(huge[at+5:], []byte{0xff, 0xff, 0xff, 0xff})
	dir := folder(t, map[string][]byte{"a.jpg": huge, "b.jpg": make([]byte, MaxFolderFile+1)})
	_, err := OpenFolder(dir, time.Second)
	if !errors.Is(err, ErrNoPictures) || !errors.Is(err, ErrTooLarge) {
		t.Errorf("%v", err)
	}
	if _, err := OpenFolder(filepath.Join(dir, "none"), 0); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestPicturesOfEveryShapeFit(t *testing.T) {
	for _, ratio := range []image.YCbCrSubsampleRatio{
		image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410,
	} {
		for _, s := range []Size{{1, 1}, {1, 2000}, {2000, 1}, {33, 17}, {1921, 1081}} {
			letterbox(NewPicture(SizeCIF), image.NewYCbCr(image.Rect(0, 0, s.Width, s.Height), ratio))
		}
	}
}
