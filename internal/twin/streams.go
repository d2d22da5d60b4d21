package twin

import (
	"sync"

	"github.com/rekey-dvr/rekey/internal/twin/live"
	"github.com/rekey-dvr/rekey/internal/twin/rtsp"
)

// streams is what runs while somebody looks.
type streams struct {
	once   sync.Once
	server *rtsp.Server
	hub    live.Hub[streamKey]
}

type codec uint8

const (
	codecH264 codec = iota
	codecJPEG
)

// streamKey names a live stream: who asks for the same one shares it.
type streamKey struct {
	channel, subtype int // the channel from 0
	codec            codec
}

func (s *streams) rtsp(t *Twin) *rtsp.Server {
	s.once.Do(func() { s.server = rtsp.NewServer(rtspView{t}) })
	return s.server
}

// rtspView is the recorder as RTSP sees it.
type rtspView struct{ t *Twin }
