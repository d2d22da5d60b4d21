package twin

import (
	"time"

	"github.com/rekey-dvr/rekey/internal/twin/camera"
)

// screenPicture is the size of one camera's picture in the grid of a screen.
var screenPicture = camera.Size{Width: 352, Height: 240}

// Picture is what a camera's part of the recorder's own screen shows now, as a
// JPEG of 352 by 240. channel counts from 1. [ErrNotNow] while the recorder shows
// no cameras, [ErrNoPart] for a channel it has not.
func (t *Twin) Picture(channel int) ([]byte, error) {
	var cam camera.Camera
	var at time.Time
	err := t.do(func(now time.Time) error {
		switch stage := t.body.Run.stage(now); {
		case channel < 1 || channel > t.body.Model.Channels:
			return ErrNoPart
		case stage != StageServices && stage != StageReady:
			return ErrNotNow
		}
		cam, at = t.camera(channel-1), t.showing(now)
		return nil
	})
	if err != nil {
		return nil, err
	}
	// Drawing takes milliseconds, so it is done without the twin's lock.
	return cam.JPEG(at, screenPicture, jpegQuality)
}
