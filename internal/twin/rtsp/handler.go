package rtsp

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/bluenviron/gortsplib/v5"
	"github.com/bluenviron/gortsplib/v5/pkg/base"
	"github.com/bluenviron/gortsplib/v5/pkg/headers"
)

// handler answers requests. A connection's requests come one after the other, and
// its visit belongs to the one that is being answered.
type handler struct {
	rec Recorder
	lib *gortsplib.Server
}

// visit is what is kept of a connection.
type visit struct {
	pass      any // of the last verdict
	request   *base.Request
	refused   bool // the present request, with the challenge
	challenge string
	described *base.URL // the stream of the last description
}

func visitOf(sc *gortsplib.ServerConn) *visit { return sc.UserData().(*visit) }

// OnConnOpen begins a visit.
func (h *handler) OnConnOpen(ctx *gortsplib.ServerHandlerOnConnOpenCtx) {
	ctx.Conn.SetUserData(&visit{})
}

// OnConnClose ends the session of a connection that went away without a word. The
// library would let it send over UDP for a minute; recorders stop at once.
func (h *handler) OnConnClose(ctx *gortsplib.ServerHandlerOnConnCloseCtx) {
	if ss := ctx.Conn.Session(); ss != nil {
		ss.Close()
	}
}

// OnRequest judges who asks.
func (h *handler) OnRequest(sc *gortsplib.ServerConn, req *base.Request) {
	v := visitOf(sc)
	v.request = req
	if req.Method == base.Setup {
		req.URL = wholeTrack(req.URL, v.described)
	}
	c := Claim{Method: string(req.Method), Authorization: strings.Join(req.Header["Authorization"], ", ")}
	c.Address, _, _ = net.SplitHostPort(sc.NetConn().RemoteAddr().String())
	verdict := h.rec.Judge(c, v.pass)
	v.pass, v.refused, v.challenge = verdict.Pass, !verdict.Granted, verdict.Challenge
}

// refused is the answer to a request that was not granted.
func refused(v *visit) *base.Response {
	return &base.Response{
		StatusCode: base.StatusUnauthorized,
		Header:     base.Header{"WWW-Authenticate": base.HeaderValue{v.challenge}},
	}
}

// denied is the answer to a request for what there is not, or not for this account.
func denied(err error) *base.Response {
	if errors.Is(err, ErrNoRight) {
		return answer(base.StatusForbidden)
	}
	return answer(base.StatusNotFound)
}

func answer(code base.StatusCode) *base.Response {
	return &base.Response{StatusCode: code, Header: base.Header{}}
}

// OnDescribe gives the SDP.
func (h *handler) OnDescribe(ctx *gortsplib.ServerHandlerOnDescribeCtx) (*base.Response, *gortsplib.ServerStream, error) {
	v := visitOf(ctx.Conn)
	if v.refused {
		return refused(v), nil, nil
	}
	t, err := ParseTarget(ctx.Path, ctx.Query)
	if err != nil {
		return denied(err), nil, nil
	}
	f, err := h.rec.Format(t, v.pass)
	if err != nil {
		return denied(err), nil, nil
	}
	v.described = ctx.Request.URL
	res := answer(base.StatusOK)
	res.Header["x-Accept-Dynamic-Rate"] = base.HeaderValue{"1"}
	res.Header["Cache-Control"] = base.HeaderValue{"must-revalidate"}
	res.Body = sdp(f)
	return res, nil, nil
}

// OnSetup gives a session its stream.
func (h *handler) OnSetup(ctx *gortsplib.ServerHandlerOnSetupCtx) (*base.Response, *gortsplib.ServerStream, error) {
	v := visitOf(ctx.Conn)
	if v.refused {
		return refused(v), nil, nil
	}
	t, err := ParseTarget(ctx.Path, ctx.Query)
	if err != nil {
		return denied(err), nil, nil
	}
	old, _ := ctx.Session.UserData().(*player)
	if old != nil && old.target == t {
		return answer(base.StatusOK), old.stream, nil
	}
	if old != nil && ctx.Session.State() != gortsplib.ServerSessionStateInitial {
		return answer(base.StatusAggregateOperationNotAllowed), nil, nil
	}
	f, err := h.rec.Format(t, v.pass)
	if err != nil {
		return denied(err), nil, nil
	}
	p, err := h.newPlayer(t, f)
	if err != nil {
		return answer(base.StatusInternalServerError), nil, err
	}
	if old != nil {
		old.close()
	}
	ctx.Session.SetUserData(p)
	res := answer(base.StatusOK)
	res.Header["x-Dynamic-Rate"] = base.HeaderValue{"1"}
	return res, p.stream, nil
}

