package paper_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/paper"
)

func info(size paper.Size) paper.Info {
	return paper.Info{
		Title: "Registro de servicio", Ref: "K4M-7TD", Lang: "es", Size: size, Date: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Practice: "PRÁCTICA", PracticeNote: "un grabador virtual", Foot: "rekey no está afiliado.",
		Page: func(n, of int) string { return fmt.Sprintf("Página %d de %d", n, of) },
	}
}

// everything draws each block, over more than one page.
func everything(d *paper.Doc) {
	d.H1("Tienda: una contraseña nueva, probada")
	d.Lead("Una frase que dice lo que pasó.")
	d.Verdict(paper.Seen, "La contraseña nueva funciona", "rekey lo vio en el grabador.")
	d.Facts([]paper.Fact{
		{Label: "Modelo", Value: "AMDV7208", Mono: true, Mark: paper.Seen, Word: "Visto"},
		{Label: "Dueño", Value: "Łukasz Ñandú Žižek", Mark: paper.Said, Word: "Dicho"},
		{Label: "Antes", Value: "no se sabe", Mark: paper.Unknown, Word: "No se sabe"},
	})
	d.H2("Qué se hizo", 0)
	var rows []paper.Row
	for i := range 40 {
		rows = append(rows, paper.Row{
			{Text: fmt.Sprintf("14:%02d:07", i)}, {Text: "Pulsación " + strings.Repeat("larga ", i%9), Sub: "detalle"}, {Mark: paper.Own, Word: "rekey"},
		})
	}
	d.Table([]paper.Col{{Title: "Cuándo", Fixed: 24}, {Title: "Qué", Weight: 1}, {Title: "Cómo se sabe", Fixed: 34}}, rows)
	d.List([]paper.Line{{Text: "La tableta de la oficina", Mark: paper.NotYet, Word: "Todavía no"}, {Text: "rechazada", Mark: paper.Refused, Word: "No"}})
	d.Mono(strings.Repeat("0123456789abcdef", 12))
	d.Small("\u65e5\U0001F511 fuera del alfabeto")
	if err := d.Code("Código final", "7K4M-9QXT-2B8H-WV3C", "Guárdelo aparte.", "https://example.org"); err != nil {
		panic(err)
	}
}

func TestSameCallsSameBytes(t *testing.T) {
	for _, size := range []paper.Size{paper.A4, paper.Letter} {
		file := paper.Attachment{Name: "record.json", About: "data", Data: []byte(`{"a":1}`)}
		a, err := paper.Make(info(size), everything, file)
		if err != nil {
			t.Fatal(err)
		}
		b, err := paper.Make(info(size), everything, file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s: two documents of the same calls differ", size)
		}
		if !bytes.Contains(a, []byte("/Lang (es)")) {
			t.Errorf("%s: no language", size)
		}
		if n := len(a); n > 120_000 {
			t.Errorf("%s: %d bytes for three pages", size, n)
		}
	}
}

func TestRefusesADocumentWithoutADate(t *testing.T) {
	i := info(paper.A4)
	i.Date = time.Time{}
	if _, err := paper.Make(i, everything); rekey.CodeOf(err) != rekey.CodeInvalid {
		t.Errorf("err = %v", err)
	}
}

func TestTextIsSelectableOnEveryPage(t *testing.T) {
	pdftotext := need.Program(t, "that text in PDFs can be selected", "pdftotext")
	for size, points := range map[paper.Size]string{paper.A4: "595.28 x 841.89", paper.Letter: "612 x 792"} {
		data, err := paper.Make(info(size), everything)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "a.pdf")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(pdftotext, "-layout", path, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		pages := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
		for i, page := range pages {
			for _, want := range []string{"PRÁCTICA", "un grabador virtual", "K4M-7TD", "rekey no está afiliado.", fmt.Sprintf("Página %d de %d", i+1, len(pages))} {
				if !strings.Contains(page, want) {
					t.Errorf("%s: page %d lacks %q", size, i+1, want)
				}
			}
		}
		for _, want := range []string{"contraseña", "Łukasz Ñandú Žižek", "14:39:07", "?? fuera del alfabeto", "7K4M-9QXT-2B8H-WV3C"} {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s: the text lacks %q", size, want)
			}
		}
		if pdfinfo, err := exec.LookPath("pdfinfo"); err == nil {
			about, err := exec.Command(pdfinfo, path).Output()
			if err != nil || !strings.Contains(string(about), points) || !strings.Contains(string(about), "Registro de servicio") {
				t.Errorf("%s: pdfinfo says %s (%v)", size, about, err)
			}
		}
	}
}

// The word of the documents is the word of the pages.
func TestWordmarkIsTheDrawing(t *testing.T) {
	svg, err := os.ReadFile("../web/assets/art/wordmark.svg")
	if err != nil {
		t.Fatal(err)
	}
	drawn := regexp.MustCompile(`<path d="(M5\.4[^"]*)"`).FindSubmatch(svg)
	if drawn == nil || string(drawn[1]) != paper.Letters {
		t.Errorf("the outline differs from the drawing")
	}
}
