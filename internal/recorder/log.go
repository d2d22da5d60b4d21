package recorder

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const (
	scriptLog = "log.cgi"
	opLog     = "read log"

	logPage = 100
	maxLog  = 10_000 // rows read of one search
)

// LogRow is one line of the recorder's log.
type LogRow struct {
	Time   time.Time // digits of its clock in time.UTC, zero where it printed none
	Type   string
	User   string
	Detail wire.Table // names and values as the recorder has them
}

// lostPower is the bit of a reboot's flag that says that power had gone.
const lostPower = 1

// Reboot reports whether the row is a restart, and its flag where it has one.
func (r LogRow) Reboot() (flag uint64, is bool) {
	if !strings.EqualFold(r.Type, "Reboot") {
		return 0, false
	}
	text, _ := r.Detail.Get("Flag")
	flag, _ = strconv.ParseUint(text, 0, 32) // none is 0
	return flag, true
}

// LostPower reports whether the row is a restart after power had gone.
func (r LogRow) LostPower() bool {
	flag, is := r.Reboot()
	return is && flag&lostPower != 0
}

// Log reads the rows between two moments of the recorder's own clock, of one type
// ("" is all), oldest first as recorders have them, 10,000 at most.
func (a *Access) Log(ctx context.Context, from, to time.Time, kind string) ([]LogRow, error) {
	find := wire.Table{{Key: "StartTime", Value: from.Format(time.DateTime)}, {Key: "EndTime", Value: to.Format(time.DateTime)}}
	if kind != "" {
		find = append(find, wire.Pair{Key: "Type", Value: kind})
	}
	var rows []LogRow
	err := a.either(func() (err error) { rows, err = a.logByCGI(ctx, find); return err },
		func(s *Session) (err error) { rows, err = s.log(ctx, find); return err })
	return rows, err
}

func (a *Access) logByCGI(ctx context.Context, find wire.Table) ([]LogRow, error) {
	query := action("startFind")
	for _, p := range find {
		query = append(query, wire.Pair{Key: "condition." + p.Key, Value: p.Value})
	}
	token, err := a.value(ctx, opLog, scriptLog, query, "token")
	if err != nil {
		return nil, err
	}
	if _, err := strconv.ParseUint(token, 10, 63); err != nil {
		return nil, &Error{Op: opLog, Kind: Garbage, Err: errMissing}
	}
	rows, err := pages(func() ([]wire.LogItem, error) {
		t, err := a.table(ctx, opLog, scriptLog, action("doFind", "token", token, "count", strconv.Itoa(logPage)))
		if err != nil {
			return nil, err
		}
		return wire.LogItems(t)
	})
	last, cancel := lastCalls(ctx)
	defer cancel()
	_ = a.done(last, opLog, scriptLog, action("stopFind", "token", token)) // it ends by itself, too
	return rows, err
}

// pages reads until a page is empty.
func pages(next func() ([]wire.LogItem, error)) ([]LogRow, error) {
	var rows []LogRow
	for len(rows) < maxLog {
		items, err := next()
		if err != nil && KindOf(err) == 0 {
			err = &Error{Op: opLog, Kind: Garbage, Err: err}
		}
		if err != nil || len(items) == 0 {
			return rows, err
		}
		for _, i := range items {
			at, _ := time.Parse(time.DateTime, i.Time)
			rows = append(rows, LogRow{Time: at, Type: i.Type, User: i.User, Detail: i.Detail})
		}
	}
	return rows[:maxLog], nil
}

func (s *Session) log(ctx context.Context, find wire.Table) ([]LogRow, error) {
	condition := map[string]string{}
	for _, p := range find {
		condition[p.Key] = p.Value
	}
	var start struct {
		Token int64 `json:"token"`
	}
	if _, err := s.call(ctx, opLog, "log.startFind", map[string]any{"condition": condition}, &start); err != nil {
		return nil, err
	}
	rows, err := pages(func() ([]wire.LogItem, error) {
		var p struct {
			Items []struct {
				Detail           map[string]any
				Level            int
				Time, Type, User string
			} `json:"items"`
		}
		if _, err := s.call(ctx, opLog, "log.doFind", map[string]int64{"token": start.Token, "count": logPage}, &p); err != nil {
			return nil, err
		}
		items := make([]wire.LogItem, 0, len(p.Items))
		for _, i := range p.Items {
			item := wire.LogItem{Level: i.Level, Time: i.Time, Type: i.Type, User: i.User}
			for name, v := range i.Detail {
				item.Detail = append(item.Detail, wire.Pair{Key: name, Value: fmt.Sprint(v)})
			}
			items = append(items, item)
		}
		return items, nil
	})
	last, cancel := lastCalls(ctx)
	defer cancel()
	_, _ = s.call(last, opLog, "log.stopFind", map[string]int64{"token": start.Token}, nil)
	return rows, err
}
