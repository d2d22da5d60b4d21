package server

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/accounts"
	"github.com/rekey-dvr/rekey/internal/guide/device"
	"github.com/rekey-dvr/rekey/internal/guide/settings"
	"github.com/rekey-dvr/rekey/internal/guide/updates"
	"github.com/rekey-dvr/rekey/internal/vault"
)

// working gives a guide the workers that rekey has, and its site the shelf.
func working(t *testing.T, devices *device.Devices) (*settings.Worker, func(*guide.Config)) {
	t.Helper()
	v, err := vault.Ephemeral()
	if err != nil {
		t.Fatal(err)
	}
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := &settings.Worker{Sealer: v, Catalog: cat, Shelf: settings.Folder(t.TempDir())}
	return w, func(c *guide.Config) {
		c.Devices, c.Vault = devices, v
		c.Workers = map[rekey.TaskKind]guide.Worker{rekey.TaskSetup: w, rekey.TaskRestore: w, rekey.TaskRestart: guide.Restart{}, rekey.TaskAccounts: &accounts.Worker{Catalog: c.Catalog, Vault: v}}
		c.Workers[rekey.TaskFirmware] = &updates.Worker{Catalog: c.Catalog, Files: updates.Folder(w.Shelf.(settings.Folder) + "/firmware")}
	}
}

// toFinish goes from the home page to the finish list of a recorder on the network.
func (b *browser) toFinish(address string) *browser {
	b.t.Helper()
	b.toGates("front").pressed()
	b.send("/clock", "reading", "2000-01-01 00:03").at("return").follow("?page=way").at("password")
	b.send("/way", "way", "network").at("password").send("/wrote").at("gate")
	b.follow("?page=address").at("address").send("/point", "address", address)
	if b.page() == "verify" { // the recorder has no factory login: another password
		b.send("/password").at("password").send("/wrote")
	} else {
		b.at("return").send("/try")
	}
	for tries := 0; b.until("password", "/go-finish", "/password") == "/password" && tries < 8; tries++ {
		b.send("/password").at("password").send("/wrote")
	}
	return b.send("/go-finish").at("finish")
}

// submit sends the form whose action ends with suffix as a browser does: with all
// that is filled in, ticked and chosen on the page. Pairs fill in, and a value of ""
// for a box that is ticked unticks it.
func (b *browser) submit(suffix string, pairs ...string) *browser {
	b.t.Helper()
	n := find(b.doc, func(n *html.Node) bool {
		u, err := url.Parse(attr(n, "action"))
		return n.Data == "form" && err == nil && strings.HasSuffix(u.Path, suffix)
	})
	if n == nil {
		b.t.Fatalf("no form …%s on page %s (%s)", suffix, b.page(), b.say())
	}
	fields := url.Values{}
	find(n, func(i *html.Node) bool {
		switch kind := attr(i, "type"); {
		case i.Data == "textarea":
			fields.Set(attr(i, "name"), textOf(i))
		case i.Data != "input" || kind == "file":
		case kind == "checkbox" || kind == "radio":
			if has(i, "checked") {
				fields.Add(attr(i, "name"), attr(i, "value"))
			}
		default:
			fields.Set(attr(i, "name"), attr(i, "value"))
		}
		return false
	})
	for i := 0; i+1 < len(pairs); i += 2 {
		if at := slices.Index(fields["pick"], pairs[i]); at >= 0 && pairs[i+1] == "" {
			fields["pick"] = slices.Delete(fields["pick"], at, at+1)
			continue
		}
		fields.Set(pairs[i], pairs[i+1])
	}
	return b.post(attr(n, "action"), fields)
}

// open gives the task that is open.
func (b *browser) open() *rekey.Task { r := b.recovery(); return r.Task() }

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// ended loads a task's page until the task has ended, and gives its heading.
func (b *browser) ended() string {
	b.t.Helper()
	at := b.url + "?page=task"
	for range 15_000 { // five minutes, and more where a page takes its time
		b.get(at).at("task")
		if find(b.doc, func(n *html.Node) bool { return attr(n, "aria-busy") == "true" }) == nil {
			return b.say()
		}
		select { // the recorder answers in its own time
		case <-time.After(20 * time.Millisecond):
		case <-b.t.Context().Done():
		}
	}
	b.t.Fatal("the task does not end")
	return ""
}

