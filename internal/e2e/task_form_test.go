package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"testing"
)

var inputs = regexp.MustCompile(`<input([^>]*)>`)
var attribute = regexp.MustCompile(`(name|value|type)="([^"]*)"`)

// fields are those of a form as a browser sends it with every box ticked.
func fields(form string) url.Values {
	v := url.Values{}
	for _, in := range inputs.FindAllStringSubmatch(form, -1) {
		has := map[string]string{}
		for _, a := range attribute.FindAllStringSubmatch(in[1], -1) {
			has[a[1]] = a[2]
		}
		if has["name"] != "" && has["type"] != "radio" {
			v.Add(has["name"], has["value"])
		}
	}
	return v
}

// formOf gives the fields of a form of a page of the recovery, the last of its name.
func (p *person) formOf(t testing.TB, page, command string) url.Values {
	t.Helper()
	a, err := p.do(http.MethodGet, "/r/"+p.id+"?page="+page, nil)
	if err != nil {
		t.Fatal(err)
	}
	var found url.Values
	for _, f := range forms.FindAllStringSubmatch(a.body, -1) {
		if f[1] == command {
			found = fields(f[2])
		}
	}
	if found == nil {
		t.Fatalf("the page %s has no form %s:\n%s", page, command, wordsOf(a.body))
	}
	return found
}

// send posts a form with the version that is there now.
func (p *person) send(command string, form url.Values) error {
	live, err := p.state()
	if err != nil {
		return err
	}
	form.Set("v", fmt.Sprint(live.Version))
	a, err := p.do(http.MethodPost, "/r/"+p.id+"/"+command, form)
	if err == nil && a.status != http.StatusSeeOther {
		err = fmt.Errorf("%w %s: %d\n%s", errAnswer, command, a.status, wordsOf(a.body))
	}
	return err
}
