package e2e

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const mailSecret = "pl4nted mail p4ssword"

// beside is everything around a data folder whose vault has a passphrase.
type beside struct {
	*testing.T
	dir, out, temp string // the data; where it writes when asked to; for temporary files
	files          string // with what is planted: the owner's, never searched
	secrets        planted
	searched       int
}

// search looks through every file around, but those of these names.
func (b *beside) search(when string, but ...string) {
	b.Helper()
	for _, root := range []string{b.dir, b.out, b.temp} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			for _, name := range but {
				if d.Name() == name {
					return nil
				}
			}
			text, err := os.ReadFile(path)
			b.secrets.in(b.T, when+": "+path, text)
			b.searched++
			if info, err := d.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
				b.Errorf("%s: %s can be read by others: %v", when, path, err)
			}
			return err
		})
		if err != nil {
			b.Error(err)
		}
	}
}

// file puts a line in a file of the owner's.
func (b *beside) file(name, line string) string {
	b.Helper()
	path := filepath.Join(b.files, name)
	if err := os.WriteFile(path, []byte(line+"\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// must runs a command to its end.
func (b *beside) must(args ...string) result {
	b.Helper()
	r, err := run1("", []string{"TMPDIR=" + b.temp}, binary, append(args, "--data", b.dir)...)
	if err != nil || r.code != 0 {
		b.Fatalf("%v: exit %d, %v\n%s%s", args, r.code, err, r.stdout, r.stderr)
	}
	b.secrets.in(b.T, strings.Join(args, " "), []byte(r.stdout+r.stderr))
	return r
}

// TestNothingReadableAroundTheVault looks for what is planted wherever rekey may have
// put it: beside an export to KeePass and a backup that are killed at one change of a
// file after the other, beside a served folder, in its log, its command line and its
// environment. A CSV export alone has the passwords, where its owner wanted it.
func TestNothingReadableAroundTheVault(t *testing.T) {
	t.Parallel()
	dir, phrase := keptFolder(t)
	b := &beside{T: t, dir: dir, out: t.TempDir(), temp: t.TempDir(), files: t.TempDir(), secrets: planted{}}
	for name, s := range map[string]string{
		"old": oldSecret, "kept": keptSecret, "passphrase": vaultPhrase, "file's passphrase": filePhrase, "mail": mailSecret, "key": "AGE-SECRET-KEY",
	} {
		b.secrets.plant(name, s)
	}
	b.must("vault", "protect", "passphrase", "--new-passphrase-file", phrase)
	b.search("protected")
	export := []string{"vault", "export", "--data", dir, "--passphrase-file", phrase, "--new-passphrase-file", b.file("new", filePhrase), "--keepass"}
	b.killed("export", 1, append(export, filepath.Join(b.out, "out.kdbx")))
	b.killed("backup", 3, []string{"backup", "--data", dir, "-o", filepath.Join(b.out, "kept.tar")})
	b.must("backup", "--verify", filepath.Join(b.out, "kept.tar"), "--passphrase-file", phrase)
	b.served(phrase)
	b.must("vault", "export", "--passphrase-file", phrase, "--csv", filepath.Join(b.out, "out.csv"))
	if text, err := os.ReadFile(filepath.Join(b.out, "out.csv")); err != nil || !strings.Contains(string(text), keptSecret) {
		t.Errorf("the CSV file has not what was asked for: %v", err)
	}
	b.search("exported", "out.csv")
	if b.searched < 60 {
		t.Errorf("only %d files were searched", b.searched)
	}
}

// killed ends a command that writes a file at change after change, step by step wider
// apart, until it comes to its end. What it leaves is searched and taken away.
func (b *beside) killed(name string, times int, args []string) {
	b.Helper()
	target := args[len(args)-1]
	for n := 1; ; n = n*times + 1 {
		if n > 1000 {
			b.Fatalf("%s never comes to its end", name)
		}
		more := killedAtChange(b.T, n, []string{b.out, b.temp}, []string{"TMPDIR=" + b.temp}, args...)
		b.search(fmt.Sprintf("%s, killed at change %d", name, n))
		if !more {
			if n < 3 {
				b.Errorf("%s: only %d changes were seen", name, n-1)
			}
			b.Logf("%s: it came to its end before change %d", name, n)
			return
		}
		if err := os.RemoveAll(target); err != nil { // a backup leaves its own work folder as well
			b.Fatal(err)
		}
	}
}

// served has the folder served at debug level with all its secrets in files, unlocks it
// and looks at what the process shows of itself.
func (b *beside) served(phrase string) {
	b.Helper()
	p := start(b.T, []string{"TMPDIR=" + b.temp, "REKEY_PASSPHRASE_FILE=" + phrase}, "serve", "--data", b.dir, "--listen", "127.0.0.1:0", "--no-open",
		"--log", "debug", "--mail-host", "127.0.0.1", "--mail-port", "1", "--mail-user", "owner", "--mail-password-file", b.file("mail", mailSecret),
		"--mail-from", "o@example.org", "--mail-to", "o@example.org")
	owner := newPerson(b.T, p)
	for _, form := range []url.Values{{"passphrase": {filePhrase}}, {"passphrase": {vaultPhrase}}} {
		if _, err := owner.do(http.MethodPost, "/unlock", form); err != nil {
			b.Error(err)
		}
	}
	for _, target := range []string{"/", "/unlock", "/unlock?passphrase=" + url.QueryEscape(vaultPhrase)} {
		if _, err := owner.do(http.MethodGet, target, nil); err != nil {
			b.Error(err)
		}
	}
	owner.begin("front")
	if a := owner.post("remind-test", "way", "mail"); a.status >= 500 {
		b.Errorf("a test by mail: %d", a.status)
	}
	for _, name := range []string{"cmdline", "environ", "comm"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", p.cmd.Process.Pid, name))
		if err != nil || len(text) == 0 {
			b.Errorf("%s: %v", name, err)
		}
		b.secrets.in(b.T, "the process's "+name, text)
	}
	b.search("served")
	p.kill()
	b.search("killed while it served")
	if log := p.log(); !strings.Contains(log, "level=DEBUG") {
		b.Errorf("nothing was logged at debug level:\n%s", log)
	}
	b.secrets.in(b.T, "the log", []byte(p.log()))
}
