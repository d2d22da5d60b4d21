package twin

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

func TestParseFault(t *testing.T) {
	for _, f := range Faults() {
		got, times, err := ParseFault(string(f.Name))
		if err != nil || got != f.Name || (times == 1) != f.Once || f.Does == "" {
			t.Errorf("%s: %s %d %v", f.Name, got, times, err)
		}
	}
	if f, n, err := ParseFault("drop=3"); f != Drop || n != 3 || err != nil {
		t.Errorf("drop=3: %s %d %v", f, n, err)
	}
	for _, bad := range []string{"", "nonsense", "drop=", "drop=0", "drop=-1", "drop=x", "drop=99999999", "Drop"} {
		var e *ConfigError
		if _, _, err := ParseFault(bad); !errors.As(err, &e) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// get asks for the front page and gives what came, and the error of reading it.
func (r rig) get(path string) (string, error) {
	r.Helper()
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
	resp, err := c.Post("http://"+r.Address()+path, "", strings.NewReader(`{"method":"global.login","params":{"userName":"admin","password":""},"id":1}`))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}

// Faults of the bytes: each shows, as often as it was asked for, and is then gone.
func TestWireFaults(t *testing.T) {
	good := func(s string, err error) bool {
		return err == nil && strings.Contains(s, "268632079") && strings.HasSuffix(s, "}\n")
	}
	for _, f := range []Fault{Drop, Garbage, BadLength, TruncatedJSON} {
		t.Run(string(f), func(t *testing.T) {
			r := start(t, Config{Faults: FaultSet{f: 2}})
			for i := range 4 {
				s, err := r.get("/RPC2_Login")
				if got, want := good(s, err), i >= 2; got != want {
					t.Errorf("request %d is good: %v, want %v (%.80q %v)", i+1, got, want, s, err)
				}
				if f == TruncatedJSON && i < 2 && (err != nil || s == "") {
					t.Errorf("truncated-json broke HTTP: %v", err)
				}
			}
		})
	}
}

func TestBadHeader(t *testing.T) {
	r := start(t, Config{Faults: FaultSet{BadHeader: 1}})
	if got := r.raw("GET / HTTP/1.1\r\n\r\n"); !strings.Contains(got, "\r\nSet-Cookie:secure; HttpOnly\r\n") {
		t.Errorf("%q", got)
	}
	if got := r.raw("GET / HTTP/1.1\r\n\r\n"); strings.Contains(got, "Set-Cookie") {
		t.Errorf("%q", got)
	}
}

// A dropped answer was judged all the same: the proof is spent.
func TestDropSpendsTheProof(t *testing.T) {
	r := start(t, Config{Password: "owner1"})
	session, proof := r.challenge("wrong")
	if err := r.SetFault(Drop, 1); err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
	if resp, err := c.Post("http://"+r.Address()+"/RPC2_Login", "", strings.NewReader(proof)); err == nil {
		resp.Body.Close()
		t.Errorf("an answer came for session %s", session)
	}
	if got := r.BadProofs("admin"); got != 1 {
		t.Errorf("%d bad proofs, want 1", got)
	}
}

// challenge does step 1 and gives the body of step 2.
func (r rig) challenge(password string) (session, proof string) {
	r.Helper()
	a := r.post("/RPC2_Login", `{"method":"global.login","params":{"userName":"admin","password":""},"id":1}`)
	_, rest, _ := strings.Cut(string(a.Params), `"random":"`)
	random, _, _ := strings.Cut(rest, `"`)
	hash := upperMD5("admin:" + random + ":" + upperMD5("admin:Login to "+vectorSerial+":"+password))
	return string(a.Session), `{"method":"global.login","params":{"userName":"admin","password":"` + hash + `"},"id":2,"session":` + string(a.Session) + `}`
}

func TestSlow(t *testing.T) {
	const by = 50 * time.Millisecond
	r := start(t, Config{Faults: FaultSet{Slow: 1}, SlowBy: by})
	begin := time.Now()
	r.raw("GET / HTTP/1.1\r\n\r\n")
	if took := time.Since(begin); took < by {
		t.Errorf("it took %v, want %v at least", took, by)
	}
}

// A slow answer does not outlive the power.
func TestSlowEndsWithPower(t *testing.T) {
	r := start(t, Config{Faults: FaultSet{Slow: 1}, SlowBy: time.Minute})
	c, err := net.Dial("tcp", r.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); r.Snapshot().Faults.Has(Slow); {
		if time.Now().After(deadline) {
			t.Fatal("the request never came")
		}
	}
	r.Unplug()
	n, err := c.Read(make([]byte, 1))
	if n > 0 || err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("without power: %d bytes, %v", n, err)
	}
}

func TestConnectionLimit(t *testing.T) {
	r := start(t, Config{Password: "owner1", Faults: FaultSet{ConnectionLimit: 0}})
	if a := r.login("admin", "owner1"); a.Error.Code != 268632075 || len(a.Params) > 0 {
		t.Errorf("RPC2: %+v %s", a.Error, a.Params)
	}
	if status, body := r.cgi("admin", "owner1", machineName); status != 401 || body != "Error\r\nInvalid Authority!\r\n" {
		t.Errorf("CGI: %d %q", status, body)
	}
	if got := r.Ledger()["admin"]; got.Bad != 0 || got.Accepted != 0 {
		t.Errorf("ledger %+v", got)
	}
	r.ClearFault(ConnectionLimit)
	if !r.logsIn("owner1") {
		t.Error("still limited")
	}
}

// The fault locked holds from the moment the services are up, for every address.
func TestLockedFault(t *testing.T) {
	for _, g := range []Generation{GenA, GenC} {
		r := start(t, Config{Model: withButton(g), Password: "Owner2024", Faults: FaultSet{Locked: 0}})
		if r.logsIn("Owner2024") {
			t.Errorf("%s: not locked at the start", g)
		}
		r.clock.Advance(30 * time.Minute)
		if !r.logsIn("Owner2024") {
			t.Errorf("%s: locked for more than 30 quiet minutes", g)
		}
		r.Unplug()
		r.clock.Advance(time.Minute)
		r.Plug()
		r.clock.Advance(DefaultBootTime + 29*time.Minute)
		if a := r.login("admin", "Owner2024"); a.Error.Code != 268632081 {
			t.Errorf("%s: after a power cycle: %+v", g, a)
		}
		if got := r.BadProofs("admin"); got != 0 {
			t.Errorf("%s: the other device's tries count as the client's: %d", g, got)
		}
	}
}

func TestNewAddress(t *testing.T) {
	r := start(t, Config{})
	home := r.Address()
	_ = r.SetFault(NewAddress, 0)
	if r.refused() || r.Address() != home {
		t.Fatal("it moved while running")
	}
	restart := func() {
		r.Unplug()
		r.clock.Advance(time.Minute)
		r.Plug()
		r.clock.Advance(DefaultBootTime)
	}
	restart()
	if r.Address() == home || r.refused() {
		t.Errorf("it is at %s", r.Address())
	}
	host, _, _ := strings.Cut(r.Address(), ":")
	if d := r.found(vector).Params.DeviceInfo; d.IPv4Address.IPAddress != host {
		t.Errorf("discovery says %s, it is at %s", d.IPv4Address.IPAddress, r.Address())
	}
	r.ClearFault(NewAddress)
	restart()
	if r.Address() != home {
		t.Errorf("back at %s, want %s", r.Address(), home)
	}
}

func TestRebootFault(t *testing.T) {
	r := start(t, Config{Password: "owner1"})
	if err := r.SetFault(Reboot, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := r.get("/RPC2_Login"); err == nil {
		t.Error("the request was answered")
	}
	if s := r.Snapshot(); s.Stage != StageBoot || s.Faults.Has(Reboot) {
		t.Errorf("stage %s, faults %v", s.Stage, s.Faults.Names())
	}
	r.clock.Advance(DefaultBootTime)
	if !r.logsIn("owner1") {
		t.Error("it did not come back")
	}
}

func TestClockJump(t *testing.T) {
	r := start(t, Config{})
	_ = r.SetFault(ClockJump, 0)
	if got := r.Console().Screen().Clock; got != "2026-01-03 01:00:00" {
		t.Errorf("the screen says %s", got)
	}
}

func TestSetFaultRefuses(t *testing.T) {
	r := start(t, Config{})
	if r.SetFault("nonsense", 0) == nil || r.SetFault(Drop, -1) == nil {
		t.Error("an impossible fault was taken")
	}
}
