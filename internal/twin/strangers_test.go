package twin

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Some clients keep the session of the challenge and never look at the next answer;
// others adopt what the login gives.
func TestLoginSession(t *testing.T) {
	for _, g := range generations {
		for _, sw := range []string{LoginSessionKept, LoginSessionNew} {
			r := start(t, Config{Model: Model{Generation: g}, Switches: Switches{LoginSession: sw}, Password: "Owner2024"})
			a := r.post("/RPC2_Login", `{"method":"global.login","params":{"userName":"admin","password":""},"id":1}`)
			c := sure[struct{ Realm, Random string }](t, a.Params)
			proof := upperMD5("admin:" + c.Random + ":" + upperMD5("admin:"+c.Realm+":Owner2024"))
			b := r.post("/RPC2_Login", fmt.Sprintf(`{"method":"global.login","params":{"userName":"admin","password":%q},"id":2,"session":%s}`, proof, a.Session))
			if string(b.Result) != "true" || (string(a.Session) == string(b.Session)) != (sw == LoginSessionKept) {
				t.Errorf("generation %s, %s: %s after %s, %+v", g, sw, b.Session, a.Session, b.Error)
			}
			if b := r.call(b.Session, "magicBox.getSerialNo", "null"); string(b.Result) != "true" {
				t.Errorf("generation %s, %s: the session given: %+v", g, sw, b)
			}
			if b := r.call(a.Session, "magicBox.getSerialNo", "null"); (string(b.Result) == "true") != (sw == LoginSessionKept) {
				t.Errorf("generation %s, %s: the session of the challenge: %+v", g, sw, b)
			}
		}
	}
}

// Clients that keep every session as text send a number in quotes.
func TestSessionNumberAsText(t *testing.T) {
	r := start(t, Config{})
	s := r.login("admin", "admin").Session
	quoted := json.RawMessage(`"` + string(s) + `"`)
	if a := r.call(quoted, "magicBox.getSerialNo", "null"); string(a.Result) != "true" {
		t.Errorf("%s: %+v", quoted, a)
	}
	for _, other := range []string{`"` + string(s) + `0"`, `" ` + string(s) + `"`, `"+` + string(s) + `"`, `""`, `"x"`} {
		if a := r.call(json.RawMessage(other), "magicBox.getSerialNo", "null"); a.Error.Code != 287637505 {
			t.Errorf("%s: %+v", other, a)
		}
	}
	if a := r.call(quoted, "global.logout", "null"); string(a.Result) != "true" {
		t.Errorf("logout: %+v", a)
	}
	if a := r.call(s, "magicBox.getSerialNo", "null"); a.Error.Code != 287637505 {
		t.Errorf("after logout: %+v", a)
	}
}

