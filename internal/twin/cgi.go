package twin

import (
	"net/http"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/onvif"
)

const cgiFolder = "/cgi-bin/"

// route gives the answer to one request, before faults.
func (t *Twin) route(now time.Time, q *request) reply {
	switch {
	case strings.HasPrefix(q.Path, cgiFolder):
		return t.cgi(now, q, strings.TrimPrefix(q.Path, cgiFolder))
	case q.Path == "/" && (q.Method == http.MethodGet || q.Method == http.MethodHead):
		return t.page(q.Method)
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

// admin tells whether the caller may change the recorder.
func (c call) admin() bool { return c.user.Group == "admin" }

// cgi answers one call. The proof comes first: what exists is nobody's business
// before it.
func (t *Twin) cgi(now time.Time, q *request, name string) reply {
	user, no := t.authenticate(now, q)
	if user == nil {
		return no
	}
	scripts := map[string]func(call) reply{
		"magicBox.cgi":      t.cgiMagicBox,
		"global.cgi":        t.cgiGlobal,
		"configManager.cgi": t.cgiConfig,
		"userManager.cgi":   t.cgiUsers,
		"log.cgi":           t.cgiLog,
	}
	script, there := scripts[name]
	switch {
	case there:
		return script(call{q, now, user})
	case t.body.Model.Generation == GenC:
		return refuse(501, wire.CGINotImplemented)
	}
	return badRequest()
}

// cgiGlobal answers the clock.
func (t *Twin) cgiGlobal(c call) reply {
	switch c.arg("action") {
	case "getCurrentTime":
		return pair("result", t.body.Memory.clock(c.now).Format(time.DateTime))
	case "setCurrentTime":
		if !c.admin() {
			return refuse(403, wire.CGINoRight)
		}
		if t.body.Memory.set(c.now, c.arg("time")) != nil {
			return badRequest()
		}
		t.dirty = true
		return ok()
	}
	return badRequest()
}

// cgiMagicBox answers what the recorder is, and restarts it.
func (t *Twin) cgiMagicBox(c call) reply {
	b := &t.body
	switch c.arg("action") {
	case "getDeviceType":
		return pair("type", b.Model.SKU)
	case "getSerialNo":
		return pair("sn", b.Model.Serial)
	case "getMachineName":
		return pair("name", b.Flash.get("General.MachineName"))
	case "getVendor":
		return pair("vendor", b.Model.Vendor)
	case "getHardwareVersion":
		return pair("version", "1.00")
	case "getDeviceClass":
		return pair("class", b.Model.Class)
	case "getSoftwareVersion":
		return t.softwareVersion()
	case "getSystemInfo":
		// Recorders give a number here; the model is in updateSerial.
		return lines(wire.Table{
			{Key: "deviceType", Value: "31"}, {Key: "processor", Value: b.Model.Processor},
			{Key: "serialNumber", Value: b.Model.Serial}, {Key: "updateSerial", Value: b.Model.SKU},
		})
	case "reboot":
		if !c.admin() {
			return refuse(403, wire.CGINoRight)
		}
		r := ok()
		r.after = t.restart
		return r
	}
	return badRequest()
}

// softwareVersion has the two forms of the two ages: two lines, or one with a comma.
func (t *Twin) softwareVersion() reply {
	v, date := t.body.Flash.Version, t.body.Model.BuildDate
	if t.body.Model.Generation == GenC {
		return pair("version", v+",build:"+date)
	}
	return lines(wire.Table{{Key: "version", Value: v}, {Key: "BuildDate", Value: date}})
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
