package rtsp

import (
	"bytes"
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/bluenviron/gortsplib/v5/pkg/description"
	"github.com/bluenviron/gortsplib/v5/pkg/format"
	"github.com/pion/rtp"
)

// Sound is how what an input hears is coded.
type Sound int

// The codings that recorders of the family send. Without sound a stream has no
// second track.
const (
	NoSound Sound = iota
	ALaw          // G.711A
	MuLaw         // G.711Mu
)

const (
	soundRate   = 8000                  // samples a second, a byte each
	soundPacket = 40 * time.Millisecond // of one packet
	soundBytes  = int(soundRate * soundPacket / time.Second)
)

// Silence is a sample of nothing to hear: the inputs have no microphone.
func (s Sound) Silence() byte {
	if s == MuLaw {
		return 0xff
	}
	return 0xd5
}

// payload is the type of RFC 3551.
func (s Sound) payload() uint8 {
	if s == MuLaw {
		return 0
	}
	return 8
}

func (s Sound) name() string {
	if s == MuLaw {
		return "PCMU"
	}
	return "PCMA"
}

// track is the second track of a session's stream.
type track struct {
	sound Sound
	media *description.Media
	seq   uint16
	stamp uint32
}

func newTrack(s Sound) *track {
	return &track{
		sound: s, seq: uint16(rand.Uint32()), stamp: rand.Uint32(),
		media: &description.Media{Type: description.MediaTypeAudio, Formats: []format.Format{
			&format.G711{PayloadTyp: s.payload(), MULaw: s == MuLaw, SampleRate: soundRate, ChannelCount: 1},
		}},
	}
}

// next is one packet, and moves on.
func (k *track) next() *rtp.Packet {
	p := &rtp.Packet{
		Header:  rtp.Header{Version: 2, PayloadType: k.sound.payload(), SequenceNumber: k.seq, Timestamp: k.stamp},
		Payload: bytes.Repeat([]byte{k.sound.Silence()}, soundBytes),
	}
	k.seq++
	k.stamp += uint32(soundBytes)
	return p
}

// hum sends a track until ctx ends or a packet cannot be sent. What was missed, for
// example because the computer slept, is left out.
func (p *player) hum(ctx context.Context) {
	tick := time.NewTicker(soundPacket)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			if p.stream.WritePacketRTPWithNTP(p.track.media, p.track.next(), now) != nil {
				return
			}
		}
	}
}

// beside runs the track beside the pictures; what it gives ends it and waits.
func (p *player) beside(ctx context.Context) (end func()) {
	if p.track == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() { p.hum(ctx) })
	return func() {
		cancel()
		done.Wait()
	}
}
