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
	sets   map[string]map[string]parsed // language, page name
	bufs   sync.Pool
}

// parsed gives a page's template. The first call parses it: all pages in all languages
// take a third of a second and 20 MB, and who is locked out opens ten of them.
type parsed func() (*template.Template, error)

// NewRenderer makes one for every page in every language. It panics when a folder
// under pages is not in the list of view.Pages, or a page of the list has no folder:
// both are defects of the build, not of the moment.
func NewRenderer() *Renderer {
	r := &Renderer{
		assets: newAssets(),
		texts:  NewTexts(),
		sets:   map[string]map[string]parsed{},
		bufs:   sync.Pool{New: func() any { return new(bytes.Buffer) }},
	}
	mustMatchList()
	for _, lang := range r.texts.Languages() {
		r.sets[lang] = r.set(lang)
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
	page, ok := set[p.PageName()]
	if !ok {
		return fmt.Errorf("no page named %q", p.PageName())
	}
	t, err := page()
	if err != nil {
		return fmt.Errorf("page %s: %w", p.PageName(), err)
	}
	buf := r.bufs.Get().(*bytes.Buffer)
	defer r.bufs.Put(buf)
	buf.Reset()
	if err := t.ExecuteTemplate(buf, "layout", p); err != nil {
		return fmt.Errorf("page %s: %w", p.PageName(), err)
	}
	_, err = w.Write(buf.Bytes())
	return err
}

func (r *Renderer) set(lang string) map[string]parsed {
	shared := sync.OnceValues(func() (*template.Template, error) {
		return template.New("shared").Option("missingkey=error").Funcs(r.funcs(lang)).ParseFS(files, "shared/*.html.tmpl")
	})
	set := map[string]parsed{}
	for _, p := range view.Pages() {
		set[p.PageName()] = sync.OnceValues(func() (*template.Template, error) {
			base, err := shared()
			if err != nil {
				return nil, err
			}
			t, err := base.Clone() // the base itself is never executed, and can be cloned for ever
			if err != nil {
				return nil, err
			}
			return t.ParseFS(files, path.Join("pages", p.PageName(), "page.html.tmpl"))
		})
	}
	return set
}

func mustMatchList() {
	dirs, err := fs.ReadDir(files, "pages")
	if err != nil {
		panic(err)
	}
	var listed, there []string
	for _, p := range view.Pages() {
		listed = append(listed, p.PageName())
	}
	for _, d := range dirs {
		there = append(there, d.Name())
	}
	slices.Sort(listed)
	if !slices.Equal(listed, there) {
		panic(fmt.Sprintf("view.Pages lists %q, and the folders of pages are %q", listed, there))
	}
}
