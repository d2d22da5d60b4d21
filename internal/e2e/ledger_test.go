package e2e

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/twin"
)

// models are one recorder of each protocol generation that differs in how it
// counts.
var models = map[string]twin.Model{
	"A": {SKU: "AMDV7208", Generation: twin.GenA},
	"C": {SKU: "AMDV8M8-H5", Generation: twin.GenC},
}

// owned is a recorder with a password, on free ports of its own.
func owned(t testing.TB, cfg twin.Config) *twin.Twin {
	t.Helper()
	clock := twin.NewStepped(time.Now())
	cfg.Clock = clock
	if cfg.Password == "" {
		cfg.Password = "Right1Pass"
	}
	cfg.Model.Button = true
	tw := running(t, cfg)
	clock.Advance(2 * time.Minute) // it has started up
	return tw
}

// at gives the arguments that name a twin on the command line.
func at(t testing.TB, command string, tw *twin.Twin, more ...string) []string {
	t.Helper()
	_, port, err := net.SplitHostPort(tw.DiscoveryAddress())
	if err != nil {
		t.Fatal(err)
	}
	return append([]string{command, tw.Address(), "--discovery-port", port}, more...)
}

// codeOf reads the code of a failure in JSON.
func codeOf(t testing.TB, r result) string {
	t.Helper()
	var body struct {
		Error struct{ Code, Message, Hint string }
	}
	if err := json.Unmarshal([]byte(r.stdout), &body); err != nil || body.Error.Message == "" {
		t.Errorf("no error in JSON: %v\n%s%s", err, r.stdout, r.stderr)
	}
	return body.Error.Code
}

// all sums the proofs of every account.
func all(tw *twin.Twin) (sum twin.Tally) {
	for _, l := range tw.Ledger() {
		sum.Proofs += l.Proofs
		sum.Accepted += l.Accepted
		sum.Bad += l.Bad
		sum.WhileLocked += l.WhileLocked
	}
	return sum
}

func TestVerifyInALoopStopsItself(t *testing.T) {
	for generation, model := range models {
		for _, way := range []struct {
			name, stdin string
			args        []string
		}{
			{"password", "wrong\n", []string{"--json"}},
			{"factory", "", []string{"--factory", "--json"}},
		} {
			t.Run(generation+" "+way.name, func(t *testing.T) {
				t.Parallel()
				dir, tw := t.TempDir(), owned(t, twin.Config{Model: model})
				for try := range 6 {
					r := reaches(t, dir, way.stdin, at(t, "verify", tw, way.args...)...)
					want, code := 11, "login-refused"
					if try >= 2 {
						want, code = 12, "budget-spent"
					}
					if r.code != want || codeOf(t, r) != code {
						t.Errorf("try %d: exit %d, want %d\n%s%s", try+1, r.code, want, r.stdout, r.stderr)
					}
				}
				if got := all(tw); got.Bad != 2 || got.Proofs != 2 {
					t.Errorf("the recorder counted %+v, want 2 bad proofs and no other", got)
				}
				if r := reaches(t, dir, "Right1Pass\n", at(t, "verify", tw)...); r.code != 12 {
					t.Errorf("exit %d: even the right password has to wait", r.code)
				}
				if r := reaches(t, dir, "wrong\nNew1Pass\n", at(t, "passwd", tw, "--json")...); r.code != 12 && r.code != 1 || all(tw).Proofs != 2 {
					t.Errorf("passwd ended with %d, the recorder counted %+v", r.code, all(tw))
				}
			})
		}
	}
}

// TestAccountsShareTheBudgetWhereTheirLockMay tries three accounts twice each: A
// locks each account by itself, C may count them together.
func TestAccountsShareTheBudgetWhereTheirLockMay(t *testing.T) {
	for generation, want := range map[string]int{"A": 6, "C": 2} {
		t.Run(generation, func(t *testing.T) {
			t.Parallel()
			dir, tw := t.TempDir(), owned(t, twin.Config{Model: models[generation]})
			bad := 0
			for range 3 {
				for _, user := range []string{"admin", "888888", "default"} {
					if r := reaches(t, dir, "wrong\n", at(t, "verify", tw, "--user", user)...); r.code == 11 {
						bad++
					} else if r.code != 12 {
						t.Errorf("%s: exit %d\n%s", user, r.code, r.stderr)
					}
				}
			}
			if got := all(tw); bad != want || got.Proofs != want {
				t.Errorf("%d refused, the recorder counted %+v, want %d", bad, tw.Ledger(), want)
			}
			for user, tally := range tw.Ledger() {
				if tally.Bad > 2 {
					t.Errorf("%s: %d bad proofs", user, tally.Bad)
				}
			}
		})
	}
}

