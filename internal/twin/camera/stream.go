package camera

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"net"
	"net/netip"
	"net/url"
	"sync"
	"syscall"
	"time"

	"github.com/bluenviron/gortsplib/v5"
	"github.com/bluenviron/gortsplib/v5/pkg/base"
	"github.com/bluenviron/gortsplib/v5/pkg/format"
	"github.com/bluenviron/gortsplib/v5/pkg/liberrors"
	"github.com/pion/rtp"
)

// What a [Stream] refuses.
var (
	ErrNotLocal = errors.New("a camera is read from local addresses only")
	ErrNoMJPEG  = errors.New("there is no Motion JPEG in what the camera offers")
	ErrMoved    = errors.New("the camera sends on to another address")
	ErrAddress  = errors.New("it is not an address of the form rtsp://host/path")
	ErrLogin    = errors.New("the camera refused user and password, and is not asked again")
)

// Bounds of a [Stream], in real time.
const (
	streamSilence  = 5 * time.Second // without a picture: the signal is lost
	streamFirstTry = time.Second     // between tries, doubled up to
	streamLastTry  = 30 * time.Second
	streamTimeout  = 10 * time.Second
)

// Stream is a source that shows what a camera on the local network sends over RTSP
// (TCP, interleaved) as Motion JPEG. H.264 is not taken: there is no decoder here.
//
// It is no function of the clock: it shows the newest picture whatever moment is
// asked for, also to playback, and has no signal while none came for five seconds of
// real time, or once the camera hung up. Somebody has to [Stream.Run] it, or a [Feed].
// A camera that refused user and password is left alone from then on: recorders lock.
// Its methods may be called from several goroutines at once.
type Stream struct {
	url  *base.URL         // with user and password: never printed
	told func(signal bool) // of each change, from one goroutine of Run; may be nil
	news chan bool         // a picture came, or the camera is gone

	mu     sync.Mutex
	newest image.Image
	came   time.Time
	scaled map[Size]*image.YCbCr // of newest, at most maxReady
	err    error
}

// NewStream makes a source of an address rtsp://[user:password@]host[:port]/path. The
// host is a local address or localhost, other names are not looked up. It gives
// [ErrAddress] and [ErrNotLocal].
func NewStream(address string) (*Stream, error) {
	u, err := base.ParseURL(address)
	if err != nil || u.Scheme != "rtsp" || u.Host == "" {
		return nil, ErrAddress // without what was parsed: it may hold a password
	}
	host := (*url.URL)(u).Hostname()
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !local(ip)) {
		return nil, ErrNotLocal
	}
	return &Stream{url: u, news: make(chan bool), scaled: map[Size]*image.YCbCr{}}, nil
}

// Run reads the camera until the context ends, and again after each failure, at most
// once a second and at least every half minute. It returns when nothing of it runs
// any more.
func (s *Stream) Run(ctx context.Context) {
	var watching sync.WaitGroup
	watching.Go(func() { s.watch(ctx) })
	defer watching.Wait()
	wait := streamFirstTry
	for ctx.Err() == nil && !errors.Is(s.Err(), ErrLogin) {
		began := time.Now()
		err := s.read(ctx)
		if ctx.Err() != nil {
			err = nil // it was let go
		}
		s.drop(err)
		s.tell(ctx, false)
		if time.Since(began) > streamLastTry {
			wait = streamFirstTry // it worked for a while
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, streamLastTry)
	}
	s.tell(ctx, false)
	<-ctx.Done()
}

// watch says when the signal comes and when it goes.
func (s *Stream) watch(ctx context.Context) {
	silence := time.NewTimer(streamSilence)
	defer silence.Stop()
	known, last := false, false
	for {
		signal := false
		select {
		case <-ctx.Done():
			return
		case signal = <-s.news:
		case <-silence.C:
		}
		if signal {
			silence.Reset(streamSilence)
		}
		if s.told != nil && (!known || signal != last) {
			s.told(signal)
		}
		known, last = true, signal
	}
}

