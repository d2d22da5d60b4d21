package twin

import (
	"errors"
	"image"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/camera"
	"github.com/rekey-dvr/rekey/internal/twin/disk"
)

// cameraSource is something connected that can fall silent.
type cameraSource interface {
	camera.Source
	Signal() bool // as far as is known
	Err() error   // why there is none
	Look()        // finds out about the signal
	Keep(bool)    // goes on doing so
	Close()
}

// open makes the source of an input, nil for one that needs none. It opens no socket.
func (in Input) open(changed func()) (cameraSource, error) {
	switch {
	case in.kind == InputFolder:
		return camera.NewAlbum(in.where, changed), nil
	case in.kind == InputStream && in.full == nil:
		return noLogin{}, nil
	case in.kind == InputStream:
		return camera.NewFeed(*in.full, changed)
	}
	return nil, nil
}

var errNoLogin = errors.New("user and password of the camera are not kept; give its address again")

// noLogin is a camera whose user and password are not known any more. It is not asked
// for anything, because cameras count wrong logins too.
type noLogin struct{}

func (noLogin) Paint(*image.YCbCr, time.Time) bool { return false }
func (noLogin) Signal() bool                       { return false }
func (noLogin) Err() error                         { return errNoLogin }
func (noLogin) Look()                              {}
func (noLogin) Keep(bool)                          {}
func (noLogin) Close()                             {}

// SetInput connects something to an input of the cameras, counted from 1, in the place
// of what was there. [ErrNoPart] for an input the recorder has not.
func (t *Twin) SetInput(channel int, in Input) error {
	next, err := in.open(t.wake)
	if err != nil {
		return &ConfigError{Field: "camera", Reason: "cannot be used", Err: err}
	}
	idle := next // what nobody needs any more
	err = t.do(func(time.Time) error {
		switch {
		case channel < 1 || channel > t.body.Model.Channels:
			return ErrNoPart
		case t.closed:
			return ErrNotNow
		}
		idle = t.cameras[channel]
		t.plug(channel, in, next)
		return nil
	})
	if idle != nil {
		idle.Close() // without the twin's lock, which what it waits for may want
	}
	return err
}

// plug notes an input and its source.
func (t *Twin) plug(channel int, in Input, s cameraSource) {
	if t.cameras == nil {
		t.cameras, t.body.Inputs = map[int]cameraSource{}, maps.Clone(t.body.Inputs)
	}
	if t.body.Inputs == nil {
		t.body.Inputs = map[int]Input{}
	}
	delete(t.cameras, channel)
	if s != nil {
		t.cameras[channel] = s
	}
	t.body.Inputs[channel] = in
	if in.Kind() == InputTest {
		delete(t.body.Inputs, channel)
	}
	t.settingChanges++
	t.dirty = true
}

// plugCameras connects what the state file says and what was wished beyond.
func (t *Twin) plugCameras(wished map[int]Input) {
	all := maps.Clone(t.body.Inputs)
	if all == nil {
		all = map[int]Input{}
	}
	maps.Copy(all, wished)
	for channel, in := range all {
		if s, err := in.open(t.wake); err == nil { // an input that was read opens
			t.plug(channel, in, s)
		}
	}
}

// unplugCameras ends what runs of them. Called without the twin's lock.
func (t *Twin) unplugCameras() {
	t.mu.Lock()
	all := slices.Collect(maps.Values(t.cameras))
	t.mu.Unlock()
	for _, s := range all {
		s.Close()
	}
}

// dark are the channels whose camera is not there or silent.
func (t *Twin) dark() (mask uint64) {
	for channel, in := range t.body.Inputs {
		if s := t.cameras[channel]; in.kind == InputNone || s != nil && !s.Signal() {
			mask |= 1 << (channel - 1)
		}
	}
	return mask
}

// lookForSignals finds out about the signals; what comes of it is told as an event.
func (t *Twin) lookForSignals() {
	for _, s := range t.cameras {
		s.Look()
	}
}

// keepCameras lets streams run on while somebody waits to hear of a loss.
func (t *Twin) keepCameras(now time.Time) {
	if len(t.cameras) == 0 {
		return
	}
	heard := t.mind.onvif.Subscriptions(t.clients(now)) > 0 || slices.ContainsFunc(t.mind.bus.all, func(l *listener) bool {
		return len(l.codes) == 0 || slices.Contains(l.codes, wire.EventVideoLoss)
	})
	for _, s := range t.cameras {
		s.Keep(heard)
	}
}

// camera is what is connected to an input, from 0, as it is now.
func (t *Twin) camera(channel int) camera.Camera {
	c := t.named(channel)
	if s := t.cameras[channel+1]; s != nil {
		c.Source = s
	}
	gone := t.body.Faults.lost()&(1<<channel) != 0 || !t.body.In.Cables[CableCameras]
	if gone || t.body.Inputs[channel+1].kind == InputNone {
		c.Lost = func(time.Time) bool { return true }
	}
	return c
}

// named is a channel's test card with the name the channel has now.
func (t *Twin) named(channel int) camera.Camera {
	return camera.Camera{
		Channel: channel, Name: t.channelName(channel), Source: camera.TestCard{Channel: channel, Seed: t.body.Seed},
	}
}

func (t *Twin) channelName(channel int) string {
	return t.body.Flash.Settings.Get("ChannelTitle[" + strconv.Itoa(channel) + "].Name")
}

// cameraRecorded draws a stretch of recordings again: with the name the channel has now,
// and what it was recorded from. Where nobody kept that, the pictures say so.
func (t *Twin) cameraRecorded(s disk.Stretch) camera.Camera {
	c := t.named(s.Channel)
	if dir, found := strings.CutPrefix(s.Source, recordedFolder); found {
		in := Input{kind: InputFolder, where: dir}
		source := t.cameras[s.Channel+1]
		if t.body.Inputs[s.Channel+1] != in {
			source = camera.NewAlbum(dir, nil)
		}
		c.Source = orNotKept{source}
	} else if s.Source != "" {
		c.Source = camera.NotKept{}
	}
	return c
}

// orNotKept shows a source, or where that has nothing to show any more, that it has not.
type orNotKept struct{ camera.Source }

// Paint implements [camera.Source].
func (o orNotKept) Paint(dst *image.YCbCr, at time.Time) bool {
	return o.Source.Paint(dst, at) || camera.NotKept{}.Paint(dst, at)
}
