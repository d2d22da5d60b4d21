package web

import (
	"fmt"
	"html"
	"html/template"
	"strings"
	"sync/atomic"

	"rsc.io/qr"
)

// drawings holds the inner part and the box of each line drawing, by name.
var drawings = loadDrawings()

type drawing struct{ box, inner string }

func loadDrawings() map[string]drawing {
	m := map[string]drawing{}
	for _, f := range mustList("assets/art") {
		s := string(mustRead("assets/art/" + f))
		_, rest, _ := strings.Cut(s, `viewBox="`)
		box, rest, ok := strings.Cut(rest, `"`)
		_, inner, ok2 := strings.Cut(rest, ">")
		if !ok || !ok2 {
			panic("drawing without a box: " + f)
		}
		inner = strings.ReplaceAll(strings.TrimSuffix(strings.TrimSpace(inner), "</svg>"), "\n", "")
		m[strings.TrimSuffix(f, ".svg")] = drawing{box, inner}
	}
	return m
}

// artSeq makes the ids of titles unique; only equality within one page matters.
var artSeq atomic.Uint64

// Art gives a drawing as inline SVG that takes the page's colours, with one part
// marked as the place to act ("" marks none). The title names it for people who
// cannot see it; with "" the drawing is decoration and hidden from them. An
// unknown drawing or part is an error: a picture that marks nothing teaches the
// wrong thing.
func Art(name, part, title string) (template.HTML, error) {
	d, ok := drawings[name]
	if !ok {
		return "", fmt.Errorf("no drawing %q", name)
	}
	inner := d.inner
	if part != "" {
		mark := `data-part="` + part + `"`
		if !strings.Contains(inner, mark) {
			return "", fmt.Errorf("drawing %q has no part %q", name, part)
		}
		inner = strings.Replace(inner, mark, mark+` class="is-hi"`, 1)
	}
	label := `aria-hidden="true" focusable="false"`
	if title != "" {
		id := fmt.Sprintf("art%d", artSeq.Add(1))
		label = `role="img" aria-labelledby="` + id + `"`
		inner = `<title id="` + id + `">` + html.EscapeString(title) + `</title>` + inner
	}
	return template.HTML(`<svg class="art art-` + name + `" viewBox="` + d.box + `" ` + label +
		` fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round">` + inner + `</svg>`), nil
}

// Wordmark gives the word with the key.
func Wordmark() template.HTML {
	d := drawings["wordmark"]
	return template.HTML(`<svg class="wordmark" viewBox="` + d.box + `" aria-hidden="true">` + d.inner + `</svg>`)
}

// QR gives text as a QR code in inline SVG, black on white with its quiet zone.
func QR(text, title string) (template.HTML, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", fmt.Errorf("qr code: %w", err)
	}
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			n := 0
			for x+n < code.Size && code.Black(x+n, y) {
				n++
			}
			if n > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x, y, n, n)
				x += n
			}
		}
	}
	return template.HTML(fmt.Sprintf(
		`<svg class="qr" viewBox="-4 -4 %[1]d %[1]d" role="img" aria-label="%[2]s" shape-rendering="crispEdges"><path d="%[3]s" fill="currentColor"/></svg>`,
		code.Size+8, html.EscapeString(title), b.String())), nil
}
