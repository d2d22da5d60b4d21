package site

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rekey-dvr/rekey/internal/guide/settings"
	"github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// secretsAsked is the field of a form in which passwords of a profile were asked for.
const secretsAsked = "secrets"

// secretField names the field of a profile's nth password.
func secretField(n int) string { return "s-" + strconv.Itoa(n) }

// profileSecrets gives the names of a profile's passwords by their fields.
func profileSecrets(names []string) map[string]string {
	fields := map[string]string{}
	for n, name := range names {
		fields[secretField(n)] = name
	}
	return fields
}

// answerSecrets gives the names of the passwords that were asked for with the answers,
// by their fields.
func answerSecrets(t *setup.Target, answers map[string]string) map[string]string {
	fields := map[string]string{}
	for _, q := range setup.Questions(*t) {
		if q.Kind == setup.AskSecret && !q.Absent && (q.If == "" || answers[q.If] == q.Is) {
			fields[askName(q.ID)] = q.ID
		}
	}
	return fields
}

// sealed seals the passwords that were typed, by their names. What was left empty is not
// among them. They leave the form for nothing else.
func (d *deed) sealed(fields map[string]string) (map[string][]byte, error) {
	all := map[string][]byte{}
	for field, name := range fields {
		pw := d.f.secret(field)
		d.f.values.Del(field)
		if pw.IsEmpty() {
			continue
		}
		if err := d.secured(); err != nil {
			return nil, err
		}
		sealed, err := d.guide.Sealer().Seal(pw)
		if err != nil {
			return nil, err
		}
		all[name] = sealed
	}
	return all, nil
}

// badSecret finds a password for a new account that the recorder would not take, or that
// everybody tries, and says why in the words of the page with the new password.
func (d *deed) badSecret(fields map[string]string) (field string, why view.Text) {
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		pw := d.f.secret(field)
		if _, is := setup.AccountOf(fields[field]); !is || pw.IsEmpty() {
			continue
		}
		if err := settings.CheckPassword(d.guide.Rules(), d.r.PasswordGeneration(), pw); err != nil {
			return field, d.whyNot(pw)
		}
	}
	return "", view.Text{}
}

// secrets asks for the passwords that a profile needs; without the profile, for it.
func (sh *showing) secrets(p view.Setup) view.Page {
	text := sh.typed.get("text")
	doc, err := setup.ParseProfile([]byte(text))
	if err != nil {
		return sh.setup("file")
	}
	part := view.Part{Title: view.T("setup.secrets.part")}
	for n, name := range doc.Profile.SecretNames() {
		field := secretField(n)
		q := view.Question{ID: field, Label: view.T("ask." + name), Hint: view.T("ask.secret.hint"), Secret: true, Barred: !sh.v.secure, Wrong: sh.wrong[field]}
		if account, is := setup.AccountOf(name); is {
			q.Label, q.Hint = view.T("ask.account.password", "Name", account), view.T("ask.account.password.hint")
		}
		part.Questions = append(part.Questions, q)
	}
	p.Do, p.Parts, p.Back = sh.post("plan-profile", "text", strings.ReplaceAll(text, "\r\n", "\n"), secretsAsked, "asked"), []view.Part{part}, sh.turn("profile")
	return p
}
