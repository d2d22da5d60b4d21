package main

import (
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/rogpeppe/go-internal/testscript"
)

// cli is what there is on the command line: each command's flags, by its path.
type cli map[string][]string

func theCLI() (cli, error) {
	p := &process{ctx: context.Background(), stdout: io.Discard, stderr: io.Discard, getenv: func(string) string { return "" }}
	k, err := p.parser()
	if err != nil {
		return nil, err
	}
	all := cli{"": {"help"}}
	err = kong.Visit(k.Model, func(n kong.Visitable, next kong.Next) error {
		if node, ok := n.(*kong.Node); ok && node.Type == kong.CommandNode {
			path := pathOf(node)
			all[path] = []string{"help"}
			for _, group := range node.AllFlags(false) {
				for _, f := range group {
					all[path] = append(all[path], f.Name)
					if f.Tag.Negatable != "" {
						all[path] = append(all[path], "no-"+f.Name)
					}
				}
			}
		}
		return next(nil)
	})
	return all, err
}

func pathOf(n *kong.Node) string {
	if n.Parent == nil || n.Parent.Type == kong.ApplicationNode {
		return n.Name
	}
	return pathOf(n.Parent) + " " + n.Name
}

// command gives the longest command that words begin with.
func (c cli) command(words []string) (path string, ok bool) {
	for i := range min(2, len(words)) {
		if _, is := c[strings.Join(words[:i+1], " ")]; !is {
			break
		}
		path, ok = strings.Join(words[:i+1], " "), true
	}
	return path, ok
}

var (
	flagIn    = regexp.MustCompile(`(?:^|[\s(,“"'])--([a-z][a-z-]*)`)
	commandIn = regexp.MustCompile(`\brekey ((?:[a-z]+ ?){1,2})`)
	// Where a text names a command, and not rekey itself ("rekey did it").
	calledIn = regexp.MustCompile("(?:Example: |with: |run: |Run: |see: |See: |again: |[`“])rekey ([a-z]+)")
)

// faults gives what a text names that is not there. The flags of a sentence are
// those of the command that it names, otherwise those of "own", and where that is
// "" of any.
func (c cli) faults(text, own string) (faults []string) {
	for _, m := range calledIn.FindAllStringSubmatch(text, -1) {
		if _, ok := c[m[1]]; !ok {
			faults = append(faults, "there is no command "+m[1])
		}
	}
	for sentence := range strings.SplitSeq(strings.ReplaceAll(text, "\n", ". "), ". ") {
		of := own
		if m := commandIn.FindStringSubmatch(sentence); m != nil {
			if path, ok := c.command(strings.Fields(m[1])); ok {
				of = path
			}
		}
		for _, m := range flagIn.FindAllStringSubmatch(sentence, -1) {
			name, found := m[1], false
			for path, flags := range c {
				found = found || (of == "" || path == of || strings.HasPrefix(path, of+" ")) && slices.Contains(flags, name)
			}
			if !found {
				faults = append(faults, fmt.Sprintf("%q has no flag --%s", of, name))
			}
		}
	}
	return faults
}

// TestEveryFlagAndCommandInATextExists reads every text of rekey's: those in the
// sources, those of the pages, and the guides.
func TestEveryFlagAndCommandInATextExists(t *testing.T) {
	t.Parallel()
	all, err := theCLI()
	if err != nil {
		t.Fatal(err)
	}
	texts, named := 0, 0
	check := func(where, text string) {
		texts++
		named += len(flagIn.FindAllString(text, -1)) + len(calledIn.FindAllString(text, -1))
		for _, fault := range all.faults(text, "") {
			t.Errorf("%s: %s in %q", where, fault, text)
		}
	}
	root := "../.."
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		switch {
		case d.IsDir() && (name == "conformance" || name == "tools" || name == "internal/bench" || strings.HasPrefix(name, ".g") || d.Name() == "testdata"):
			return filepath.SkipDir
		case strings.HasSuffix(name, "_test.go"):
		case strings.HasSuffix(name, ".go") && (strings.HasPrefix(name, "internal/") && !strings.Contains(name, "storybook") || strings.HasPrefix(name, "cmd/") || !strings.Contains(name, "/")):
			return literals(path, func(at, text string) { check(at, text) })
		case strings.HasPrefix(name, "internal/web/locales/"):
			return messages(path, check)
		case strings.HasPrefix(name, "docs/guide/") && strings.HasSuffix(name, ".md"):
			b, err := os.ReadFile(path)
			for line := range strings.Lines(string(b)) {
				if text, is := strings.CutPrefix(line, "    rekey "); is {
					check(name, "Example: rekey "+text)
				}
			}
			return err
		}
		return nil
	})
	if err != nil || texts < 1000 || named < 80 {
		t.Fatalf("%d texts with %d names were read: %v", texts, named, err)
	}
}

// literals gives each string of a source file.
func literals(path string, f func(at, text string)) error {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, 0)
	if err != nil {
		return err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if text, err := strconv.Unquote(l.Value); err == nil {
				f(set.Position(l.Pos()).String(), text)
			}
		}
		return true
	})
	return nil
}

// messages gives each text of a language.
func messages(path string, f func(at, text string)) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var all map[string]any
	if err := json.Unmarshal(b, &all); err != nil {
		return err
	}
	for key, v := range all {
		if text, ok := v.(string); ok {
			f(path+" "+key, text)
		}
	}
	return nil
}

// TestWrongNamesAreFound holds the search against what it has to find.
func TestWrongNamesAreFound(t *testing.T) {
	all, err := theCLI()
	if err != nil {
		t.Fatal(err)
	}
	for text, own := range map[string]string{
		"Type it, or give --password-file.":                   "vault protect",
		"Protect it with: rekey valt protect passphrase":      "",
		"Run it again with --nothing.":                        "",
		"Use it. Example: rekey find --new-passphrase-file x": "vault protect",
	} {
		if len(all.faults(text, own)) == 0 {
			t.Errorf("nothing was found in %q", text)
		}
	}
	for text, own := range map[string]string{
		"Type it, or give --new-passphrase-file.":          "vault protect",
		"Give --passphrase-file. Use: rekey find --json":   "vault",
		"Another rekey did it. rekey sees no recorder; --": "",
	} {
		if f := all.faults(text, own); len(f) > 0 {
			t.Errorf("%q: %v", text, f)
		}
	}
}

// hintsFit fails a story in which a command that failed names a flag it has not.
func hintsFit(ts *testscript.TestScript, args []string) {
	all, err := theCLI()
	ts.Check(err)
	own, _ := all.command(args)
	said := ts.ReadFile("stderr")
	if slices.Contains(args, "--json") {
		said += ts.ReadFile("stdout")
	}
	for _, typed := range args { // what was typed is told back
		if strings.HasPrefix(typed, "--") {
			said = strings.ReplaceAll(said, typed, "")
		}
	}
	for _, fault := range all.faults(said, own) {
		ts.Fatalf("%s: %s in %q", own, fault, said)
	}
}
