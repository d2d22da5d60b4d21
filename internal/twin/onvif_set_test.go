package twin

import (
	"strings"
	"testing"
)

const (
	media2Space  = "http://www.onvif.org/ver20/media/wsdl"
	imagingSpace = "http://www.onvif.org/ver20/imaging/wsdl"
)

// soapStep is one operation of an administrator, and what the answer has.
type soapStep struct {
	space, op string
	status    int
	want      string
}

func (r rig) soapSteps(steps []soapStep) {
	r.Helper()
	for i, s := range steps {
		if status, body := r.as("admin", "Owner2024", s.space, s.op); status != s.status || !strings.Contains(body, s.want) {
			r.Errorf("%d: %.60s: %d, not %d with %s: %s", i, s.op, status, s.status, s.want, body)
		}
	}
}

// setting gives the value of one setting, over the CGI.
func (r rig) setting(key string) string {
	r.Helper()
	_, body := r.cgi("admin", "Owner2024", "configManager.cgi?action=getConfig&name="+key)
	return strings.TrimSpace(strings.TrimPrefix(body, "table."+key+"="))
}

func (r rig) hasSettings(want map[string]string) {
	r.Helper()
	for key, value := range want {
		if got := r.setting(key); got != value {
			r.Errorf("%s is %s, not %s", key, got, value)
		}
	}
}

// libonvif reads the colors of an input, changes one and sends all of them back.
func TestONVIFImaging(t *testing.T) {
	for _, g := range generations {
		r := start(t, Config{Model: Model{Generation: g, Channels: 2}, Password: "Owner2024"})
		set := func(source, values string) string {
			return `<SetImagingSettings ><VideoSourceToken>` + source + `</VideoSourceToken><ImagingSettings>` + values + `</ImagingSettings></SetImagingSettings>`
		}
		of := `><VideoSourceToken>VideoSource001</VideoSourceToken></`
		now := `<tt:Brightness>50</tt:Brightness><tt:ColorSaturation>50</tt:ColorSaturation><tt:Contrast>50</tt:Contrast><tt:Sharpness>1</tt:Sharpness>`
		r.soapSteps([]soapStep{
			{deviceSpace, "<GetCapabilities ><Category>Imaging</Category></GetCapabilities>", 200, "/onvif/imaging_service</tt:XAddr>"},
			{deviceSpace, "<GetCapabilities ><Category>PTZ</Category></GetCapabilities>", 500, "ter:NoSuchService"},
			{imagingSpace, "<GetImagingSettings " + of + "GetImagingSettings>", 200, "<timg:ImagingSettings>" + now + "</timg:ImagingSettings>"},
			{imagingSpace, "<GetOptions " + of + "GetOptions>", 200, "<tt:Sharpness><tt:Min>0</tt:Min><tt:Max>15</tt:Max></tt:Sharpness>"},
			{imagingSpace, "<GetMoveOptions " + of + "GetMoveOptions>", 200, "timg:MoveOptions"},
			{imagingSpace, set("VideoSource001", strings.Replace(now, ">50<", ">60.000000<", 1)), 200, "SetImagingSettingsResponse"},
			{imagingSpace, set("VideoSource001", "<tt:Contrast>101</tt:Contrast>"), 400, "ter:SettingsInvalid"},
			{imagingSpace, set("VideoSource001", "<tt:Contrast>NaN</tt:Contrast>"), 400, "ter:SettingsInvalid"},
			{imagingSpace, set("VideoSource002", now), 400, "ter:NoSource"},
		})
		r.hasSettings(map[string]string{
			"VideoColor[1][0].Brightness": "60", "VideoColor[1][0].Contrast": "50", "VideoColor[0][0].Brightness": "50",
		})
	}
}

