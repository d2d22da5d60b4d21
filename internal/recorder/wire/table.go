package wire

import (
	"bytes"
	"strings"
)

// Pair is one key=value line.
type Pair struct {
	Key   string
	Value string
}

// Table is a key=value body in the order of its lines. Keys may be nested
// (table.Network.eth0.DnsServers[0]), see [ParseKey].
type Table []Pair

// Line ends of key=value bodies. Most firmware sends CRLF; both are read.
const (
	CRLF = "\r\n"
	LF   = "\n"
)

const tableWhat = "key=value body"

// ParseTable reads a key=value body. The first '=' of a line ends the key, so a
// value may contain more. Blank lines are skipped; a line without '=' is
// malformed.
func ParseTable(b []byte) (Table, error) {
	if len(b) > MaxTable {
		return nil, tooLarge(tableWhat, "body")
	}
	var t Table
	for line := range bytes.SplitSeq(b, []byte("\n")) {
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) == 0 {
			continue
		}
		key, value, ok := bytes.Cut(line, []byte("="))
		switch {
		case !ok:
			return nil, malformed(tableWhat, "a line without =")
		case len(key) == 0:
			return nil, malformed(tableWhat, "an empty key")
		case len(key) > MaxKey:
			return nil, tooLarge(tableWhat, "key")
		case bytes.ContainsAny(key, "\r\x00") || bytes.ContainsAny(value, "\r\x00"):
			return nil, malformed(tableWhat, "a control character")
		case len(t) == MaxPairs:
			return nil, tooLarge(tableWhat, "number of lines")
		}
		t = append(t, Pair{string(key), string(value)})
	}
	return t, nil
}

// Append appends the lines to dst, each ended by eol. It refuses keys and values
// that would not read back: those with line ends or NUL, and empty keys or keys
// with '='.
func (t Table) Append(dst []byte, eol string) ([]byte, error) {
	for _, p := range t {
		switch {
		case p.Key == "" || len(p.Key) > MaxKey || strings.ContainsAny(p.Key, "=\r\n\x00"):
			return nil, malformed(tableWhat, "key cannot be printed")
		case strings.ContainsAny(p.Value, "\r\n\x00"):
			return nil, malformed(tableWhat, "value cannot be printed")
		}
		dst = append(dst, p.Key...)
		dst = append(dst, '=')
		dst = append(dst, p.Value...)
		dst = append(dst, eol...)
	}
	return dst, nil
}

// Get gives the value of the first line with this key.
func (t Table) Get(key string) (string, bool) {
	for _, p := range t {
		if p.Key == key {
			return p.Value, true
		}
	}
	return "", false
}
