package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rekey-dvr/rekey/internal/web/story"
)

const screensHead = `# Every screen

Each page of the guide, at the two widths that it is designed for, light and dark. The pages are the real ones, made by the same
templates, style sheets and scripts as in the guide, in states that are told in ` + "`internal/web/story`" + `. A page that is longer than
its window goes on below; two of them, firmware-send and firmware-practice, are shown at what they are about.

    go run ./internal/web/storybook/shots -o docs/shots
    go run ./internal/web/storybook/shots -o docs/shots -md docs/screens.md

The first command also says what does not fit: sideways scrolling, buttons below their size, small type.

| page | 360 px, light | dark | 1280 px, light | dark |
|---|---|---|---|---|
`

// screens writes a page with a table of all pictures in dir to file.
func screens(file, dir string) error {
	from, err := filepath.Rel(filepath.Dir(file), dir)
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString(screensHead)
	for _, s := range story.All("en") {
		fmt.Fprintf(&b, "| %s |", s.Name)
		for _, v := range []struct {
			size, scheme string
			width        int
		}{{"360x780", "light", 150}, {"360x780", "dark", 150}, {"1280x800", "light", 400}, {"1280x800", "dark", 400}} {
			name := fmt.Sprintf("%s-%s-%s.png", s.Name, v.size, v.scheme)
			if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
				return err
			}
			fmt.Fprintf(&b, ` <img src="%s" width="%d" alt="%s at %s, %s"> |`, filepath.ToSlash(filepath.Join(from, name)), v.width, s.Name, v.size, v.scheme)
		}
		b.WriteString("\n")
	}
	return os.WriteFile(file, []byte(b.String()), 0o644)
}
