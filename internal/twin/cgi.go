package twin

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/onvif"
)

const cgiFolder = "/cgi-bin/"

// route gives the answer to one request, before faults.
func (t *Twin) route(now time.Time, q *request) reply {
	switch {
	case !q.Secure && t.redirects():
		return t.redirect(q)
	case strings.HasPrefix(q.Path, cgiFolder):
		return t.cgi(now, q, strings.TrimPrefix(q.Path, cgiFolder))
	case strings.HasPrefix(q.Path, "/"+loadFolder+"/") && q.Method == http.MethodGet:
		return t.loadWithSession(now, q)
	case q.Path == "/" && (q.Method == http.MethodGet || q.Method == http.MethodHead):
		return t.page(q.Method)
	case q.Path == notifyPath && (q.Method == http.MethodGet || q.Method == http.MethodPost) && t.body.Switches.HTTPEvents == HTTPEventsOn:
		return t.subscribeNotify(now, q)
	case q.Method != http.MethodPost:
		return refuse(404, wire.CGIOther)
	case q.Path == wire.PathLogin, q.Path == wire.PathRPC:
		return t.rpc(now, q)
	case q.Path == wire.PathOutside && t.body.firstRun():
		return t.outside(now, q)
	case strings.HasPrefix(q.Path, onvif.Folder):
		return t.onvif(now, q)
	}
	return refuse(404, wire.CGIOther)
}

// call is one CGI call of an account that has proved itself.
type call struct {
	*request
	now  time.Time
	user *account
}

// arg gives the first value of a parameter.
func (c call) arg(name string) string {
	v, _ := c.Query.Get(name)
	return v
}

// cgiRow is one row of the table: an action of a script, the right it needs, and
// what answers it. A row without an action answers every action.
type cgiRow struct {
	script, action string
	right          right
	answer         func(*Twin, call) reply
}

// cgiRows are all rows, a part from each area.
func cgiRows() []cgiRow {
	return slices.Concat(
		cgiDeviceRows(), cgiPowerRows(), cgiClockRows(), cgiConfigRows(), cgiUserRows(), cgiEventRows(), cgiLogRows(),
		cgiPartRows(), cgiStorageRows(), cgiBackupRows(), cgiMediaRows(), cgiUpdateRows(),
	)
}

// cgiTable finds rows by script, then by action. It is made when it is first asked
// for: its rows lead back to it.
var cgiTable struct {
	once sync.Once
	rows map[string]map[string]cgiRow
}

// cgiScript gives the rows of a script.
func cgiScript(name string) map[string]cgiRow {
	cgiTable.once.Do(func() {
		cgiTable.rows = map[string]map[string]cgiRow{}
		for _, r := range cgiRows() {
			if cgiTable.rows[r.script] == nil {
				cgiTable.rows[r.script] = map[string]cgiRow{}
			}
			cgiTable.rows[r.script][r.action] = r
		}
	})
	return cgiTable.rows[name]
}

// cgi answers one call. The proof comes first: what exists is nobody's business
// before it.
func (t *Twin) cgi(now time.Time, q *request, script string) reply {
	user, no := t.authenticate(now, q)
	if user == nil {
		return no
	}
	if path, is := strings.CutPrefix(script, loadFolder+"/"); is {
		return t.loadRecorded(user, now, q, path)
	}
	return t.cgiAs(user, now, q, script)
}

// cgiAs answers a call of an account.
func (t *Twin) cgiAs(user *account, now time.Time, q *request, script string) reply {
	actions := cgiScript(script)
	c := call{q, now, user}
	row, there := actions[c.arg("action")]
	if !there {
		row, there = actions[""]
	}
	switch {
	case !there:
		return t.unknownCall(actions != nil)
	case !t.may(user, row.right):
		return refuse(403, wire.CGINoRight)
	}
	return row.answer(t, c)
}

// unknownCall is the answer to a call the recorder does not have. known tells that
// the script is there and only the action is not.
func (t *Twin) unknownCall(known bool) reply {
	switch t.body.Switches.UnknownCall {
	case UnknownForbidden:
		return refuse(403, wire.CGINoRight)
	case UnknownNotThere:
		if !known {
			return refuse(501, wire.CGINotImplemented)
		}
	}
	return badRequest()
}

// printableName keeps a name from the query out of the next line of a body.
func printableName(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return '?'
		}
		return r
	}, s[:min(len(s), 80)])
}
