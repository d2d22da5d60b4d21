package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/story"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

func story0() view.Frame { return story.All("en")[0].Page.Base() }

// firstPageLimit is the aim for the first page with everything it needs, in bytes
// transferred.
const firstPageLimit = 60_000

func TestFirstPageBytes(t *testing.T) {
	var b bytes.Buffer
	if err := renderer.Render(&b, story.All("en")[0].Page); err != nil {
		t.Fatal(err)
	}
	total := len(web.Gzip(b.Bytes()))
	t.Logf("html %d (plain %d)", total, b.Len())
	for _, m := range regexp.MustCompile(`"/assets/([^"]+)"`).FindAllStringSubmatch(b.String(), -1) {
		w := get(t, m[1], true)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", m[1], w.Code)
		}
		t.Logf("%s %d", m[1], w.Body.Len())
		total += w.Body.Len()
	}
	t.Logf("all %d", total)
	if total > firstPageLimit {
		t.Errorf("first page takes %d bytes, more than %d", total, firstPageLimit)
	}
}

func get(t *testing.T, name string, zip bool) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, web.AssetPath+name, nil)
	if zip {
		r.Header.Set("Accept-Encoding", "gzip, br")
	}
	w := httptest.NewRecorder()
	renderer.Assets().ServeHTTP(w, r)
	return w
}

func TestAssetsServe(t *testing.T) {
	for _, name := range renderer.Assets().Names() {
		url := strings.TrimPrefix(renderer.Assets().URL(name), web.AssetPath)
		plain, zipped := get(t, url, false), get(t, url, true)
		if plain.Code != http.StatusOK || !strings.Contains(plain.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", name, plain.Code, plain.Header())
		}
		body := zipped.Body.Bytes()
		if zipped.Header().Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if body, err = io.ReadAll(io.LimitReader(z, 1<<20)); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(body, plain.Body.Bytes()) {
			t.Errorf("%s differs when compressed", name)
		}
	}
	for _, bad := range []string{"site.css", "../embed.go", "", "site.000000000000.css"} {
		if w := get(t, bad, false); w.Code != http.StatusNotFound {
			t.Errorf("%q gave %d", bad, w.Code)
		}
	}
}

// TestStylesFetchNothing: no style sheet reaches outside, and every file it names exists.
func TestStylesFetchNothing(t *testing.T) {
	for _, name := range renderer.Assets().Names() {
		if !strings.HasSuffix(name, ".css") && !strings.HasSuffix(name, ".js") {
			continue
		}
		url := strings.TrimPrefix(renderer.Assets().URL(name), web.AssetPath)
		body := get(t, url, false).Body.String()
		for _, m := range regexp.MustCompile(`url\("?([^")]+)"?\)`).FindAllStringSubmatch(body, -1) {
			if get(t, m[1], false).Code != http.StatusOK {
				t.Errorf("%s names %s, which is not there", name, m[1])
			}
		}
		if strings.Contains(strings.ReplaceAll(body, "http://www.w3.org/2000/svg", ""), "://") {
			t.Errorf("%s reaches outside", name)
		}
	}
}

func TestArt(t *testing.T) {
	if _, err := web.Art("cord-out", "plug", "a plug"); err != nil {
		t.Error(err)
	}
	for _, bad := range [][2]string{{"cord-out", "hdmi"}, {"nothing", ""}} {
		if _, err := web.Art(bad[0], bad[1], ""); err == nil {
			t.Errorf("%v was drawn", bad)
		}
	}
	if svg, err := web.QR("rekey K4M-7TD", "x"); err != nil || !strings.Contains(string(svg), "M0 0h7v1h-7z") {
		t.Errorf("QR code without its corner: %v", err)
	}
}
