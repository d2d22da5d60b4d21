package rtsp

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/bluenviron/gortsplib/v5"
	"github.com/bluenviron/gortsplib/v5/pkg/base"
	"github.com/bluenviron/gortsplib/v5/pkg/description"
	"github.com/bluenviron/gortsplib/v5/pkg/format"
	"github.com/bluenviron/gortsplib/v5/pkg/format/rtph264"
	"github.com/bluenviron/gortsplib/v5/pkg/format/rtpmjpeg"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// player sends one stream to one session. Each session has a stream of its own in
// the library, so that it begins with a key picture and knows its first packet;
// that several sessions see one encoding is the recorder's doing.
type player struct {
	target Target
	stream *gortsplib.ServerStream
	media  *description.Media
	track  *track // of sound; nil without
	pack   func(Picture) ([]*rtp.Packet, error)

	mu     sync.Mutex
	cancel context.CancelFunc // of what plays now; nil while it stands
	done   chan struct{}
	begin  time.Duration // where in the recording the next start begins
	at     time.Duration // how far it has come since
	seq    uint16        // of the next packet
	stamp  uint32        // of the next start's first picture
	closed bool
}

// newPlayer makes the stream of a session.
func (h *handler) newPlayer(t Target, f Format) (*player, error) {
	p := &player{target: t, seq: uint16(rand.Uint32()), stamp: rand.Uint32()}
	coded, err := p.packer(f)
	if err != nil {
		return nil, err
	}
	p.media = &description.Media{Type: description.MediaTypeVideo, Formats: []format.Format{coded}}
	medias := []*description.Media{p.media}
	if f.Sound != NoSound {
		p.track = newTrack(f.Sound)
		medias = append(medias, p.track.media)
	}
	p.stream = &gortsplib.ServerStream{Server: h.lib, Desc: &description.Session{Medias: medias}}
	if err := p.stream.Initialize(); err != nil {
		return nil, err
	}
	return p, nil
}

// packer sets how pictures are cut into packets.
func (p *player) packer(f Format) (format.Format, error) {
	if f.JPEG {
		jpeg := &rtpmjpeg.Encoder{InitialSequenceNumber: &p.seq}
		p.pack = func(pic Picture) ([]*rtp.Packet, error) { return jpeg.Encode(pic.JPEG) }
		return &format.MJPEG{}, jpeg.Init()
	}
	h264 := &rtph264.Encoder{PayloadType: payloadType, PacketizationMode: 1, InitialSequenceNumber: &p.seq}
	p.pack = func(pic Picture) ([]*rtp.Packet, error) { return h264.Encode(pic.NALUs) }
	return &format.H264{PayloadTyp: payloadType, SPS: f.SPS, PPS: f.PPS, PacketizationMode: 1}, h264.Init()
}

// cue gives where the next start begins: at a place in a recording if the client
// names one, else where it stands.
func (p *player) cue(r base.HeaderValue) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if begin := npt(r); begin > 0 && !p.target.Live() && p.cancel == nil {
		p.begin = begin
	}
	return p.begin
}

// start lets it play and gives with which packet each track begins, as RTP-Info has
// it. It plays only once at a time.
func (p *player) start(rec Recorder) (info string, started bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cancel != nil || p.closed {
		return "", false
	}
	info = fmt.Sprintf("url=trackID=0;seq=%d;rtptime=%d", p.seq, p.stamp)
	if p.track != nil {
		info += fmt.Sprintf(",url=trackID=1;seq=%d;rtptime=%d", p.track.seq, p.track.stamp)
	}
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel, p.done, p.at = cancel, make(chan struct{}), 0
	go p.run(ctx, rec, p.begin, p.stamp, p.done)
	return info, true
}

// run plays until it is stopped or the recording is over; a recording ends with a
// goodbye, from which clients know that nothing is missing.
func (p *player) run(ctx context.Context, rec Recorder, begin time.Duration, stamp uint32, done chan struct{}) {
	defer close(done)
	defer p.beside(ctx)()
	err := rec.Play(ctx, p.target, begin, func(pic Picture) error { return p.send(pic, stamp) })
	if err == nil && ctx.Err() == nil {
		ssrc := p.stream.Stats().Medias[p.media].Formats[p.media.Formats[0]].LocalSSRC
		// A goodbye by itself is shorter than what ffmpeg reads, and not what RFC 3550
		// has: a packet begins with a report and names its source.
		_ = p.stream.WritePacketRTCP(p.media, &rtcp.CompoundPacket{
			&rtcp.ReceiverReport{SSRC: ssrc},
			rtcp.NewCNAMESourceDescription(ssrc, "recorder"),
			&rtcp.Goodbye{Sources: []uint32{ssrc}},
		})
	}
}

// send gives one picture to the session.
func (p *player) send(pic Picture, stamp uint32) error {
	packets, err := p.pack(pic)
	if err != nil {
		return err
	}
	ticks := inTicks(pic.At)
	p.mu.Lock()
	p.at = pic.At
	p.seq += uint16(len(packets))
	p.mu.Unlock()
	now := time.Now()
	for _, k := range packets {
		k.Timestamp = stamp + ticks
		if err := p.stream.WritePacketRTPWithNTP(p.media, k, now); err != nil {
			return err
		}
	}
	return nil
}

// inTicks gives a time in units of the RTP clock, the nearest.
func inTicks(d time.Duration) uint32 {
	return uint32((uint64(d)*clockRate + uint64(time.Second)/2) / uint64(time.Second))
}

// stop lets it stand where it is.
func (p *player) stop() {
	p.mu.Lock()
	cancel, done := p.cancel, p.done
	p.mu.Unlock()
	if cancel == nil {
		return
	}
	cancel()
	<-done
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cancel = nil
	step := p.at + 100*time.Millisecond
	p.stamp += inTicks(step)
	if !p.target.Live() {
		p.begin += p.at
	}
}

// close ends it for good.
func (p *player) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.stop()
	p.stream.Close()
}
