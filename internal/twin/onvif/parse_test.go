package onvif

import (
	"fmt"
	"strings"
	"testing"
)

const hello = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><GetUsers xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>`

func TestParse(t *testing.T) {
	deep := strings.Repeat("<a>", maxDepth+1) + strings.Repeat("</a>", maxDepth+1)
	for _, c := range []struct {
		name, text string
		ok         bool
	}{
		{"envelope", hello, true},
		{"declaration", `<?xml version="1.0" encoding="utf-8"?>` + hello, true},
		{"another encoding", `<?xml version="1.0" encoding="utf-16"?>` + hello, false},
		{"document type", `<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>`, false},
		{"unknown entity", `<a>&b;</a>`, false},
		{"known entities", `<a>&lt;&amp;&#65;</a>`, true},
		{"too deep", deep, false},
		{"as deep as may be", deep[3 : len(deep)-4], true},
		{"too many", "<a>" + strings.Repeat("<b/>", maxNodes) + "</a>", false},
		{"the name spaces of gSOAP", declared(80) + hello[len("<s:Envelope"):], true},
		{"as many attributes as may be", declared(maxAttrs-1) + hello[len("<s:Envelope"):], true},
		{"too many attributes", declared(maxAttrs) + hello[len("<s:Envelope"):], false},
		{"too much text", "<a>" + strings.Repeat("x", maxText+1) + "</a>", false},
		{"too long", "<a>" + strings.Repeat(" ", MaxMessage) + "</a>", false},
		{"two roots", "<a/><b/>", false},
		{"not closed", "<a><b></b>", false},
		{"no element", "words", false},
		{"empty", "", false},
		{"not UTF-8", "<a>\xff</a>", false},
	} {
		if n, err := parse([]byte(c.text)); (err == nil) != c.ok || (n == nil) == c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// declared is the start of an envelope with so many name spaces.
func declared(n int) string {
	var b strings.Builder
	b.WriteString("<s:Envelope")
	for i := range n {
		fmt.Fprintf(&b, ` xmlns:ns%d="urn:%d"`, i, i)
	}
	return b.String()
}

func TestNode(t *testing.T) {
	n, err := parse([]byte(`<e xmlns:x="urn:x"><x:a k="v"> one </x:a><a>two</a><b><c> three</c></b></e>`))
	if err != nil {
		t.Fatal(err)
	}
	if a := n.child("a"); a.Text != "one" || a.Raw != " one " || a.Space != "urn:x" || a.attr("k") != "v" {
		t.Errorf("first a: %+v", a)
	}
	if n.text("b", "c") != "three" || n.text("b", "none", "c") != "" || len(n.all("a")) != 2 || n.at("none", "none") != nil {
		t.Error("paths are not followed")
	}
}

// Whatever comes, it is read within the bounds or refused.
func FuzzParse(f *testing.F) {
	for _, s := range []string{hello, "<a>&#x41;<!-- c --><![CDATA[d]]></a>", probeOf("dn:NetworkVideoTransmitter", "")} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := parse(b)
		if (n == nil) != (err != nil) {
			t.Fatal("neither a message nor an error")
		}
		var depth func(*node) int
		depth = func(n *node) int {
			most := 0
			for _, k := range n.Kids {
				most = max(most, depth(k))
			}
			if len(n.Raw) > maxText {
				t.Fatal("too much text")
			}
			return most + 1
		}
		if n != nil && depth(n) > maxDepth {
			t.Fatal("too deep")
		}
	})
}
