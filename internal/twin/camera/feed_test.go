package camera

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/bluenviron/gortsplib/v5/pkg/format"
)

func TestAFeedRunsOnlyWhileSomebodyLooks(t *testing.T) {
	t.Parallel()
	mjpeg := &format.MJPEG{}
	n, media, address := serve(t, mjpeg)
	told := make(chan bool, 10)
	var f *Feed
	f, err := NewFeed(address, func() { told <- f.Signal() })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	f.idle = 200 * time.Millisecond
	if f.Running() || !f.Signal() {
		t.Error("it runs before anybody looks, or knows of a loss")
	}
	encoder, err := mjpeg.CreateEncoder()
	if err != nil {
		t.Fatal(err)
	}
	packets, err := encoder.Encode(still(t, 352, 240, 150, true))
	if err != nil {
		t.Fatal(err)
	}
	f.Look()
	<-n.playing
	p := NewPicture(SizeD1)
	sending := make(chan struct{})
	go func() {
		defer close(sending)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for range 20 {
			for _, packet := range packets {
				_ = n.stream.WritePacketRTP(media, packet)
			}
			<-tick.C
		}
	}()
	if !f.Paint(p, noon) {
		t.Error("a look does not wait for the first picture")
	}
	<-sending
	until(t, "it runs on", func() bool { return !f.Running() })
	f.Keep(true)
	(<-n.playing).Close() // the camera hangs up
	select {
	case signal := <-told:
		if signal {
			t.Error("a camera that hung up has a signal")
		}
	case <-time.After(time.Minute):
		t.Error("nobody tells of the loss")
	}
	f.Close()
	if f.Running() || f.Paint(p, noon) {
		t.Error("it goes on after its end")
	}
}

func TestAnAlbumIsReadWhenSomebodyLooks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	changes := 0
	a := NewAlbum(dir, func() { changes++ })
	p := NewPicture(SizeCIF)
	if a.Signal() || a.Paint(p, noon) || !errors.Is(a.Err(), ErrNoPictures) {
		t.Errorf("an empty folder: %v", a.Err())
	}
	if err := os.WriteFile(filepath.Join(dir, "a.jpg"), still(t, 352, 240, 150, true), 0o600); err != nil {
		t.Fatal(err)
	}
	a.tried = time.Time{}
	if !a.Paint(p, noon) || !a.Signal() || changes != 1 {
		t.Errorf("a picture is there: %v, %d changes", a.Err(), changes)
	}
	if b := NewAlbum(dir, nil); !b.Signal() || b.folder != nil {
		t.Error("a folder is read before anybody looks, or its picture is not seen")
	}
}

// A recorder asks for the signal with its lock held: it must not wait for a folder
// that is being read.
func TestAnAlbumTellsItsSignalWhileItIsRead(t *testing.T) {
	t.Parallel()
	a := NewAlbum(t.TempDir(), nil)
	a.reading.Lock()
	defer a.reading.Unlock()
	told := make(chan bool, 1)
	go func() { told <- a.Signal() || a.Err() != nil }()
	select {
	case seen := <-told:
		if seen {
			t.Error("an empty folder has a signal")
		}
	case <-time.After(time.Minute):
		t.Error("it waits for the folder")
	}
}
