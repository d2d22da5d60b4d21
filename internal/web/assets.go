package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base32"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// AssetPath is where pages expect the assets; [Assets] serves below it.
const AssetPath = "/assets/"

// Assets serves the embedded files under names that carry a hash of their
// content, so that browsers may keep them for ever.
type Assets struct {
	byName map[string]*asset // "site.css"
	byURL  map[string]*asset // "site.4f2k….css"
}

type asset struct {
	url   string
	kind  string
	plain []byte
	once  sync.Once
	zip   []byte // nil where gzip gains nothing
}

// siteCSS are bundled, in this order, into the one style sheet every page loads.
var siteCSS = []string{"tokens", "base", "parts", "finish", "twin", "print", "wide"}

// siteJS are bundled into the one script every page loads.
var siteJS = []string{"site", "live", "twin"}

func newAssets() *Assets {
	a := &Assets{byName: map[string]*asset{}, byURL: map[string]*asset{}}
	for _, dir := range []string{"fonts", "art"} {
		for _, f := range mustList("assets/" + dir) {
			if dir == "fonts" && strings.HasSuffix(f, ".woff2") || strings.HasPrefix(f, "icon") || strings.HasPrefix(f, "LICENSE") {
				a.add(f, mustRead("assets/"+dir+"/"+f))
			}
		}
	}
	a.add("site.css", a.css(joined("assets/css/", siteCSS, ".css")))
	a.add("site.js", joined("assets/js/", siteJS, ".js"))
	for _, page := range mustList("pages") {
		if b, err := fs.ReadFile(files, "pages/"+page+"/style.css"); err == nil {
			a.add(page+".css", a.css(b))
		}
		if b, err := fs.ReadFile(files, "pages/"+page+"/script.js"); err == nil {
			a.add(page+".js", b)
		}
	}
	return a
}

// css puts the hashed names into url("…") references.
func (a *Assets) css(b []byte) []byte {
	for name, as := range a.byName {
		b = bytes.ReplaceAll(b, []byte(`url("`+name+`")`), []byte(`url("`+as.url+`")`))
	}
	return b
}

func (a *Assets) add(name string, b []byte) {
	sum := sha256.Sum256(b)
	hash := strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:12])
	ext := path.Ext(name)
	url := strings.TrimSuffix(name, ext) + "." + hash + ext
	as := &asset{url: url, kind: kindOf(ext), plain: b}
	a.byName[name], a.byURL[url] = as, as
}

func kindOf(ext string) string {
	switch ext { // the system's table may lack these
	case ".woff2":
		return "font/woff2"
	case ".svg":
		return "image/svg+xml"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	}
	return mime.TypeByExtension(ext)
}

// PushWorker gives the script that shows pushed messages. It is served at the root of
// the site, since a browser runs it for what lies below its address.
func PushWorker() []byte { return mustRead("assets/worker/push.js") }

// URL gives the address of the named asset ("site.css"), or "" when there is none.
func (a *Assets) URL(name string) string {
	if as, ok := a.byName[name]; ok {
		return AssetPath + as.url
	}
	return ""
}

// Names lists the assets by their plain names.
func (a *Assets) Names() []string {
	var names []string
	for n := range a.byName {
		names = append(names, n)
	}
	return names
}

// Bytes gives what is transferred for the named asset, compressed where the
// browser takes gzip; nil when there is none.
func (a *Assets) Bytes(name string) []byte {
	as, ok := a.byName[name]
	if !ok {
		return nil
	}
	return as.best()
}

func (as *asset) best() []byte {
	as.once.Do(func() {
		if as.kind == "font/woff2" {
			return
		}
		if z := Gzip(as.plain); len(z) < len(as.plain)*9/10 {
			as.zip = z
		}
	})
	if as.zip != nil {
		return as.zip
	}
	return as.plain
}

// Gzip compresses b as much as gzip can.
func Gzip(b []byte) []byte {
	var buf bytes.Buffer
	w, _ := gzip.NewWriterLevel(&buf, gzip.BestCompression) // the level is known to be valid
	_, _ = w.Write(b)                                       // a bytes.Buffer does not fail
	_ = w.Close()
	return buf.Bytes()
}

// ServeHTTP answers for one asset below [AssetPath]; anything else is not found.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	as, ok := a.byURL[strings.TrimPrefix(r.URL.Path, AssetPath)]
	if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", as.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Add("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		if b := as.best(); as.zip != nil {
			h.Set("Content-Encoding", "gzip")
			h.Set("Content-Length", strconv.Itoa(len(b)))
			if r.Method == http.MethodGet {
				_, _ = w.Write(b) // the reader went away: nothing to do
			}
			return
		}
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(as.plain))
}

func mustList(dir string) []string {
	es, err := fs.ReadDir(files, dir)
	if err != nil {
		panic(err)
	}
	var names []string
	for _, e := range es {
		names = append(names, e.Name())
	}
	return names
}

func mustRead(name string) []byte {
	b, err := fs.ReadFile(files, name)
	if err != nil {
		panic(err)
	}
	return b
}

func joined(dir string, names []string, ext string) []byte {
	var b []byte
	for _, n := range names {
		b = append(b, mustRead(dir+n+ext)...)
	}
	return b
}

// WriteTo writes every asset into an existing folder under its hashed name.
func (a *Assets) WriteTo(dir string) error {
	for url, as := range a.byURL {
		if err := os.WriteFile(filepath.Join(dir, url), as.plain, 0o644); err != nil {
			return err
		}
	}
	return nil
}
