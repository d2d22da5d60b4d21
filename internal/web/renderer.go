package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"slices"
	"sync"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

// Renderer draws pages. It is safe for concurrent use once made.
type Renderer struct {
	assets *Assets
	texts  *Texts
	sets   map[string]map[string]*template.Template // language, page name
	bufs   sync.Pool
}

// NewRenderer parses every page in every language. It panics when a folder under
// pages is not in the list of view.Pages, or a page of the list has no folder: both
// are defects of the build, not of the moment.
func NewRenderer() *Renderer {
	r := &Renderer{
		assets: newAssets(),
		texts:  newTexts(),
		sets:   map[string]map[string]*template.Template{},
		bufs:   sync.Pool{New: func() any { return new(bytes.Buffer) }},
	}
	mustMatchList()
	for _, lang := range r.texts.Languages() {
		r.sets[lang] = r.parse(lang)
	}
	return r
}

// Assets gives the files that pages link to.
func (r *Renderer) Assets() *Assets { return r.assets }

// Texts gives the messages, for those who write outside of pages (calendar
// files, mail).
func (r *Renderer) Texts() *Texts { return r.texts }

// Render writes the page as a whole HTML document in the page's language, or in
// English when there is no such language. Nothing is written when it fails.
func (r *Renderer) Render(w io.Writer, p view.Page) error {
	set, ok := r.sets[p.Base().Lang]
	if !ok {
		set = r.sets[DefaultLanguage]
	}
	t, ok := set[p.PageName()]
	if !ok {
		return fmt.Errorf("no page named %q", p.PageName())
	}
	buf := r.bufs.Get().(*bytes.Buffer)
	defer r.bufs.Put(buf)
	buf.Reset()
	if err := t.ExecuteTemplate(buf, "layout", p); err != nil {
		return fmt.Errorf("page %s: %w", p.PageName(), err)
	}
	_, err := w.Write(buf.Bytes())
	return err
}

func (r *Renderer) parse(lang string) map[string]*template.Template {
	shared := template.Must(template.New("shared").Option("missingkey=error").
		Funcs(r.funcs(lang)).ParseFS(files, "shared/*.html.tmpl"))
	set := map[string]*template.Template{}
	for _, p := range view.Pages() {
		t := template.Must(shared.Clone())
		name := p.PageName()
		set[name] = template.Must(t.ParseFS(files, path.Join("pages", name, "page.html.tmpl")))
	}
	return set
}

func mustMatchList() {
	dirs, err := fs.ReadDir(files, "pages")
	if err != nil {
		panic(err)
	}
	var listed []string
	for _, p := range view.Pages() {
		listed = append(listed, p.PageName())
	}
	for _, d := range dirs {
		if !slices.Contains(listed, d.Name()) {
			panic("pages/" + d.Name() + " is not in view.Pages")
		}
	}
}
