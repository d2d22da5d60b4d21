package export

import (
	"bytes"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/tobischo/gokeepasslib/v3"

	"github.com/rekey-dvr/rekey/internal/secret"
)

var made = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func entries() []Entry {
	return []Entry{
		{Title: "Shop, front", Account: "admin", Password: secret.New(`p<&>"é'w`), URL: "http://192.0.2.7/", Notes: "MAC 00:11\nweak", At: made,
			Before: []Old{{Password: secret.New("newer1"), At: made.Add(-time.Hour)}, {Password: secret.New("older1"), At: made.Add(-2 * time.Hour)}}},
		{Title: "=cmd|' /C calc'!A0", Account: "@admin", Password: secret.New("+k7mqzx"), Notes: "-1", At: made},
	}
}

func TestKeePassFileOpensElsewhere(t *testing.T) {
	var file bytes.Buffer
	if err := KeePass(&file, entries(), secret.New("four words of mine"), made); err != nil {
		t.Fatal(err)
	}
	for _, planted := range []string{"newer1", "older1", "k7mqzx", "Shop"} {
		if bytes.Contains(file.Bytes(), []byte(planted)) {
			t.Fatalf("%q is in the file in clear", planted)
		}
	}
	wrong := gokeepasslib.NewDatabase()
	wrong.Credentials = gokeepasslib.NewPasswordCredentials("four words of min")
	if gokeepasslib.NewDecoder(bytes.NewReader(file.Bytes())).Decode(wrong) == nil {
		t.Fatal("a wrong passphrase opened it")
	}
	db := gokeepasslib.NewDatabase()
	db.Credentials = gokeepasslib.NewPasswordCredentials("four words of mine")
	if err := gokeepasslib.NewDecoder(bytes.NewReader(file.Bytes())).Decode(db); err != nil {
		t.Fatal(err)
	}
	if err := db.UnlockProtectedEntries(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range db.Content.Root.Groups[0].Entries {
		got = append(got, e.GetTitle(), e.GetContent("UserName"), e.GetPassword(), e.GetContent("URL"))
		for _, h := range e.Histories {
			for _, old := range h.Entries {
				got = append(got, "before "+old.GetPassword())
			}
		}
	}
	want := []string{
		"Shop, front", "admin", `p<&>"é'w`, "http://192.0.2.7/", "before older1", "before newer1",
		"=cmd|' /C calc'!A0", "@admin", "+k7mqzx", "",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatal(d)
	}
	elsewhere(t, file.Bytes())
}

// elsewhere opens the file with an implementation that is not this one's, where
// Python has it (Debian: python3-pykeepass).
func elsewhere(t *testing.T, file []byte) {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil || exec.Command(python, "-c", "import pykeepass").Run() != nil {
		t.Log("python3 with pykeepass is not installed: the file was read back by the library that wrote it only")
		return
	}
	path := filepath.Join(t.TempDir(), "recorders.kdbx")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	const script = `
import sys
from pykeepass import PyKeePass
kp = PyKeePass(sys.argv[1], password="four words of mine")
for e in kp.find_groups(name="rekey", first=True).entries:
    print(e.title, e.username, e.password, [h.password for h in e.history], e.ctime.isoformat(), sep="|")
`
	out, err := exec.Command(python, "-c", script, path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := `Shop, front|admin|p<&>"é'w|['older1', 'newer1']|2026-03-01T12:00:00+00:00` + "\n" +
		`=cmd|' /C calc'!A0|@admin|+k7mqzx|[]|2026-03-01T12:00:00+00:00` + "\n"
	if d := cmp.Diff(want, string(out)); d != "" {
		t.Fatal(d)
	}
}

func TestCSVRunsNothing(t *testing.T) {
	var file bytes.Buffer
	left, err := CSV(&file, entries())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"=cmd|' /C calc'!A0"}, left); d != "" {
		t.Fatal(d)
	}
	rows, err := csv.NewReader(&file).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatal(len(rows), err)
	}
	if d := cmp.Diff([]string{"Shop, front", "http://192.0.2.7/", "admin", `p<&>"é'w`, "MAC 00:11\nweak"}, rows[1]); d != "" {
		t.Fatal(d)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.Contains(runs, strings.TrimLeft(cell, " \n")[:1]) {
				t.Fatalf("a spreadsheet would run %q", cell)
			}
		}
	}
	if rows[2][3] != "" || strings.Contains(strings.Join(rows[2], " "), "k7mqzx") {
		t.Fatal("a password was changed instead of left out")
	}
}
