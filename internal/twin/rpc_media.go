package twin

import (
	"strconv"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const mediaFind = "mediaFileFind."

// rpcMediaRows are the search for recordings.
func rpcMediaRows() []rpcRow {
	var rows []rpcRow
	for _, name := range []string{"factory.create", "findFile", "findNextFile", "getCount", "close", "factory.close", "destroy", "factory.destroy"} {
		rows = append(rows, rpcRow{mediaFind + name, anyone, (*Twin).rpcMediaFind})
	}
	return rows
}

// rpcMediaFind answers the searches of RPC2. Channels count from 0 here, and the
// search is the object of a call.
func (t *Twin) rpcMediaFind(c *rpcCall) wire.Response {
	media, now := &t.mind.media, t.clients(c.now)
	object, _ := strconv.ParseInt(string(c.Object), 10, 64)
	known := false
	switch strings.TrimPrefix(c.Method, mediaFind) {
	case "factory.create":
		a := done(c.Request, nil)
		a.Result = wire.NumberResult(media.Create(now))
		return a
	case "findFile":
		return t.rpcFindFile(c, object)
	case "findNextFile":
		var p struct {
			Count int `json:"count"`
		}
		if wire.DecodeParams(c.Params, &p) != nil {
			return failed(c.Request, wire.CodeInvalidParameter)
		}
		page, known := media.Next(now, object, p.Count)
		if !known {
			return failed(c.Request, wire.CodeInvalidParameter)
		}
		items := mediaItems(page)
		return done(c.Request, map[string]any{"found": len(items), "infos": items})
	case "getCount":
		n, known := media.Count(c.now, object)
		if !known {
			return failed(c.Request, wire.CodeInvalidParameter)
		}
		return done(c.Request, map[string]int{"count": n})
	case "close", "factory.close":
		known = media.Close(now, object)
	case "destroy", "factory.destroy":
		known = media.Destroy(now, object)
	}
	if !known {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	return done(c.Request, nil)
}

func (t *Twin) rpcFindFile(c *rpcCall, object int64) wire.Response {
	var p struct {
		Condition condition `json:"condition"`
	}
	if wire.DecodeParams(c.Params, &p) != nil {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	q, plausible := p.Condition.query()
	found, known := false, false
	if plausible && !t.may(c.user, replay(q.Channel)) {
		return failed(c.Request, wire.CodeNoRight)
	}
	if plausible {
		found, known = t.search(c.now, object, q)
	}
	if !known {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	a := done(c.Request, nil)
	a.Result = wire.BoolResult(found)
	return a
}
