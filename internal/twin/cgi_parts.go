package twin

import (
	"fmt"
	"strconv"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// cgiPartRows answer what the recorder is made of.
func cgiPartRows() []cgiRow {
	number := func(n func(*Twin) int) func(*Twin, call) reply {
		return func(t *Twin, _ call) reply { return t.pair("result", strconv.Itoa(n(t))) }
	}
	fixed := func(n int) func(*Twin, call) reply { return number(func(*Twin) int { return n }) }
	channels := number(func(t *Twin) int { return t.body.Model.Channels })
	return []cgiRow{
		{"devVideoInput.cgi", "getCollect", anyone, channels},
		{"devVideoInput.cgi", "getCaps", anyone, cgiVideoInputCaps},
		{"devVideoOutput.cgi", "getCollect", anyone, fixed(3)},
		{"devAudioInput.cgi", "getCollect", anyone, fixed(audioInputs)},
		{"devAudioOutput.cgi", "getCollect", anyone, fixed(1)},
		{"alarm.cgi", "getInSlots", anyone, fixed(alarmInputs)},
		{"alarm.cgi", "getOutSlots", anyone, fixed(alarmOutputs)},
		{"alarm.cgi", "getInState", anyone, number(func(t *Twin) int { return int(t.body.In.Alarms) })},
		{"alarm.cgi", "getOutState", anyone, number((*Twin).alarmOuts)},
		{"encode.cgi", "getCaps", anyone, cgiEncodeCaps},
		{"encode.cgi", "getConfigCaps", anyone, cgiEncodeConfigCaps},
		{"recordManager.cgi", "getCaps", anyone, cgiRecordCaps},
		{"netApp.cgi", "getInterfaces", anyone, cgiInterfaces},
		{"netApp.cgi", "getUPnPStatus", anyone, cgiUPnPStatus},
		{"IntervideoManager.cgi", "getVersion", anyone, cgiInterfaceVersion},
	}
}

// alarmOuts are the outputs that are closed, one bit each: those whose mode is 1.
func (t *Twin) alarmOuts() (mask int) {
	for i := range alarmOutputs {
		if t.body.Flash.Settings.Int(fmt.Sprintf("AlarmOut[%d].Mode", i)) == 1 {
			mask |= 1 << i
		}
	}
	return mask
}

// hasChannel tells whether there is the channel asked for, counted from 1.
func (t *Twin) hasChannel(c call) bool {
	n, err := strconv.Atoi(c.arg("channel"))
	return err == nil && n >= 1 && n <= t.body.Model.Channels
}

// keyed makes lines from keys and values in turn.
func keyed(prefix string, words ...string) wire.Table {
	var t wire.Table
	for i := 0; i+1 < len(words); i += 2 {
		t = append(t, wire.Pair{Key: prefix + words[i], Value: words[i+1]})
	}
	return t
}

// cgiVideoInputCaps are of an input without a lens of its own: colors, no focus.
func cgiVideoInputCaps(t *Twin, c call) reply {
	if !t.hasChannel(c) {
		return badRequest()
	}
	return t.lines(keyed("caps.", "BacklightCompensation", "false", "CoverCount", "4", "CoverType", "3", "DayNightColor", "false",
		"ElectricFocus", "false", "FlashAdjust", "false", "Flip", "false", "Gain", "false", "Iris", "false", "MaxExposureTime", "0",
		"Mirror", "false", "Rotate90", "false", "SyncFocus", "false", "TitleCount", "0", "WhiteBalance", "0"))
}

func cgiEncodeCaps(t *Twin, _ call) reply {
	return t.lines(keyed("caps.", "MaxExtraStream", t.body.Model.products()["MaxExtraStream"], "VideoFormats", "H.264,MJPG",
		"AudioFormats", "G.711A,PCM", "StreamCount", "2"))
}

// cgiEncodeConfigCaps gives the ranges of one channel's streams, of the first
// without a channel.
func cgiEncodeConfigCaps(t *Twin, c call) reply {
	if c.arg("channel") != "" {
		if !t.hasChannel(c) {
			return badRequest()
		}
	}
	main := mainEncoder.lines("caps.MainFormat[0].Video.")
	return t.lines(append(main, subEncoder.lines("caps.ExtraFormat[0].Video.")...))
}

func cgiRecordCaps(t *Twin, _ call) reply {
	return t.lines(keyed("caps.", "MaxPreRecordTime", "30", "PacketLengthRange[0]", "1", "PacketLengthRange[1]", "60",
		"PacketSizeRange[0]", "131072", "PacketSizeRange[1]", "2147483648", "SupportExtraRecordMode", "true",
		"SupportHoliday", "true", "SupportPacketType", "Time,Size", "SupportResumeTransmit", "false"))
}

func cgiInterfaces(t *Twin, _ call) reply {
	return t.lines(keyed("netInterface[0].", "ConnStatus", "Connected", "Name", "eth0", "Speed", "100",
		"SupportLongPoE", "false", "Type", "Cable", "Valid", "true"))
}

// cgiUPnPStatus is that of a recorder whose router was never asked: the twin sends
// nothing to anybody.
func cgiUPnPStatus(t *Twin, _ call) reply {
	table := keyed("status.", "InnerAddr", t.body.Flash.get("Network.eth0.IPAddress"), "OuterAddr", "", "Status", "Disable", "Working", "false")
	for i := range 4 {
		table = append(table, keyed(fmt.Sprintf("status.PortMapStatus[%d]", i), "", "Failed")...)
	}
	return t.lines(table)
}

// cgiInterfaceVersion names the versions of the interfaces. The numbers are not
// confirmed for recorders.
func cgiInterfaceVersion(t *Twin, c call) reply {
	version, there := map[string]string{"CGI": "2.10", "Onvif": "2.4.2"}[c.arg("Name")]
	if !there {
		return badRequest()
	}
	return t.pair("version", version)
}