// TestFinishOverTheNetwork goes down the list without script: settings by answers,
// a restart, a snapshot, the follow-through, and the closing.
func TestFinishOverTheNetwork(t *testing.T) {
	t.Parallel()
	devices := device.New(device.Options{})
	worker, edit := working(t, devices)
	w := newWorldOf(t, worker, nil, edit)
	b := w.browser().toFinish(bootingTwin(t, devices, "AMDV7208", "", 2*time.Second)) // so that it is seen to be gone
	url := b.url

	b.send("/plan-accounts").at("task").submit("/task-accept")
	if got := b.ended(); !strings.Contains(got, "closed") || !strings.Contains(b.text, "888888") {
		t.Fatalf("accounts: %s", got)
	}
	b.get(url).at("finish").follow("?page=setup").at("setup").send("/setup-read").at("setup")
	b.submit("/plan-answers", "q-name", "Shop", "q-title-1", "Front door", "q-zone", "America/Chicago").at("task")
	if !strings.Contains(b.text, "Front door") || b.open() == nil {
		t.Fatalf("the plan does not show what was answered: %s", b.say())
	}
	b.submit("/task-accept", "channels/channels.title/1", "") // that one is left out after all
	if got := b.at("task").ended(); !strings.Contains(got, "Every setting was read back") {
		t.Fatalf("%s\n%v", got, b.recovery().Tasks)
	}
	task := b.recovery().Tasks[len(b.recovery().Tasks)-1]
	if task.Outcome != rekey.TaskDone || len(b.recovery().Snapshots) != 1 {
		t.Errorf("outcome %s, %d snapshots", task.Outcome, len(b.recovery().Snapshots))
	}
	b.get(url + "?page=setup").at("setup").send("/setup-read").at("setup")
	if !strings.Contains(b.text, "Shop") || strings.Contains(b.text, "Front door") {
		t.Error("the recorder does not have what was ticked, or has what was not")
	}

	b.get(url).at("finish").send("/plan-restart").at("task").submit("/task-accept")
	if got := b.ended(); !strings.Contains(got, "still works") || b.recovery().Seen.Restart == nil {
		t.Fatalf("restart: %s", got)
	}
	b.get(url + "?page=snapshots").at("snapshots").send("/snapshot-take").at("snapshots")
	b.send("/plan-restore").at("task")
	if b.open() != nil { // the newest snapshot is how the recorder is
		t.Errorf("a restore of what is there already was planned: %s", b.say())
	}

	b.get(url+"?page=follow").at("follow").submit("/follow-add", "what", "Maria’s phone", "kind", "app").at("follow")
	b.submit("/follow-done").at("follow")
	b.get(url).at("finish")
	seen := []string{}
	for _, li := range findAll(b.doc, "li") {
		if strings.Contains(textOf(li), "Not yet") {
			seen = append(seen, textOf(li))
		}
	}
	for _, done := range []string{"Restart once", "Set up as", "Clock and", "Settings kept", "Apps and"} {
		if slices.ContainsFunc(seen, func(s string) bool { return strings.Contains(s, done) }) {
			t.Errorf("%s is not done", done)
		}
	}
	b.send("/end").at("finish")
	if got := b.recovery().Outcome; got != rekey.OutcomeRekeyed {
		t.Errorf("outcome %q", got)
	}
}

func findAll(n *html.Node, tag string) (all []*html.Node) {
	find(n, func(n *html.Node) bool {
		if n.Data == tag {
			all = append(all, n)
		}
		return false
	})
	return all
}

