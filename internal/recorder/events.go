package recorder

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const opEvents = "listen to events"

// silentAfter is how many heartbeats may be missing before a stream is dead.
const silentAfter = 3

// maxHeartbeat is the longest interval recorders take.
const maxHeartbeat = 60 * time.Second

var errSilent = errors.New("the stream has been silent for three heartbeats")

// EventQuery says which events are listened to.
type EventQuery struct {
	Codes     []string      // none is all
	Heartbeat time.Duration // whole seconds, 1 to 60; 0 is 5
}

// Events is a stream of events. Next is for one goroutine; Close may be called by
// any.
type Events struct {
	cancel context.CancelCauseFunc
	ctx    context.Context
	body   io.Closer
	parts  *wire.PartReader
	silent time.Duration
	timer  *time.Timer
}

// Events attaches to the recorder's events. The stream lasts until ctx ends, Close
// is called, or nothing came for three heartbeats.
func (a *Access) Events(ctx context.Context, q EventQuery) (*Events, error) {
	beat := min(max(orDefault(q.Heartbeat, 5*time.Second).Truncate(time.Second), time.Second), maxHeartbeat)
	codes := q.Codes
	if len(codes) == 0 {
		codes = []string{wire.EventAll}
	}
	done, err := a.wait(ctx, opEvents)
	if err != nil {
		return nil, err
	}
	defer done() // whoever listens lets others ask
	call, c, err := a.signed(ctx, opEvents, "eventManager.cgi", action("attach",
		"codes", "["+strings.Join(codes, ",")+"]", "heartbeat", strconv.Itoa(int(beat/time.Second))))
	if err != nil {
		return nil, err
	}
	t, err := c.target(ctx, opEvents)
	if err != nil {
		return nil, err
	}
	e := &Events{silent: silentAfter * beat}
	e.ctx, e.cancel = context.WithCancelCause(ctx)
	e.timer = time.AfterFunc(c.timeout(), func() { e.cancel(context.DeadlineExceeded) }) // for the header
	res, rep, err := c.opened(e.ctx, t, call)
	if err == nil {
		err = a.attached(rep, res)
	}
	if err != nil {
		e.timer.Stop()
		e.cancel(nil)
		return nil, err
	}
	e.body = res.Body
	e.parts = wire.NewPartReader(res.Body, wire.Boundary(res.Header.Get("Content-Type")))
	e.timer.Stop()
	e.timer = time.AfterFunc(e.silent, func() { e.cancel(errSilent) })
	return e, nil
}

// opened sends a request whose answer does not end, between the hooks.
func (c *Client) opened(ctx context.Context, t *target, a ask) (res *http.Response, rep reply, err error) {
	rep, err = c.told(t, a, func() (r reply, err error) {
		res, r, err = c.send(ctx, t, a) //nolint:bodyclose // the stream is the body: [Events.Close] closes it
		return r, err
	})
	return res, rep, err
}

// attached reads a refusal instead of a stream, and closes its body.
func (a *Access) attached(rep reply, res *http.Response) error {
	if res.StatusCode == http.StatusOK && strings.HasPrefix(strings.ToLower(res.Header.Get("Content-Type")), "multipart/") {
		return nil
	}
	defer res.Body.Close()
	var err error
	if rep.body, err = io.ReadAll(io.LimitReader(res.Body, 512)); err != nil {
		rep.body = nil
	}
	if err := a.judge(opEvents, rep); err != nil {
		return err
	}
	return &Error{Op: opEvents, Kind: Garbage, Err: errMissing}
}

// Next gives the next event; heartbeats keep the stream alive and are not given. An
// error ends the stream: Lost for one that ended or fell silent, Garbage or TooLarge
// for what is none, Unsent when it was closed here.
func (e *Events) Next() (wire.Event, error) {
	for {
		p, err := e.parts.Next()
		if err != nil {
			defer e.Close()
			return wire.Event{}, e.over(err)
		}
		e.timer.Reset(e.silent)
		if p.Heartbeat() || p.Type != wire.TypeText {
			continue
		}
		event, err := wire.ParseEvent(p.Body)
		if err != nil {
			defer e.Close()
			return wire.Event{}, e.over(err)
		}
		return event, nil
	}
}

func (e *Events) over(err error) error {
	var bad *wire.Error
	switch cause := context.Cause(e.ctx); {
	case errors.Is(cause, errClosed):
		return &Error{Op: opEvents, Kind: Unsent, Err: errClosed}
	case cause != nil:
		return &Error{Op: opEvents, Kind: Lost, Err: cause}
	case errors.Is(err, wire.ErrTooLarge):
		return &Error{Op: opEvents, Kind: TooLarge, Err: err}
	case errors.As(err, &bad) && !errors.Is(err, wire.ErrTruncated):
		return &Error{Op: opEvents, Kind: Garbage, Err: err}
	}
	return &Error{Op: opEvents, Kind: Lost, Err: io.ErrUnexpectedEOF}
}

var errClosed = errors.New("the stream was closed")

// Close ends the stream. It may be called more than once.
func (e *Events) Close() {
	e.timer.Stop()
	e.cancel(errClosed)
	_ = e.body.Close()
}