// A client that sets a stream sends the whole configuration it read, numbers as
// floats; what the recorder does not take changes nothing.
func TestONVIFSetsStreams(t *testing.T) {
	r := start(t, Config{Model: Model{Channels: 2}, Password: "Owner2024"})
	set := func(token, size, rate, encoding string) string {
		w, h, _ := strings.Cut(size, "x")
		return `<SetVideoEncoderConfiguration ><Configuration token="` + token + `"><tt:Name>x</tt:Name><tt:UseCount>1</tt:UseCount>` +
			`<tt:Encoding>` + encoding + `</tt:Encoding><tt:Resolution><tt:Width>` + w + `</tt:Width><tt:Height>` + h + `</tt:Height></tt:Resolution>` +
			`<tt:Quality>5.000000</tt:Quality><tt:RateControl><tt:FrameRateLimit>` + rate + `</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval>` +
			`<tt:BitrateLimit>2000</tt:BitrateLimit></tt:RateControl><tt:H264><tt:GovLength>30</tt:GovLength><tt:H264Profile>Baseline</tt:H264Profile></tt:H264>` +
			`</Configuration><ForcePersistence>true</ForcePersistence></SetVideoEncoderConfiguration>`
	}
	options := "<GetVideoEncoderConfigurationOptions ><ProfileToken>MediaProfile00101</ProfileToken></GetVideoEncoderConfigurationOptions>"
	r.soapSteps([]soapStep{
		{mediaSpace, options, 200, "<tt:JPEG><tt:ResolutionsAvailable><tt:Width>704</tt:Width>"},
		{mediaSpace, set("VideoEncoder00100", "704x480", "15", "H264"), 200, "SetVideoEncoderConfigurationResponse"},
		{mediaSpace, set("VideoEncoder00101", "352x240", "7", "JPEG"), 200, "SetVideoEncoderConfigurationResponse"},
		{mediaSpace, set("VideoEncoder00100", "704x480", "31", "H264"), 400, "ter:ConfigModify"},
		{mediaSpace, set("VideoEncoder00100", "123x45", "15", "H264"), 400, "ter:ConfigModify"},
		{mediaSpace, set("VideoEncoder00100", "704x480", "15", "JPEG"), 400, "ter:ConfigModify"},
		{mediaSpace, set("VideoEncoder00100", "704x480", "1e99", "H264"), 400, "ter:ConfigModify"},
		{mediaSpace, set("VideoEncoder00200", "704x480", "15", "H264"), 400, "ter:NoConfig"},
	})
	r.hasSettings(map[string]string{
		"Encode[1].MainFormat[0].Video.Width": "704", "Encode[1].MainFormat[0].Video.FPS": "15", "Encode[1].MainFormat[0].Video.BitRate": "2000",
		"Encode[1].MainFormat[0].Video.GOP": "30", "Encode[1].MainFormat[0].Video.Quality": "5", "Encode[1].MainFormat[0].Video.Compression": "H.264",
		"Encode[1].ExtraFormat[0].Video.Compression": "MJPG", "Encode[0].MainFormat[0].Video.Width": "1280",
	})
}

// Newer firmware has the second media service. Clients that find it use it for
// everything.
func TestONVIFMedia2(t *testing.T) {
	for _, g := range []Generation{GenA, GenB} {
		r := start(t, Config{Model: Model{Generation: g}, Password: "Owner2024"})
		r.soapSteps([]soapStep{{media2Space, "<GetProfiles />", 500, "ter:ActionNotSupported"}})
		if _, body := r.as("admin", "Owner2024", deviceSpace, "<GetServices />"); strings.Contains(body, "media2_service") {
			t.Errorf("%s: %s", g, body)
		}
	}
	r := start(t, Config{Model: Model{Generation: GenC, Channels: 2}, Password: "Owner2024"})
	profile := "<ProfileToken>MediaProfile00100</ProfileToken>"
	r.soapSteps([]soapStep{
		{deviceSpace, "<GetServices ><IncludeCapability>true</IncludeCapability></GetServices>", 200, "/onvif/media2_service</tds:XAddr>"},
		{media2Space, "<GetProfiles />", 200, `<tr2:Profiles token="MediaProfile00101" fixed="true"><tr2:Name>Channel2_SubStream</tr2:Name></tr2:Profiles>`},
		{media2Space, "<GetProfiles ><Type>All</Type></GetProfiles>", 200, `<tr2:VideoEncoder token="VideoEncoder00101" GovLength="14" Profile="Baseline">`},
		{media2Space, "<GetProfiles ><Token>nobody</Token></GetProfiles>", 400, "ter:NoProfile"},
		{media2Space, "<GetStreamUri ><Protocol>RtspUnicast</Protocol>" + profile + "</GetStreamUri>", 200, "/cam/realmonitor?channel=2&amp;subtype=0"},
		{media2Space, "<GetStreamUri ><Protocol>RtspMulticast</Protocol>" + profile + "</GetStreamUri>", 400, "ter:InvalidStreamSetup"},
		{media2Space, "<GetSnapshotUri >" + profile + "</GetSnapshotUri>", 200, "<tr2:Uri>http://"},
		{media2Space, "<GetVideoEncoderConfigurationOptions >" + profile + "</GetVideoEncoderConfigurationOptions>", 200, `GovLengthRange="1 150"`},
		{media2Space, "<GetVideoSourceConfigurations >" + profile + "</GetVideoSourceConfigurations>", 200, "VideoSourceConfig001"},
		{media2Space, `<SetVideoEncoderConfiguration ><Configuration token="VideoEncoder00100" GovLength="50" Profile="Main">` +
			`<tt:RateControl ConstantBitRate="true"><tt:FrameRateLimit>12</tt:FrameRateLimit></tt:RateControl></Configuration></SetVideoEncoderConfiguration>`,
			200, "tr2:SetVideoEncoderConfigurationResponse"},
	})
	r.hasSettings(map[string]string{"Encode[1].MainFormat[0].Video.GOP": "50", "Encode[1].MainFormat[0].Video.FPS": "12", "Encode[1].MainFormat[0].Video.Width": "1280"})
}

