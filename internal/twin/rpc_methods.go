package twin

import (
	"slices"
	"strings"
	"sync"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// rpcRow is one row of the table: a method, the right it needs, and what answers it.
type rpcRow struct {
	method string
	right  right
	answer func(*Twin, *rpcCall) wire.Response
}

// rpcRows are all rows, a part from each area.
func rpcRows() []rpcRow {
	return slices.Concat(
		rpcSessionRows(), rpcDeviceRows(), rpcClockRows(), rpcConfigRows(), rpcUserRows(), rpcLogRows(), rpcPartRows(), rpcDiskRows(), rpcMediaRows(),
	)
}

// rpcTable finds rows by method. It is made when it is first asked for: its rows
// lead back to it.
var rpcTable struct {
	once       sync.Once
	rows       map[string]rpcRow
	methods    []string // sorted
	interfaces []string // what is before the first dot, sorted
}

func rpcRowOf(method string) (rpcRow, bool) {
	t := &rpcTable
	t.once.Do(func() {
		t.rows = map[string]rpcRow{}
		for _, r := range rpcRows() {
			t.rows[r.method] = r
			t.methods = append(t.methods, r.method)
			t.interfaces = append(t.interfaces, interfaceOf(r.method))
		}
		slices.Sort(t.methods)
		slices.Sort(t.interfaces)
		t.interfaces = slices.Compact(t.interfaces)
	})
	r, there := t.rows[method]
	return r, there
}

// interfaceOf is the part of a method before its first dot.
func interfaceOf(method string) string {
	name, _, _ := strings.Cut(method, ".")
	return name
}

// rpcMethod answers a call of somebody who is logged in.
func (t *Twin) rpcMethod(c *rpcCall) wire.Response {
	row, there := rpcRowOf(c.Method)
	switch {
	case there && !t.may(c.user, row.right):
		return failed(c.Request, wire.CodeNoRight)
	case there:
		return row.answer(t, c)
	}
	return t.rpcOfInterface(c)
}

// rpcOfInterface answers what every interface has: its one instance, given and taken
// back, and the list of its methods.
func (t *Twin) rpcOfInterface(c *rpcCall) wire.Response {
	name := interfaceOf(c.Method)
	handle, there := slices.BinarySearch(rpcTable.interfaces, name)
	switch strings.TrimPrefix(c.Method, name+".") {
	case "factory.instance":
		if there {
			a := done(c.Request, nil)
			a.Result = wire.NumberResult(int64(handle + 1))
			return a
		}
	case "destroy":
		if there {
			return done(c.Request, nil) // there is one instance, and it stays
		}
	case "listMethod":
		if there {
			return done(c.Request, map[string][]string{"method": methodsOf(name + ".")})
		}
	}
	return failed(c.Request, wire.CodeMethodNotFound)
}

// methodsOf lists the methods that begin so.
func methodsOf(prefix string) []string {
	list := []string{}
	for _, m := range rpcTable.methods {
		if strings.HasPrefix(m, prefix) {
			list = append(list, m)
		}
	}
	return list
}
