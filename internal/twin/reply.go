package twin

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const (
	kindText = "text/plain;charset=utf-8"
	kindJSON = "application/json"
	kindPage = "text/html"
)

// print is the answer as bytes. Header names, their odd case and their order are
// those of a recorder; no server name is ever sent. lie promises more bytes than
// there are.
func (r reply) print(g Generation, lie bool) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", r.status, http.StatusText(r.status))
	kind, length := r.kind, len(r.body)
	if kind == "" {
		kind = kindText
	}
	if lie {
		length += 64
	}
	if g == GenA {
		fmt.Fprintf(&b, "Content-Type: %s\r\nConnection: close\r\nContent-Length: %d\r\n", kind, length)
	} else {
		b.WriteString("X-XSS-Protection: 1;mode=block\r\nX-Frame-Options: SAMEORIGIN\r\n" +
			"Content-Security-Policy: script-src 'self' 'unsafe-inline' 'unsafe-eval'\r\n" +
			"Strict-Transport-Security: max-age=604800; includeSubDomains\r\n")
		fmt.Fprintf(&b, "Content-type: %s\r\nCONNECTION: close\r\nCONTENT-LENGTH: %d\r\n", kind, length)
	}
	for _, line := range r.extra {
		b.WriteString(line + "\r\n")
	}
	b.WriteString("\r\n")
	return append([]byte(b.String()), r.body...)
}

// ok is the answer to a write.
func ok() reply { return reply{status: 200, body: []byte(wire.BodyOK)} }

// lines answers key=value lines.
func lines(t wire.Table) reply {
	b, err := t.Append(nil, wire.CRLF)
	if err != nil {
		return refuse(500, wire.CGIOther)
	}
	return reply{status: 200, body: b}
}

// pair answers one line.
func pair(key, value string) reply { return lines(wire.Table{{Key: key, Value: value}}) }

// refuse answers an error of the CGI.
func refuse(status int, kind wire.CGIKind) reply {
	r := reply{status: status, body: []byte((&wire.CGIError{Status: status, Kind: kind}).Body())}
	if kind == wire.CGINoRight {
		r.kind = kindJSON
	}
	return r
}

func badRequest() reply { return refuse(400, wire.CGIBadRequest) }
