package recorder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// cgi plays one CGI call: the nonce, then the proof.
func cgi(target, status, body string) []step {
	return []step{cgiStep(), digestStep("/cgi-bin/"+target, answer(status, "text/plain", body))}
}

func ok(target, body string) []step { return cgi(target, "200 OK", body) }

// called plays one call in the session of an accepted login.
func called(id int, rest, result string) step {
	return step{want: post("/RPC2", fmt.Sprintf(`{"method":%s,"id":%d,"session":2147483643}`, rest, id)),
		answer: json(fmt.Sprintf(`{"id":%d,%s,"session":2147483643}`, id, result))}
}

// access gives one that has a session if by is ViaRPC, and then what is played.
func access(t *testing.T, by Via, steps ...[]step) *Access {
	t.Helper()
	var all []step
	if by == ViaRPC {
		all = []step{step1(), step2(`{"id":2,"params":null,"result":true,"session":2147483643}`)}
	} else {
		all = ok(strings.TrimPrefix(probeTarget, "/cgi-bin/"), "name=DVR\r\n")
	}
	for _, s := range steps {
		all = append(all, s...)
	}
	c := play(t, all...)
	prove := c.ProveRPC
	if by == ViaCGI {
		prove = c.ProveCGI
	}
	a, err := c.Access(prove(t.Context(), "admin", admin), "admin", admin)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

var jan2 = time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)

