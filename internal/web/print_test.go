package web_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/story"
)

// sheet finds the pages of a PDF file.
var sheet = regexp.MustCompile(`/Type\s*/Page\b`)

// TestOneSheet prints what is printed on one A4 sheet, in every language, in a
// browser that runs no script.
func TestOneSheet(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("GET "+web.AssetPath, renderer.Assets())
	mux.HandleFunc("GET /print/{lang}/{story}", func(w http.ResponseWriter, r *http.Request) {
		for _, s := range story.All(r.PathValue("lang")) {
			if s.Name != r.PathValue("story") {
				continue
			}
			w.Header().Set("Content-Security-Policy", web.CSP+"; script-src 'none'")
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			if err := renderer.Render(w, s.Page); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		}
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	ctx := chromiumIn(t)
	for _, lang := range renderer.Texts().Languages() {
		for _, name := range []string{"steps", "tag", "keycard-full"} {
			if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL+"/print/"+lang+"/"+name)); err != nil {
				t.Fatal(err)
			}
			pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
			if err != nil {
				t.Fatal(err)
			}
			if n := len(sheet.FindAll(pdf, -1)); n != 1 {
				t.Errorf("%s in %s takes %d sheets", name, lang, n)
			}
		}
	}
}
