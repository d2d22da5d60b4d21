package device

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

const (
	challenge = `{"error":{"code":268632079,"message":"x"},"id":1,"params":{"encryption":"Default",` +
		`"random":"1452638970","realm":"Login to AMC0TESTSN00001"},"result":false,"session":7}`
	granted = `{"id":2,"params":null,"result":true,"session":7}`
)

// secured is a recorder whose RPC2 takes the password and whose CGI takes none. It
// gives its address and counts the proofs.
func secured(t *testing.T, inside string) (address string, proofs *int) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	proofs = new(int)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			answerSecured(conn, inside, proofs)
			conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().String(), proofs
}

func answerSecured(conn net.Conn, inside string, proofs *int) {
	q, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	body, _ := io.ReadAll(q.Body)
	ok := func(s string) { io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n"+s) }
	switch {
	case q.URL.Path == "/RPC2_Login" && strings.Contains(string(body), `"password":""`):
		ok(challenge)
	case q.URL.Path == "/RPC2_Login":
		*proofs++
		ok(granted)
	case q.URL.Path == "/RPC2":
		ok(inside)
	default:
		if q.Header.Get("Authorization") != "" {
			*proofs++
		}
		io.WriteString(conn, "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"x\",qop=\"auth\",nonce=\"y\"\r\n\r\nError\r\nInvalid Authority!\r\n")
	}
}

// A change that CGI refuses although the password is right is made in the session,
// without another proof; a session that refuses it, too, leaves it unsent.
func TestChangeWhereCGIRefuses(t *testing.T) {
	for inside, want := range map[string]rekey.SendOutcome{
		`{"id":3,"params":null,"result":true,"session":7}`:                                           rekey.SendTaken,
		`{"error":{"code":268894211,"message":"x"},"id":3,"params":null,"result":false,"session":7}`: rekey.SendUnsent,
		`not JSON`: rekey.SendLost,
	} {
		address, proofs := secured(t, inside)
		d, err := New(Options{DiscoveryPort: -1}).At(address)
		if err != nil {
			t.Fatal(err)
		}
		j, session := d.Prove(context.Background(), "admin", secret.New("admin"))
		if j.Outcome != rekey.ProofAccepted || session == nil {
			t.Fatalf("%+v", j)
		}
		got, judged := session.SetPassword(context.Background(), "admin", secret.New("admin"), secret.New("New1Pass"))
		if got != want || judged.Outcome != rekey.ProofUnclear || *proofs != 2 {
			t.Errorf("%s, the proof was %s, %d proofs; want %s", got, judged.Outcome, *proofs, want)
		}
	}
}
