package web_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/story"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

var renderer = web.NewRenderer()

// TestStories holds every page in every state and language to what every page must be.
func TestStories(t *testing.T) {
	for _, lang := range renderer.Texts().Languages() {
		for _, s := range story.All(lang) {
			t.Run(lang+"/"+s.Name, func(t *testing.T) {
				doc := render(t, s.Page)
				for _, fault := range faultsOf(doc, lang, s.Page.PageName()) {
					t.Error(fault)
				}
			})
		}
	}
}

func render(t *testing.T, p view.Page) *html.Node {
	t.Helper()
	var b strings.Builder
	if err := renderer.Render(&b, p); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func faultsOf(doc *html.Node, lang, page string) []string {
	var bad []string
	count := map[string]int{}
	ids, labels := map[string]bool{}, map[string]bool{}
	var inputs []string
	for n := range doc.Descendants() {
		if n.Type == html.TextNode {
			if strings.Contains(n.Data, "<no value>") {
				bad = append(bad, "a text lacks a value: "+n.Data)
			}
			continue
		}
		if n.Type != html.ElementNode {
			continue
		}
		class := strings.Fields(attr(n, "class"))
		switch n.Data {
		case "html":
			if attr(n, "lang") != lang {
				bad = append(bad, "html has lang "+attr(n, "lang"))
			}
		case "h1":
			count["h1"]++
			if w := strings.Fields(textOf(n)); len(w) > 12 && page != "record" {
				bad = append(bad, fmt.Sprintf("instruction of %d words: %v", len(w), w))
			}
		case "style":
			bad = append(bad, "inline style element")
		case "script":
			if attr(n, "src") == "" && attr(n, "type") != "application/json" {
				bad = append(bad, "inline script")
			}
		case "label":
			labels[attr(n, "for")] = true
		case "input":
			if k := attr(n, "type"); k != "hidden" && k != "radio" && k != "checkbox" {
				inputs = append(inputs, attr(n, "id"))
			}
		case "form":
			if attr(n, "method") != "post" || !strings.HasPrefix(attr(n, "action"), "/") {
				bad = append(bad, "form to "+attr(n, "method")+" "+attr(n, "action"))
			}
			if !hasHidden(n, "v") {
				bad = append(bad, "form without a version: "+attr(n, "action"))
			}
		case "main":
			count["main"]++
		case "title":
			if n.Namespace == "" && strings.TrimSpace(textOf(n)) == "" {
				bad = append(bad, "no title")
			}
		}
		if slices.Contains(class, "btn-now") {
			count["main button"]++
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				bad = append(bad, n.Data+" has "+a.Key)
			}
			if (a.Key == "src" || a.Key == "href") && (strings.Contains(a.Val, "//") || a.Val == "") {
				bad = append(bad, n.Data+" links to "+a.Val)
			}
			if a.Key == "id" {
				if ids[a.Val] {
					bad = append(bad, "id twice: "+a.Val)
				}
				ids[a.Val] = true
			}
		}
	}
	if count["h1"] != 1 || count["main"] != 1 || count["main button"] > 1 {
		bad = append(bad, fmt.Sprint("counts: ", count))
	}
	for _, id := range inputs {
		if !labels[id] || id == "" {
			bad = append(bad, "field without a label: "+id)
		}
	}
	return append(bad, references(doc, ids)...)
}

// references finds aria attributes and labels that name no element.
func references(doc *html.Node, ids map[string]bool) []string {
	var bad []string
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key != "for" && !strings.HasPrefix(a.Key, "aria-labelledby") && a.Key != "aria-describedby" {
				continue
			}
			if !ids[a.Val] {
				bad = append(bad, a.Key+" names nothing: "+a.Val)
			}
		}
	}
	return bad
}

func hasHidden(form *html.Node, name string) bool {
	for n := range form.Descendants() {
		if n.Data == "input" && attr(n, "type") == "hidden" && attr(n, "name") == name {
			return true
		}
	}
	return false
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

func TestPracticeIsMarked(t *testing.T) {
	for _, s := range story.All("en") {
		marked := strings.Contains(textOf(render(t, s.Page)), "PRACTICE")
		if s.Page.Base().Practice && !marked {
			t.Errorf("%s does not say PRACTICE", s.Name)
		}
		if !s.Page.Base().Practice && marked && s.Name != "home-busy" {
			t.Errorf("%s says PRACTICE and is none", s.Name)
		}
	}
}

// TestEveryPageHasAStory keeps a page from going unlooked at.
func TestEveryPageHasAStory(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range story.All("en") {
		seen[s.Page.PageName()] = true
	}
	for _, p := range view.Pages() {
		if !seen[p.PageName()] {
			t.Errorf("no story of %s", p.PageName())
		}
	}
}

// TestNoShadow: a page's field of the same name as a frame's would be read by the
// layout in its place.
func TestNoShadow(t *testing.T) {
	frame := reflect.TypeFor[view.Frame]()
	for _, p := range view.Pages() {
		typ := reflect.TypeOf(p)
		for i := range typ.NumField() {
			f := typ.Field(i)
			if _, clash := frame.FieldByName(f.Name); clash && !f.Anonymous {
				t.Errorf("%s.%s hides the frame's", typ, f.Name)
			}
		}
	}
}

// TestNoSecretOverPlainHTTP: a password reaches a page only over loopback or https.
func TestNoSecretOverPlainHTTP(t *testing.T) {
	for _, stage := range []string{"show", "hidden", "proof", "refused"} {
		p := view.Password{Frame: story.All("en")[0].Page.Base(), Stage: stage, Secret: "kv7m3t"}
		p.Secure = false
		p.Own = &view.Entry{Do: view.Post("/x"), Name: "own", Label: view.T("password.own.label"), Say: view.T("password.own.do")}
		noSecretIn(t, stage, p)
	}
	plain := story.All("en")[0].Page.Base()
	plain.Secure = false
	entry := view.Entry{Do: view.Post("/x"), Name: "own", Type: "password", Label: view.T("unlock.label"), Say: view.T("unlock.do")}
	for name, p := range map[string]view.Page{
		"kept":     view.Kept{Frame: plain, Secret: "kv7m3t"},
		"link":     view.Kept{Frame: plain, Code: "kv7m3t", Link: "kv7m3t"},
		"handover": view.HandOver{Frame: plain, Stage: "shown", Secret: "kv7m3t"},
		"code":     view.HandOver{Frame: plain, Stage: "ask", Entry: entry},
		"keycard":  view.KeyCard{Frame: plain, Length: 6, Secret: "kv7m3t", QR: "kv7m3t"},
		"unlock":   view.Unlock{Frame: plain, Stage: "ask", Entry: entry},
	} {
		noSecretIn(t, name, p)
	}
}

func noSecretIn(t *testing.T, stage string, p view.Page) {
	t.Helper()
	doc := render(t, p)
	if strings.Contains(textOf(doc), "kv7m3t") || strings.Contains(textOf(doc), "victor") {
		t.Errorf("%s shows the password", stage)
	}
	for n := range doc.Descendants() {
		if n.Data == "input" && attr(n, "type") == "password" {
			t.Errorf("%s takes a password", stage)
		}
	}
}
