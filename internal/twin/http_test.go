package twin

import (
	"bytes"
	"sync"
	"testing"
	"time"
)

// seedRequests are one request of each kind, for the fuzzer.
var seedRequests = []string{
	"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /cgi-bin/magicBox.cgi?action=getMachineName HTTP/1.1\r\nAuthorization: Digest username=\"admin\", realm=\"Login to AMC0TWIN0000000\", nonce=\"n\", uri=\"/cgi-bin/magicBox.cgi\", response=\"0\", qop=auth, nc=00000001, cnonce=\"c\"\r\n\r\n",
	"GET /cgi-bin/configManager.cgi?action=getConfig&name=Network[0].a b HTTP/1.0\r\n\r\n",
	"POST /RPC2_Login HTTP/1.1\r\nContent-Length: 73\r\n\r\n{\"method\":\"global.login\",\"params\":{\"userName\":\"admin\",\"password\":\"\"},\"id\":1}",
	"POST /RPC2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
	"POST /OutsideCmd HTTP/1.1\r\nContent-Length: 36\r\n\r\n{\"method\":\"DevInit.getStatus\",\"id\":1}",
	"POST /onvif/device_service HTTP/1.1\r\nContent-Length: 197\r\n\r\n<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body><SetUser xmlns=\"http://www.onvif.org/ver10/device/wsdl\"><User><Username>admin</Username></User></SetUser></s:Body></s:Envelope>",
}

// Whatever bytes come, the recorder answers or hangs up, and its accounts stay.
func FuzzRequest(f *testing.F) {
	for _, s := range seedRequests {
		f.Add([]byte(s))
	}
	var twins []*Twin
	for _, g := range []Generation{GenA, GenC} {
		tw, err := New(Config{Clock: NewStepped(epoch), Model: Model{Generation: g}})
		if err != nil {
			f.Fatal(err)
		}
		tw.mind.nonces.add(epoch, "n")
		twins = append(twins, tw)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		q, err := newRequestReader(bytes.NewReader(b)).read()
		if err != nil {
			return
		}
		for _, tw := range twins {
			if p := tw.handle(q); len(p.out) == 0 {
				t.Errorf("no answer to %q", b)
			}
			if got := tw.Ledger()["admin"].Accepted; got != 0 {
				t.Errorf("%q was let in", b)
			}
		}
	})
}

// Hands, clients, pages and clock at once: for the race detector, and to see that
// nothing is left hanging.
func TestEverythingAtOnce(t *testing.T) {
	r := start(t, Config{Model: withButton(GenC), Password: "Owner2024"})
	const rounds = 60
	work := []func(){
		func() { r.clock.Advance(7 * time.Second) },
		func() { r.Unplug() },
		func() { r.Plug() },
		func() { _ = r.ButtonDown() },
		func() { _ = r.ButtonUp() },
		func() { _ = r.Snapshot() },
		func() { _, _ = r.get("/RPC2_Login") },
		func() { _ = r.SetFault(Drop, 1) },
		func() { _ = r.SetCable(CableNetwork, false); _ = r.SetCable(CableNetwork, true) },
		func() { _, _ = r.Console().Menu(); _, _ = r.Console().Login("admin", "Owner2024") },
		func() { _ = r.discover([]byte(vector)) },
	}
	var all sync.WaitGroup
	for _, f := range work {
		all.Go(func() {
			for range rounds {
				f()
			}
		})
	}
	all.Wait()
	r.ClearFault(Drop)
	_ = r.ButtonUp()
	r.Unplug()
	r.clock.Advance(time.Minute)
	r.Plug()
	r.clock.Advance(DefaultBootTime)
	if s := r.Snapshot(); s.Stage != StageReady || !s.Serving || s.Trouble != "" {
		t.Errorf("afterwards: %s, serving %v, %s", s.Stage, s.Serving, s.Trouble)
	}
}
