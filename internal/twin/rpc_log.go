package twin

import (
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// rpcLogRows are the log as the CGI has it.
func rpcLogRows() []rpcRow {
	const of = "log."
	return []rpcRow{
		{of + "startFind", authSysInfo, rpcLogStart},
		{of + "getCount", authSysInfo, rpcLogCount},
		{of + "doFind", authSysInfo, rpcLogNext},
		{of + "doSeekFind", authSysInfo, rpcLogSeek},
		{of + "stopFind", authSysInfo, func(t *Twin, c *rpcCall) wire.Response {
			p, ok := c.logParams()
			return yesNo(c, ok && t.mind.finds.stop(p.Token))
		}},
		{of + "clear", authMaintence, func(t *Twin, c *rpcCall) wire.Response {
			t.clearLog(c.now, c.user.Name)
			return done(c.Request, nil)
		}},
	}
}

// rpcLogParams are the params of all log methods.
type rpcLogParams struct {
	Condition struct {
		StartTime, EndTime string
		Type, Types        any // a text, or a list of one
	} `json:"condition"`
	Token  int64 `json:"token"`
	Count  int   `json:"count"`
	Offset int   `json:"offset"`
}

func (c *rpcCall) logParams() (p rpcLogParams, ok bool) {
	return p, wire.DecodeParams(c.Params, &p) == nil
}

// kind is the type of the lines that are looked for.
func (p rpcLogParams) kind() string {
	for _, v := range []any{p.Condition.Type, p.Condition.Types} {
		if list, ok := v.([]any); ok && len(list) > 0 {
			v = list[0]
		}
		if s, ok := v.(string); ok && s != "" {
			return s
		}
	}
	return ""
}

func rpcLogStart(t *Twin, c *rpcCall) wire.Response {
	p, ok := c.logParams()
	if !ok {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	rows := t.logRows(p.Condition.StartTime, p.Condition.EndTime, p.kind())
	return done(c.Request, map[string]int64{"token": t.mind.finds.start(rows)})
}

// rpcLogCount is how many lines a search has left.
func rpcLogCount(t *Twin, c *rpcCall) wire.Response {
	p, ok := c.logParams()
	rows, there := t.mind.finds.open[p.Token]
	if !ok || !there {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	return done(c.Request, map[string]int{"count": len(rows)})
}

func rpcLogNext(t *Twin, c *rpcCall) wire.Response {
	p, ok := c.logParams()
	rows, there := t.mind.finds.next(p.Token, p.Count)
	if !ok || !there {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	return rpcLogRowsOf(c, rows)
}

// rpcLogSeek reads lines from an offset and leaves the search where it is.
func rpcLogSeek(t *Twin, c *rpcCall) wire.Response {
	p, ok := c.logParams()
	rows, there := t.mind.finds.open[p.Token]
	if !ok || !there || p.Offset < 0 {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	rows = rows[min(p.Offset, len(rows)):]
	return rpcLogRowsOf(c, rows[:min(max(p.Count, 0), len(rows), maxFindRow)])
}

func rpcLogRowsOf(c *rpcCall, rows []logEntry) wire.Response {
	items := make([]map[string]any, 0, len(rows))
	for _, e := range rows {
		detail := map[string]string{}
		for _, d := range e.Detail {
			detail[d[0]] = d[1]
		}
		items = append(items, map[string]any{"Detail": detail, "Level": 0, "Time": e.Time, "Type": e.Type, "User": e.User})
	}
	return done(c.Request, map[string]any{"found": len(items), "items": items})
}
