package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/report"
)

func TestEveryFormIsFoundWhole(t *testing.T) {
	for lang, events := range map[string][]happened{"en": rest(), "es": practice()[:10]} {
		doc := made(t, events, lang)
		for kind, file := range files(t, &doc) {
			f, err := report.Verify(file, strings.ToLower(doc.Chain.Code), madeWith)
			if err != nil || f.Kind != kind || !f.Code || !f.Compared {
				t.Errorf("%s in %s: %+v, %v", kind, lang, f, err)
			}
			if _, err := report.Verify(file, "0000-0000-0000-0000", madeWith); rekey.CodeOf(err) != rekey.CodeDamaged {
				t.Errorf("%s in %s, with another code: %v", kind, lang, err)
			}
		}
	}
}

func TestOneCodeForEveryForm(t *testing.T) {
	codes := map[string]bool{}
	for _, lang := range report.Languages() {
		doc := made(t, rest(), lang)
		codes[doc.Chain.Code] = true
	}
	if len(codes) != 1 {
		t.Errorf("one recovery has the codes %v", codes)
	}
}

// leaves calls alter for every value in a JSON text, with a function that gives the
// text with that value changed.
func leaves(t *testing.T, text []byte, alter func(path string, altered func() any)) {
	var root any
	decode := func() any {
		var v any
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	root = decode()
	var walk func(path []any, v any)
	walk = func(path []any, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, e := range v {
				walk(append(path[:len(path):len(path)], name), e)
			}
		case []any:
			for i, e := range v {
				walk(append(path[:len(path):len(path)], i), e)
			}
		default:
			where, _ := json.Marshal(path)
			alter(string(where), func() any {
				again := decode()
				set(again, path, other(v))
				return again
			})
		}
	}
	walk(nil, root)
}

func other(v any) any {
	switch v := v.(type) {
	case string:
		if v == "" {
			return "x"
		}
		last := v[len(v)-1]
		if last == '1' {
			return v[:len(v)-1] + "2"
		}
		return v[:len(v)-1] + "1"
	case json.Number:
		n, _ := v.Int64()
		return n + 1
	case bool:
		return !v
	}
	return 7
}

func set(v any, path []any, to any) {
	for i, step := range path {
		last := i == len(path)-1
		switch at := v.(type) {
		case map[string]any:
			if last {
				at[step.(string)] = to
			}
			v = at[step.(string)]
		case []any:
			if last {
				at[step.(int)] = to
			}
			v = at[step.(int)]
		}
	}
}

// Whatever is altered is found, also when whoever altered it made the digest anew.
// What the chain covers is found even by a rekey that did not write the file.
func TestEveryFieldAltered(t *testing.T) {
	t.Parallel()
	events := rest()
	doc := made(t, slices.Concat(events[:4], events[12:16], events[17:19], events[27:29], events[36:39], events[len(events)-3:]), "en")
	text, err := doc.JSON()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	leaves(t, text, func(path string, altered func() any) {
		n++
		v := altered()
		plain, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := report.Verify(plain, "", madeWith); rekey.CodeOf(err) != rekey.CodeDamaged {
			t.Errorf("%s altered: %v", path, err)
		}
		covered := strings.HasPrefix(path, `["entries"`) || strings.HasPrefix(path, `["chain"`)
		if n%8 != 0 { // which one differs from run to run: the values come in the order of a map
			return
		}
		var again report.Document
		if json.Unmarshal(plain, &again) != nil || path == `["digest"]` {
			return
		}
		resealed, err := report.Reseal(again)
		if err != nil {
			t.Fatal(err)
		}
		f, err := report.Verify(resealed, doc.Chain.Code, madeWith)
		if err == nil && f.Compared && path != `["made_with"]` {
			t.Errorf("%s altered, digest made anew: found whole", path)
		}
		if covered {
			if _, err := report.Verify(resealed, doc.Chain.Code, "another rekey"); rekey.CodeOf(err) != rekey.CodeDamaged {
				t.Errorf("%s altered, looked at by another rekey: %v", path, err)
			}
		}
	})
	if n < 200 {
		t.Errorf("only %d values were altered: the sample has lost its events", n)
	}
}

