package twin

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/onvif"
)

const (
	kindText = "text/plain;charset=utf-8"
	kindJSON = "application/json"
	kindPage = "text/html"
)

// print is the answer as bytes, without what from and stream give. Header names,
// their odd case and their order are those of a recorder; no server name is ever
// sent. lie promises more bytes than there are.
func (r reply) print(g Generation, lie bool) []byte {
	kind, length := r.kind, int64(len(r.body))
	if kind == "" {
		kind = kindText
	}
	if r.from != nil {
		length = r.size
	}
	if lie {
		length += 64
	}
	b := make([]byte, 0, 512+len(r.body))
	b = fmt.Appendf(b, "HTTP/1.1 %d %s\r\n", r.status, http.StatusText(r.status))
	if kind == kindPage {
		// A file, not a call: another part of the web server with a header of its own.
		b = fmt.Appendf(b, "CONNECTION: close\r\nCONTENT-LENGTH: %d\r\nCONTENT-TYPE: %s\r\n", length, kind)
		return append(printLines(b, r.extra), r.body...)
	}
	names := [...]string{"Content-type: ", "CONNECTION: close", "CONTENT-LENGTH: "}
	if g == GenA || kind == onvif.ContentType { // clients of ONVIF look for names as SOAP servers write them
		names = [...]string{"Content-Type: ", "Connection: close", "Content-Length: "}
	} else {
		b = append(b, "X-XSS-Protection: 1;mode=block\r\nX-Frame-Options: SAMEORIGIN\r\n"+
			"Content-Security-Policy: script-src 'self' 'unsafe-inline' 'unsafe-eval'\r\n"+
			"Strict-Transport-Security: max-age=604800; includeSubDomains\r\n"...)
	}
	b = append(append(append(b, names[0]...), kind...), "\r\n"...)
	b = append(append(b, names[1]...), "\r\n"...)
	if r.stream == nil {
		b = append(strconv.AppendInt(append(b, names[2]...), length, 10), "\r\n"...)
	}
	return append(printLines(b, r.extra), r.body...)
}

// printLines ends a header with lines of its own.
func printLines(b []byte, lines []string) []byte {
	for _, line := range lines {
		b = append(append(b, line...), "\r\n"...)
	}
	return append(b, "\r\n"...)
}

// ok is the answer to a write.
func ok() reply { return reply{status: 200, body: []byte(wire.BodyOK)} }

// eol ends the lines of an answer.
func (t *Twin) eol() string {
	if t.body.Switches.LineEnd == LineLF {
		return wire.LF
	}
	return wire.CRLF
}

// lines answers key=value lines.
func (t *Twin) lines(table wire.Table) reply {
	b, err := table.Append(nil, t.eol())
	if err != nil {
		return refuse(500, wire.CGIOther)
	}
	return reply{status: 200, body: b}
}

// pair answers one line.
func (t *Twin) pair(key, value string) reply { return t.lines(wire.Table{{Key: key, Value: value}}) }

// refuse answers an error of the CGI.
func refuse(status int, kind wire.CGIKind) reply {
	r := reply{status: status, body: []byte((&wire.CGIError{Status: status, Kind: kind}).Body())}
	if kind == wire.CGINoRight {
		r.kind = kindJSON
	}
	return r
}

func badRequest() reply { return refuse(400, wire.CGIBadRequest) }
