package twin

import (
	"fmt"
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// cgiDeviceRows answer what the recorder is.
func cgiDeviceRows() []cgiRow {
	const script = "magicBox.cgi"
	rows := []cgiRow{
		{script, "getSoftwareVersion", anyone, cgiSoftwareVersion},
		{script, "getSystemInfo", anyone, cgiSystemInfo},
		{script, "getSystemInfoNew", anyone, cgiSystemInfoNew},
		{script, "getProductDefinition", anyone, cgiProductDefinition},
		{script, "getUpTime", authSysInfo, cgiUpTime},
		{script, "getMemoryInfo", authSysInfo, cgiMemoryInfo},
		{script, "getCPUUsage", authSysInfo, func(t *Twin, c call) reply { return t.pair("usage", strconv.Itoa(t.load(c.now))) }},
	}
	for action, line := range map[string]struct {
		key   string
		value func(*Twin) string
	}{
		"getDeviceType":      {"type", func(t *Twin) string { return t.body.Model.SKU }},
		"getSerialNo":        {"sn", func(t *Twin) string { return t.body.Model.Serial }},
		"getMachineName":     {"name", func(t *Twin) string { return t.body.Flash.get("General.MachineName") }},
		"getVendor":          {"vendor", func(t *Twin) string { return t.body.Model.Vendor }},
		"getHardwareVersion": {"version", func(*Twin) string { return hardwareVersion }},
		"getDeviceClass":     {"class", func(t *Twin) string { return t.body.Model.Class }},
		"getMarketArea":      {"AbroadInfo", func(*Twin) string { return marketArea }},
		"getLanguageCaps":    {"Languages", func(*Twin) string { return languages }},
		"getTracingCode":     {"tc", func(t *Twin) string { return t.body.Model.Serial }},
	} {
		rows = append(rows, cgiRow{script, action, anyone, func(t *Twin, _ call) reply { return t.pair(line.key, line.value(t)) }})
	}
	return rows
}

// What all twins say alike. The market and the list of languages are unconfirmed.
const (
	hardwareVersion = "1.00"
	marketArea      = "English"
	languages       = "English,SimpChinese,Spanish,French,German,Italian,Portuguese,Russian"
	memoryBytes     = 256 << 20
)

// cgiSoftwareVersion has the two forms of the two ages: two lines, or one with a
// comma.
func cgiSoftwareVersion(t *Twin, _ call) reply {
	v, date := t.body.Flash.Version, t.body.buildDate()
	if t.body.Model.Generation == GenC {
		return t.pair("version", v+",build:"+date)
	}
	return t.lines(wire.Table{{Key: "version", Value: v}, {Key: "BuildDate", Value: date}})
}

func cgiSystemInfo(t *Twin, _ call) reply { return t.lines(t.systemInfo()) }

// systemInfo gives a number for the type, as recorders do: the model is in
// updateSerial.
func (t *Twin) systemInfo() wire.Table {
	m := t.body.Model
	kind := "31"
	if t.body.Switches.DeviceType == DeviceTypeModel {
		kind = m.SKU
	}
	return wire.Table{
		{Key: "deviceType", Value: kind}, {Key: "processor", Value: m.Processor},
		{Key: "serialNumber", Value: m.Serial}, {Key: "updateSerial", Value: m.SKU},
	}
}

func cgiSystemInfoNew(t *Twin, _ call) reply {
	return t.lines(append(wire.Table{{Key: "appAutoStart", Value: "true"}},
		append(t.systemInfo(), wire.Pair{Key: "hardwareVersion", Value: hardwareVersion})...))
}

// products are the numbers a model is defined by.
func (m Model) products() map[string]string {
	return map[string]string{
		"MaxExtraStream": "1", "MaxVideoInput": strconv.Itoa(m.Channels), "MaxRemoteInput": "0", "MaxRemoteInputChannels": "0",
		"MaxAlarmIn": strconv.Itoa(alarmInputs), "MaxAlarmOut": strconv.Itoa(alarmOutputs), "MaxAudioInput": strconv.Itoa(audioInputs),
		"DeviceType": m.SKU, "Vendor": m.Vendor,
	}
}

func cgiProductDefinition(t *Twin, c call) reply {
	name := c.arg("name")
	value, there := t.body.Model.products()[name]
	if !there {
		return t.noSuchConfig(name)
	}
	return t.pair("table."+name, value)
}

// upTime is for how long the recorder has been on, in seconds. The total is since
// it was made, as far as the twin knows: the same.
func (t *Twin) upTime(now time.Time) int64 { return int64(now.Sub(t.body.Run.Since).Seconds()) }

func cgiUpTime(t *Twin, c call) reply {
	s := strconv.FormatInt(t.upTime(c.now), 10)
	return t.lines(wire.Table{{Key: "info.last", Value: s}, {Key: "info.total", Value: s}})
}

// load is how busy the recorder is, in percent: what it records keeps it so.
func (t *Twin) load(now time.Time) int {
	return min(90, 10+3*t.body.Model.Channels) + int(mix(t.body.Seed^uint64(now.Unix()))%8)
}

// memory is what working memory it has, and what of it is free.
func (t *Twin) memory() (total, free int64) { return memoryOf(t.body.Model) }

func memoryOf(m Model) (total, free int64) {
	return memoryBytes, memoryBytes/2 - int64(m.Channels)<<20
}

func cgiMemoryInfo(t *Twin, _ call) reply {
	total, free := t.memory()
	return t.lines(wire.Table{
		{Key: "info.free", Value: fmt.Sprintf("%d.000000", free)}, {Key: "info.total", Value: fmt.Sprintf("%d.000000", total)},
	})
}
