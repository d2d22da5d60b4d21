package e2e

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/twin/image"
)

// installMoments are those around each write of an installation. The restart is met as
// the recorder is looked for without a password.
var installMoments = []moment{
	{"look", ""}, {"look", "getSoftwareVersion"},
	{"keep", ""}, {"keep", "getConfig"},
	{"upload", ""}, sending,
	{"install", ""}, writing,
	{"return", ""}, {"return", "GET / "},
	{"verify", ""}, {"verify", "getSoftwareVersion"},
	{"compare", ""}, {"compare", "getConfig"},
}

// sending is when the recorder has the image, and writing when it writes that to flash.
var sending, writing = moment{"upload", "uploadFirmware"}, moment{"install", "getState"}

// cutMoments are those of them at which the connection is cut. A recorder that stops
// answering while it writes is taken to restart, so that one cut ends that step.
var cutMoments = slices.DeleteFunc(slices.Clone(installMoments), func(m moment) bool { return m == moment{"install", ""} })

// powerMoments are those of them at which power is lost. What the recorder was at is
// lost with it.
var powerMoments = []moment{{"upload", ""}, sending, writing, {"return", "GET / "}, {"compare", "getConfig"}}

// TestInstallationStruckAtEveryWrite: an installation that was begun by the guide's
// forms is interrupted at every write of it, one after the other: rekey killed for good,
// the connection cut, or the recorder's power lost. The owner goes on each time, and it
// is finished; the image reached the recorder once, and once more for each time that
// power took what it was writing. The record tells of it.
func TestInstallationStruckAtEveryWrite(t *testing.T) {
	t.Parallel()
	for i, tt := range []struct {
		who     string
		at      []moment
		updates int
	}{{"rekey", installMoments, 1}, {"connection", cutMoments, 1}, {"recorder", powerMoments, 3}} {
		t.Run(tt.who, func(t *testing.T) {
			t.Parallel()
			spec := practiceSpec(20 << 10)
			l := newLane(t, fmt.Sprintf("127.0.7.%d", 30+i), twin.Model{SKU: "AMDV7208", Generation: twin.GenA,
				Board: spec.For.Board, OEM: spec.For.OEM, Standard: spec.For.Standard}, " HTTP/1.1")
			l.planned("plan-firmware", l.owner.bring(t, spec))
			s := l.strike(tt.who, tt.at...)
			s.onHit = func(m moment) {
				switch {
				case m == writing:
					l.clock.SetPace(60)
				case m == sending && tt.who != "recorder": // it does not get on until it was met there
					l.clock.SetPace(0.05)
				}
			}
			sent, now := l.through(s, "uploadFirmware")["uploadFirmware"], l.tw.UpdateNow()
			if now.Version != spec.For.Version || now.Dead || l.tw.Uploads() != tt.updates || sent != tt.updates {
				t.Errorf("%+v, the image was sent %d times and %d updates began, want %d", now, sent, l.tw.Uploads(), tt.updates)
			}
			l.p.kill() // when everything is written as well
			l.mend()
			a, err := l.owner.do(http.MethodGet, "/r/"+l.owner.id+"?page=task", nil)
			if err != nil || !strings.Contains(a.body, "runs the new firmware") {
				t.Errorf("%v\n%s", err, wordsOf(a.body))
			}
			for _, says := range []string{"more than once", "Installed once more"} { // a cut one may have, or may not
				if tt.who != "connection" && strings.Contains(a.body, says) != (tt.updates > 1) {
					t.Errorf("%d updates, and %q on the page: %t", tt.updates, says, tt.updates == 1)
				}
			}
			l.recorded()
		})
	}
}

// TestAccountsAndRestartKilledAtEveryWrite kills rekey at every write of the two other
// tasks. Each account is changed once, and the recorder restarts once. An account is
// met at one moment only: of a password whose answer nobody saw the ledger allows no
// second try for half an hour.
func TestAccountsAndRestartKilledAtEveryWrite(t *testing.T) {
	t.Parallel()
	l := newLane(t, "127.0.7.40", twin.Model{SKU: "AMDV7208", Generation: twin.GenA}, " HTTP/1.1")
	l.planned("plan-accounts", url.Values{})
	marks := []string{"pwdOld=888888", "action=deleteUser&name=666666", "pwdOld=default"}
	s := l.strike("rekey", moment{"account-888888", marks[0]}, moment{"account-666666", ""}, moment{"account-666666", marks[1]}, moment{"account-default", ""})
	reached := l.through(s, marks...)
	for _, mark := range marks {
		if n := reached[mark]; n != 1 {
			t.Errorf("%s reached the recorder %d times", mark, n)
		}
	}
	for _, name := range []string{"888888", "666666", "default"} {
		if bad := l.tw.BadProofs(name); bad > 1 {
			t.Errorf("%d bad proofs of %s", bad, name)
		}
	}
	for _, due := range [][]moment{{{"restart", ""}, {"restart", "action=reboot"}}, {{"restart", "GET / "}}} {
		l.planned("plan-restart", url.Values{})
		if n := l.through(l.strike("rekey", due...), "action=reboot")["action=reboot"]; n != 1 {
			t.Errorf("killed at %v it was restarted %d times", due, n)
		}
	}
	l.recorded()
}

// bring has the guide look at a firmware file, and gives the form that plans to send it.
func (p *person) bring(t *testing.T, s image.Spec) url.Values {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", s.Name())
	if err == nil {
		err = s.Write(part)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.http.Post(p.base+"/r/"+p.id+"/firmware-inspect", w.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 4<<20))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range forms.FindAllStringSubmatch(string(text), -1) {
		if f[1] == "plan-firmware" {
			return fields(f[2])
		}
	}
	t.Fatalf("the file %s is not taken: %d\n%s", s.Name(), res.StatusCode, wordsOf(string(text)))
	return nil
}
