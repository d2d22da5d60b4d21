package e2e

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/twin"
)

// exitUnsafe is the exit code of a password that was kept back.
const exitUnsafe = 15

// A recorder that sends everybody to HTTPS is looked at without a login. Its one
// proof leaves when the owner agreed to the certificate, over HTTPS only; another
// certificate gets none.
func TestHTTPSNeedsTheOwner(t *testing.T) {
	t.Parallel()
	const host = "127.0.6.1"
	tw := recorder(t, host, twin.Config{Switches: twin.Switches{HTTPS: twin.HTTPSRedirect}})
	print := certificateOf(t, tw)
	dir := t.TempDir()
	seen := identifies(t, tw.Address())
	if seen.Certificate != print || seen.SendsTo != tw.ServiceAddress(twin.ServiceHTTPS) || seen.Serial != tw.Model().Serial {
		t.Errorf("identify: %+v, its certificate is %s", seen, print)
	}
	verify := func(at string, more ...string) result {
		return reaches(t, dir, "", append([]string{"verify", at, "--factory", "--json"}, more...)...)
	}
	other := strings.Repeat("ab", sha256.Size)
	for _, at := range []string{tw.Address(), "https://" + tw.ServiceAddress(twin.ServiceHTTPS)} {
		for _, more := range [][]string{nil, {"--fingerprint", other}, {"--allow-basic"}} {
			if r := verify(at, more...); r.code != exitUnsafe || !strings.Contains(r.stdout, `"untrusted"`) {
				t.Errorf("verify %s %v: %d %s", at, more, r.code, r.stderr)
			}
		}
	}
	if l := tw.Ledger(); len(l) != 0 {
		t.Errorf("before the owner agreed: %+v", l)
	}
	if r := verify(tw.Address(), "--fingerprint", print); r.code != 0 || !strings.Contains(r.stdout, `"accepted"`) {
		t.Errorf("with the certificate agreed to: %d %s %s", r.code, r.stdout, r.stderr)
	}
	if l := tw.Ledger()["admin"]; l.Proofs != 1 || l.Accepted != 1 {
		t.Errorf("ledger %+v", l)
	}

	// The same recorder to all appearance, at the same ports, with another key.
	_, web, _ := net.SplitHostPort(tw.Address())
	_, secure, _ := net.SplitHostPort(tw.ServiceAddress(twin.ServiceHTTPS))
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	again := recorder(t, host, twin.Config{
		Switches: twin.Switches{HTTPS: twin.HTTPSRedirect},
		Ports:    map[twin.Service]int{twin.ServiceWeb: number(t, web), twin.ServiceHTTPS: number(t, secure)},
	})
	for _, at := range []string{again.Address(), "https://" + again.ServiceAddress(twin.ServiceHTTPS)} {
		if r := verify(at, "--fingerprint", print); r.code != exitUnsafe || !strings.Contains(r.stderr+r.stdout, certificateOf(t, again)) {
			t.Errorf("another certificate at %s: %d %s%s", at, r.code, r.stdout, r.stderr)
		}
	}
	if l := again.Ledger(); len(l) != 0 {
		t.Errorf("to another certificate: %+v", l)
	}
}

// looked is what identify says of HTTPS.
type looked struct {
	Serial      string `json:"serial"`
	SendsTo     string `json:"sends_to"`
	Certificate string `json:"certificate"`
}

func identifies(t *testing.T, at string) (l looked) {
	t.Helper()
	r := reaches(t, t.TempDir(), "", "identify", at, "--json")
	if err := json.Unmarshal([]byte(r.stdout), &l); err != nil || r.code != 0 {
		t.Fatalf("identify %s: %d %s%s", at, r.code, r.stdout, r.stderr)
	}
	return l
}

// certificateOf is the fingerprint a browser shows, by the standard library alone.
func certificateOf(t *testing.T, tw *twin.Twin) string {
	t.Helper()
	c, err := tls.Dial("tcp", tw.ServiceAddress(twin.ServiceHTTPS), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	sum := sha256.Sum256(c.ConnectionState().PeerCertificates[0].Raw)
	return hex.EncodeToString(sum[:])
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