// The alarm outputs are the same by ONVIF and by the CGI.
func TestONVIFRelays(t *testing.T) {
	r := start(t, Config{Password: "Owner2024"})
	set := func(token, state string) string {
		return "<SetRelayOutputState ><RelayOutputToken>" + token + "</RelayOutputToken><LogicalState>" + state + "</LogicalState></SetRelayOutputState>"
	}
	r.soapSteps([]soapStep{
		{deviceSpace, "<GetCapabilities />", 200, "<tt:InputConnectors>8</tt:InputConnectors><tt:RelayOutputs>3</tt:RelayOutputs>"},
		{deviceSpace, "<GetRelayOutputs />", 200, `<tds:RelayOutputs token="AlarmOut002"><tt:Properties><tt:Mode>Bistable</tt:Mode>`},
		{deviceSpace, set("AlarmOut001", "active"), 200, "SetRelayOutputStateResponse"},
		{deviceSpace, set("AlarmOut003", "active"), 400, "ter:RelayToken"},
		{deviceSpace, set("AlarmOut001", "half"), 400, "ter:InvalidArgVal"},
	})
	if _, body := r.cgi("admin", "Owner2024", "alarm.cgi?action=getOutState"); body != "result=2\r\n" {
		t.Errorf("one output closed: %q", body)
	}
	r.soapSteps([]soapStep{{deviceSpace, set("AlarmOut001", "inactive"), 200, ""}})
	if _, body := r.cgi("admin", "Owner2024", "alarm.cgi?action=getOutState"); body != "result=0\r\n" {
		t.Errorf("all outputs open: %q", body)
	}
}

// Clients made from the schema of ONVIF 2.4, such as ZoneMinder's, stop at an
// attribute that came later.
func TestONVIFHasNoLaterAttributes(t *testing.T) {
	known := "TLS1.0 TLS1.1 TLS1.2 OnboardKeyGeneration AccessPolicyConfig DefaultAccessPolicy Dot1X RemoteUserHandling X.509Token " +
		"SAMLToken KerberosToken UsernameToken HttpDigest RELToken SupportedEAPMethods MaxUsers"
	r := start(t, Config{Password: "Owner2024"})
	_, body := r.as("admin", "Owner2024", deviceSpace, "<GetServiceCapabilities />")
	for _, pair := range strings.Fields(between(body, "<tds:Security ", "/>")) {
		name, _, _ := strings.Cut(pair, "=")
		if !strings.Contains(" "+known+" ", " "+name+" ") {
			t.Errorf("the attribute %s", name)
		}
	}
}

// Who may only look sets nothing.
func TestONVIFSettingIsForAdministrators(t *testing.T) {
	r := start(t, Config{Password: "Owner2024"})
	r.cgi("admin", "Owner2024", "configManager.cgi?action=setConfig&UserGlobal.OnvifLoginCheck=false")
	r.cgi("admin", "Owner2024", "userManager.cgi?action=addUser&user.Name=yard&user.Password=yard24&user.Group=user&user.Sharable=true&user.Reserved=false")
	if status, body := r.as("yard", "yard24", imagingSpace, "<GetImagingSettings ><VideoSourceToken>VideoSource000</VideoSourceToken></GetImagingSettings>"); status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	for space, op := range map[string]string{
		imagingSpace: "<SetImagingSettings ><VideoSourceToken>VideoSource000</VideoSourceToken></SetImagingSettings>",
		mediaSpace:   `<SetVideoEncoderConfiguration ><Configuration token="VideoEncoder00000"/></SetVideoEncoderConfiguration>`,
		deviceSpace:  "<SetRelayOutputState ><RelayOutputToken>AlarmOut000</RelayOutputToken><LogicalState>active</LogicalState></SetRelayOutputState>",
	} {
		if status, body := r.as("yard", "yard24", space, op); status != 400 || !strings.Contains(body, "ter:NotAuthorized") {
			t.Errorf("%.25s: %d %s", op, status, body)
		}
	}
}
