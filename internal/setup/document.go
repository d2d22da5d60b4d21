package setup

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/rekey-dvr/rekey"
)

// MaxProfile bounds a profile, in bytes.
const MaxProfile = 64 << 10

// maxDepth bounds how deep a profile nests.
const maxDepth = 12

// Document is a profile as a file has it, with its comments.
type Document struct {
	Profile Profile
	root    *yaml.Node
}

// ParseProfile reads a profile. It is strict: what it does not know is an error
// ([rekey.CodeInvalid]) that names the line, as is a file above [MaxProfile].
func ParseProfile(text []byte) (*Document, error) {
	if len(text) > MaxProfile {
		return nil, rekey.Errorf(rekey.CodeTooLarge, "A profile has %d bytes at most", MaxProfile)
	}
	d := &Document{root: &yaml.Node{}}
	one := yaml.NewDecoder(bytes.NewReader(text))
	if err := one.Decode(d.root); err != nil {
		return nil, noProfile(err)
	}
	if err := one.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return nil, invalid(&FieldError{Path: []string{"profile"}, Reason: "is one document"})
	}
	if n := strange(d.root, 0); n != nil {
		return nil, invalid(&FieldError{Path: []string{"profile"}, Reason: "has no anchors, aliases or deep nesting", Line: n.Line})
	}
	strict := yaml.NewDecoder(bytes.NewReader(text))
	strict.KnownFields(true)
	if err := strict.Decode(&d.Profile); err != nil {
		return nil, noProfile(err)
	}
	if e := checked(&d.Profile); e != nil {
		e.Line = d.line(e.Path)
		return nil, invalid(e)
	}
	return d, nil
}

// strange finds what a profile needs not have and a parser may choke on.
func strange(n *yaml.Node, depth int) *yaml.Node {
	if n.Kind == yaml.AliasNode || n.Anchor != "" || depth > maxDepth {
		return n
	}
	for _, c := range n.Content {
		if s := strange(c, depth+1); s != nil {
			return s
		}
	}
	return nil
}

// fieldIn is how the YAML reader names a field that nobody knows: a Go type follows
// that says nothing to an owner.
var fieldIn = regexp.MustCompile(` not found in type setup\.\w+`)

// wrongKind is how it says that a value is of another kind.
var wrongKind = regexp.MustCompile("cannot unmarshal !!(\\w+)(?: (`[^`]*`))? into (?:map)?(\\S+)")

// kindWords says that without its types.
func kindWords(text string) string {
	return wrongKind.ReplaceAllStringFunc(text, func(s string) string {
		m := wrongKind.FindStringSubmatch(s)
		is, wanted := strings.Trim(m[2], "`"), "another kind of value"
		switch {
		case is != "":
			is = strconv.Quote(is)
		case m[1] == "seq":
			is = "a list"
		default:
			is = "a group of fields"
		}
		switch kind := strings.TrimPrefix(m[3], "*"); {
		case strings.HasPrefix(kind, "int"):
			wanted = "a whole number"
		case kind == "bool":
			wanted = "true or false"
		case kind == "string":
			wanted = "a text"
		case strings.HasPrefix(kind, "[]"):
			wanted = "a list"
		case strings.HasPrefix(kind, "setup.") || strings.HasPrefix(kind, "["):
			wanted = "a group of fields"
		}
		return is + " stands where " + wanted + " is wanted"
	})
}

func noProfile(err error) error {
	if errors.Is(err, io.EOF) {
		return rekey.Errorf(rekey.CodeInvalid, "The profile is empty").WithHint("Its first line is: rekey-profile: 1")
	}
	var wrong *yaml.TypeError
	if errors.As(err, &wrong) {
		err = errors.New(kindWords(fieldIn.ReplaceAllString(strings.Join(wrong.Errors, "; "), " is not known")))
	}
	return rekey.Errorf(rekey.CodeInvalid, "The profile cannot be read").Wrap(err)
}

// line gives the line of a field, or of the nearest thing around it that is there.
func (d *Document) line(path []string) int {
	n := d.root
	if len(n.Content) > 0 {
		n = n.Content[0]
	}
	line := n.Line
	for _, name := range path {
		i := indexOf(n, name)
		if i < 0 {
			break
		}
		line, n = n.Content[i].Line, n.Content[i+1]
	}
	return line
}

// indexOf gives the place of a key in a mapping, or -1.
func indexOf(n *yaml.Node, name string) int {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return i
		}
	}
	return -1
}

// Set makes the document say p. Comments stay where what they stand at stays.
func (d *Document) Set(p Profile) error {
	if err := check(&p); err != nil {
		return err
	}
	var fresh yaml.Node
	if err := fresh.Encode(p); err != nil {
		return rekey.Errorf(rekey.CodeInternal, "The profile cannot be written").Wrap(err)
	}
	if d.root == nil || len(d.root.Content) == 0 {
		d.root = &yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{&fresh}}
	} else {
		graft(d.root.Content[0], &fresh)
	}
	d.Profile = p
	return nil
}

// graft turns old into what fresh says, in place.
func graft(old, fresh *yaml.Node) {
	switch {
	case old.Kind == yaml.MappingNode && fresh.Kind == yaml.MappingNode:
		var kept []*yaml.Node
		for i := 0; i+1 < len(old.Content); i += 2 {
			if j := indexOf(fresh, old.Content[i].Value); j >= 0 {
				graft(old.Content[i+1], fresh.Content[j+1])
				kept = append(kept, old.Content[i], old.Content[i+1])
			}
		}
		for j := 0; j+1 < len(fresh.Content); j += 2 {
			if indexOf(old, fresh.Content[j].Value) < 0 {
				kept = append(kept, fresh.Content[j], fresh.Content[j+1])
			}
		}
		old.Content = kept
	case old.Kind == yaml.SequenceNode && fresh.Kind == yaml.SequenceNode:
		for i, c := range fresh.Content {
			if i < len(old.Content) {
				graft(old.Content[i], c)
			} else {
				old.Content = append(old.Content, c)
			}
		}
		old.Content = old.Content[:len(fresh.Content)]
	case old.Kind == yaml.ScalarNode && fresh.Kind == yaml.ScalarNode && old.Value == fresh.Value:
	default:
		head, line, foot := old.HeadComment, old.LineComment, old.FootComment
		*old = *fresh
		old.HeadComment, old.LineComment, old.FootComment = head, line, foot
	}
}

// Bytes gives the document as a file has it.
func (d *Document) Bytes() ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := errors.Join(e.Encode(d.root), e.Close()); err != nil {
		return nil, rekey.Errorf(rekey.CodeInternal, "The profile cannot be written").Wrap(err)
	}
	return b.Bytes(), nil
}

// NewDocument makes a document of a profile.
func NewDocument(p Profile) (*Document, error) {
	d := &Document{}
	return d, d.Set(p)
}

// path prints a field's path with the number of its channel, as people read it.
func path(word string, channel int) string {
	rest, of := strings.CutPrefix(word, "channels.")
	if !of {
		rest, of = strings.CutPrefix(word, "every-channel.")
	}
	if !of || channel == 0 {
		return word
	}
	return "channels." + strconv.Itoa(channel) + "." + rest
}

// Path names what changes as a profile does: channels.2.record.mode.
func (c Change) Path() string { return path(c.Word, c.Channel) }

// Path names what is absent as a profile does.
func (a Absent) Path() string { return path(a.Word, a.Channel) }
