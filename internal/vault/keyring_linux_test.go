package vault_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/vault"
	"github.com/rekey-dvr/rekey/internal/vault/osring"
)

// The paths of the Secret Service that the keyring client uses.
const (
	servicePath = dbus.ObjectPath("/org/freedesktop/secrets")
	loginPath   = servicePath + "/collection/login"
	sessionPath = servicePath + "/session/1"
	noPrompt    = dbus.ObjectPath("/")
)

// theirSecret is a secret as it goes over the bus.
type theirSecret struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

// service is a Secret Service with one open collection, on a real bus.
type service struct {
	conn  *dbus.Conn
	mu    sync.Mutex
	items map[dbus.ObjectPath]theirSecret
	names map[dbus.ObjectPath]string
	next  int
}

type (
	root       struct{ s *service }
	properties struct{}
	collection struct{ s *service }
	session    struct{}
	item       struct {
		s    *service
		path dbus.ObjectPath
	}
)

func (root) OpenSession(string, dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
	return dbus.MakeVariant(""), sessionPath, nil
}

func (root) Unlock(paths []dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	return paths, noPrompt, nil
}

func (properties) Get(string, string) (dbus.Variant, *dbus.Error) {
	return dbus.MakeVariant([]dbus.ObjectPath{loginPath}), nil
}

func (session) Close() *dbus.Error { return nil }

func (c collection) CreateItem(p map[string]dbus.Variant, secret theirSecret, _ bool) (dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.next++
	path := loginPath + dbus.ObjectPath(fmt.Sprintf("/%d", c.s.next))
	attributes, _ := p["org.freedesktop.Secret.Item.Attributes"].Value().(map[string]string)
	c.s.items[path], c.s.names[path] = secret, attributes["service"]+" "+attributes["username"]
	if err := c.s.conn.Export(item{c.s, path}, path, "org.freedesktop.Secret.Item"); err != nil {
		return "", noPrompt, dbus.MakeFailedError(err)
	}
	return path, noPrompt, nil
}

func (c collection) SearchItems(attributes map[string]string) ([]dbus.ObjectPath, *dbus.Error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var found []dbus.ObjectPath
	for path, name := range c.s.names {
		if name == attributes["service"]+" "+attributes["username"] {
			found = append(found, path)
		}
	}
	return found, nil
}

func (i item) GetSecret(dbus.ObjectPath) (theirSecret, *dbus.Error) {
	i.s.mu.Lock()
	defer i.s.mu.Unlock()
	return i.s.items[i.path], nil
}

func (i item) Delete() (dbus.ObjectPath, *dbus.Error) {
	i.s.mu.Lock()
	defer i.s.mu.Unlock()
	delete(i.s.items, i.path)
	delete(i.s.names, i.path)
	return noPrompt, nil
}

// bus starts a session bus of the test's own with a Secret Service on it.
func bus(t *testing.T) *service {
	t.Helper()
	daemon := need.Program(t, "the system's keyring over D-Bus", "dbus-daemon")
	cmd := exec.Command(daemon, "--session", "--nofork", "--print-address=1", "--address=unix:dir="+t.TempDir())
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address = strings.TrimSpace(address)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	s := &service{conn: conn, items: map[dbus.ObjectPath]theirSecret{}, names: map[dbus.ObjectPath]string{}}
	for _, e := range []struct {
		v     any
		path  dbus.ObjectPath
		iface string
	}{
		{root{s}, servicePath, "org.freedesktop.Secret.Service"},
		{properties{}, servicePath, "org.freedesktop.DBus.Properties"},
		{collection{s}, loginPath, "org.freedesktop.Secret.Collection"},
		{session{}, sessionPath, "org.freedesktop.Secret.Session"},
	} {
		if err := conn.Export(e.v, e.path, e.iface); err != nil {
			t.Fatal(err)
		}
	}
	if reply, err := conn.RequestName("org.freedesktop.secrets", dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatal(reply, err)
	}
	return s
}

func (s *service) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.items)
}

func (s *service) lose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.items)
	clear(s.names)
}

// The whole way over a real bus: the keyring opens the vault, and when it has lost
// the key, the passphrase does.
func TestKeyringOpensTheVaultAndIsNeverTheOnlyWay(t *testing.T) {
	s := bus(t)
	dir, phrase := t.TempDir(), secret.New("four words of mine")
	options := vault.Quick(osring.Ring{})
	v, err := vault.OpenFolder(dir, true, options)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := v.Seal(secret.New("planted"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time replaces the entry
		if leftover, err := v.Protect(vault.Keyring, phrase); err != nil || leftover != nil {
			t.Fatal(err, leftover)
		}
		if n := s.count(); n != 1 {
			t.Fatalf("the keyring has %d entries", n)
		}
	}
	again, err := vault.OpenFolder(dir, false, options)
	if err != nil || again.Locked() {
		t.Fatal(err, again.RingError())
	}
	if pw, err := again.Unseal(sealed); err != nil || pw.Reveal() != "planted" {
		t.Fatal(err)
	}
	s.lose()
	again, err = vault.OpenFolder(dir, false, options)
	if err != nil || !again.Locked() || rekey.CodeOf(again.RingError()) != rekey.CodeKeyring || rekey.HintOf(again.RingError()) == "" {
		t.Fatal(err, again.Locked(), again.RingError())
	}
	if err := again.Unlock(phrase); err != nil {
		t.Fatal(err)
	}
	if pw, err := again.Unseal(sealed); err != nil || pw.Reveal() != "planted" {
		t.Fatal(err)
	}
	if leftover, err := again.Protect(vault.Passphrase, phrase); err != nil || leftover != nil {
		t.Fatalf("an entry that is gone is no trouble: %v, %v", err, leftover)
	}
}
