package twin

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const (
	maxFinds   = 16
	maxFindRow = 100
)

// finds are open searches of the log, by token.
type finds struct {
	last int64
	open map[int64][]logEntry
}

// start opens a search; the one longest open makes room when there are too many.
func (f *finds) start(rows []logEntry) int64 {
	if f.open == nil {
		f.open = map[int64][]logEntry{}
	}
	if len(f.open) >= maxFinds {
		oldest := f.last
		for token := range f.open {
			oldest = min(oldest, token)
		}
		delete(f.open, oldest)
	}
	f.last++
	f.open[f.last] = rows
	return f.last
}

// next takes up to count rows from a search.
func (f *finds) next(token int64, count int) ([]logEntry, bool) {
	rows, there := f.open[token]
	if !there {
		return nil, false
	}
	n := min(max(count, 0), len(rows), maxFindRow)
	f.open[token] = rows[n:]
	return rows[:n], true
}

// stop ends a search and tells whether it was open.
func (f *finds) stop(token int64) bool {
	_, there := f.open[token]
	delete(f.open, token)
	return there
}

// logRows are the lines between two times, ends included, of a type if one is
// named. Times are texts that sort as times do.
func (t *Twin) logRows(from, to, kind string) []logEntry {
	rows := slices.Clone(t.body.Flash.Log)
	return slices.DeleteFunc(rows, func(e logEntry) bool {
		return from != "" && e.Time < from || to != "" && e.Time > to ||
			kind != "" && kind != "All" && e.Type != kind
	})
}

// cgiLogRows are the log. A reboot after a loss of power has the flag 0x01.
func cgiLogRows() []cgiRow {
	const script = "log.cgi"
	return []cgiRow{
		{script, "startFind", authSysInfo, func(t *Twin, c call) reply {
			rows := t.logRows(c.arg("condition.StartTime"), c.arg("condition.EndTime"), c.arg("condition.Type"))
			lines := wire.Table{{Key: "token", Value: strconv.FormatInt(t.mind.finds.start(rows), 10)}}
			if t.body.Model.Generation == GenC {
				lines = append(lines, wire.Pair{Key: "count", Value: strconv.Itoa(len(rows))})
			}
			return t.lines(lines)
		}},
		{script, "doFind", authSysInfo, cgiLogNext},
		{script, "stopFind", authSysInfo, func(t *Twin, c call) reply {
			if !t.mind.finds.stop(c.token()) {
				return badRequest()
			}
			return ok()
		}},
		{script, "clear", authMaintence, func(t *Twin, c call) reply { t.clearLog(c.now, c.user.Name); return ok() }},
	}
}

// token is that of a search, 0 for none. Clients cut it out of the answer and some
// send more than its digits: what follows is not looked at.
func (c call) token() int64 {
	digits := c.arg("token")
	if i := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		digits = digits[:i]
	}
	n, _ := strconv.ParseInt(digits, 10, 64)
	return n
}

func cgiLogNext(t *Twin, c call) reply {
	count, err := strconv.Atoi(c.arg("count"))
	if err != nil {
		return badRequest()
	}
	rows, there := t.mind.finds.next(c.token(), count)
	if !there {
		return badRequest()
	}
	return t.lines(logLines(rows))
}

// clearLog empties the log; that it was emptied is its first line.
func (t *Twin) clearLog(now time.Time, by string) {
	b := &t.body
	b.Flash.Log = nil
	b.Flash.write(b.Memory.clock(now), "ClearLog", by)
	t.dirty = true
}

func logLines(rows []logEntry) wire.Table {
	all := wire.Table{{Key: "found", Value: strconv.Itoa(len(rows))}}
	for i, e := range rows {
		prefix := fmt.Sprintf("items[%d].", i)
		for _, d := range e.Detail {
			all = append(all, wire.Pair{Key: prefix + "Detail." + d[0], Value: d[1]})
		}
		all = append(all,
			wire.Pair{Key: prefix + "Level", Value: "0"},
			wire.Pair{Key: prefix + "Time", Value: e.Time},
			wire.Pair{Key: prefix + "Type", Value: e.Type},
			wire.Pair{Key: prefix + "User", Value: e.User})
	}
	return all
}
