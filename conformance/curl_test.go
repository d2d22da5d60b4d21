package conformance

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// curlCalls are the calls of python-amcrest and of amcrest-sdk, and what they need
// to find in the answer.
var curlCalls = []struct{ path, want string }{
	{"magicBox.cgi?action=getMachineName", `^name=DVR\s*$`},
	{"magicBox.cgi?action=getSerialNo", `^sn=AMC0TWIN\d+\s*$`},
	{"magicBox.cgi?action=getSystemInfo", `(?m)^serialNumber=AMC0TWIN`},
	{"magicBox.cgi?action=getSoftwareVersion", `^version=\S+(\s+BuildDate=\S+|,build:\S+)\s*$`},
	{"magicBox.cgi?action=getDeviceType", `^type=AMDV`},
	{"magicBox.cgi?action=getDeviceClass", `^class=(HCVR|XVR)`},
	{"magicBox.cgi?action=getHardwareVersion", `^version=`},
	{"magicBox.cgi?action=getVendor", `^vendor=Amcrest`},
	{"global.cgi?action=getCurrentTime", `^result=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\s*$`},
	{"configManager.cgi?action=getConfig&name=General", `(?m)^table\.General\.MachineName=DVR`},
	{"configManager.cgi?action=getConfig&name=Network", `(?m)^table\.Network\.eth0\.IPAddress=127\.0\.0\.1`},
	{"configManager.cgi?action=getConfig&name=NTP", `(?m)^table\.NTP\.Enable=`},
	{"configManager.cgi?action=getConfig&name=RTSP", `(?m)^table\.RTSP\.Port=\d+`},
	{"configManager.cgi?action=getConfig&name=Encode[0]", `(?m)^table\.Encode\[0\]\.MainFormat\[0\]\.Video\.Width=\d+`},
	{"configManager.cgi?action=getConfig&name=ChannelTitle", `(?m)^table\.ChannelTitle\[0\]\.Name=`},
	{"configManager.cgi?action=getConfig&name=MotionDetect", `(?m)^table\.MotionDetect\[0\]\.Enable=`},
	{"configManager.cgi?action=getConfig&name=RecordMode", `(?m)^table\.RecordMode\[0\]\.Mode=`},
	{"configManager.cgi?action=getConfig&name=VideoStandard", `(?m)^table\.VideoStandard=NTSC`},
	{"configManager.cgi?action=setConfig&General.LocalNo=9", `^OK\s*$`},
	{"magicBox.cgi?action=getUpTime", `.`},
	{"IntervideoManager.cgi?action=getVersion&Name=CGI", `^version=`},
	{"IntervideoManager.cgi?action=getVersion&Name=Onvif", `^version=`},
	{"configManager.cgi?action=getConfig&name=UPnP", `(?m)^table\.UPnP\.Enable=`},
	{"configManager.cgi?action=getConfig&name=Snap", `(?m)^table\.Snap`},
	{"configManager.cgi?action=getConfig&name=VideoColor", `(?m)^table\.VideoColor\[0\]`},
	{"configManager.cgi?action=getConfig&name=VideoWidget", `(?m)^table\.VideoWidget\[0\]`},
	{"configManager.cgi?action=getConfig&name=VideoInOptions", `(?m)^table\.VideoInOptions\[0\]`},
	{"configManager.cgi?action=getConfig&name=VideoOut", `(?m)^table\.VideoOut`},
	{"configManager.cgi?action=getConfig&name=Record", `(?m)^table\.Record\[0\]`},
	{"configManager.cgi?action=getConfig&name=MediaGlobal", `(?m)^table\.MediaGlobal`},
	{"configManager.cgi?action=getConfig&name=Alarm", `(?m)^table\.Alarm\[0\]`},
	{"configManager.cgi?action=getConfig&name=AlarmOut", `(?m)^table\.AlarmOut\[0\]`},
	{"configManager.cgi?action=getConfig&name=BlindDetect", `(?m)^table\.BlindDetect\[0\]`},
	{"configManager.cgi?action=getConfig&name=LossDetect", `(?m)^table\.LossDetect\[0\]`},
	{"configManager.cgi?action=getConfig&name=LoginFailureAlarm", `(?m)^table\.LoginFailureAlarm`},
	{"configManager.cgi?action=getConfig&name=StorageNotExist", `(?m)^table\.StorageNotExist`},
	{"configManager.cgi?action=getConfig&name=StorageFailure", `(?m)^table\.StorageFailure`},
	{"configManager.cgi?action=getConfig&name=StorageLowSpace", `(?m)^table\.StorageLowSpace`},
	{"configManager.cgi?action=getConfig&name=NetAbort", `(?m)^table\.NetAbort`},
	{"configManager.cgi?action=getConfig&name=IPConflict", `(?m)^table\.IPConflict`},
	{"configManager.cgi?action=getConfig&name=NAS", `(?m)^table\.NAS`},
	{"configManager.cgi?action=getConfig&name=Ptz", `(?m)^table\.Ptz`},
	{"configManager.cgi?action=getConfig&name=Telnet", `(?m)^table\.Telnet`},
	{"configManager.cgi?action=getConfig&name=WLan", `(?m)^table\.WLan`},
	{"userManager.cgi?action=getGroupInfoAll", `(?m)^group\[0\]\.Name=admin`},
	{"userManager.cgi?action=getActiveUserInfoAll", `.`},
	{"userManager.cgi?action=addUser&user.Name=yard&user.Password=Yard2024&user.Group=user&user.Sharable=true&user.Reserved=false", `^OK\s*$`},
	{"userManager.cgi?action=modifyPassword&name=yard&pwd=Yard2025&pwdOld=Yard2024", `^OK\s*$`},
	{"userManager.cgi?action=deleteUser&name=yard", `^OK\s*$`},
	{"netApp.cgi?action=getInterfaces", `(?m)Name=eth0`},
	{"netApp.cgi?action=getUPnPStatus", `.`},
	{"Config.backup?action=All", `.`},
	{"log.cgi?action=startFind&condition.StartTime=2020-01-01%2000:00:00&condition.EndTime=2037-01-01%2000:00:00", `^token=\d+\s`},
	{"mediaFileFind.cgi?action=factory.create", `^result=\d+\s*$`},
	{"storageDevice.cgi?action=getDeviceAllInfo", `(?m)\.TotalBytes=[0-9.]+`},
	{"storageDevice.cgi?action=factory.getCollect", `.`},
	{"recordManager.cgi?action=getCaps", `.`},
	{"eventManager.cgi?action=getCaps", `.`},
	{"eventManager.cgi?action=getEventIndexes&code=VideoLoss", `^Error: No Events|^channels\[`},
	{"encode.cgi?action=getConfigCaps&channel=1", `.`},
	{"devVideoInput.cgi?action=getCollect", `^result=\d+\s*$`},
	{"devVideoOutput.cgi?action=getCollect", `^result=\d+\s*$`},
	{"devAudioInput.cgi?action=getCollect", `^result=\d+\s*$`},
	{"devAudioOutput.cgi?action=getCollect", `^result=\d+\s*$`},
	{"alarm.cgi?action=getInSlots", `^result=\d+\s*$`},
	{"upgrader.cgi?action=getState", `.`},
	{"snapshot.cgi?channel=1", jpeg},
	{"userManager.cgi?action=getUserInfoAll", `(?m)^users\[0\]\.Name=admin`},
	{"userManager.cgi?action=getUserInfo&name=admin", `(?m)Name=admin`},
}

