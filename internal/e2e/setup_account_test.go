package e2e

import (
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// TestAccountsKilled kills rekey at the accounts of a profile: before one is made, and
// once it was and the answer is under way. The same command again makes each once, and
// the passwords that lie in the data folder are those that the recorder takes.
func TestAccountsKilled(t *testing.T) {
	t.Parallel()
	need.Program(t, "a login that is not rekey's", "curl")
	const host = "127.0.6.141"
	tw := recorder(t, host, twin.Config{Password: "Owner1", Seed: 6141})
	dir := t.TempDir()
	profile, password, kept := filepath.Join(dir, "staff.yaml"), filepath.Join(dir, "password"), filepath.Join(dir, "kept.csv")
	data := []string{"--data", filepath.Join(dir, "data")}
	for name, text := range map[string]string{
		profile: "rekey-profile: 1\naccounts: [{name: guard, group: user}, {name: clerk, group: user, shared: false, note: Till}]\n", password: "Owner1\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tp := tap(t, host, tw.Address(), "action=addUser")
	setup := func() *exec.Cmd {
		return exec.Command(binary, append([]string{"setup", tp.address(), "--profile", profile, "--password-file", password}, data...)...)
	}
	writes := 0
	for turn, want := range []bool{true, true, false} { // before clerk, at clerk, none
		killed, done := killedAt(t, tp, setup(), turn == 1)
		if writes += done; killed != want {
			t.Fatalf("turn %d: killed %v, %d accounts written", turn, killed, writes)
		}
	}
	if writes != 2 {
		t.Errorf("%d accounts were written, not 2", writes)
	}
	if out, err := setup().CombinedOutput(); err != nil || !strings.Contains(string(out), "is as wanted") {
		t.Errorf("once more: %v\n%s", err, out)
	}
	if out, err := exec.Command(binary, append([]string{"vault", "export", "--csv", kept}, data...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := os.Open(kept)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	user, pw := slices.Index(rows[0], "username"), slices.Index(rows[0], "password")
	for _, row := range rows[1:] {
		out, err := exec.Command("curl", "--silent", "--fail", "--globoff", "--digest", "--user", row[user]+":"+row[pw],
			"http://"+tw.Address()+"/cgi-bin/userManager.cgi?action=getUserInfo&name="+row[user]).Output()
		if err != nil || !strings.Contains(string(out), "Group=user") || (row[user] == "clerk") != strings.Contains(string(out), "Sharable=false") {
			t.Errorf("%s: %v %s", row[user], err, out)
		}
	}
}
