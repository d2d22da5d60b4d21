package twin

import (
	"encoding/json"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// rpcMethod answers a call of somebody who is logged in.
func (t *Twin) rpcMethod(c *rpcCall) (wire.Response, func(time.Time)) {
	if info, there := t.rpcInfo(c.Method); there {
		return done(c.Request, info), nil
	}
	switch c.Method {
	case wire.MethodKeepAlive:
		var p struct {
			Timeout int `json:"timeout"`
		}
		if wire.DecodeParams(c.Params, &p) != nil {
			return failed(c.Request, wire.CodeInvalidParameter), nil
		}
		return done(c.Request, map[string]int{"timeout": int(keepAlive.Seconds())}), nil
	case wire.MethodLogout:
		t.mind.sessions.end(c.Session)
		return done(c.Request, nil), nil
	case "global.getCurrentTime":
		return t.rpcTime(c), nil
	case "userManager.getUserInfoAll":
		return done(c.Request, map[string]any{"users": t.rpcUsers()}), nil
	case "configManager.getConfig", "configManager.getDefault", "configManager.getMemberNames":
		return t.rpcConfig(c), nil
	}
	if !c.admin() {
		return failed(c.Request, wire.CodeNoRight), nil
	}
	switch c.Method {
	case "global.setCurrentTime":
		return t.rpcSetTime(c), nil
	case "userManager.modifyPassword":
		return t.rpcModifyPassword(c), nil
	case "configManager.setConfig", "configManager.restore":
		return t.rpcSetConfig(c), nil
	case "magicBox.reboot":
		return done(c.Request, nil), t.restart
	case "log.startFind", "log.doFind", "log.stopFind":
		return t.rpcLog(c), nil
	}
	return failed(c.Request, wire.CodeMethodNotFound), nil
}

// rpcInfo is what the recorder is, by method.
func (t *Twin) rpcInfo(method string) (any, bool) {
	b := &t.body
	type text map[string]string
	switch method {
	case "magicBox.getDeviceType":
		return text{"type": b.Model.SKU}, true
	case "magicBox.getDeviceClass":
		return text{"type": b.Model.Class}, true
	case "magicBox.getSerialNo":
		return text{"sn": b.Model.Serial}, true
	case "magicBox.getMachineName":
		return text{"name": b.Flash.get("General.MachineName")}, true
	case "magicBox.getVendor":
		return text{"Vendor": b.Model.Vendor}, true
	case "magicBox.getHardwareVersion":
		return text{"version": "1.00"}, true
	case "magicBox.getSoftwareVersion":
		return map[string]any{"version": text{
			"Build": "", "BuildDate": b.Model.BuildDate, "SecurityBaseLineVersion": t.baseline(),
			"Version": b.Flash.Version, "WebVersion": b.Flash.Version,
		}}, true
	}
	return nil, false
}

// baseline is the security baseline newer firmware names.
func (t *Twin) baseline() string {
	if t.body.firstRun() {
		return "V2.0"
	}
	return ""
}

// rpcTime gives the time itself as the result on old firmware, in params on new.
func (t *Twin) rpcTime(c *rpcCall) wire.Response {
	text := t.body.Memory.clock(c.now).Format(time.DateTime)
	if t.body.Model.Generation == GenA {
		a := done(c.Request, nil)
		a.Result = wire.TextResult(text)
		return a
	}
	return done(c.Request, map[string]string{"time": text})
}

func (t *Twin) rpcSetTime(c *rpcCall) wire.Response {
	var p struct {
		Time string `json:"time"`
	}
	if wire.DecodeParams(c.Params, &p) != nil || t.body.Memory.set(c.now, p.Time) != nil {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	t.dirty = true
	return done(c.Request, nil)
}

func (t *Twin) rpcUsers() []map[string]any {
	all := make([]map[string]any, 0, len(t.body.Flash.Accounts))
	for i, a := range t.body.Flash.Accounts {
		all = append(all, map[string]any{
			"Anonymous": false, "AuthorityList": []string{"Monitor_01"}, "Group": a.Group, "Id": i + 1,
			"Memo": a.Memo, "Name": a.Name, "Password": hiddenPassword, "Reserved": a.Reserved, "Sharable": true,
		})
	}
	return all
}

// rpcModifyPassword takes both passwords as they are. Web clients of old firmware
// send hashes here, and which ones is not known; the twin takes text only.
func (t *Twin) rpcModifyPassword(c *rpcCall) wire.Response {
	var p struct {
		Name string `json:"name"`
		New  string `json:"pwd"`
		Old  string `json:"pwdOld"`
	}
	if wire.DecodeParams(c.Params, &p) != nil {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	a := t.body.Flash.account(p.Name)
	if a == nil || !a.named(t.body.realm(), p.Old) || t.changePassword(c.now, a, p.New, c.user.Name) != nil {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	return done(c.Request, nil)
}

// rpcLog is the log as the CGI has it.
func (t *Twin) rpcLog(c *rpcCall) wire.Response {
	var p struct {
		Condition struct{ StartTime, EndTime, Type string } `json:"condition"`
		Token     int64                                     `json:"token"`
		Count     int                                       `json:"count"`
	}
	if wire.DecodeParams(c.Params, &p) != nil {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	finds := &t.mind.finds
	if c.Method == "log.startFind" {
		rows := t.logRows(p.Condition.StartTime, p.Condition.EndTime, p.Condition.Type)
		return done(c.Request, map[string]int64{"token": finds.start(rows)})
	}
	if _, there := finds.open[p.Token]; !there {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	if c.Method == "log.stopFind" {
		delete(finds.open, p.Token)
		return done(c.Request, nil)
	}
	rows, _ := finds.next(p.Token, p.Count)
	items := make([]json.RawMessage, 0, len(rows))
	for _, e := range rows {
		detail := map[string]string{}
		for _, d := range e.Detail {
			detail[d[0]] = d[1]
		}
		item, err := wire.Params(map[string]any{
			"Detail": detail, "Level": 0, "Time": e.Time, "Type": e.Type, "User": e.User,
		})
		if err != nil {
			return failed(c.Request, wire.CodeUnknown)
		}
		items = append(items, item)
	}
	return done(c.Request, map[string]any{"found": len(items), "items": items})
}