// TestFootageIsAskedInTheRun: overwriting is not switched on before the person let
// the recordings go in this run, and a profile file brings it.
func TestFootageIsAskedInTheRun(t *testing.T) {
	t.Parallel()
	devices := device.New(device.Options{})
	worker, edit := working(t, devices)
	w := newWorldOf(t, worker, nil, edit)
	address := factoryTwin(t, devices, "AMDV7208")
	b := w.browser().toFinish(address)
	url := b.url
	profile := func(whenFull string) {
		t.Helper()
		b.get(url + "?page=profile").at("setup")
		b.submit("/plan-profile", "text", "rekey-profile: 1\ndisk:\n  when-full: "+whenFull+"\n")
	}
	profile("sometimes")
	if b.status != http.StatusUnprocessableEntity || b.page() != "setup" || !strings.Contains(b.text, "aria-invalid") {
		t.Fatalf("a wrong profile gave %d, %s", b.status, b.page())
	}
	profile("stop")
	if b.page() == "task" && b.open() != nil {
		if got := b.submit("/task-accept").ended(); !strings.Contains(got, "read back") {
			t.Fatalf("%s\n%+v", got, b.recovery().Tasks)
		}
	}
	// What only a person at the screen does is not called seen for want of a step.
	before := len(b.recovery().Finish)
	b.get(url + "?page=profile").at("setup")
	b.submit("/plan-profile", "text", "rekey-profile: 1\ndisk:\n  when-full: stop\n  format: true\n")
	if r := b.recovery(); b.status != http.StatusUnprocessableEntity || !strings.Contains(b.text, "disk.format") || len(r.Finish) != before {
		t.Fatalf("formatting by hand gave %d, %s, and the list says %+v", b.status, b.say(), r.Finish)
	}
	profile("overwrite")
	b.at("task").submit("/task-accept")
	for _, answer := range []string{"", "yes", "evidence"} {
		if b.status != http.StatusUnprocessableEntity {
			t.Fatalf("%q: status %d", answer, b.status)
		}
		if task := b.open(); task == nil || !task.Accepted.IsZero() {
			t.Fatalf("%q accepted it", answer)
		}
		b.submit("/task-accept", "footage", answer)
	}
	b.submit("/task-accept", "footage", "saved").at("task")
	if got := b.ended(); !strings.Contains(got, "read back") {
		t.Error(got)
	}
}

// TestFirmwareFileIsOnlyRead: a file that is none is refused with the reason, one
// that is too long is not taken, and nothing of it stays.
func TestFirmwareFileIsOnlyRead(t *testing.T) {
	t.Parallel()
	devices := device.New(device.Options{})
	worker, edit := working(t, devices)
	w := newWorldOf(t, worker, nil, edit)
	b := w.browser().toFinish(factoryTwin(t, devices, "AMDV7208"))
	b.follow("?page=firmware").at("firmware").follow("?page=firmware-file").at("firmware")
	upload := func(name string, size int64) {
		t.Helper()
		b.upload(name, io.MultiReader(strings.NewReader("PK"), io.LimitReader(zeros{}, size)))
	}
	upload("General_HCVR.pak", 5<<20)
	if b.status != http.StatusOK || b.page() != "firmware" || !strings.Contains(b.say(), "must not go") {
		t.Fatalf("status %d, page %s: %s", b.status, b.page(), b.say())
	}
	upload("x.bin", 0)
	b.at("firmware")
	b.get(b.url).at("finish") // the address of a form leads back
}

// upload brings a firmware file to be looked at, as a browser sends it.
func (b *browser) upload(name string, file io.Reader) {
	b.t.Helper()
	const edge = "edge"
	head := "--edge\r\nContent-Disposition: form-data; name=\"v\"\r\n\r\n1\r\n--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\nContent-Type: application/octet-stream\r\n\r\n"
	body := io.MultiReader(strings.NewReader(head), file, strings.NewReader("\r\n--edge--\r\n"))
	at, _, _ := strings.Cut(b.url, "?")
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, b.base+strings.TrimSuffix(at, "/firmware-inspect")+"/firmware-inspect", body)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "multipart/form-data; boundary="+edge)
	resp, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	b.took(resp)
}

// zeros is as long as it is read.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }
