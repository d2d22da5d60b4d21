package e2e

import (
	"encoding/json"
	"net"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/twin"
)

func portOf(t testing.TB, address string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// TestEveryWaySharesTheBudget tries a wrong password by RPC2, over HTTPS, where it
// sends to HTTPS, by DVRIP without a web service, with the factory login and in a
// change, around and around: two in all, under each lock, counted at the recorder.
func TestEveryWaySharesTheBudget(t *testing.T) {
	for _, scope := range []twin.LockScope{twin.LockUser, twin.LockAddress, twin.LockDevice} {
		for first := range 3 {
			t.Run(string(scope)+" "+string(rune('1'+first)), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				tw := owned(t, twin.Config{Model: models["A"], Switches: twin.Switches{Lock: scope, HTTPS: twin.HTTPSOn}})
				discovery := portOf(t, tw.DiscoveryAddress())
				https := "https://" + tw.ServiceAddress(twin.ServiceHTTPS)
				var seen struct{ Certificate string }
				if r := reaches(t, dir, "", "identify", https, "--discovery-port", discovery, "--json"); json.Unmarshal([]byte(r.stdout), &seen) != nil || seen.Certificate == "" {
					t.Fatalf("identify: exit %d\n%s%s", r.code, r.stdout, r.stderr)
				}
				if r := reaches(t, dir, "wrong\n", "verify", https, "--discovery-port", discovery, "--json"); r.code != 15 || codeOf(t, r) != "untrusted" {
					t.Errorf("a certificate that nobody agreed to: exit %d\n%s", r.code, r.stdout)
				}
				ways := [][]string{
					at(t, "verify", tw),
					{"verify", https, "--discovery-port", discovery, "--fingerprint", seen.Certificate},
					// Nobody listens at port 9; its name comes from discovery.
					{"verify", "127.0.0.1:9", "--discovery-port", discovery, "--dvrip-port", portOf(t, tw.ServiceAddress(twin.ServiceDVRIP))},
					at(t, "verify", tw, "--factory"),
					at(t, "verify", tw, "--allow-basic"),
					at(t, "passwd", tw),
				}
				refused := 0
				for try := range 2 * len(ways) {
					args := ways[(try+first)%len(ways)]
					switch r := reaches(t, dir, "wrong\nNew1Pass\n", args...); {
					case r.code == 11:
						refused++
					case r.code != 12:
						t.Errorf("%s: exit %d\n%s%s", args, r.code, r.stdout, r.stderr)
					}
				}
				if got := all(tw); refused != 2 || got.Bad != 2 || got.Proofs != 2 {
					t.Errorf("%d refused, the recorder counted %+v, want 2 bad proofs and no other", refused, got)
				}
			})
		}
	}
}

// TestGuideAfterOtherWays spends the budget by DVRIP and over HTTPS on the command
// line; the guide's own attempt then waits.
func TestGuideAfterOtherWays(t *testing.T) {
	dir := t.TempDir()
	p := serve(t, dir)
	tw := recorder(t, "127.0.4.31", twin.Config{Model: models["A"], Password: "Right1Pass", Seed: 47, Switches: twin.Switches{HTTPS: twin.HTTPSOn}})
	https := "https://" + tw.ServiceAddress(twin.ServiceHTTPS)
	var seen struct{ Certificate string }
	if r := reaches(t, dir, "", "identify", https, "--json"); json.Unmarshal([]byte(r.stdout), &seen) != nil {
		t.Fatalf("identify: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	for _, args := range [][]string{
		{"verify", "127.0.4.31:9", "--dvrip-port", portOf(t, tw.ServiceAddress(twin.ServiceDVRIP))},
		{"verify", https, "--fingerprint", seen.Certificate},
	} {
		if r := reaches(t, dir, "wrong\n", args...); r.code != 11 {
			t.Errorf("%s: exit %d\n%s", args, r.code, r.stderr)
		}
	}
	owner := newPerson(t, p)
	owner.toReturn()
	owner.must("point", "address", tw.Address())
	owner.must("way", "way", "network")
	asked := false
	for deadline := time.Now().Add(soon); !asked && time.Now().Before(deadline); owner.pause() {
		for _, step := range [][]string{{"wrote"}, {"connect"}, {"password"}} {
			_ = owner.say(step[0], step[1:]...) // what the page does not offer is refused
		}
		asked = owner.say("try") == nil
	}
	if !asked {
		t.Fatalf("the guide's attempt was never asked for; the page says:\n%s", wordsOf(owner.page()))
	}
	for range 10 { // time to carry on by itself
		owner.pause()
	}
	if got := all(tw); got.Proofs != 2 || got.Bad != 2 {
		t.Errorf("the recorder counted %+v, want 2 bad proofs and no other", got)
	}
}
