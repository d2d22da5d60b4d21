package twin

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/onvif"
	"github.com/rekey-dvr/rekey/internal/twin/rtsp"
)

// encoderLimits are what one kind of stream can be set to, as every service tells
// it.
type encoderLimits struct {
	sizes        []onvif.Size
	low, high    int // Kb/s
	compressions string
}

// Every input of every model has the same two.
var (
	mainEncoder = encoderLimits{[]onvif.Size{{Width: 1280, Height: 720}, {Width: 704, Height: 480}, {Width: 352, Height: 240}}, 512, 10240, "H.264"}
	subEncoder  = encoderLimits{[]onvif.Size{{Width: 704, Height: 480}, {Width: 352, Height: 240}}, 32, 2048, "H.264,MJPG"}
)

const (
	maxFPS = 30
	maxGOP = 150
)

// lines are the limits in the words of encode.cgi.
func (e encoderLimits) lines(prefix string) wire.Table {
	var sizes []string
	for _, s := range e.sizes {
		sizes = append(sizes, fmt.Sprintf("%dx%d", s.Width, s.Height))
	}
	return keyed(prefix, "BitRateOptions", fmt.Sprintf("%d,%d", e.low, e.high), "CompressionTypes", e.compressions,
		"FPSMax", strconv.Itoa(maxFPS), "ResolutionTypes", strings.Join(sizes, ","))
}

func (e encoderLimits) limits() onvif.Limits {
	return onvif.Limits{
		Sizes: e.sizes, FPS: maxFPS, GOP: maxGOP, MinKbps: e.low, MaxKbps: e.high, JPEG: strings.Contains(e.compressions, "MJPG"),
	}
}

// streamKeys is what the settings of a stream's pictures begin with.
func streamKeys(channel, sub int) string {
	return fmt.Sprintf("Encode[%d].%s[0].Video.", channel, [...]string{"MainFormat", "ExtraFormat"}[sub])
}

func (t *Twin) onvifStream(channel, sub int) onvif.Stream {
	s, prefix := &t.body.Flash.Settings, streamKeys(channel, sub)
	return onvif.Stream{
		Width: s.Int(prefix + "Width"), Height: s.Int(prefix + "Height"), FPS: s.Int(prefix + "FPS"), Kbps: s.Int(prefix + "BitRate"),
		GOP: s.Int(prefix + "GOP"), Quality: s.Int(prefix + "Quality"), JPEG: s.Get(prefix+"Compression") == "MJPG",
		Sound: t.sound(channel, sub) != rtsp.NoSound,
	}
}

// pictureKeys is what the colors of a channel begin with, those of the hours that
// have none of their own.
func pictureKeys(channel int) string { return fmt.Sprintf("VideoColor[%d][0].", channel) }

func (t *Twin) onvifPicture(channel int) onvif.Picture {
	s, prefix := &t.body.Flash.Settings, pictureKeys(channel)
	return onvif.Picture{
		Brightness: s.Int(prefix + "Brightness"), Contrast: s.Int(prefix + "Contrast"),
		Saturation: s.Int(prefix + "Saturation"), Sharpness: s.Int(prefix + "Sharpness"),
	}
}

// SetPicture implements [onvif.Recorder].
func (p *onvifPort) SetPicture(channel int, v onvif.Picture) error {
	return p.set(keyed(pictureKeys(channel), "Brightness", strconv.Itoa(v.Brightness), "Contrast", strconv.Itoa(v.Contrast),
		"Saturation", strconv.Itoa(v.Saturation), "Sharpness", strconv.Itoa(v.Sharpness)))
}

// SetStream implements [onvif.Recorder].
func (p *onvifPort) SetStream(channel, sub int, s onvif.Stream) error {
	prefix := streamKeys(channel, sub)
	pairs := keyed(prefix, "Width", strconv.Itoa(s.Width), "Height", strconv.Itoa(s.Height), "FPS", strconv.Itoa(s.FPS),
		"BitRate", strconv.Itoa(s.Kbps), "GOP", strconv.Itoa(s.GOP), "Quality", strconv.Itoa(s.Quality))
	if was := p.t.onvifStream(channel, sub); was.JPEG != s.JPEG {
		pairs = append(pairs, keyed(prefix, "Compression", map[bool]string{true: "MJPG", false: "H.264"}[s.JPEG])...)
	}
	return p.set(pairs)
}

// SetRelay implements [onvif.Recorder]: mode 1 closes an output, 0 leaves it to the
// events.
func (p *onvifPort) SetRelay(output int, closed bool) error {
	return p.set(keyed(fmt.Sprintf("AlarmOut[%d].", output), "Mode", map[bool]string{true: "1", false: "0"}[closed]))
}