// An entry that is gone, doubled or moved is found although the digest is right.
func TestEntriesGoneOrMoved(t *testing.T) {
	for name, alter := range map[string]func([]report.Entry) []report.Entry{
		"last gone":   func(e []report.Entry) []report.Entry { return e[:len(e)-1] },
		"first gone":  func(e []report.Entry) []report.Entry { return e[1:] },
		"one gone":    func(e []report.Entry) []report.Entry { return append(e[:5:5], e[6:]...) },
		"one twice":   func(e []report.Entry) []report.Entry { return append(e[:5:5], e[4:]...) },
		"two swapped": func(e []report.Entry) []report.Entry { e[3], e[4] = e[4], e[3]; return e },
		"none":        func([]report.Entry) []report.Entry { return nil },
	} {
		doc := made(t, rest(), "en")
		code := doc.Chain.Code
		doc.Entries = alter(doc.Entries)
		file, err := report.Reseal(doc)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := report.Verify(file, code, madeWith); rekey.CodeOf(err) != rekey.CodeDamaged {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A record that was made anew from altered events is whole in itself, and only the
// code that was handed over before tells it.
func TestMadeAnewIsToldByTheCode(t *testing.T) {
	doc := made(t, rest(), "en")
	events := rest()
	events[len(events)-1].after += 1e9
	forged := made(t, events, "en")
	for kind, write := range map[string]func() ([]byte, error){"html": forged.HTML, "json": forged.JSON} {
		file, err := write()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := report.Verify(file, "", madeWith); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if _, err := report.Verify(file, doc.Chain.Code, madeWith); rekey.CodeOf(err) != rekey.CodeDamaged {
			t.Errorf("%s with the first code: %v", kind, err)
		}
	}
}

func TestAlteredPages(t *testing.T) {
	t.Parallel()
	doc := made(t, practice(), "es")
	all := files(t, &doc)
	for kind, steps := range map[string]int{"html": 10, "pdf": 3} {
		file := all[kind]
		for i := range steps {
			at := i * (len(file) - 1) / (steps - 1)
			altered := bytes.Clone(file)
			altered[at] ^= 1
			if _, err := report.Verify(altered, "", madeWith); err == nil {
				t.Errorf("%s with byte %d altered is found whole", kind, at)
			}
		}
		if _, err := report.Verify(append(bytes.Clone(file), '\n'), "", madeWith); err == nil {
			t.Errorf("%s with a byte more is found whole", kind)
		}
		f, err := report.Verify(file, doc.Chain.Code, "another rekey")
		if err != nil || !f.Compared {
			t.Errorf("%s looked at by another rekey that writes the same: %+v, %v", kind, f.Compared, err)
		}
	}
	words := bytes.Replace(all["html"], []byte("PRÁCTICA"), []byte("SERVICIO"), 1)
	if f, err := report.Verify(words, doc.Chain.Code, "another rekey"); err != nil || f.Compared {
		t.Errorf("altered words, looked at by another rekey: compared %v, %v", f.Compared, err)
	}
}

func TestNoRecord(t *testing.T) {
	for _, file := range []string{"", "{}", "[]", "%PDF-1.3\n", "<html></html>", `{"format":"rekey-record/2"}`, "\x00\x01", strings.Repeat("{", 1000), "%PDF-1.3 /Type /EmbeddedFile stream\nxx"} {
		if _, err := report.Verify([]byte(file), "", madeWith); rekey.CodeOf(err) != rekey.CodeDamaged {
			t.Errorf("%.30q: %v", file, err)
		}
	}
}

// The chain can be computed from the document that describes it, without rekey.
func TestChainByAnIndependentReader(t *testing.T) {
	python := need.Program(t, "that the chain can be checked without rekey", "python3")
	doc := made(t, rest(), "es")
	file, err := doc.JSON()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "record.json")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, "../../docs/reference/record-check.py", path).CombinedOutput()
	want := doc.Chain.Code + " " + strconv.Itoa(doc.Chain.Entries) + "\n"
	if err != nil || string(out) != want {
		t.Errorf("the reader says %q (%v), not %q", out, err, want)
	}
}

func FuzzVerify(f *testing.F) {
	f.Add([]byte(`{"format":"rekey-record/1","entries":[{"data":{}}]}`))
	f.Add([]byte("%PDF-1.3\n/Type /EmbeddedFile\nstream\nx\x9c\x03\x00\x00\x00\x00\x01"))
	f.Add([]byte(`<pre id="rekey-record" hidden>{"format":"rekey-record/1"}</pre>`))
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, err := report.Verify(file, "", madeWith); err == nil {
			t.Errorf("found whole: %q", file)
		}
	})
}
