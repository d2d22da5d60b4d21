package rtsp

import (
	"context"
	"errors"
	"time"
)

// Recorder is what a server needs of the recorder behind it. Its methods are
// called from several goroutines at once.
type Recorder interface {
	// Judge decides about the sender of one request. pass is what the last call on
	// the same connection gave, nil at first.
	Judge(c Claim, pass any) Verdict

	// Format says how a stream is encoded, without starting it; [ErrNoStream]
	// where there is nothing to see, [ErrNoRight] where the holder of the pass may
	// not.
	Format(t Target, pass any) (Format, error)

	// Play gives the pictures of a stream to show, each when it is due, the first
	// one a key picture. from is how far into a recording it begins. It returns
	// when ctx ends, when show fails, or with nil at the end of a recording.
	Play(ctx context.Context, t Target, from time.Duration, show func(Picture) error) error
}

// Claim is who a request says it comes from.
type Claim struct {
	Address       string // of the client, without its port
	Method        string
	Authorization string // as sent; empty without one
}

// Verdict is what a recorder makes of a request.
type Verdict struct {
	Granted   bool
	Challenge string // the value of WWW-Authenticate, if not granted
	Pass      any    // kept for the next request of the connection
}

// Format is how a stream is encoded: H.264 with its parameter sets, or Motion JPEG.
type Format struct {
	JPEG     bool
	SPS, PPS []byte // of H.264, without start codes
	Sound    Sound  // of a live stream
	FPS      int
	Length   time.Duration // of a recording; 0 is live
}

// Picture is one encoded picture.
type Picture struct {
	At    time.Duration // since the stream began to play
	NALUs [][]byte      // of H.264, without start codes
	JPEG  []byte        // of Motion JPEG, a whole file
}

// What a recorder refuses.
var (
	ErrNoStream = errors.New("the recorder has no such stream")
	ErrNoRight  = errors.New("the account may not see this")
)