// TestLoopsAtOnceShareOneLedger runs two scripts beside each other.
func TestLoopsAtOnceShareOneLedger(t *testing.T) {
	for generation, model := range models {
		t.Run(generation, func(t *testing.T) {
			t.Parallel()
			dir, tw := t.TempDir(), owned(t, twin.Config{Model: model})
			args := append(at(t, "verify", tw), "--data", dir)
			var loops sync.WaitGroup
			for range 2 {
				loops.Go(func() {
					for range 5 {
						if r, err := run1("wrong\n", nil, binary, args...); err != nil || r.code != 11 && r.code != 12 {
							t.Errorf("exit %d, %v\n%s", r.code, err, r.stderr)
						}
					}
				})
			}
			loops.Wait()
			if got := all(tw); got.Bad != 2 || got.Proofs != 2 {
				t.Errorf("the recorder counted %+v, want 2 bad proofs", got)
			}
		})
	}
}

// TestBudgetHoldsWhenAnswersAreLost sees the recorder now with its MAC, now without:
// the answers to discovery and to the first questions are lost. It is the same
// recorder, and the budget the same.
func TestBudgetHoldsWhenAnswersAreLost(t *testing.T) {
	for generation, model := range models {
		for first := range 2 {
			t.Run(fmt.Sprint(generation, " ", first), func(t *testing.T) {
				t.Parallel()
				dir, tw := t.TempDir(), owned(t, twin.Config{Model: model})
				for try := range 8 {
					args := at(t, "verify", tw)
					if try/2%2 == first {
						args[2], args[3] = "--discovery-port=-1", "--user=admin" // discovery is not asked
						if err := tw.SetFault(twin.Drop, 2); err != nil {
							t.Fatal(err)
						}
					}
					if r := reaches(t, dir, "wrong\n", args...); r.code != 11 && r.code != 12 {
						t.Errorf("try %d: exit %d\n%s", try+1, r.code, r.stderr)
					}
					tw.ClearFault(twin.Drop)
				}
				if got := all(tw); got.Bad != 2 || got.Proofs != 2 {
					t.Errorf("the recorder counted %+v, want 2 bad proofs", got)
				}
			})
		}
	}
}

func TestNoProofWhileALockIsKnown(t *testing.T) {
	for generation, model := range models {
		t.Run(generation, func(t *testing.T) {
			t.Parallel()
			dir, tw := t.TempDir(), owned(t, twin.Config{Model: model, Faults: twin.FaultSet{twin.Locked: 0}})
			for try := range 4 {
				r := reaches(t, dir, "Right1Pass\n", at(t, "verify", tw, "--json")...)
				if r.code != 12 || codeOf(t, r) != "locked" {
					t.Errorf("try %d: exit %d\n%s%s", try+1, r.code, r.stdout, r.stderr)
				}
			}
			// The first had to be sent to know of the lock.
			if got := tw.Ledger()["admin"]; got.WhileLocked != 1 || got.Bad != 0 {
				t.Errorf("the recorder counted %+v, want one proof while locked", got)
			}
		})
	}
}

// TestALockThatAPersonSawIsKnown is told of the lock in the guide; the command
// line then sends nothing at all.
func TestALockThatAPersonSawIsKnown(t *testing.T) {
	dir := t.TempDir()
	p := serve(t, dir)
	tw := recorder(t, "127.0.4.2", twin.Config{Model: models["A"], Password: "Right1Pass", Seed: 42, Faults: twin.FaultSet{twin.Locked: 0}})
	owner := newPerson(t, p)
	owner.toReturn()
	owner.must("point", "address", tw.Address())
	owner.must("way", "way", "screen")
	owner.must("login", "outcome", "locked")
	r := reaches(t, dir, "Right1Pass\n", "verify", tw.Address(), "--json")
	if r.code != 12 || codeOf(t, r) != "locked" {
		t.Errorf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	if got := all(tw); got.Proofs != 0 {
		t.Errorf("the recorder counted %+v, want no proof while the lock is known", got)
	}
}

// TestLookingCostsNothing identifies a recorder, and asks it without credentials
// and with Basic ones, more often than it takes to lock.
func TestLookingCostsNothing(t *testing.T) {
	for generation, model := range models {
		t.Run(generation, func(t *testing.T) {
			t.Parallel()
			dir, tw := t.TempDir(), owned(t, twin.Config{Model: model})
			for range 8 {
				if r := reaches(t, dir, "", at(t, "identify", tw, "--json")...); r.code != 0 || !strings.Contains(r.stdout, tw.Model().MAC) {
					t.Fatalf("identify: exit %d\n%s%s", r.code, r.stdout, r.stderr)
				}
				for _, basic := range []bool{false, true} {
					req, err := http.NewRequest(http.MethodGet, "http://"+tw.Address()+"/cgi-bin/magicBox.cgi?action=getSerialNo", nil)
					if err != nil {
						t.Fatal(err)
					}
					if basic {
						req.SetBasicAuth("admin", "wrong")
					}
					res, err := http.DefaultTransport.RoundTrip(req)
					if err != nil {
						t.Fatal(err)
					}
					res.Body.Close()
					if res.StatusCode != http.StatusUnauthorized {
						t.Errorf("%d", res.StatusCode)
					}
				}
			}
			if got := all(tw); got.Proofs != 0 {
				t.Errorf("the recorder counted %+v, want nothing", got)
			}
			if r := reaches(t, dir, "Right1Pass\n", at(t, "verify", tw)...); r.code != 0 {
				t.Errorf("verify: exit %d\n%s", r.code, r.stderr)
			}
		})
	}
}
