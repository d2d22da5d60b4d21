package twin

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/rekey-dvr/rekey/internal/need"
)

// clientCall is a call that software of others makes, and what its parser needs of
// the answer: sections 10.1 and 10.4 of the dossier.
type clientCall struct {
	call  string
	needs func(body string) error
}

func wants(ok bool, what string) error {
	if !ok {
		return fmt.Errorf("it %s", what)
	}
	return nil
}

// last needs a value after the last equals sign, as python-amcrest cuts it.
func last(want string) func(string) error {
	return func(body string) error {
		got := strings.TrimSpace(body[strings.LastIndex(body, "=")+1:])
		return wants(want == "" && got != "" || got == want, fmt.Sprintf("ends in %q, not %q", got, want))
	}
}

// isOK needs OK and nothing else, as amcrest-sdk does.
func isOK(body string) error {
	return wants(strings.TrimSpace(body) == "OK", fmt.Sprintf("is %q", body))
}

// tableOf needs lines of a name of the settings, each with a value behind =.
func tableOf(name string) func(string) error {
	return func(body string) error {
		for line := range strings.SplitSeq(strings.TrimSuffix(body, "\r\n"), "\r\n") {
			if key, _, ok := strings.Cut(line, "="); !ok || !strings.HasPrefix(key, "table."+name) {
				return fmt.Errorf("has the line %q", line)
			}
		}
		return nil
	}
}

func has(part string) func(string) error {
	return func(body string) error { return wants(strings.Contains(body, part), "lacks "+part+": "+body) }
}

// floats needs a number with a point after each key.
func floats(keys ...string) func(string) error {
	return func(body string) error {
		for _, key := range keys {
			_, rest, _ := strings.Cut(body, key+"=")
			text, _, _ := strings.Cut(rest, "\r\n")
			if _, err := strconv.ParseFloat(text, 64); err != nil || !strings.Contains(text, ".") {
				return fmt.Errorf("has %s=%q", key, text)
			}
		}
		return nil
	}
}

// twoParts needs a version in two parts, by a comma or else by white space.
func twoParts(body string) error {
	parts := strings.Split(strings.TrimSpace(body), ",")
	if len(parts) == 1 {
		parts = strings.Fields(body)
	}
	return wants(len(parts) == 2, fmt.Sprintf("splits into %q", parts))
}

