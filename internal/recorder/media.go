package recorder

import (
	"context"
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const (
	scriptMedia = "mediaFileFind.cgi"
	opMedia     = "list recordings"
	mediaPage   = 100
	maxMedia    = 10_000 // recordings of one search
)

// MediaQuery says which recordings are looked for.
type MediaQuery struct {
	Channel  int // from 1
	From, To time.Time
	Types    []string // dav, jpg; nil is all
}

// Recordings lists what is recorded, 10,000 at most, with times of the recorder's
// own clock.
func (a *Access) Recordings(ctx context.Context, q MediaQuery) ([]wire.MediaItem, error) {
	var items []wire.MediaItem
	err := a.either(func() (err error) { items, err = a.mediaByCGI(ctx, q); return err },
		func(s *Session) (err error) { items, err = s.media(ctx, q); return err })
	return items, err
}

func (a *Access) mediaByCGI(ctx context.Context, q MediaQuery) ([]wire.MediaItem, error) {
	object, err := a.value(ctx, opMedia, scriptMedia, action("factory.create"), "result")
	if err != nil {
		return nil, err
	}
	if _, err := strconv.ParseUint(object, 10, 63); err != nil {
		return nil, &Error{Op: opMedia, Kind: Garbage, Err: errMissing}
	}
	defer func() {
		last, cancel := lastCalls(ctx)
		defer cancel()
		_ = a.done(last, opMedia, scriptMedia, action("close", "object", object)) // both end by themselves, too
		_ = a.done(last, opMedia, scriptMedia, action("destroy", "object", object))
	}()
	condition := wire.MediaCondition{Channel: strconv.Itoa(q.Channel), StartTime: q.From.Format(time.DateTime),
		EndTime: q.To.Format(time.DateTime), Types: q.Types}
	if err := a.done(ctx, opMedia, scriptMedia, append(action("findFile", "object", object), condition.Table()...)); err != nil {
		return nil, err
	}
	var all []wire.MediaItem
	for len(all) < maxMedia {
		t, err := a.table(ctx, opMedia, scriptMedia, action("findNextFile", "object", object, "count", strconv.Itoa(mediaPage)))
		if err != nil {
			return all, err
		}
		items, err := wire.MediaItems(t)
		if err != nil {
			return all, &Error{Op: opMedia, Kind: Garbage, Err: err}
		}
		if len(items) == 0 {
			return all, nil
		}
		all = append(all, items...)
	}
	return all[:maxMedia], nil
}

// media is the same in the session, where channels count from 0.
func (s *Session) media(ctx context.Context, q MediaQuery) ([]wire.MediaItem, error) {
	res, err := s.call(ctx, opMedia, "mediaFileFind.factory.create", nil, nil)
	if err != nil {
		return nil, err
	}
	handle, ok := res.Result.Number()
	if !ok {
		return nil, &Error{Op: opMedia, Kind: Garbage, Err: errMissing}
	}
	object := []byte(strconv.FormatInt(handle, 10))
	defer func() {
		last, cancel := lastCalls(ctx)
		defer cancel()
		_, _ = s.callOn(last, object, opMedia, "mediaFileFind.close", nil, nil)
		_, _ = s.callOn(last, object, opMedia, "mediaFileFind.destroy", nil, nil)
	}()
	condition := map[string]any{"Channel": q.Channel - 1, "StartTime": q.From.Format(time.DateTime), "EndTime": q.To.Format(time.DateTime)}
	if len(q.Types) > 0 {
		condition["Types"] = q.Types
	}
	if _, err := s.callOn(ctx, object, opMedia, "mediaFileFind.findFile", map[string]any{"condition": condition}, nil); err != nil {
		return nil, err
	}
	var all []wire.MediaItem
	for len(all) < maxMedia {
		var p struct {
			Infos []wire.MediaItem `json:"infos"`
		}
		_, err := s.callOn(ctx, object, opMedia, "mediaFileFind.findNextFile", map[string]int{"count": mediaPage}, &p)
		if err != nil || len(p.Infos) == 0 {
			return all, err
		}
		all = append(all, p.Infos...)
	}
	return all[:maxMedia], nil
}
