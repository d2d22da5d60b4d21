package twin

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Names that are nobody's do not drive the tries on a real account out of the lock
// table, not even more of them than it holds.
func TestMadeUpNamesDoNotUnlock(t *testing.T) {
	for _, scope := range []LockScope{LockUser, LockAddress} {
		t.Run(string(scope), func(t *testing.T) {
			r := start(t, Config{Password: "owner1", Switches: Switches{Lock: scope}})
			for range 3 {
				r.login("admin", "wrong")
			}
			for i := range maxLockEntries + 10 {
				r.clock.Advance(time.Millisecond)
				r.login(fmt.Sprintf("nobody%d", i), "wrong")
			}
			for range 2 {
				r.login("admin", "wrong")
			}
			if r.logsIn("owner1") {
				t.Error("the five tries were not remembered")
			}
			r.mu.Lock()
			n := len(r.body.Locks.Entries)
			r.mu.Unlock()
			if n > maxLockEntries {
				t.Errorf("%d entries, the bound is %d", n, maxLockEntries)
			}
		})
	}
}

// Challenges cost nothing, so they must not cost anybody a session.
func TestChallengesDoNotEndSessions(t *testing.T) {
	for _, g := range []Generation{GenA, GenC} {
		r := start(t, Config{Model: Model{Generation: g}, Password: "owner1"})
		session := r.login("admin", "owner1").Session
		for range 2 * maxSessions {
			r.clock.Advance(time.Millisecond)
			r.post("/RPC2_Login", `{"method":"global.login","params":{"userName":"admin","password":""},"id":1}`)
		}
		if a := r.call(session, "magicBox.getSerialNo", "null"); string(a.Result) != "true" {
			t.Errorf("%s: after many challenges: %+v", g, a)
		}
		if !r.logsIn("owner1") {
			t.Errorf("%s: nobody else can log in", g)
		}
	}
}

// However fast the twin's clock runs, a client has its minute to keep a session
// alive, and its time to answer a challenge.
func TestSessionsLastOnAFastClock(t *testing.T) {
	r := start(t, Config{Clock: NewPaced(epoch, MaxPace), Password: "owner1"})
	session := r.login("admin", "owner1").Session
	object := sure[int64](t, r.call(session, "mediaFileFind.factory.create", "null").Result)
	for due := r.Clock().Now().Add(2 * time.Hour); r.Clock().Now().Before(due); {
		<-time.After(time.Millisecond)
	}
	if a := r.call(session, "magicBox.getSerialNo", "null"); string(a.Result) != "true" {
		t.Errorf("after two fast hours: %+v", a)
	}
	if a := r.post("/RPC2", fmt.Sprintf(`{"method":"mediaFileFind.destroy","object":%d,"id":4,"session":%s}`, object, session)); string(a.Result) != "true" {
		t.Errorf("a search: %+v", a)
	}
}

// Credentials by an algorithm that was not asked for are no proof, and no wrong one.
func TestOtherAlgorithmsAreNoProof(t *testing.T) {
	r := start(t, Config{Password: "owner1"})
	address := "rtsp://" + r.ServiceAddress(ServiceRTSP) + "/cam/realmonitor?channel=1&subtype=0"
	for _, extra := range []string{`, algorithm=SHA-256`, `, algorithm=MD5-sess`, `, qop=auth-int, nc=00000001, cnonce="x"`} {
		head := r.raw("GET /cgi-bin/" + machineName + " HTTP/1.1\r\nHost: x\r\n\r\n")
		realm, nonce := between(head, `realm="`, `"`), between(head, `nonce="`, `"`)
		proof := sign("admin", "owner1", realm, nonce, "GET", "/cgi-bin/"+machineName) + extra
		if answer := r.raw("GET /cgi-bin/" + machineName + " HTTP/1.1\r\nHost: x\r\n" + proof + "\r\n\r\n"); !strings.HasPrefix(answer, "HTTP/1.1 401 ") {
			t.Errorf("%s: %s", extra, answer)
		}
		c := r.rtspTalk()
		realm, nonce = c.challenged(address)
		if status, _, _ := c.ask("DESCRIBE", address, sign("admin", "owner1", realm, nonce, "DESCRIBE", address)+extra); status != 401 {
			t.Errorf("RTSP%s: %d", extra, status)
		}
	}
	if got := r.Ledger(); len(got) != 0 {
		t.Errorf("judged: %+v", got)
	}
}