func clientCalls() []clientCall {
	calls := []clientCall{
		{"magicBox.cgi?action=getMachineName", func(body string) error {
			low := strings.ToLower(body)
			return wants(body == "name=DVR\r\n" && !strings.Contains(low, "error") && !strings.Contains(low, "invalid"), "is "+body)
		}},
		{"magicBox.cgi?action=getSerialNo", last(vectorSerial)},
		{"magicBox.cgi?action=getSoftwareVersion", twoParts},
		{"magicBox.cgi?action=getDeviceType", last("AMDV7208")},
		{"magicBox.cgi?action=getHardwareVersion", last("1.00")},
		{"magicBox.cgi?action=getDeviceClass", last("")},
		{"magicBox.cgi?action=getVendor", last("Amcrest")},
		{"magicBox.cgi?action=getSystemInfo", has("serialNumber=" + vectorSerial + "\r\n")},
		{"magicBox.cgi?action=getSystemInfoNew", has("serialNumber=")},
		{"magicBox.cgi?action=getLanguageCaps", has("English")},
		{"magicBox.cgi?action=getMarketArea", last("")},
		{"magicBox.cgi?action=getProductDefinition&name=MaxExtraStream", last("1")},
		{"IntervideoManager.cgi?action=getVersion&Name=CGI", has("version=")},
		{"IntervideoManager.cgi?action=getVersion&Name=Onvif", has("version=")},
		{"userManager.cgi?action=getUserInfoAll", has("users[0].Name=admin\r\n")},
		{"userManager.cgi?action=getUserInfo&name=admin", has(".Group=admin\r\n")},
		{"userManager.cgi?action=getGroupInfo&name=admin", has("group.Name=admin\r\n")},
		{"userManager.cgi?action=getGroupInfoAll", has("group[1].Name=user\r\n")},
		{"userManager.cgi?action=getActiveUserInfoAll", has("null")},
		{"userManager.cgi?action=addUser&user.Name=visitor&user.Password=Heron8Quarry&user.Group=user&user.Sharable=true&user.Reserved=false&user.Memo=a%20guest", isOK},
		{"userManager.cgi?action=modifyUser&name=visitor&user.Memo=gone&user.Group=user&user.Sharable=false", isOK},
		{"userManager.cgi?action=modifyPassword&name=visitor&pwd=Finch9Meadow&pwdOld=Heron8Quarry", isOK},
		{"userManager.cgi?action=deleteUser&name=visitor", isOK},
		{"global.cgi?action=getCurrentTime", func(body string) error {
			_, err := time.Parse("result="+time.DateTime, strings.TrimSpace(body))
			return err
		}},
		{"global.cgi?action=setCurrentTime&time=2026-1-1%200:00:00", isOK},
		{"global.cgi?action=setCurrentTime&time=2026-01-01%2000:00:00", isOK},
		{"eventManager.cgi?action=getExposureEvents", has("events[0]=")},
		{"netApp.cgi?action=getInterfaces", has("netInterface[0].Name=eth0\r\n")},
		{"netApp.cgi?action=getUPnPStatus", has("=")},
		{"storageDevice.cgi?action=getDeviceAllInfo", floats(".TotalBytes", ".UsedBytes")},
		{"storageDevice.cgi?action=factory.getCollect", has("/dev/sda")},
		{"recordManager.cgi?action=getCaps", has("caps.MaxPreRecordTime=30\r\n")},
		{"eventManager.cgi?action=getCaps", has("caps.")},
		{"eventManager.cgi?action=getEventIndexes&code=VideoLoss", has("Error: No Events")},
		{"devVideoInput.cgi?action=getCollect", last("8")},
		{"devVideoInput.cgi?action=getCaps&channel=1", has("caps.")},
		{"devVideoOutput.cgi?action=getCollect", last("3")},
		{"devAudioInput.cgi?action=getCollect", has("result=")},
		{"devAudioOutput.cgi?action=getCollect", has("result=")},
		{"encode.cgi?action=getCaps", has("caps.")},
		{"encode.cgi?action=getConfigCaps&channel=1", has("caps.")},
		{"alarm.cgi?action=getInSlots", last("8")},
		{"alarm.cgi?action=getOutState", last("0")},
		{"configManager.cgi?action=getConfig&name=RTSP", func(body string) error { // rtsp_url reads this line
			return wants(regexp.MustCompile(`table\.RTSP\.Port=[1-9]\d+\r\n`).MatchString(body), "has no port: "+body)
		}},
		{"configManager.cgi?action=setConfig&VideoColor[0][0].Brightness=60&General.LocalNo=9", isOK},
		{"configManager.cgi?action=getConfig&name=General.LocalNo", last("9")},
		{"log.cgi?action=startFind&condition.StartTime=2025-12-31%2000:00:00&condition.EndTime=2026-12-31%2000:00:00", has("token=1\r\n")},
		// python-amcrest cuts at the first = and sends what is before the second.
		{"log.cgi?action=doFind&token=1%0D%0Acount&count=1", has("found=1\r\n")},
		{"log.cgi?action=doFind&token=1&count=100", func(body string) error {
			first, rest, _ := strings.Cut(body, "\r\n")
			n, err := strconv.Atoi(strings.TrimPrefix(first, "found="))
			return wants(err == nil && n > 0 && strings.Contains(rest, fmt.Sprintf("items[%d].Time=", n-1)), "is "+body)
		}},
		{"log.cgi?action=stopFind&token=1", isOK},
		{"log.cgi?action=clear", isOK},
		{"Config.backup?action=All", func(body string) error { // python-amcrest reads it as text
			head, _, _ := strings.Cut(body, " ")
			return wants(head == "RKTWINCF1" && utf8.ValidString(body), fmt.Sprintf("is %q", body))
		}},
		{"Log.backup?action=All&condition.StartTime=2025-12-31%2000:00:00&condition.EndTime=2026-12-31%2000:00:00", has("ClearLog")},
		{"upgrader.cgi?action=getState", has("State=")},
		{"upgrader.cgi?action=cancel", isOK},
	}
	for _, name := range []string{
		"General", "Network", "NTP", "UPnP", "RTSP", "Telnet", "WLan", "Snap", "Encode", "VideoColor", "ChannelTitle",
		"VideoStandard", "VideoWidget", "VideoInOptions", "VideoOut", "RecordMode", "Record", "MediaGlobal", "MotionDetect",
		"Alarm", "AlarmOut", "BlindDetect", "LossDetect", "LoginFailureAlarm", "StorageNotExist", "StorageFailure",
		"StorageLowSpace", "NetAbort", "IPConflict", "NAS", "Ptz",
	} {
		calls = append(calls, clientCall{"configManager.cgi?action=getConfig&name=" + name, tableOf(name)})
	}
	return calls
}

