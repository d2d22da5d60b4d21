package twin

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The password in clear is known while somebody showed it to this process, and is
// nowhere to be read.
func TestClearPassword(t *testing.T) {
	const password, next = "Fjord7Kestrel", "Heron8Quarry"
	path := filepath.Join(t.TempDir(), "twin.json")
	cfg := Config{Clock: NewStepped(epoch), Model: Model{Generation: GenC}, Password: password, StateFile: path}
	known := func(r rig) string {
		r.mu.Lock()
		defer r.mu.Unlock()
		a := r.body.Flash.account("admin")
		printed := fmt.Sprintf("%v %+v %#v %v", *a, *a, *a, r.body.Flash.Accounts)
		b, err := json.Marshal(r.body)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{password, next} {
			if strings.Contains(printed, secret) || strings.Contains(string(b), secret) {
				t.Errorf("%s can be read in %s", secret, printed)
			}
		}
		if a.text == nil {
			return ""
		}
		return a.clear()
	}
	r := start(t, cfg)
	if got := known(r); got != password {
		t.Errorf("at first %q", got)
	}
	if status, _ := r.cgi("admin", password, "userManager.cgi?action=modifyPassword&name=admin&pwd="+next+"&pwdOld="+password); status != 200 {
		t.Fatal(status)
	}
	if got := known(r); got != next {
		t.Errorf("after a change %q", got)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || strings.Contains(string(b), next) {
		t.Errorf("the state file has it: %v", err)
	}
	r = start(t, cfg) // the password given is not the one it has
	if got := known(r); got != "" {
		t.Errorf("after a restart %q", got)
	}
	_, _ = r.Console().Menu()
	if _, err := r.Console().Login("admin", next); err != nil {
		t.Fatal(err)
	}
	if got := known(r); got != next {
		t.Errorf("after a login at the screen %q", got)
	}
	_ = r.Close()
	cfg.Password = next
	if got := known(start(t, cfg)); got != next {
		t.Errorf("a twin that goes on with its password given has %q", got)
	}
}
