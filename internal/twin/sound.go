package twin

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/rtsp"
)

// audioInputs is how many sockets for microphones recorders of the family have, for
// the first channels; one for talking and one for the loudspeaker come with them.
// Nothing is plugged into a twin's: they are silent.
const audioInputs = 4

// hears tells whether a channel has a socket for a microphone.
func (t *Twin) hears(channel int) bool { return channel < min(audioInputs, t.body.Model.Channels) }

// audioKeys is what the settings of a stream's sound begin with.
func audioKeys(channel, sub int) string {
	return fmt.Sprintf("Encode[%d].%s[0].Audio", channel, [...]string{"MainFormat", "ExtraFormat"}[sub])
}

// sound is how a stream's sound is coded: not at all unless it is switched on, and
// not in the codings that the twin does not have.
func (t *Twin) sound(channel, sub int) rtsp.Sound {
	s, prefix := &t.body.Flash.Settings, audioKeys(channel, sub)
	if !t.hears(channel) || !s.Bool(prefix+"Enable") {
		return rtsp.NoSound
	}
	return map[string]rtsp.Sound{"G.711A": rtsp.ALaw, "G.711Mu": rtsp.MuLaw}[s.Get(prefix+".Compression")]
}

const (
	audioPart = 100 * time.Millisecond
	audioSize = 800 // bytes of a part: 8000 samples a second
)

// cgiGetAudio answers what an input hears, without end. Channels count from 1; for 0
// recorders ask for another nonce.
func (t *Twin) cgiGetAudio(c call) reply {
	n, err := strconv.Atoi(c.arg("channel"))
	kind := c.arg("httptype")
	switch {
	case err == nil && n == 0:
		return t.challenge(c.now, true, wire.CGIAuthority)
	case err != nil, n < 0, !t.hears(n - 1), kind != "singlepart" && kind != "multipart":
		return badRequest()
	case !t.may(c.user, monitor(n-1)):
		return refuse(403, wire.CGINoRight)
	}
	part := bytes.Repeat([]byte{rtsp.ALaw.Silence()}, audioSize)
	coded := "Audio/G.711A"
	r := reply{status: 200, kind: coded}
	if kind == "multipart" {
		r.kind = kindParts
		part = fmt.Appendf(nil, "--%s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s\r\n", wire.DefaultBoundary, coded, audioSize, part)
	}
	r.stream = func(w *streamWriter) {
		tick := time.NewTicker(audioPart)
		defer tick.Stop()
		for {
			if _, err := w.Write(part); err != nil {
				return
			}
			select {
			case <-tick.C:
			case <-w.Done():
				return
			}
		}
	}
	return r
}
