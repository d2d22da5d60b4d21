package twin

import (
	"strconv"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/dhav"
	"github.com/rekey-dvr/rekey/internal/twin/h264"
	"github.com/rekey-dvr/rekey/internal/twin/live"
)

// cgiRealMonitor answers a live stream in the container of recorded files.
func (t *Twin) cgiRealMonitor(c call) reply {
	channel, ok := t.input(c.arg("channel"))
	subtype, err := strconv.Atoi("0" + c.arg("subtype"))
	if !ok || err != nil || subtype > 1 {
		return badRequest()
	}
	if !t.may(c.user, monitor(channel)) {
		return refuse(403, wire.CGINoRight)
	}
	shape := t.shape(channel, subtype)
	if !shape.enabled {
		return badRequest()
	}
	key := streamKey{channel, subtype, codecH264}
	return reply{status: 200, kind: kindStream, stream: func(w *streamWriter) {
		out, number := dhav.NewWriter(w), uint32(0)
		t.show(w, key, shape.FPS, t.openH264(channel, shape), func(p live.Picture) error {
			d := dhav.Frame{
				Kind: dhav.KindP, Channel: byte(channel), Number: number, At: p.At, Data: h264.AnnexB(nil, p.NALUs...),
			}
			if p.Key {
				d.Kind, d.Codec, d.FPS = dhav.KindI, dhav.CodecH264, byte(shape.FPS)
				d.Width, d.Height = uint16(shape.Width), uint16(shape.Height)
			}
			number++
			return out.Write(&d)
		})
	}}
}
