package conformance

import (
	"errors"
	"fmt"
	"testing"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/bluenviron/gortsplib/v4/pkg/format/rtph264"
	"github.com/pion/rtp"
)

// rtspPictures is how many pictures a client of RTSP has to see.
const rtspPictures = 5

// rtspClient plays streams with gortsplib, which signs and reads by itself.
func rtspClient(t *testing.T, r recorder) {
	if r.Services["rtsp"] == "" {
		return
	}
	for _, c := range []struct {
		name      string
		transport gortsplib.Transport
		sub       int
	}{
		{"main stream, TCP", gortsplib.TransportTCP, 0}, {"sub stream, TCP", gortsplib.TransportTCP, 1}, {"sub stream, UDP", gortsplib.TransportUDP, 1},
	} {
		saw(t, "gortsplib v4.12.3", c.name, r.Generation, playRTSP(r, c.transport, c.sub))
	}
}

// playRTSP plays a stream until it has seen enough pictures, the first of them one
// that a decoder can begin with.
func playRTSP(r recorder, transport gortsplib.Transport, sub int) error {
	u, err := base.ParseURL(fmt.Sprintf("rtsp://admin:%s@%s/cam/realmonitor?channel=1&subtype=%d", r.Password, r.Services["rtsp"], sub))
	if err != nil {
		return err
	}
	c := &gortsplib.Client{Transport: &transport, ReadTimeout: soon}
	if err := c.Start(u.Scheme, u.Host); err != nil {
		return err
	}
	defer c.Close()
	desc, _, err := c.Describe(u)
	if err != nil {
		return err
	}
	var coded *format.H264
	media := desc.FindFormat(&coded)
	if media == nil {
		return errors.New("no H.264 in the description")
	}
	if len(coded.SPS) == 0 || len(coded.PPS) == 0 {
		return errors.New("no parameter sets in the description")
	}
	decoder, err := coded.CreateDecoder()
	if err != nil {
		return err
	}
	if _, err := c.Setup(desc.BaseURL, media, 0, 0); err != nil {
		return err
	}
	pictures, ended := make(chan bool, 100), make(chan error, 1)
	c.OnPacketRTP(media, coded, func(p *rtp.Packet) {
		units, err := decoder.Decode(p)
		if errors.Is(err, rtph264.ErrMorePacketsNeeded) || errors.Is(err, rtph264.ErrNonStartingPacketAndNoPrevious) {
			return
		}
		key := false
		for _, unit := range units {
			key = key || len(unit) > 0 && unit[0]&0x1f == 5
		}
		select {
		case pictures <- key:
		default:
		}
	})
	if _, err := c.Play(nil); err != nil {
		return err
	}
	go func() { ended <- c.Wait() }()
	for i := range rtspPictures {
		select {
		case key := <-pictures:
			if i == 0 && !key && transport == gortsplib.TransportTCP {
				return errors.New("the first picture cannot be decoded by itself")
			}
		case err := <-ended:
			return fmt.Errorf("after %d pictures: %w", i, err)
		}
	}
	return nil
}