// What typed clients decode: lists that are the params themselves, whole numbers, and
// an instance that is made, used and given back.
func TestRPCForTypedClients(t *testing.T) {
	r := start(t, Config{Model: Model{Channels: 1}})
	s := r.login("admin", "admin").Session
	if list := sure[[]string](t, r.call(s, "userManager.getAuthorityList", "null").Params); len(list) == 0 || list[0] != "Monitor_01" {
		t.Errorf("rights: %q", list)
	}
	groups := sure[[]struct {
		ID            int `json:"Id"`
		Name          string
		AuthorityList []string
	}](t, r.call(s, "userManager.getGroupInfoAll", "null").Params)
	if len(groups) != 2 || groups[0].Name != "admin" || groups[0].ID != 1 || len(groups[1].AuthorityList) == 0 {
		t.Errorf("groups: %+v", groups)
	}
	cards := sure[struct {
		NetInterface []struct {
			Name, ConnStatus, PhysicalAddress string
			Speed                             int
			Valid                             bool
		} `json:"netInterface"`
	}](t, r.call(s, "netApp.getNetInterfaces", "null").Params).NetInterface
	if len(cards) != 1 || cards[0].Name != "eth0" || cards[0].Speed != 100 || !cards[0].Valid {
		t.Errorf("network cards: %+v", cards)
	}
	object := sure[int64](t, r.call(s, "storage.factory.instance", "null").Result)
	disks := sure[struct{ Info []diskInfo }](t, r.call(s, "storage.getDeviceAllInfo", "null").Params).Info
	if len(disks) != 1 || disks[0].Name != "/dev/sda" || len(disks[0].Detail) != 1 || !strings.HasSuffix(string(disks[0].Detail[0].TotalBytes), ".000000") {
		t.Errorf("disks: %+v", disks)
	}
	if a := r.post("/RPC2", fmt.Sprintf(`{"method":"storage.destroy","params":null,"object":%d,"id":9,"session":%s}`, object, s)); string(a.Result) != "true" {
		t.Errorf("destroy: %+v", a)
	}
	names := sure[struct{ Names []string }](t, r.call(s, "configManager.getMemberNames", "null").Params).Names
	all := sure[struct{ Table map[string]json.RawMessage }](t, r.call(s, "configManager.getConfig", `{"name":"All"}`).Params).Table
	if len(all) != len(names) || len(all) < 20 {
		t.Errorf("%d settings of %d names", len(all), len(names))
	}
	one := sure[struct{ Table json.RawMessage }](t, r.call(s, "configManager.getConfig", `{"name":"Encode"}`).Params).Table
	if d := cmp.Diff(string(one), string(all["Encode"])); d != "" {
		t.Errorf("Encode among all (-alone +among):\n%s", d)
	}
}

// The disk that is pulled is in no list.
func TestRPCWithoutDisk(t *testing.T) {
	r := start(t, Config{})
	s := r.login("admin", "admin").Session
	if err := r.SetFault(NoDisk, 0); err != nil {
		t.Fatal(err)
	}
	if a := r.call(s, "storage.getDeviceAllInfo", "null"); string(a.Params) != `{"info":[]}` {
		t.Errorf("%s", a.Params)
	}
}

// Software made for cameras asks for recordings of channel 0, with parts of a second,
// and counts what there is before it reads it.
func TestRecordingsForCameraSoftware(t *testing.T) {
	r := start(t, Config{Model: Model{Channels: 2}})
	r.clock.Advance(time.Hour)
	get := func(call string) (int, string) { return r.cgi("admin", "admin", call) }
	number := func() string {
		_, body := get("mediaFileFind.cgi?action=factory.create")
		return strings.TrimSpace(strings.TrimPrefix(body, "result="))
	}
	window := "&condition.StartTime=" + url.PathEscape("2026-01-01 00:00:00.250000") + "&condition.EndTime=" + url.PathEscape("2026-01-01 00:59:00.5")
	find := func(channel string) (int, string) {
		id := number()
		if status, body := get("mediaFileFind.cgi?action=findFile&object=" + id + "&condition.Channel=" + channel + window); status != 200 || body != "OK\r\n" {
			return status, body
		}
		return get("mediaFileFind.cgi?action=findNextFile&object=" + id + "&count=100")
	}
	_, first := find("1")
	if status, body := find("0"); status != 200 || body != first || !strings.Contains(first, "items[0].Channel=0\r\n") {
		t.Errorf("channel 0: %d %q\nchannel 1: %q", status, body, first)
	}
	for _, channel := range []string{"-1", "3", "x"} {
		if status, body := find(channel); status == 200 && strings.HasPrefix(body, "found=") && body != "found=0\r\n" {
			t.Errorf("channel %s: %d %q", channel, status, body)
		}
	}
	s := r.login("admin", "admin").Session
	id := r.call(s, "mediaFileFind.factory.create", "null").Result
	call := func(method, params string) answer {
		return r.post("/RPC2", fmt.Sprintf(`{"method":"mediaFileFind.%s","params":%s,"object":%s,"id":7,"session":%s}`, method, params, id, s))
	}
	call("findFile", `{"condition":{"Channel":0,"StartTime":"2026-01-01 00:00:00","EndTime":"2026-01-01 01:00:00"}}`)
	count := sure[struct{ Count int }](t, call("getCount", "null").Params).Count
	left := count
	for range 20 {
		n := sure[struct{ Found int }](t, call("findNextFile", `{"count":3}`).Params).Found
		if n == 0 {
			break
		}
		left -= n
		if got := sure[struct{ Count int }](t, call("getCount", "null").Params).Count; got != left {
			t.Fatalf("%d are left, of which getCount says %d", left, got)
		}
	}
	if count == 0 || left != 0 {
		t.Errorf("getCount said %d, %d too many", count, left)
	}
}