// What the clients of others call, by curl over real sockets, on each generation.
func TestClientsOfOthers(t *testing.T) {
	curl := need.Program(t, "a client that is not rekey's is not tried", "curl")
	for _, g := range generations {
		t.Run(string(g), func(t *testing.T) {
			t.Parallel()
			r := start(t, Config{Model: Model{Generation: g}, Switches: Switches{LongLimit: 8}, Password: "Owner2024"})
			dir := t.TempDir()
			args := []string{"-sS", "--max-time", "20", "--digest", "-g", "-u", "admin:Owner2024", "-w", "%{http_code}\n"}
			calls := clientCalls()
			for i, c := range calls {
				args = append(args, "-o", filepath.Join(dir, strconv.Itoa(i)), "http://"+r.Address()+"/cgi-bin/"+c.call)
			}
			out, err := exec.Command(curl, args...).CombinedOutput()
			if err != nil {
				t.Fatalf("curl: %v\n%s", err, out)
			}
			statuses := strings.Fields(string(out))
			for i, c := range calls {
				body, err := os.ReadFile(filepath.Join(dir, strconv.Itoa(i)))
				if err != nil || i >= len(statuses) || statuses[i] != "200" {
					t.Errorf("%s: %v %v %s", c.call, statuses[min(i, len(statuses)-1)], err, body)
					continue
				}
				if err := c.needs(string(body)); err != nil {
					t.Errorf("%s: %v", c.call, err)
				}
			}
			if got := r.Ledger()["admin"]; got.Bad != 0 || got.Accepted != len(calls) {
				t.Errorf("ledger %+v for %d calls", got, len(calls))
			}
		})
	}
}

// amcrest-sdk reads realm, nonce and qop only, cuts the challenge at its commas, and
// takes no other qop than auth. A status of 400 or more, or a body that begins with
// Error, is its error.
func TestChallengeForSimpleClients(t *testing.T) {
	for _, g := range generations {
		r := start(t, Config{Model: Model{Generation: g}, Password: "Owner2024"})
		answer := r.raw("GET /cgi-bin/magicBox.cgi?action=getSerialNo HTTP/1.1\r\nHost: x\r\n\r\n")
		_, rest, _ := strings.Cut(answer, "WWW-Authenticate: Digest ")
		line, _, _ := strings.Cut(rest, "\r\n")
		got := map[string]string{}
		for part := range strings.SplitSeq(line, ",") {
			key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
			got[key] = strings.Trim(value, `"`)
		}
		if got["qop"] != "auth" || got["nonce"] == "" || !strings.HasPrefix(got["realm"], "Login to ") {
			t.Errorf("%s: %q", g, line)
		}
		for call, want := range map[string]string{
			"magicBox.cgi?action=nonsense": "400", "ptz.cgi?action=start": map[Generation]string{GenC: "501"}[g],
			"configManager.cgi?action=getConfig&name=None": map[Generation]string{GenC: "403"}[g],
			"devVideoInput.cgi?action=getCaps&channel=0":   "400",
			"coaxialControlIO.cgi?action=control":          map[Generation]string{GenC: "501"}[g],
		} {
			if want == "" {
				want = "400"
			}
			status, body := r.cgi("admin", "Owner2024", call)
			if strconv.Itoa(status) != want || g != GenC && !strings.HasPrefix(body, "Error") {
				t.Errorf("%s on %s: %d %q, want %s", call, g, status, body, want)
			}
		}
	}
}
