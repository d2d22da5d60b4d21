package twin

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/twin/camera"
)

// A folder of pictures is what the input shows, live and in what was recorded.
func TestAnInputShowsAFolder(t *testing.T) {
	dir := t.TempDir()
	p := image.NewRGBA(image.Rect(0, 0, 352, 240))
	for i := range p.Pix {
		p.Pix[i] = 255
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "white.jpg"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	folder, err := camera.OpenFolder(dir, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	r := start(t, Config{Password: "secret", Cameras: map[int]camera.Source{2: folder}})
	for channel, white := range map[string]bool{"1": false, "2": true} {
		_, body := r.fetch("secret", "/cgi-bin/snapshot.cgi?channel="+channel)
		shown, err := jpeg.Decode(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		at := color.GrayModel.Convert(shown.At(640, 500)).(color.Gray)
		if got := at.Y > 230; got != white {
			t.Errorf("channel %s: %v", channel, at)
		}
	}
	var e *ConfigError
	if _, err := New(Config{Cameras: map[int]camera.Source{9: folder}}); !errors.As(err, &e) {
		t.Errorf("a camera without an input: %v", err)
	}
}
