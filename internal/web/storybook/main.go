// Command storybook writes every page in its states as static files, to look at.
//
//	go run ./internal/web/storybook -o DIR [-lang es]
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/story"
)

func main() {
	dir := flag.String("o", "storybook", "folder to write to")
	lang := flag.String("lang", "en", "language")
	flag.Parse()
	if err := write(*dir, *lang); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// write puts pages and assets side by side, with links that work from a file.
func write(dir, lang string) error {
	r := web.NewRenderer()
	if err := os.MkdirAll(filepath.Join(dir, "assets"), 0o755); err != nil {
		return err
	}
	for _, s := range story.All(lang) {
		var b strings.Builder
		if err := r.Render(&b, s.Page); err != nil {
			return err
		}
		html := strings.ReplaceAll(b.String(), `"`+web.AssetPath, `"assets/`)
		if err := os.WriteFile(filepath.Join(dir, s.Name+".html"), []byte(html), 0o644); err != nil {
			return err
		}
	}
	return r.Assets().WriteTo(filepath.Join(dir, "assets"))
}