// OnPlay takes note of where to begin. The player starts in OnResponse: before
// that the session is not yet among the stream's readers and would miss the key
// picture.
func (h *handler) OnPlay(ctx *gortsplib.ServerHandlerOnPlayCtx) (*base.Response, error) {
	v := visitOf(ctx.Conn)
	if v.refused {
		return refused(v), nil
	}
	p := ctx.Session.UserData().(*player)
	begin := p.cue(ctx.Request.Header["Range"])
	res := answer(base.StatusOK)
	res.Header["Range"] = base.HeaderValue{fmt.Sprintf("npt=%.6f-", begin.Seconds())}
	return res, nil
}

// OnPause stops the pictures; the place in a recording is kept.
func (h *handler) OnPause(ctx *gortsplib.ServerHandlerOnPauseCtx) (*base.Response, error) {
	v := visitOf(ctx.Conn)
	if v.refused {
		return refused(v), nil
	}
	ctx.Session.UserData().(*player).stop()
	return answer(base.StatusOK), nil
}

// OnGetParameter is how clients keep a session alive.
func (h *handler) OnGetParameter(ctx *gortsplib.ServerHandlerOnGetParameterCtx) (*base.Response, error) {
	if v := visitOf(ctx.Conn); v.refused {
		return refused(v), nil
	}
	res := answer(base.StatusOK)
	res.Header["Content-Type"] = base.HeaderValue{"text/parameters"}
	return res, nil
}

// OnSetParameter takes anything and does nothing, as with the family's own
// parameters.
func (h *handler) OnSetParameter(ctx *gortsplib.ServerHandlerOnSetParameterCtx) (*base.Response, error) {
	if v := visitOf(ctx.Conn); v.refused {
		return refused(v), nil
	}
	return answer(base.StatusOK), nil
}

// OnResponse gives answers the recorder's own words, and starts what was granted.
func (h *handler) OnResponse(sc *gortsplib.ServerConn, res *base.Response) {
	v := visitOf(sc)
	res.Header["Server"] = base.HeaderValue{"Rtsp Server/3.0"}
	if v.request == nil {
		return
	}
	switch v.request.Method {
	case base.Options:
		if v.refused {
			res.StatusCode, res.Header["WWW-Authenticate"] = base.StatusUnauthorized, base.HeaderValue{v.challenge}
			delete(res.Header, "Public")
			break
		}
		res.Header["Public"] = base.HeaderValue{"OPTIONS, DESCRIBE, ANNOUNCE, SETUP, PLAY, RECORD, PAUSE, " +
			"TEARDOWN, SET_PARAMETER, GET_PARAMETER"}
	case base.Play:
		if ss := sc.Session(); res.StatusCode == base.StatusOK && ss != nil {
			h.begin(ss, res)
		}
	}
}

// begin lets a session's player run, and says with which packet it starts.
func (h *handler) begin(ss *gortsplib.ServerSession, res *base.Response) {
	p := ss.UserData().(*player)
	if info, started := p.start(h.rec); started {
		res.Header["RTP-Info"] = base.HeaderValue{info}
	}
}

// OnSessionClose ends a session's player.
func (h *handler) OnSessionClose(ctx *gortsplib.ServerHandlerOnSessionCloseCtx) {
	if p, ok := ctx.Session.UserData().(*player); ok {
		p.close()
	}
}

// OnStreamWriteError is a reader too slow for its stream: it loses pictures, as
// with a recorder.
func (h *handler) OnStreamWriteError(*gortsplib.ServerHandlerOnStreamWriteErrorCtx) {}

// OnDecodeError is nonsense on a reader's return channel, which nobody listens to.
func (h *handler) OnDecodeError(*gortsplib.ServerHandlerOnDecodeErrorCtx) {}

// OnPacketsLost is the same.
func (h *handler) OnPacketsLost(*gortsplib.ServerHandlerOnPacketsLostCtx) {}

// npt reads where a Range header begins; 0 where it says nothing of use.
func npt(value base.HeaderValue) time.Duration {
	var r headers.Range
	if len(value) == 0 || r.Unmarshal(value) != nil {
		return 0
	}
	if v, ok := r.Value.(*headers.RangeNPT); ok {
		return v.Start
	}
	return 0
}
