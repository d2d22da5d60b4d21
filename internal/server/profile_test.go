package server

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/icholy/digest"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide/device"
)

// asks reads a part of a recorder's settings as somebody else's client does.
func asks(t *testing.T, address, user, password, query string) (text string, status int) {
	t.Helper()
	c := &http.Client{Transport: &digest.Transport{Username: user, Password: password}}
	resp, err := c.Get("http://" + address + "/cgi-bin/" + query)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	return string(body), resp.StatusCode
}

// A profile with accounts, e-mail and dynamic DNS, by the pages alone: their passwords are
// asked for, none comes back in any page or lies in the store, and the recorder has them.
func TestAProfileAsksForItsPasswords(t *testing.T) {
	t.Parallel()
	devices := device.New(device.Options{})
	worker, edit := working(t, devices)
	w := newWorldOf(t, worker, nil, edit)
	address := factoryTwin(t, devices, "AMDV7208")
	b := w.browser().toFinish(address)
	url := b.url
	const profile = "rekey-profile: 1\nmail: {enable: true, server: mail.example.org, user: shop}\n" +
		"reach: {ddns: {enable: true, server: ddns.example.org, user: shop}}\naccounts: [{name: guard, group: user}, {name: clerk, group: user, note: Till}]\n"
	const mail, ddns, clerk = "Planted&mail w0rd", "Planted#ddns", "cl3rkz"
	b.get(url + "?page=secrets").at("setup") // without a profile it is asked for
	b.submit("/plan-profile", "text", profile).at("setup")
	if b.status != http.StatusOK || !b.has("Password of the new account clerk") {
		t.Fatalf("%d, %s", b.status, b.say())
	}
	b.submit("/plan-profile", "s-0", mail, "s-1", ddns, "s-3", "123456")
	if b.status != http.StatusUnprocessableEntity || strings.Contains(b.text, "123456") || strings.Contains(b.text, mail) {
		t.Fatalf("a password that everybody tries gave %d, %s", b.status, b.say())
	}
	if !b.has("That cannot be: it is one of those that everybody tries first.") {
		t.Errorf("why it is refused is not in the words that pages have in each language: %s", b.text)
	}
	b.submit("/plan-profile", "s-0", mail, "s-1", ddns, "s-3", clerk).at("task")
	if !b.has("New account guard") || !b.has("888888") || strings.Contains(b.text, clerk) {
		t.Fatalf("the plan: %s", b.say())
	}
	b.submit("/task-accept").ended()
	r := b.recovery()
	if task := r.TaskN(1); task.Outcome != rekey.TaskDone || !b.has("a login with its password was accepted") {
		t.Fatalf("%s: %+v", b.say(), task)
	}
	text, status := asks(t, address, "clerk", clerk, "userManager.cgi?action=getUserInfo&name=clerk")
	if status != http.StatusOK || !strings.Contains(text, "Group=user") || !strings.Contains(text, "Memo=Till") {
		t.Errorf("%d %s", status, text)
	}
	b.get(url + "/kept").at("kept")
	if !b.has("Account guard") || !b.has("Account clerk") {
		t.Errorf("the kept passwords: %s", b.text)
	}
	b.send("/kept/show", "kept", r.ID+"-task1-guard").at("kept")
	guard := strings.Join(strings.Fields(b.secret()), "")
	if _, status := asks(t, address, "guard", guard, "magicBox.cgi?action=getMachineName"); status != http.StatusOK {
		t.Errorf("the password that is shown for guard gave %d", status)
	}
	owner, _, err := w.guide.Reveal(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"Email": mail, "DDNS": ddns} {
		text, _ := asks(t, address, "admin", owner.Reveal(), "configManager.cgi?action=getConfig&name="+name)
		if !strings.Contains(text, "Password="+want) {
			t.Errorf("%s has another password", name)
		}
	}
	records, err := w.store.ReadAll(t.Context(), 0, 100000)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range records {
		for _, secret := range []string{mail, ddns, clerk, guard} {
			if strings.Contains(string(one.Data), secret) {
				t.Errorf("%s has a password in clear", one.Type)
			}
		}
	}
}
