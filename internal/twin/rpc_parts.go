package twin

import (
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// rpcPartRows answer events, and the state of an update.
func rpcPartRows() []rpcRow {
	return []rpcRow{
		{"eventManager.attach", anyone, rpcAttach},
		{"eventManager.detach", anyone, rpcDetach},
		{"eventManager.getEventIndexes", anyone, rpcEventIndexes},
		{"eventManager.getCaps", anyone, func(_ *Twin, c *rpcCall) wire.Response {
			return done(c.Request, map[string]any{"caps": map[string]any{"EventManagerAbility": true, "Events": eventCodes}})
		}},
		{"netApp.getNetInterfaces", anyone, rpcNetInterfaces},
		{"upgrader.getState", authMaintence, func(t *Twin, c *rpcCall) wire.Response {
			word, percent := t.updateState(c.now)
			return done(c.Request, map[string]any{"state": map[string]any{"State": t.body.Switches.updateWord(word), "Progress": percent}})
		}},
		{"upgrader.cancel", authMaintence, func(t *Twin, c *rpcCall) wire.Response {
			if !t.cancelUpdate(c.now) {
				return failed(c.Request, wire.CodeInvalidParameter)
			}
			return done(c.Request, nil)
		}},
	}
}

// rpcNetInterfaces is the one card of the recorder. That it is connected is what the
// call itself shows.
func rpcNetInterfaces(t *Twin, c *rpcCall) wire.Response {
	return done(c.Request, map[string]any{"netInterface": []map[string]any{{
		"ConnStatus": "Connected", "Name": "eth0", "NetCardName": "eth0", "PhysicalAddress": t.body.Model.MAC,
		"Speed": 100, "SupportLongPoE": false, "Type": "Cable", "Valid": true,
	}}})
}

func rpcEventIndexes(t *Twin, c *rpcCall) wire.Response {
	var p struct {
		Code string `json:"code"`
	}
	if wire.DecodeParams(c.Params, &p) != nil || p.Code == "" {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	list := t.active(c.now, p.Code)
	if list == nil {
		list = []int{}
	}
	return done(c.Request, map[string]any{"channels": list})
}
