package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"gopkg.in/yaml.v3"
)

// maxFile bounds each file of the catalogue.
const maxFile = 1 << 20

// readFile reads a whole file of at most maxFile bytes.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(b) > maxFile {
		return nil, fmt.Errorf("%s: longer than %d bytes", name, maxFile)
	}
	return b, nil
}

// doc is a decoded file with the places of its entries.
type doc struct {
	name string
	root *yaml.Node
}

// readYAML decodes one document into v. Unknown fields, repeated keys and a
// second document are errors; the decoder names their lines.
func readYAML(fsys fs.FS, name string, v any) (doc, error) {
	b, err := readFile(fsys, name)
	if err != nil {
		return doc{}, err
	}
	dec := yaml.NewDecoder(bytes.NewReader(b))
	dec.KnownFields(true)
	if err := dec.Decode(v); err != nil {
		return doc{}, fmt.Errorf("%s: %w", name, err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return doc{}, fmt.Errorf("%s: more than one document", name)
	}
	// Decoded a second time for the lines: a node that decodes itself forgets
	// that unknown fields are errors.
	root := new(yaml.Node)
	if err := yaml.Unmarshal(b, root); err != nil {
		return doc{}, fmt.Errorf("%s: %w", name, err)
	}
	return doc{name: name, root: root}, nil
}

// at gives "file:line" of an entry, named by keys and indexes from the top. When
// the entry is missing it gives the line of what should hold it.
func (d doc) at(path ...any) string {
	n := d.root
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	for _, step := range path {
		next := child(n, step)
		if next == nil {
			break
		}
		n = next
	}
	return fmt.Sprintf("%s:%d", d.name, n.Line)
}

func child(n *yaml.Node, step any) *yaml.Node {
	switch s := step.(type) {
	case int:
		if n.Kind == yaml.SequenceNode && s < len(n.Content) {
			return n.Content[s]
		}
	case string:
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == s {
				return n.Content[i+1]
			}
		}
	}
	return nil
}

// problems collects what is wrong with one file, so that whoever edits it sees
// everything at once.
type problems struct{ all []error }

func (p *problems) addf(at, format string, args ...any) {
	p.all = append(p.all, fmt.Errorf("%s: %s", at, fmt.Sprintf(format, args...)))
}

func (p *problems) err() error { return errors.Join(p.all...) }

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
