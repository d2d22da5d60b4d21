package config

import (
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
	rekey "github.com/rekey-dvr/rekey"
)

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// parse reads flags as the command that serves does.
func parse(t *testing.T, args ...string) Flags {
	t.Helper()
	var cmd struct {
		Flags
		ServeFlags
	}
	p, err := kong.New(&cmd)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Parse(args); err != nil {
		t.Fatal(err)
	}
	cmd.Flags.Serving = cmd.ServeFlags
	return cmd.Flags
}

func TestFirstPlaceWins(t *testing.T) {
	file := write(t, "listen: 127.0.0.1:1\nlang: es\nlog: debug\nopen: false\n")
	for _, tc := range []struct {
		name  string
		flags []string
		env   []string
		want  Settings
	}{
		{"defaults", nil, nil, Settings{Data: "/d", Listen: "127.0.0.1:7353", Lang: "auto", Log: slog.LevelInfo, Open: true}},
		{"file", []string{"--config", file}, nil, Settings{Data: "/d", Listen: "127.0.0.1:1", Lang: "es", Log: slog.LevelDebug}},
		{"file by environment", nil, []string{"REKEY_CONFIG", file}, Settings{Data: "/d", Listen: "127.0.0.1:1", Lang: "es", Log: slog.LevelDebug}},
		{"environment before file", []string{"--config", file}, []string{"REKEY_LISTEN", "127.0.0.1:2", "REKEY_OPEN", "true"},
			Settings{Data: "/d", Listen: "127.0.0.1:2", Lang: "es", Log: slog.LevelDebug, Open: true}},
		{"flag before environment", []string{"--config", file, "--listen", "127.0.0.1:3", "--no-open", "--log=error"},
			[]string{"REKEY_LISTEN", "127.0.0.1:2", "REKEY_OPEN", "true"},
			Settings{Data: "/d", Listen: "127.0.0.1:3", Lang: "es", Log: slog.LevelError}},
		{"lan", []string{"--lan", "--listen", "0.0.0.0:80"}, nil,
			Settings{Data: "/d", Listen: "0.0.0.0:80", LAN: true, Lang: "auto", Log: slog.LevelInfo, Open: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := Load(parse(t, tc.flags...), env(append(tc.env, "REKEY_DATA", "/d")...))
			if err != nil {
				t.Fatal(err)
			}
			tc.want.MailPort = 587
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWrongValuesSayWhereTheyCameFrom(t *testing.T) {
	for _, tc := range []struct{ name, file, env, value, want string }{
		{"unknown name", "lisen: 127.0.0.1:1\n", "", "", `config.yaml:1: no setting is called "lisen"`},
		{"a list", "log: info\nlisten: [a]\n", "", "", "config.yaml:2"},
		{"twice", "log: info\nlog: warn\n", "", "", "config.yaml:2"},
		{"not a list of names", "- a\n", "", "", "no list of names and values"},
		{"not YAML", "a: b: c\n", "", "", "no settings file"},
		{"level in the file", "\nlog: loud\n", "", "", "config.yaml:2: log"},
		{"level in the environment", "", "REKEY_LOG", "loud", "REKEY_LOG"},
		{"bool in the environment", "", "REKEY_LAN", "maybe", "REKEY_LAN"},
		{"no port", "listen: 127.0.0.1\n", "", "", "listen is not an address"},
		{"port too large", "listen: 127.0.0.1:70000\n", "", "", "no port"},
		{"not loopback", "listen: 0.0.0.0:80\n", "", "", "not on this computer only"},
		{"every address", "listen: :80\n", "", "", "not on this computer only"},
		{"a name", "listen: example.com:80\n", "", "", "not on this computer only"},
		{"mail to nobody", "mail-host: mx.example.org\nmail-from: a@example.org\n", "", "", "mail-to is not one mail address"},
		{"mail to two", "mail-host: mx.example.org\nmail-from: a@example.org\n", "REKEY_MAIL_TO", "b@example.org, c@example.org", "mail-to is not one mail address"},
		{"mail user alone", "mail-host: mx.example.org\nmail-from: a@example.org\nmail-to: a@example.org\nmail-user: a\n", "", "", "go together"},
		{"mail port", "mail-port: 0\n", "", "", "config.yaml:1: mail-port"},
		{"ntfy topic only", "ntfy: my-topic\n", "", "", "ntfy is not an address"},
		{"token in clear", "webhook: http://example.org/x\nwebhook-token-file: /t\n", "", "", "readable to anybody"},
		{"too long", strings.Repeat("# long\n", 20000), "", "", "longer than"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := Load(parse(t, "--config", write(t, tc.file)), env("HOME", "/h", tc.env, tc.value))
			if rekey.CodeOf(err) != rekey.CodeInvalid || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	gone := filepath.Join(t.TempDir(), "gone.yaml")
	if _, err := Load(parse(t, "--config", gone), env("HOME", "/h")); err == nil || !strings.Contains(err.Error(), "gone.yaml") {
		t.Errorf("a named file that is missing: %v", err)
	}
	if _, err := Load(Flags{}, env("HOME", t.TempDir())); err != nil {
		t.Errorf("the default file may be missing: %v", err)
	}
	if _, err := Load(Flags{}, env()); rekey.HintOf(err) == "" {
		t.Errorf("no home and no data directory: %v", err)
	}
}

func TestDefaultPlaces(t *testing.T) {
	e := env("HOME", "/h", "LocalAppData", "/l", "AppData", "/a")
	for goos, want := range map[string][2]string{
		"linux":   {"/h/.local/share/rekey", "/h/.config/rekey/config.yaml"},
		"darwin":  {"/h/Library/Application Support/rekey", "/h/Library/Application Support/rekey/config.yaml"},
		"windows": {"/l/rekey", "/a/rekey/config.yaml"},
	} {
		if got := [2]string{filepath.ToSlash(Defaults(goos, e).Data), filepath.ToSlash(DefaultFile(goos, e))}; got != want {
			t.Errorf("%s: %v, want %v", goos, got, want)
		}
	}
	x := env("HOME", "/h", "XDG_DATA_HOME", "/x", "XDG_CONFIG_HOME", "relative")
	if got := Defaults("linux", x).Data; got != "/x/rekey" {
		t.Errorf("XDG_DATA_HOME: %s", got)
	}
	// The XDG rules say that a path that is not absolute does not count.
	if got := DefaultFile("linux", x); got != "/h/.config/rekey/config.yaml" {
		t.Errorf("XDG_CONFIG_HOME: %s", got)
	}
}

// TestExampleFile keeps the example honest: it loads, names every setting, and
// shows the defaults but for the directory and the passphrase.
func TestExampleFile(t *testing.T) {
	const name = "../../docs/reference/config.example.yaml"
	got, err := Load(parse(t, "--config", name), env())
	if err != nil {
		t.Fatal(err)
	}
	want := Defaults("linux", env())
	want.Data, want.PassphraseFile = "/srv/rekey", "/etc/rekey/passphrase"
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range settings {
		if !strings.Contains(string(b), "\n"+s.name+": ") {
			t.Errorf("the example does not show %s", s.name)
		}
	}
	if n := reflect.TypeFor[Settings]().NumField(); n != len(settings) {
		t.Errorf("%d fields, %d settings", n, len(settings))
	}
}

func TestSecretFile(t *testing.T) {
	for text, want := range map[string]string{"pass word \r\nnext\n": "pass word ", "é": "é", "": "", "\nx": "", strings.Repeat("x", 5000): ""} {
		got, err := SecretFile(write(t, text))
		if got.Reveal() != want || (err == nil) != (want != "") {
			t.Errorf("%.20q: %.20q, %v", text, got.Reveal(), err)
		}
	}
	if got, err := SecretFile(""); err != nil || !got.IsEmpty() {
		t.Errorf("no file: %v", err)
	}
	if pool, err := Certificates(write(t, "no certificate")); pool != nil || rekey.CodeOf(err) != rekey.CodeInvalid {
		t.Errorf("%v, %v", pool, err)
	}
}

// TestRemindersGuide holds that the guide names every setting of reminders.
func TestRemindersGuide(t *testing.T) {
	b, err := os.ReadFile("../../docs/guide/reminders.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range (ReminderFlags{}).given() {
		if !strings.Contains(string(b), name) {
			t.Errorf("the guide does not name %s", name)
		}
	}
}