// Every call by CGI: the target that is signed and sent, the answer as the protocol
// notes have it, and what is made of it.
func TestAccessByCGI(t *testing.T) {
	for name, tt := range map[string]struct {
		steps [][]step
		call  func(context.Context, *Access) (any, error)
		want  any
		kind  Kind
	}{
		"settings": {[][]step{ok("configManager.cgi?action=getConfig&name=Network.eth0", "table.Network.eth0.DhcpEnable=false\r\ntable.Network.eth0.MTU=1500\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return a.Settings(ctx, "Network.eth0") },
			wire.Table{{Key: "Network.eth0.DhcpEnable", Value: "false"}, {Key: "Network.eth0.MTU", Value: "1500"}}, 0},
		"setting unknown": {[][]step{ok("configManager.cgi?action=getConfig&name=X", "Error: Error -1 getting param in name=X\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return a.Settings(ctx, "X") }, wire.Table(nil), Refused},
		"set and kept": {[][]step{ok("configManager.cgi?action=setConfig&NTP.Enable=true&NTP.Port=123", "OK\r\n"),
			ok("configManager.cgi?action=getConfig&name=NTP", "table.NTP.Enable=True\r\ntable.NTP.Port=123.000000\r\n")},
			func(ctx context.Context, a *Access) (any, error) {
				return a.SetSettings(ctx, wire.Table{{Key: "NTP.Enable", Value: "true"}, {Key: "NTP.Port", Value: "123"}})
			}, false, 0},
		"set and not kept": {[][]step{ok("configManager.cgi?action=setConfig&NTP.Enable=true", "OK\r\n"),
			ok("configManager.cgi?action=getConfig&name=NTP", "table.NTP.Enable=false\r\n")},
			func(ctx context.Context, a *Access) (any, error) {
				return a.SetSettings(ctx, wire.Table{{Key: "NTP.Enable", Value: "true"}})
			}, false, Refused},
		"clock": {[][]step{ok("global.cgi?action=getCurrentTime", "result=2024-01-02 03:04:05\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return a.Clock(ctx) }, jan2, 0},
		"set clock": {[][]step{ok("global.cgi?action=setCurrentTime&time=2024-01-02%2003%3A04%3A05", "OK")},
			func(ctx context.Context, a *Access) (any, error) { return nil, a.SetClock(ctx, jan2) }, nil, 0},
		"accounts": {[][]step{ok("userManager.cgi?action=getUserInfoAll", "users[0].Group=admin\r\nusers[0].ID=1\r\nusers[0].Memo=x\r\nusers[0].Name=admin\r\n"+
			"users[0].Password=******\r\nusers[0].Reserved=true\r\nusers[0].Sharable=true\r\nusers[0].AuthorityList[0]=Monitor_01\r\nusers[1].Name=guest\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return a.Accounts(ctx) },
			[]User{{ID: 1, Name: "admin", Group: "admin", Memo: "x", Reserved: true, Sharable: true, Authorities: []string{"Monitor_01"}}, {Name: "guest"}}, 0},
		"accounts with a gap": {[][]step{ok("userManager.cgi?action=getUserInfoAll", "users[9].Name=x\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return a.Accounts(ctx) }, []User(nil), Garbage},
		"logins": {[][]step{ok("userManager.cgi?action=getActiveUserInfoAll", "users[0].ClientAddress=192.0.2.5\r\nusers[0].Name=admin\r\nusers[0].Id=2\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return a.Logins(ctx) },
			[]wire.ActiveUser{{ClientAddress: "192.0.2.5", Name: "admin", ID: 2}}, 0},
		"add account": {[][]step{ok("userManager.cgi?action=addUser&user.Name=a%26b&user.Password=p%3D%2B&user.Group=user&user.Sharable=true&user.Reserved=false&user.Memo=", "OK\r\n")},
			func(ctx context.Context, a *Access) (any, error) {
				return nil, a.AddUser(ctx, NewUser{Name: "a&b", Password: secret.New("p=+"), Group: "user", Sharable: true})
			}, nil, 0},
		"delete account": {[][]step{ok("userManager.cgi?action=deleteUser&name=guest", "OK\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return nil, a.DeleteUser(ctx, "guest") }, nil, 0},
		"delete admin": {[][]step{cgi("userManager.cgi?action=deleteUser&name=admin", "400 Bad Request", "Error\r\nBad Request!\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return nil, a.DeleteUser(ctx, "admin") }, nil, Refused},
		"change account": {[][]step{ok("userManager.cgi?action=modifyUser&name=guest&user.Group=user&user.Memo=hall&user.Sharable=false", "OK\r\n")},
			func(ctx context.Context, a *Access) (any, error) {
				return nil, a.ModifyUser(ctx, User{Name: "guest", Group: "user", Memo: "hall"})
			}, nil, 0},
		"log": {[][]step{ok("log.cgi?action=startFind&condition.StartTime=2024-01-02%2003%3A04%3A05&condition.EndTime=2024-01-02%2004%3A04%3A05", "token=17\r\n"),
			ok("log.cgi?action=doFind&token=17&count=100", "found=2\r\nitems[0].Detail.Flag=0x01\r\nitems[0].Level=0\r\nitems[0].Time=2024-01-02 03:04:05\r\n"+
				"items[0].Type=Reboot\r\nitems[0].User=System\r\nitems[1].Time=x\r\nitems[1].Type=Login\r\nitems[1].User=admin\r\n"),
			ok("log.cgi?action=doFind&token=17&count=100", "found=0\r\n"), ok("log.cgi?action=stopFind&token=17", "OK\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return a.Log(ctx, jan2, jan2.Add(time.Hour), "") },
			[]LogRow{{Time: jan2, Type: "Reboot", User: "System", Detail: wire.Table{{Key: "Flag", Value: "0x01"}}}, {Type: "Login", User: "admin"}}, 0},
		"log with another token": {[][]step{ok("log.cgi?action=startFind&condition.StartTime=2024-01-02%2003%3A04%3A05&condition.EndTime=2024-01-02%2003%3A04%3A05&condition.Type=System", "token=1&x\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return a.Log(ctx, jan2, jan2, "System") }, []LogRow(nil), Garbage},
		"software, two lines": {[][]step{ok("magicBox.cgi?action=getSoftwareVersion", "version=3.200.AC04.5\r\nBuildDate=2016-09-08\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return a.Software(ctx) }, Software{Version: "3.200.AC04.5", BuildDate: "2016-09-08"}, 0},
		"software, one line": {[][]step{ok("magicBox.cgi?action=getSoftwareVersion", "version=3.200.AC04.5,build:2016-09-08\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return a.Software(ctx) }, Software{Version: "3.200.AC04.5", BuildDate: "2016-09-08"}, 0},
		"disks": {[][]step{ok("storageDevice.cgi?action=getDeviceAllInfo", "list.info[0].Name=/dev/sda\r\nlist.info[0].State=Success\r\nlist.info[0].Detail[0].TotalBytes=495636709376.000000\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return a.Disks(ctx) },
			[]wire.Disk{{Name: "/dev/sda", State: "Success", Partitions: []wire.Partition{{TotalBytes: 495636709376}}}}, 0},
		"picture": {[][]step{ok("snapshot.cgi?channel=2", "\xff\xd8\xff\xe0picture")},
			func(ctx context.Context, a *Access) (any, error) { return a.Snapshot(ctx, 2) }, []byte("\xff\xd8\xff\xe0picture"), 0},
		"picture that is none": {[][]step{ok("snapshot.cgi?channel=2", "<html>")},
			func(ctx context.Context, a *Access) (any, error) { return a.Snapshot(ctx, 2) }, []byte(nil), Garbage},
		"update": {[][]step{ok("upgrader.cgi?action=getState", "State=Upgrading\r\nProgress=42\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return a.Upgrade(ctx) }, UpgradeState{"Upgrading", 42}, 0},
		"update with a raw byte": {[][]step{ok("upgrader.cgi?action=getState", "State=Upgrading\r\nProgress=\n\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return a.Upgrade(ctx) }, UpgradeState{"Upgrading", 10}, 0},
		"up-time": {[][]step{ok("magicBox.cgi?action=getUpTime", "info.last=45\r\ninfo.total=9000\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return a.UpTime(ctx) }, 45 * time.Second, 0},
		"up-time with a fraction": {[][]step{ok("magicBox.cgi?action=getUpTime", "info.last=45.250000\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return a.UpTime(ctx) }, 45 * time.Second, 0},
		"up-time before its start": {[][]step{ok("magicBox.cgi?action=getUpTime", "info.last=-1\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return a.UpTime(ctx) }, time.Duration(0), Garbage},
		"up-time that nobody has": {[][]step{ok("magicBox.cgi?action=getUpTime", "info.last=999999999999\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return a.UpTime(ctx) }, time.Duration(0), Garbage},
		"up-time not known there": {[][]step{cgi("magicBox.cgi?action=getUpTime", "400 Bad Request", "Error\r\nBad Request!\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return a.UpTime(ctx) }, time.Duration(0), Refused},
		"restart": {[][]step{ok("magicBox.cgi?action=reboot", "OK\r\n")},
			func(ctx context.Context, a *Access) (any, error) { return nil, a.Reboot(ctx) }, nil, 0},
		"restart without an answer": {[][]step{{cgiStep(), digestStep("/cgi-bin/magicBox.cgi?action=reboot", "")}},
			func(ctx context.Context, a *Access) (any, error) { return nil, a.Reboot(ctx) }, nil, Lost},
		"recordings": {[][]step{ok("mediaFileFind.cgi?action=factory.create", "result=123\r\n"),
			ok("mediaFileFind.cgi?action=findFile&object=123&condition.Channel=1&condition.StartTime=2024-01-02%2003%3A04%3A05&condition.EndTime=2024-01-02%2004%3A04%3A05&condition.Types%5B0%5D=dav", "OK\r\n"),
			ok("mediaFileFind.cgi?action=findNextFile&object=123&count=100", "found=1\r\nitems[0].Channel=0\r\nitems[0].FilePath=/mnt/a.dav\r\nitems[0].Length=9\r\n"),
			ok("mediaFileFind.cgi?action=findNextFile&object=123&count=100", "found=0\r\n"),
			ok("mediaFileFind.cgi?action=close&object=123", "OK\r\n"), ok("mediaFileFind.cgi?action=destroy&object=123", "OK\r\n")},
			func(ctx context.Context, a *Access) (any, error) {
				return a.Recordings(ctx, MediaQuery{Channel: 1, From: jan2, To: jan2.Add(time.Hour), Types: []string{"dav"}})
			}, []wire.MediaItem{{FilePath: "/mnt/a.dav", Length: 9}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tt.call(t.Context(), access(t, ViaCGI, tt.steps...))
			if d := cmp.Diff(tt.want, got); KindOf(err) != tt.kind || d != "" {
				t.Errorf("%v %s", err, d)
			}
		})
	}
}

// Firmware that refuses CGI although the password is right is asked by RPC2, and by
// CGI never again: one proof was refused, no second follows.
func TestRPCWhenCGIRefuses(t *testing.T) {
	refused := cgi("global.cgi?action=getCurrentTime", "401 Unauthorized", unauthorized)
	a := access(t, ViaRPC, refused, []step{
		called(3, `"global.getCurrentTime","params":null`, `"params":{"time":"2024-01-02 03:04:05"},"result":true`),
		called(4, `"configManager.getConfig","params":{"name":"NTP"}`, `"params":{"table":{"Enable":false,"Port":123,"Server":[{"Name":"a"}]}},"result":true`),
		called(5, `"configManager.setConfig","params":{"name":"NTP","options":[],"table":{"Enable":true,"Port":124,"Server":[{"Name":"b"}]}}`,
			`"params":{"options":["NeedReboot"]},"result":true`),
		called(6, `"configManager.getConfig","params":{"name":"NTP"}`, `"params":{"table":{"Enable":true,"Port":124,"Server":[{"Name":"b"}]}},"result":true`),
		called(7, `"configManager.getConfig","params":{"name":"NTP"}`, `"params":{"table":{"Enable":true,"Port":124,"Server":[{"Name":"b"}]}},"result":true`),
		called(8, `"log.startFind","params":{"condition":{"EndTime":"2024-01-02 03:04:05","StartTime":"2024-01-02 03:04:05"}}`, `"params":{"token":9},"result":true`),
		called(9, `"log.doFind","params":{"count":100,"token":9}`, `"params":{"found":1,"items":[{"Detail":{"Flag":1},"Time":"2024-01-02 03:04:05","Type":"Reboot","User":"System"}]},"result":true`),
		called(10, `"log.doFind","params":{"count":100,"token":9}`, `"params":{"found":0},"result":true`),
		called(11, `"log.stopFind","params":{"token":9}`, `"result":true`),
		called(12, `"mediaFileFind.factory.create","params":null`, `"result":77`),
		called(13, `"magicBox.getUpTime","params":null`, `"params":{"info":{"last":45,"total":9000}},"result":true`),
		called(14, `"magicBox.getUpTime","params":null`, `"params":{"info":{"last":"x"}},"result":true`),
		called(15, `"userManager.deleteUser","params":{"name":"x"}`, `"error":{"code":268894210,"message":"x"},"result":false`),
	})
	ctx := t.Context()
	if at, err := a.Clock(ctx); err != nil || !at.Equal(jan2) {
		t.Error(at, err)
	}
	restart, err := a.SetSettings(ctx, wire.Table{{Key: "NTP.Enable", Value: "true"}, {Key: "NTP.Port", Value: "124"}, {Key: "NTP.Server[0].Name", Value: "b"}})
	if err != nil || !restart {
		t.Error(restart, err)
	}
	got, err := a.Settings(ctx, "NTP.Server")
	if d := cmp.Diff(wire.Table{{Key: "NTP.Server[0].Name", Value: "b"}}, got); d != "" || err != nil {
		t.Error(err, d)
	}
	rows, err := a.Log(ctx, jan2, jan2, "")
	if err != nil || len(rows) != 1 || !rows[0].LostPower() {
		t.Errorf("%+v %v", rows, err)
	}
	if res, err := a.session.call(ctx, opMedia, "mediaFileFind.factory.create", nil, nil); err != nil || !res.Result.OK() {
		t.Error(err)
	}
	if up, err := a.UpTime(ctx); err != nil || up != 45*time.Second {
		t.Error(up, err)
	}
	if up, err := a.UpTime(ctx); KindOf(err) != Garbage || up != 0 {
		t.Error(up, err)
	}
	// What RPC2 does not know either ends with what CGI said.
	if err := a.DeleteUser(ctx, "x"); KindOf(err) != Refused {
		t.Error(err)
	}
}

// Without a session a refusal is the end, and the next call sends nothing.
func TestCGIRefusedWithoutSession(t *testing.T) {
	a := access(t, ViaCGI, cgi("global.cgi?action=getCurrentTime", "401 Unauthorized", unauthorized))
	for range 3 {
		if _, err := a.Clock(t.Context()); KindOf(err) != Refused {
			t.Error(err)
		}
	}
}

// Calls at the same moment are made in turn: a password that stopped being right
// leaves once, not once for each of them.
func TestOneRefusedProofForAll(t *testing.T) {
	a := access(t, ViaCGI, cgi("global.cgi?action=getCurrentTime", "401 Unauthorized", unauthorized))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := a.Clock(t.Context()); KindOf(err) != Refused {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// Who gives up on a recorder that has fallen silent in the middle of a search is not
// held by the calls that end it.
func TestCanceledSearchEnds(t *testing.T) {
	for name, search := range map[string]func(context.Context, *Access) error{
		"log":        func(ctx context.Context, a *Access) error { _, err := a.Log(ctx, jan2, jan2, ""); return err },
		"recordings": func(ctx context.Context, a *Access) error { _, err := a.Recordings(ctx, MediaQuery{}); return err },
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var n atomic.Int32
			c, _, wait := hostile(func(conn net.Conn) {
				switch i := n.Add(1); {
				case i > 3:
					cancel()
					io.Copy(io.Discard, conn)
				case i%2 == 1:
					io.WriteString(conn, answer("401 Unauthorized", "text/plain", unauthorized, askDigest))
				default:
					io.WriteString(conn, answer("200 OK", "text/plain", "token=5\r\nresult=5\r\n"))
				}
			})
			begun := time.Now()
			err := search(ctx, &Access{client: c, user: "admin", password: admin, turn: make(chan struct{}, 1)})
			if KindOf(err) != Lost {
				t.Errorf("%s: %v", name, err)
			}
			if took := time.Since(begun); took > closeWithin {
				t.Errorf("%s: ended %s after it was given up", name, took)
			}
			wait()
		})
	}
}

func TestAccessNeedsAnAcceptedProof(t *testing.T) {
	for _, v := range []Verdict{Wrong, AccountLocked, Unclear, NotSent, AnswerLost} {
		if a, err := new(Client).Access(Outcome{Verdict: v}, "admin", admin); a != nil || KindOf(err) != Unsent {
			t.Errorf("%s: %v", v, err)
		}
	}
}

func TestLostPower(t *testing.T) {
	for flag, want := range map[string]bool{"0x01": true, "1": true, "0x03": true, "0x00": false, "0x02": false, "": false, "x": false} {
		row := LogRow{Type: "Reboot", Detail: wire.Table{{Key: "Flag", Value: flag}}}
		if row.LostPower() != want {
			t.Errorf("%q: %v", flag, !want)
		}
	}
	if (LogRow{Type: "Login", Detail: wire.Table{{Key: "Flag", Value: "0x01"}}}).LostPower() {
		t.Error("a login")
	}
}

const attach = "/cgi-bin/eventManager.cgi?action=attach&codes=%5BAll%5D&heartbeat=5"

// streaming is an Access whose second request gets what f writes.
func streaming(f func(net.Conn)) *Access {
	n := 0
	c, _, _ := hostile(func(conn net.Conn) {
		if n++; n == 1 {
			io.WriteString(conn, answer("401 Unauthorized", "text/plain", unauthorized, askDigest))
			return
		}
		f(conn)
	})
	c.Timeout = 7 * time.Second
	return &Access{client: c, user: "admin", password: admin, turn: make(chan struct{}, 1)}
}

const streamHead = "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=myboundary\r\n\r\n"

func part(body string) string {
	return fmt.Sprintf("--myboundary\r\nContent-Type: text/plain\r\nContent-Length:%d\r\n\r\n%s\r\n", len(body), body)
}

// Events come through, heartbeats keep a stream alive for as long as it likes, and
// fifteen seconds of silence end it.
func TestEventsAndSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := streaming(func(conn net.Conn) {
			io.WriteString(conn, streamHead+part("Code=VideoMotion;action=Start;index=3\r\n"))
			for range 20 {
				time.Sleep(14 * time.Second)
				io.WriteString(conn, part("Heartbeat"))
			}
			io.WriteString(conn, part("Code=VideoLoss;action=Stop;index=0;data={\"a\":1}\r\n"))
			io.Copy(io.Discard, conn)
		})
		e, err := a.Events(t.Context(), EventQuery{})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		one, err := e.Next()
		if err != nil || one.Code != "VideoMotion" || one.Index != 3 {
			t.Errorf("%+v %v", one, err)
		}
		two, err := e.Next()
		if err != nil || two.Code != "VideoLoss" || string(two.Data) != `{"a":1}` || time.Since(start) != 280*time.Second {
			t.Errorf("%+v %v after %v", two, err, time.Since(start))
		}
		if _, err := e.Next(); KindOf(err) != Lost || !errors.Is(err, errSilent) || time.Since(start) != 295*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		e.Close()
		synctest.Wait()
	})
}

func TestEventsEnd(t *testing.T) {
	for name, tt := range map[string]struct {
		answer string
		at     string // attach or next
		want   Kind
	}{
		"refused":      {answer("401 Unauthorized", "text/plain", unauthorized), "attach", Refused},
		"unknown":      {answer("501 Not Implemented", "text/plain", "Error\r\nNot Implemented!\r\n"), "attach", NotSupported},
		"a page":       {answer("200 OK", "text/html", "<html>"), "attach", Garbage},
		"closed":       {"", "attach", Lost},
		"ended":        {streamHead + "--myboundary--\r\n", "next", Lost},
		"broken off":   {streamHead + "--myboundary\r\nContent-Le", "next", Lost},
		"no event":     {streamHead + part("nothing of this kind"), "next", Garbage},
		"a huge part":  {streamHead + "--myboundary\r\nContent-Length: 99999999\r\n\r\n", "next", TooLarge},
		"another type": {streamHead + part("Code=A;action=Start;index=x"), "next", Garbage},
	} {
		t.Run(name, func(t *testing.T) {
			c := play(t, cgiStep(), digestStep(attach, tt.answer))
			a := &Access{client: c, user: "admin", password: admin, turn: make(chan struct{}, 1)}
			e, err := a.Events(t.Context(), EventQuery{})
			if tt.at == "attach" {
				if KindOf(err) != tt.want {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			if _, err := e.Next(); KindOf(err) != tt.want {
				t.Errorf("%v", err)
			}
		})
	}
}

// Closing a stream ends a Next that waits.
func TestEventsClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := streaming(func(conn net.Conn) {
			io.WriteString(conn, streamHead)
			io.Copy(io.Discard, conn)
		})
		e, err := a.Events(t.Context(), EventQuery{Heartbeat: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Second, e.Close)
		if _, err := e.Next(); KindOf(err) != Unsent {
			t.Error(err)
		}
		synctest.Wait()
	})
}
