package wire

import (
	"bytes"
	"strconv"
	"strings"
)

// CGIKind is the reason of a CGI refusal, as its body names it.
type CGIKind uint8

// The kinds. CGIOther is any other body of a failed call.
const (
	CGIOther          CGIKind = iota
	CGIBadRequest             // unknown call or parameter; also a refused write
	CGINotImplemented         // the same on newer firmware
	CGIAuthority              // no or wrong credentials, or no password set yet
	CGILocked                 // the account is locked (wording unconfirmed)
	CGINoRight                // the account may not, or the name is unknown
	CGINoParam                // getConfig of an unknown leaf
	CGINoEvents               // nothing active; not really an error
)

// String gives a short name.
func (k CGIKind) String() string {
	names := [...]string{"other", "bad request", "not implemented", "invalid authority",
		"user locked", "no right", "no such parameter", "no events"}
	if int(k) < len(names) {
		return names[k]
	}
	return "other"
}

// BodyOK is the answer to a successful write or action.
const BodyOK = "OK\r\n"

// CGIError is a refused CGI call. Status is the HTTP status: firmware differs in
// which one it sends with which body.
type CGIError struct {
	Status int
	Kind   CGIKind
	Name   string // the parameter of CGINoParam
}

// Error names kind and status.
func (e *CGIError) Error() string {
	return "recorder refused: " + e.Kind.String() + " (HTTP " + strconv.Itoa(e.Status) + ")"
}

var cgiBodies = map[CGIKind]string{
	CGIOther:          "Error\r\n",
	CGIBadRequest:     "Error\r\nBad Request!\r\n",
	CGINotImplemented: "Error\r\nNot Implemented!\r\n",
	CGIAuthority:      "Error\r\nInvalid Authority!\r\n",
	CGILocked:         "Error\r\nUser Locked! Please try again after 30 minutes.\r\n",
	CGINoRight:        `{"error":{"code":403,"message":"Authority:check failure."},"result":false}`,
	CGINoEvents:       "Error: No Events\r\n",
}

const noParam = "Error: Error -1 getting param in name="

// Body prints the body a recorder sends for e.
func (e *CGIError) Body() string {
	if e.Kind == CGINoParam {
		return noParam + e.Name + "\r\n"
	}
	return cgiBodies[e.Kind]
}

// cgiMarks are looked for in this order; the sentences vary in spacing and in
// whether "ErrorID=n, Detail=" precedes them.
var cgiMarks = []struct {
	mark string
	kind CGIKind
}{
	{"user locked", CGILocked},
	{"invalid authority", CGIAuthority},
	{"authority:check failure", CGINoRight},
	{"bad request", CGIBadRequest},
	{"not implemented", CGINotImplemented},
	{"no events", CGINoEvents},
	{strings.ToLower(noParam), CGINoParam},
}

// CheckCGI reads the status and body of a CGI answer and gives a [*CGIError] if
// the call was refused, whatever the status says: some firmware sends errors
// with 200.
func CheckCGI(status int, body []byte) error {
	const head = 512
	text := string(bytes.TrimSpace(body[:min(len(body), head)]))
	low := lowerASCII(text)
	refused := status < 200 || status >= 300 || low == "error" ||
		strings.HasPrefix(low, "error\r") || strings.HasPrefix(low, "error\n") ||
		strings.HasPrefix(low, "error:") || strings.HasPrefix(low, `{"error"`)
	if !refused {
		return nil
	}
	e := &CGIError{Status: status}
	for _, m := range cgiMarks {
		i := strings.Index(low, m.mark)
		if i < 0 {
			continue
		}
		e.Kind = m.kind
		if m.kind == CGINoParam {
			e.Name, _, _ = strings.Cut(text[i+len(noParam):], "\n")
			e.Name = strings.TrimSpace(e.Name)
		}
		break
	}
	return e
}

// lowerASCII keeps every byte at its place, which strings.ToLower does not.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// IsOK reports the body of a successful write, in any case and with any line end.
func IsOK(body []byte) bool {
	return len(body) <= 16 && strings.EqualFold(strings.TrimSpace(string(body)), "OK")
}
