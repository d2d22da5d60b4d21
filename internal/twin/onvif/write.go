package onvif

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"time"
)

// elem is one element of an answer. Its name has a prefix of the table prefixes.
type elem struct {
	name string
	attr []string // name, value, name, value
	text string
	kids []elem
}

// el is an element with children.
func el(name string, kids ...elem) elem { return elem{name: name, kids: kids} }

// tx is an element with text.
func tx(name, text string) elem { return elem{name: name, text: text} }

func yes(name string, v bool) elem { return tx(name, strconv.FormatBool(v)) }

func num(name string, v int) elem { return tx(name, strconv.Itoa(v)) }

// with adds attributes: name, value, name, value.
func (e elem) with(pairs ...string) elem {
	e.attr = append(e.attr, pairs...)
	return e
}

func (e elem) print(b *bytes.Buffer) {
	b.WriteByte('<')
	b.WriteString(e.name)
	for i := 0; i+1 < len(e.attr); i += 2 {
		b.WriteByte(' ')
		b.WriteString(e.attr[i])
		b.WriteString(`="`)
		_ = xml.EscapeText(b, []byte(e.attr[i+1])) // a buffer takes everything
		b.WriteByte('"')
	}
	if e.text == "" && len(e.kids) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	_ = xml.EscapeText(b, []byte(e.text))
	for _, k := range e.kids {
		k.print(b)
	}
	b.WriteString("</" + e.name + ">")
}

// envelope prints a message with the name spaces of spaces on its root.
func envelope(spaces [][2]string, header []elem, body elem) []byte {
	root := elem{name: "s:Envelope"}
	for _, s := range spaces {
		root.attr = append(root.attr, "xmlns:"+s[0], s[1])
	}
	if len(header) > 0 {
		root.kids = append(root.kids, elem{name: "s:Header", kids: header})
	}
	root.kids = append(root.kids, el("s:Body", body))
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	root.print(&b)
	return b.Bytes()
}

// stamp prints a moment the way clients read it: whole seconds, zone Z.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