func (s *Stream) tell(ctx context.Context, signal bool) {
	select {
	case s.news <- signal:
	case <-ctx.Done():
	}
}

// drop forgets the newest picture.
func (s *Stream) drop(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.newest, s.err = nil, why
}

// Err tells why the last try ended, nil before the first has.
func (s *Stream) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Paint shows the newest picture.
func (s *Stream) Paint(dst *image.YCbCr, _ time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.newest == nil || time.Since(s.came) > streamSilence {
		return false
	}
	size := sizeOf(dst)
	p := s.scaled[size]
	if p == nil {
		if len(s.scaled) >= maxReady {
			clear(s.scaled)
		}
		p = NewPicture(size)
		letterbox(p, s.newest)
		s.scaled[size] = p
	}
	copy(dst.Y, p.Y)
	copy(dst.Cb, p.Cb)
	copy(dst.Cr, p.Cr)
	return true
}

// read plays the camera until it fails or the context ends.
func (s *Stream) read(ctx context.Context) error {
	tcp := gortsplib.ProtocolTCP
	c := &gortsplib.Client{
		Scheme: s.url.Scheme, Host: s.url.Host, Protocol: &tcp,
		ReadTimeout: streamTimeout, WriteTimeout: streamTimeout, UserAgent: "DVR",
		DialContext:   oneHost(),
		OnPacketsLost: func(uint64) {}, // or else they are logged; a picture that lacks one does not decode
		OnDecodeError: func(error) {},
	}
	if err := c.Start(); err != nil {
		return fmt.Errorf("opening the camera: %w", err)
	}
	defer c.Close()
	defer context.AfterFunc(ctx, c.Close)()
	desc, _, err := c.Describe(s.url)
	if err != nil {
		return fmt.Errorf("asking what the camera has: %w", refusal(err))
	}
	var mjpeg *format.MJPEG
	media := desc.FindFormat(&mjpeg)
	if media == nil {
		return ErrNoMJPEG
	}
	decoder, err := mjpeg.CreateDecoder()
	if err != nil {
		return fmt.Errorf("its format: %w", err)
	}
	if _, err := c.Setup(desc.BaseURL, media, 0, 0); err != nil {
		return fmt.Errorf("setting the camera up: %w", refusal(err))
	}
	c.OnPacketRTP(media, mjpeg, func(packet *rtp.Packet) {
		if data, err := decoder.Decode(packet); err == nil && s.take(data) {
			s.tell(ctx, true)
		}
	})
	if _, err := c.Play(nil); err != nil {
		return fmt.Errorf("playing: %w", refusal(err))
	}
	return c.Wait()
}

// refusal tells a login that was refused from other errors.
func refusal(err error) error {
	var bad liberrors.ErrClientBadStatusCode
	if errors.As(err, &bad) && bad.Code == base.StatusUnauthorized {
		return ErrLogin
	}
	return err
}

// take keeps a picture. One that is damaged is passed over.
func (s *Stream) take(data []byte) bool {
	if checkHead(data) != nil {
		return false
	}
	im, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.newest, s.came, s.err = im, time.Now(), nil
	clear(s.scaled)
	return true
}

// oneHost dials local addresses, and only the one that it is asked for first: a
// redirect would carry the password along, and a ring of them would never end.
func oneHost() func(context.Context, string, string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: streamTimeout, Control: localOnly}
	dialed := false
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if dialed {
			return nil, ErrMoved
		}
		dialed = true
		return dialer.DialContext(ctx, network, address)
	}
}

// localOnly lets a connection be made to this machine or its network: it sees the
// address that a name came to.
func localOnly(_, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if !local(a.Addr()) {
		return fmt.Errorf("%v: %w", a.Addr(), ErrNotLocal)
	}
	return nil
}

func local(ip netip.Addr) bool {
	ip = ip.Unmap()
	return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
}
