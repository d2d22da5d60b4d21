package twin

import (
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// rpcDeviceRows answer what the recorder is, and turn it off.
func rpcDeviceRows() []rpcRow {
	const of = "magicBox."
	var rows []rpcRow
	info := func(method string, need right, params func(t *Twin, c *rpcCall) any) {
		rows = append(rows, rpcRow{of + method, need, func(t *Twin, c *rpcCall) wire.Response { return done(c.Request, params(t, c)) }})
	}
	type text map[string]string
	info("getDeviceType", anyone, func(t *Twin, _ *rpcCall) any { return text{"type": t.body.Model.SKU} })
	info("getDeviceClass", anyone, func(t *Twin, _ *rpcCall) any { return text{"type": t.body.Model.Class} })
	info("getSerialNo", anyone, func(t *Twin, _ *rpcCall) any { return text{"sn": t.body.Model.Serial} })
	info("getMachineName", anyone, func(t *Twin, _ *rpcCall) any { return text{"name": t.body.Flash.get("General.MachineName")} })
	info("getVendor", anyone, func(t *Twin, _ *rpcCall) any { return text{"Vendor": t.body.Model.Vendor} })
	info("getHardwareVersion", anyone, func(*Twin, *rpcCall) any { return text{"version": hardwareVersion} })
	info("getMarketArea", anyone, func(*Twin, *rpcCall) any { return text{"AbroadInfo": marketArea} })
	info("needReboot", anyone, func(*Twin, *rpcCall) any { return map[string]int{"needReboot": 0} })
	info("getSoftwareVersion", anyone, func(t *Twin, _ *rpcCall) any {
		b := &t.body
		return map[string]any{"version": text{
			"Build": "", "BuildDate": b.buildDate(), "SecurityBaseLineVersion": t.baseline(),
			"Version": b.Flash.Version, "WebVersion": b.Flash.Version,
		}}
	})
	info("getSystemInfo", anyone, func(t *Twin, _ *rpcCall) any { return tableMap(t.systemInfo()) })
	info("getSystemInfoNew", anyone, func(t *Twin, _ *rpcCall) any {
		return map[string]any{"info": tableMap(t.systemInfo())}
	})
	info("getUpTime", authSysInfo, func(t *Twin, c *rpcCall) any {
		return map[string]any{"info": map[string]int64{"last": t.upTime(c.now), "total": t.upTime(c.now)}}
	})
	info("getMemoryInfo", authSysInfo, func(t *Twin, _ *rpcCall) any {
		total, free := t.memory()
		return map[string]int64{"free": free, "total": total}
	})
	info("getCPUUsage", authSysInfo, func(t *Twin, c *rpcCall) any { return map[string]int{"usage": t.load(c.now)} })
	return append(rows,
		rpcRow{of + "getProductDefinition", anyone, rpcProductDefinition},
		rpcRow{of + "reboot", authMaintence, rpcAfter((*Twin).restart)},
		rpcRow{of + "shutdown", authMaintence, rpcAfter((*Twin).shutDown)},
		rpcRow{of + "resetSystem", authMaintence, rpcAfter(func(t *Twin, now time.Time) { t.factoryReset(now, false) })},
	)
}

// rpcAfter says yes; what follows happens once the answer is out.
func rpcAfter(f func(*Twin, time.Time)) func(*Twin, *rpcCall) wire.Response {
	return func(t *Twin, c *rpcCall) wire.Response {
		c.then(func(now time.Time) { f(t, now) })
		return done(c.Request, nil)
	}
}

// tableMap gives lines as a map.
func tableMap(lines wire.Table) map[string]string {
	m := make(map[string]string, len(lines))
	for _, p := range lines {
		m[p.Key] = p.Value
	}
	return m
}

// baseline is the security baseline newer firmware names.
func (t *Twin) baseline() string {
	if t.body.firstRun() {
		return "V2.0"
	}
	return ""
}

// rpcProductDefinition gives the number of one name, or all of them.
func rpcProductDefinition(t *Twin, c *rpcCall) wire.Response {
	var p struct {
		Name string `json:"name"`
	}
	if wire.DecodeParams(c.Params, &p) != nil {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	all := t.body.Model.products()
	if p.Name == "" {
		return done(c.Request, map[string]any{"definition": all})
	}
	value, there := all[p.Name]
	if !there {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	return done(c.Request, map[string]any{"definition": value})
}

// rpcClockRows are the recorder's clock.
func rpcClockRows() []rpcRow {
	return []rpcRow{
		{"global.getCurrentTime", anyone, rpcTime},
		{"global.setCurrentTime", authSysCfg, rpcSetTime},
	}
}

// rpcTime gives the time itself as the result on old firmware, in params on new.
func rpcTime(t *Twin, c *rpcCall) wire.Response {
	text := t.body.Memory.clock(c.now).Format(time.DateTime)
	if t.body.Model.Generation == GenA {
		a := done(c.Request, nil)
		a.Result = wire.TextResult(text)
		return a
	}
	return done(c.Request, map[string]string{"time": text})
}

// rpcSetTime leaves a clock alone that is within the tolerance of what it is told.
func rpcSetTime(t *Twin, c *rpcCall) wire.Response {
	var p struct {
		Time      string `json:"time"`
		Tolerance int    `json:"tolerance"` // seconds
	}
	if wire.DecodeParams(c.Params, &p) != nil {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	at, err := parseClock(p.Time, c.now.Location())
	if err != nil {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	off := at.Sub(t.body.Memory.clock(c.now)).Abs()
	if off > time.Duration(min(max(p.Tolerance, 0), 3600))*time.Second && t.setClock(c.now, c.user.Name, p.Time) != nil {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	return done(c.Request, nil)
}
