package twin

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/rekey-dvr/rekey/internal/twin/disk"
	"github.com/rekey-dvr/rekey/internal/twin/live"
	"github.com/rekey-dvr/rekey/internal/twin/rtsp"
	"github.com/rekey-dvr/rekey/internal/twin/tape"
)

// Format implements [rtsp.Recorder].
func (v rtspView) Format(target rtsp.Target, pass any) (rtsp.Format, error) {
	v.t.mu.Lock()
	defer v.t.mu.Unlock()
	needed := monitor(target.Channel)
	if !target.Live() {
		needed = replay(target.Channel)
	}
	p, _ := pass.(rtspPass)
	if a := v.t.body.Flash.account(p.user); a == nil || !v.t.may(a, needed) {
		return rtsp.Format{}, rtsp.ErrNoRight
	}
	if !target.Live() {
		return v.t.formatRecorded(target)
	}
	if target.Channel >= v.t.body.Model.Channels || target.Subtype > 1 {
		return rtsp.Format{}, rtsp.ErrNoStream
	}
	s := v.t.shape(target.Channel, target.Subtype)
	if !s.enabled {
		return rtsp.Format{}, rtsp.ErrNoStream
	}
	sound := v.t.sound(target.Channel, target.Subtype)
	if s.motion {
		return rtsp.Format{JPEG: true, FPS: s.FPS, Sound: sound}, nil
	}
	sps, pps, err := parameters(s.Shape)
	return rtsp.Format{SPS: sps, PPS: pps, FPS: s.FPS, Sound: sound}, err
}

func (t *Twin) formatRecorded(target rtsp.Target) (rtsp.Format, error) {
	recorded := t.recorded(target)
	if len(recorded) == 0 {
		return rtsp.Format{}, rtsp.ErrNoStream
	}
	shape := recorded[0].Shape
	sps, pps, err := parameters(shape)
	var length time.Duration
	for _, s := range recorded {
		length += s.To.Sub(s.From)
	}
	return rtsp.Format{SPS: sps, PPS: pps, FPS: shape.FPS, Length: length}, err
}

// recorded is what a playback shows, in the shape it begins with. Where the
// channel was recorded in another shape later, the playback ends.
func (t *Twin) recorded(target rtsp.Target) []disk.Stretch {
	to := target.To
	if to.IsZero() {
		to = target.From.Add(24 * time.Hour)
	}
	// The twin records the main stream; a playback of the extra one shows that.
	all := t.onDisk(t.clock.Now(), target.Channel, target.From, to)
	for i, s := range all {
		if s.Shape != all[0].Shape {
			return all[:i]
		}
	}
	return all
}

// Play implements [rtsp.Recorder].
func (v rtspView) Play(ctx context.Context, target rtsp.Target, from time.Duration, show func(rtsp.Picture) error) error {
	if !target.Live() {
		return v.t.playRecorded(ctx, target, from, show)
	}
	v.t.mu.Lock()
	shape := v.t.shape(target.Channel, target.Subtype)
	v.t.mu.Unlock()
	first := time.Duration(-1)
	key, open := streamKey{target.Channel, target.Subtype, codecH264}, v.t.openH264(target.Channel, shape)
	if shape.motion {
		key.codec, open = codecJPEG, v.t.openJPEG(target.Channel, shape)
	}
	return v.t.streams.hub.Watch(ctx, key, shape.FPS, open, func(p live.Picture) error {
		if first < 0 {
			first = p.Since
		}
		return show(rtsp.Picture{At: p.Since - first, NALUs: p.NALUs, JPEG: p.Data})
	})
}

// playRecorded plays in the time it took. What was not recorded is left out: the
// picture before a gap is followed by the one after it, as recorders do. A
// recording that ends while it is played is at its end.
func (t *Twin) playRecorded(ctx context.Context, target rtsp.Target, from time.Duration, show func(rtsp.Picture) error) error {
	t.mu.Lock()
	recorded := t.takes(t.recorded(target))
	t.mu.Unlock()
	begin, played := time.Now(), time.Duration(0)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for _, s := range recorded {
		long := s.To.Sub(s.From)
		if from >= long {
			from -= long
			continue
		}
		s.From = s.From.Add(from)
		if err := playStretch(ctx, reelOf(s.camera, s.Stretch), begin, played, timer, show); err != nil {
			return err
		}
		played, from = played+long-from, 0
	}
	return nil
}

// playStretch shows one stretch, which begins when so much has been played.
func playStretch(ctx context.Context, c tape.Config, begin time.Time, played time.Duration, timer *time.Timer, show func(rtsp.Picture) error) error {
	reel, err := tape.New(c)
	if err != nil {
		return err
	}
	for {
		frame, err := reel.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		due := played + frame.At.Sub(c.From)
		timer.Reset(time.Until(begin.Add(due)))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
		}
		if err := show(rtsp.Picture{At: due, NALUs: frame.Units}); err != nil {
			return err
		}
	}
}
