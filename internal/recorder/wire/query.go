package wire

import "strings"

const (
	queryWhat = "query string"
	upperHex  = "0123456789ABCDEF"
)

// Escape percent-encodes everything but letters, digits and - _ . ~ so that a
// value survives every firmware's query parser.
func Escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if unreserved(c) {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(upperHex[c>>4])
		b.WriteByte(upperHex[c&15])
	}
	return b.String()
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '-' || c == '_' || c == '.' || c == '~'
}

// Unescape undoes percent-encoding; '+' is a space. Raw brackets and spaces pass
// through, an incomplete %XX is malformed.
func Unescape(s string) (string, error) {
	if len(s) > MaxQuery {
		return "", tooLarge(queryWhat, "")
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '+':
			b.WriteByte(' ')
		case '%':
			if i+2 >= len(s) {
				return "", truncated(queryWhat, "percent-encoding")
			}
			hi, lo := unhex(s[i+1]), unhex(s[i+2])
			if hi < 0 || lo < 0 {
				return "", malformed(queryWhat, "percent-encoding")
			}
			b.WriteByte(byte(hi<<4 | lo))
			i += 2
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), nil
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// ParseQuery splits a raw query string (without '?') into pairs, in order.
// Clients send brackets raw or encoded; both give the same pair.
func ParseQuery(raw string) (Table, error) {
	if len(raw) > MaxQuery {
		return nil, tooLarge(queryWhat, "")
	}
	var t Table
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		k, v, _ := strings.Cut(part, "=")
		key, err := Unescape(k)
		if err != nil {
			return nil, err
		}
		value, err := Unescape(v)
		if err != nil {
			return nil, err
		}
		t = append(t, Pair{key, value})
	}
	return t, nil
}

// FormatQuery is the inverse of [ParseQuery].
func FormatQuery(t Table) string {
	var b strings.Builder
	for i, p := range t {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(Escape(p.Key) + "=" + Escape(p.Value))
	}
	return b.String()
}