// libonvif finds the length of an answer by its header as SOAP servers write it, and
// keeps one nonce for all the tokens of a session.
func TestONVIFForLibonvif(t *testing.T) {
	nonce := []byte("0123456789abcdef")
	for _, g := range generations {
		r := start(t, Config{Model: Model{Generation: g}, Password: "Owner2024"})
		for i, op := range []string{"GetDeviceInformation", "GetUsers", "GetNetworkInterfaces"} {
			created := epoch.Add(time.Duration(i) * time.Millisecond).Format("2006-01-02T15:04:05.000Z")
			head := `<wsse:Security><wsse:UsernameToken><wsse:Username>admin</wsse:Username><wsse:Password Type="` +
				`http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest">` +
				passwordDigest(nonce, created, "Owner2024") + `</wsse:Password><wsse:Nonce>` + base64.StdEncoding.EncodeToString(nonce) +
				`</wsse:Nonce><wsu:Created>` + created + `</wsu:Created></wsse:UsernameToken></wsse:Security>`
			body := `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"` +
				` xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"` +
				` xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"><s:Header>` + head +
				`</s:Header><s:Body><tds:` + op + `/></s:Body></s:Envelope>`
			text := r.raw(fmt.Sprintf("POST /onvif/device_service HTTP/1.1\r\nHost: x\r\nContent-Type: application/soap+xml; charset=utf-8;\r\n"+
				"Content-Length: %d\r\n\r\n%s", len(body), body))
			if !strings.HasPrefix(text, "HTTP/1.1 200 ") || !strings.Contains(text, "\r\nContent-Length: ") || !strings.Contains(text, op+"Response>") {
				t.Errorf("generation %s, %s: %.400q", g, op, text)
			}
		}
	}
}

func passwordDigest(nonce []byte, created, password string) string {
	sum := sha1.Sum(slices.Concat(nonce, []byte(created+password)))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// A client that lists who is logged in finds itself there, whichever way it came.
func TestActiveUsersByEveryWay(t *testing.T) {
	r := start(t, Config{})
	s := r.login("admin", "admin").Session
	r.clock.Advance(time.Minute)
	l := r.line(ServiceDVRIP)
	head, _ := l.dvripLogin("admin", "admin", "")
	session := binary.LittleEndian.Uint32([]byte(head[16:20]))
	_, body := l.ask(jsonPacket(session, 5, fmt.Sprintf(`{"method":"userManager.getActiveUserInfoAll","params":null,"id":5,"session":%d}`, session)))
	type list struct {
		Users []struct{ LoginTime, Name string }
	}
	users := sure[list](t, sure[answer](t, json.RawMessage(body)).Params).Users
	want := list{}.Users
	for _, at := range []string{"2026-01-01 00:00:00", "2026-01-01 00:01:00"} {
		want = append(want, struct{ LoginTime, Name string }{at, "admin"})
	}
	if d := cmp.Diff(want, users); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if again := sure[list](t, r.call(s, "userManager.getActiveUserInfoAll", "null").Params).Users; len(again) != 2 {
		t.Errorf("over HTTP: %+v", again)
	}
}
