package twin

import (
	"fmt"
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
