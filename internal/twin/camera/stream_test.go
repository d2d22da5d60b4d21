package camera

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/bluenviron/gortsplib/v5"
	"github.com/bluenviron/gortsplib/v5/pkg/base"
	"github.com/bluenviron/gortsplib/v5/pkg/description"
	"github.com/bluenviron/gortsplib/v5/pkg/format"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// neighbor is another maker's camera.
type neighbor struct {
	stream  *gortsplib.ServerStream
	playing chan *gortsplib.ServerConn
}

func (n *neighbor) OnDescribe(*gortsplib.ServerHandlerOnDescribeCtx) (*base.Response, *gortsplib.ServerStream, error) {
	return &base.Response{StatusCode: base.StatusOK}, n.stream, nil
}

func (n *neighbor) OnSetup(*gortsplib.ServerHandlerOnSetupCtx) (*base.Response, *gortsplib.ServerStream, error) {
	return &base.Response{StatusCode: base.StatusOK}, n.stream, nil
}

func (n *neighbor) OnPlay(ctx *gortsplib.ServerHandlerOnPlayCtx) (*base.Response, error) {
	select {
	case n.playing <- ctx.Conn:
	default:
	}
	return &base.Response{StatusCode: base.StatusOK}, nil
}

// serve starts a camera that offers a format and gives its address.
func serve(t *testing.T, offers format.Format) (*neighbor, *description.Media, string) {
	t.Helper()
	n := &neighbor{playing: make(chan *gortsplib.ServerConn, 1)}
	var listener net.Listener
	server := &gortsplib.Server{
		Handler: n, RTSPAddress: "127.0.0.1:0",
		Listen: func(network, address string) (net.Listener, error) {
			var err error
			listener, err = net.Listen(network, address)
			return listener, err
		},
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	media := &description.Media{Type: description.MediaTypeVideo, Formats: []format.Format{offers}}
	n.stream = &gortsplib.ServerStream{Server: server, Desc: &description.Session{Medias: []*description.Media{media}}}
	if err := n.stream.Initialize(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		n.stream.Close()
		server.Close()
	})
	return n, media, fmt.Sprintf("rtsp://%s/live", listener.Addr())
}

// run lets a stream read its camera until the test ends.
func run(t *testing.T, address string) *Stream {
	t.Helper()
	s, err := NewStream(address)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return s
}

// until asks again and again, for a minute at most.
func until(t *testing.T, what string, yes func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		if yes() {
			return
		}
		<-tick.C
	}
	t.Fatal(what)
}

func TestAStreamShowsWhatACameraSends(t *testing.T) {
	mjpeg := &format.MJPEG{}
	n, media, address := serve(t, mjpeg)
	s := run(t, address)
	p := NewPicture(SizeD1)
	if s.Paint(p, noon) {
		t.Error("there is a signal before there is a picture")
	}
	<-n.playing
	encoder, err := mjpeg.CreateEncoder()
	if err != nil {
		t.Fatal(err)
	}
	packets, err := encoder.Encode(still(t, 352, 240, 150, true))
	if err != nil {
		t.Fatal(err)
	}
	until(t, "no picture came", func() bool {
		for _, packet := range packets {
			if err := n.stream.WritePacketRTP(media, packet); err != nil {
				t.Fatal(err)
			}
		}
		return s.Paint(p, noon)
	})
	if got := p.YCbCrAt(352, 240).Y; got < 148 || got > 152 {
		t.Errorf("it shows %d", got)
	}
	s.mu.Lock()
	s.came = s.came.Add(-streamSilence - time.Second)
	s.mu.Unlock()
	if s.Paint(p, noon) {
		t.Error("an old picture is taken for a signal")
	}
}

func TestAStreamSaysWhyThereIsNone(t *testing.T) {
	_, _, address := serve(t, &format.H264{PayloadTyp: 96, PacketizationMode: 1})
	other := run(t, address)
	until(t, "H.264 is taken", func() bool { return errors.Is(other.Err(), ErrNoMJPEG) })

	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	nobody := run(t, "rtsp://"+closed.Addr().String()+"/")
	until(t, "nobody answers, and no error tells", func() bool { return nobody.Err() != nil })
	if errors.Is(nobody.Err(), ErrNoMJPEG) {
		t.Error(nobody.Err())
	}
}

func TestAStreamIsLocalAndDialsOnce(t *testing.T) {
	for address, local := range map[string]bool{
		"127.0.0.1:554": true, "[::1]:554": true, "192.168.1.9:554": true, "10.2.3.4:1": true, "169.254.3.3:554": true,
		"[fe80::1%eth0]:554": true, "[fd00::1]:554": true, "[::ffff:192.168.1.9]:554": true,
		"8.8.8.8:554": false, "172.32.0.1:554": false, "[2001:db8::1]:554": false, "0.0.0.0:554": false, "[::ffff:8.8.8.8]:554": false,
	} {
		if err := localOnly("tcp", address, nil); (err == nil) != local {
			t.Errorf("%s: %v", address, err)
		}
	}
	dial := oneHost()
	if _, err := dial(t.Context(), "tcp", "127.0.0.1:0"); err == nil || errors.Is(err, ErrMoved) {
		t.Errorf("port 0: %v", err)
	}
	if _, err := dial(t.Context(), "tcp", "127.0.0.1:0"); !errors.Is(err, ErrMoved) {
		t.Errorf("a second time: %v", err)
	}
	for _, address := range []string{"", "http://127.0.0.1/", "rtsp://", "rtsps://127.0.0.1/"} {
		if _, err := NewStream(address); !errors.Is(err, ErrAddress) {
			t.Errorf("%q: %v", address, err)
		}
	}
}
