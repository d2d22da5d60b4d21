package twin

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/camera"
	"github.com/rekey-dvr/rekey/internal/twin/live"
)

// motionSpans is when something moves before a camera, on the recorder's clock as
// [Twin.showing] gives it.
func motionSpans(seed uint64, channel int, from, to time.Time) []camera.Span {
	return camera.Motion{Channel: channel, Seed: seed}.Spans(from, to)
}

// size is how large a stream's pictures are.
func (s videoShape) size() camera.Size { return camera.Size{Width: s.Width, Height: s.Height} }

// input reads a channel as the CGI counts them, from 1, which is also the default.
func (t *Twin) input(text string) (channel int, ok bool) {
	if text == "" {
		return 0, true
	}
	n, err := strconv.Atoi(text)
	return n - 1, err == nil && n >= 1 && n <= t.body.Model.Channels
}

// cgiSnapshot answers a JPEG picture of what a camera sees now.
func (t *Twin) cgiSnapshot(c call) reply {
	channel, ok := t.input(c.arg("channel"))
	if !ok {
		return badRequest()
	}
	if !t.may(c.user, monitor(channel)) {
		return refuse(403, wire.CGINoRight)
	}
	cam, at, size := t.camera(channel), t.showing(c.now), t.shape(channel, 0).size()
	return reply{later: func(*streamWriter) (reply, bool) {
		b, err := cam.JPEG(at, size, camera.DefaultQuality)
		if err != nil {
			return refuse(500, wire.CGIOther), true
		}
		return reply{status: 200, kind: "image/jpeg", body: b}, true
	}}
}

const jpegQuality = 75 // of moving pictures

// jpegMaker makes the pictures of a motion JPEG stream.
type jpegMaker struct {
	t       *Twin
	channel int
	size    camera.Size
}

// Make draws what the camera sees now; every picture is a key.
func (m jpegMaker) Make(bool) (live.Picture, error) {
	cam, at := m.t.sees(m.channel)
	b, err := cam.JPEG(at, m.size, jpegQuality)
	return live.Picture{At: at, Key: true, Data: b}, err
}

// openJPEG makes the maker of a channel's stream. Its sizes are those that RTP has for
// JPEG, in steps of eight.
func (t *Twin) openJPEG(channel int, shape videoShape) func() (live.Maker, error) {
	size := camera.Size{Width: shape.Width &^ 7, Height: shape.Height &^ 7}
	return func() (live.Maker, error) { return jpegMaker{t, channel, size}, nil }
}

// sees is a camera and the recorder's clock at this moment.
func (t *Twin) sees(channel int) (camera.Camera, time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.camera(channel), t.showing(t.clock.Now())
}

// cgiMotionJPEG answers pictures without end. Recorders have motion JPEG on the
// extra stream; on the main one only if it is set so.
func (t *Twin) cgiMotionJPEG(c call) reply {
	channel, ok := t.input(c.arg("channel"))
	subtype, err := strconv.Atoi(c.arg("subtype"))
	if c.arg("subtype") == "" {
		subtype, err = 1, nil
	}
	if !ok || err != nil || bits.Len(uint(subtype)) > 1 {
		return badRequest()
	}
	if !t.may(c.user, monitor(channel)) {
		return refuse(403, wire.CGINoRight)
	}
	shape := t.shape(channel, subtype)
	if subtype == 0 && !shape.motion {
		return badRequest()
	}
	key := streamKey{channel, subtype, codecJPEG}
	return reply{
		status: 200, kind: "multipart/x-mixed-replace; boundary=" + wire.DefaultBoundary,
		stream: func(w *streamWriter) {
			t.show(w, key, shape.FPS, t.openJPEG(channel, shape), func(p live.Picture) error {
				_, err := w.Write(fmt.Appendf(nil, "--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n",
					wire.DefaultBoundary, len(p.Data), p.Data))
				return err
			})
		},
	}
}

// show lets an answer carry a live stream until either side has enough.
func (t *Twin) show(w *streamWriter, key streamKey, fps int, open func() (live.Maker, error), show func(live.Picture) error) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	t.net.running.Go(func() {
		select {
		case <-w.Done():
			cancel(errGone)
		case <-ctx.Done():
		}
	})
	_ = t.streams.hub.Watch(ctx, key, fps, open, show)
}

var errGone = errors.New("the client hung up")