// jpeg stands for a picture, whose bytes are no text to match.
const jpeg = "a picture"

// curl makes each call with a handshake of its own.
func curl(t *testing.T, r recorder) {
	path := need(t, "curl", "the CGI with curl")
	for _, c := range curlCalls {
		saw(t, "curl --digest", c.path, r.Generation, curlCall(path, r, c.path, c.want))
	}
	// A request with Basic is no proof: python-amcrest begins with one every time.
	for range 6 {
		out, err := run(path, "-s", "-o", "/dev/null", "-w", "%{http_code}", "--basic", "-u", "admin:"+r.Password,
			"http://"+r.web()+"/cgi-bin/magicBox.cgi?action=getMachineName")
		if err != nil || out != "401" {
			t.Errorf("generation %s: Basic gives %s, %v", r.Generation, out, err)
		}
	}
	saw(t, "curl --digest", "after six requests with Basic", r.Generation,
		curlCall(path, r, "magicBox.cgi?action=getMachineName", `^name=`))
}

func curlCall(path string, r recorder, call, want string) error {
	out, err := run(path, "-s", "-S", "-g", "--max-time", "100", "--digest", "-u", "admin:"+r.Password, "-w", "\n%{http_code}",
		"http://"+r.web()+"/cgi-bin/"+call)
	if err != nil {
		return err
	}
	body, status, _ := cutLast(out, "\n")
	right := want == jpeg && strings.HasPrefix(body, "\xff\xd8") || want != jpeg && regexp.MustCompile(want).MatchString(body)
	if status != "200" || !right {
		return fmt.Errorf("%s %.200q", status, body)
	}
	return nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// soon is when a client has ended, on a computer that does much else.
const soon = 3 * time.Minute

// tries is how often a client is asked whose own patience cannot be set.
const tries = 4

// run gives what a program prints, within its time.
func run(path string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return string(out), fmt.Errorf("%w: %s", err, strings.TrimSpace(errs.String()))
	}
	return string(out), nil
}
