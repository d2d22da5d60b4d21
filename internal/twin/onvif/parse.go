package onvif

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// Bounds of one message. They are far above what clients send.
const (
	MaxMessage = 64 << 10 // bytes of a SOAP request or a datagram
	maxDepth   = 32
	maxNodes   = 2048
	maxAttrs   = 256     // of one element: gSOAP declares every name space it knows on the first
	maxText    = 8 << 10 // of one element
)

// ErrMessage is a message that cannot be read: not XML, not an envelope, over a
// bound, or with a document type, which SOAP forbids.
var ErrMessage = errors.New("not a SOAP message that can be read")

// node is one element. Text is its character data without the white space around,
// Raw all of it: a password may begin with a space.
type node struct {
	Space, Name string
	Attr        []xml.Attr
	Text, Raw   string
	Kids        []*node
}

// child gives the first child of that local name, or nil. Name spaces are not
// compared: clients declare wrong ones for the security header and are answered.
func (n *node) child(name string) *node {
	if n == nil {
		return nil
	}
	for _, k := range n.Kids {
		if k.Name == name {
			return k
		}
	}
	return nil
}

// at follows children by name.
func (n *node) at(path ...string) *node {
	for _, name := range path {
		n = n.child(name)
	}
	return n
}

// text is the text at a path, or "".
func (n *node) text(path ...string) string {
	if n = n.at(path...); n == nil {
		return ""
	}
	return n.Text
}

func (n *node) attr(name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// all gives the children of that name.
func (n *node) all(name string) []*node {
	var list []*node
	if n != nil {
		for _, k := range n.Kids {
			if k.Name == name {
				list = append(list, k)
			}
		}
	}
	return list
}

// parse reads one document within the bounds. Only the entities of XML itself are
// known, so nothing grows.
func parse(b []byte) (*node, error) {
	if len(b) > MaxMessage || !utf8.Valid(b) {
		return nil, ErrMessage
	}
	d := xml.NewDecoder(bytes.NewReader(b))
	d.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		if strings.EqualFold(label, "us-ascii") {
			return r, nil
		}
		return nil, ErrMessage
	}
	var root *node
	var open []*node
	for count := 0; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && root != nil && len(open) == 0 {
			return root, nil
		}
		if err != nil {
			return nil, ErrMessage
		}
		switch t := token.(type) {
		case xml.Directive:
			return nil, ErrMessage
		case xml.StartElement:
			count++
			n := &node{Space: t.Name.Space, Name: t.Name.Local, Attr: t.Attr}
			if count > maxNodes || len(open) >= maxDepth || len(t.Attr) > maxAttrs || len(open) == 0 && root != nil {
				return nil, ErrMessage
			}
			if root == nil {
				root = n
			} else {
				top := open[len(open)-1]
				top.Kids = append(top.Kids, n)
			}
			open = append(open, n)
		case xml.EndElement:
			top := open[len(open)-1]
			top.Text = strings.TrimSpace(top.Raw)
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) == 0 {
				continue
			}
			top := open[len(open)-1]
			if len(top.Raw)+len(t) > maxText {
				return nil, ErrMessage
			}
			top.Raw += string(t)
		}
	}
}
