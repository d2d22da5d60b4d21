package twin

import (
	"errors"
	"io"

	"github.com/rekey-dvr/rekey/internal/twin/camera"
	"github.com/rekey-dvr/rekey/internal/twin/disk"
	"github.com/rekey-dvr/rekey/internal/twin/tape"
)

// reelOf is what plays a stretch of recordings again: the same bytes for the same
// stretch, however often.
func reelOf(c camera.Camera, s disk.Stretch) tape.Config {
	return tape.Config{
		Camera: c, Size: camera.Size{Width: s.Shape.Width, Height: s.Shape.Height}, FPS: s.Shape.FPS,
		Rate: int(s.Shape.Rate) * 8, From: s.From, To: s.To,
	}
}

// fileSize is how long a stretch is as a file.
func fileSize(s disk.Stretch) int64 {
	return tape.FileSize(reelOf(camera.Camera{Channel: s.Channel}, s))
}

// take is a stretch of recordings and the camera that draws it again.
type take struct {
	disk.Stretch
	camera camera.Camera
}

// takes gives stretches the cameras they were recorded from.
func (t *Twin) takes(recorded []disk.Stretch) []take {
	var all []take
	for _, s := range recorded {
		all = append(all, take{s, t.cameraRecorded(s)})
	}
	return all
}

// reel reads recordings of one channel as one file after the other. What is read is
// drawn when it is read.
type reel struct {
	todo []take
	file *tape.File
	skip int64
}

// newReel begins reading so many bytes into the recordings.
func newReel(recorded []take, skip int64) *reel {
	r := &reel{todo: recorded, skip: skip}
	for len(r.todo) > 0 && r.skip >= fileSize(r.todo[0].Stretch) {
		r.skip -= fileSize(r.todo[0].Stretch)
		r.todo = r.todo[1:]
	}
	return r
}

// Read implements [io.Reader].
func (r *reel) Read(p []byte) (int, error) {
	for {
		if r.file == nil {
			if err := r.next(); err != nil {
				return 0, err
			}
		}
		n, err := r.file.Read(p)
		if n > 0 || !errors.Is(err, io.EOF) {
			return n, err
		}
		r.file = nil
	}
}

// next opens the next recording.
func (r *reel) next() error {
	if len(r.todo) == 0 {
		return io.EOF
	}
	f, err := tape.Open(reelOf(r.todo[0].camera, r.todo[0].Stretch))
	if err != nil {
		return err
	}
	if _, err := f.Seek(r.skip, io.SeekStart); err != nil {
		return err
	}
	r.file, r.todo, r.skip = f, r.todo[1:], 0
	return nil
}
