package web_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

type catalogue map[string]any

func load(t *testing.T, lang string) catalogue {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("locales", lang+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var c catalogue
	if err := json.Unmarshal(b, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

var placeholder = regexp.MustCompile(`\{\{\.\w+\}\}`)

// TestLanguagesAreComplete: each key in each language, with the same values in it.
func TestLanguagesAreComplete(t *testing.T) {
	en := load(t, web.DefaultLanguage)
	for _, lang := range renderer.Texts().Languages() {
		c := load(t, lang)
		for key, v := range en {
			w, ok := c[key]
			if !ok {
				t.Errorf("%s lacks %s", lang, key)
				continue
			}
			if diff := cmp.Diff(values(v), values(w)); diff != "" {
				t.Errorf("%s %s takes other values: %s", lang, key, diff)
			}
		}
		for key := range c {
			if _, ok := en[key]; !ok {
				t.Errorf("%s has %s, which English lacks", lang, key)
			}
		}
	}
}

// values gives the placeholders of a message, of its "other" form where it has forms.
func values(v any) []string {
	if forms, ok := v.(map[string]any); ok {
		v = forms["other"]
	}
	s := placeholder.FindAllString(v.(string), -1)
	slices.Sort(s)
	return slices.Compact(s)
}

// TestFixedKeys: keys that templates and the shared words name literally exist.
func TestFixedKeys(t *testing.T) {
	en := load(t, web.DefaultLanguage)
	named := regexp.MustCompile(`\b(?:t|tb|has) "([a-z0-9.-]+)"`)
	var files []string
	for _, glob := range []string{"shared/*.tmpl", "pages/*/*.tmpl"} {
		m, _ := filepath.Glob(glob)
		files = append(files, m...)
	}
	if len(files) < 20 {
		t.Fatalf("only %d templates found", len(files))
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(b), -1) {
			if _, ok := en[m[1]]; !ok {
				t.Errorf("%s: no message %s", f, m[1])
			}
		}
	}
}

func TestText(t *testing.T) {
	zone := time.FixedZone("EST", -5*3600)
	at := time.Date(2026, 11, 25, 19, 20, 0, 0, time.UTC)
	for _, tc := range []struct {
		lang string
		text view.Text
		want string
	}{
		{"en", view.T("rest.title", "At", at), "Ready on Wednesday 14:20"},
		{"es", view.T("rest.title", "At", at), "Listo el miércoles 14:20"},
		{"en", view.T("rest.from-now", "N", 1), "That is 1 hour from now."},
		{"en", view.T("rest.from-now", "N", 46), "That is 46 hours from now."},
		{"es", view.T("rest.from-now", "N", 46), "Faltan 46 horas."},
		{"en", view.T("rest.passed", "For", 72*time.Hour+10*time.Minute), "It rested for 72 h 10 min."},
		{"xx", view.T("coach.hold"), "HOLD"},
		{"es", view.T("coach.wait"), "ESPERE"},
	} {
		got, err := renderer.Texts().Text(tc.lang, zone, tc.text.Key, tc.text.Args)
		if err != nil || got != tc.want {
			t.Errorf("%s %s: %q, %v; want %q", tc.lang, tc.text.Key, got, err, tc.want)
		}
	}
	if _, err := renderer.Texts().Text("es", zone, "no.such.key", nil); !errors.Is(err, web.ErrNoText) {
		t.Errorf("a missing key gave %v", err)
	}
}

func TestMatch(t *testing.T) {
	for header, want := range map[string]string{
		"es-MX,es;q=0.9,en;q=0.8": "es", "en-US,en;q=0.5": "en", "de-DE": "en", "": "en", "fr;q=1,es;q=0.2": "es", "\x00;;q=": "en",
	} {
		if got := renderer.Texts().Match("", header); got != want {
			t.Errorf("%q matched %s, want %s", header, got, want)
		}
	}
	if got := renderer.Texts().Match("es", "en-US"); got != "es" {
		t.Errorf("the cookie lost: %s", got)
	}
}

func TestTimes(t *testing.T) {
	at := time.Date(2026, 11, 25, 14, 20, 0, 0, time.UTC)
	got := []string{
		web.Moment("en", at), web.ShortMoment("es", at), web.Date("en", at), web.DateYear("es", at), web.MinSec(770 * time.Second),
		web.MinSec(-time.Second), web.Span("en", 130*time.Second), web.Span("en", time.Hour), web.Span("en", -5),
	}
	want := []string{"Wednesday 14:20", "mié 14:20", "November 25", "25 de noviembre de 2026", "12:50", "0:00", "2 min 10 s", "1 h", "0 s"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestBoldEscapes(t *testing.T) {
	p := story0()
	p.Notice = view.T("verify.ask.lead")
	p.Name = `<script>alert(1)</script>`
	var b strings.Builder
	if err := renderer.Render(&b, view.Error{Frame: p, Code: "odd", Message: `**<b>x**`}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "<script>alert") || strings.Contains(b.String(), "<b>x") {
		t.Error("markup went through")
	}
	if !strings.Contains(b.String(), "<b>the board did not empty.</b>") {
		t.Error("bold words of a message are not bold")
	}
}
