package recorder

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Trace writes one line for each request and one for each answer: time, method,
// target without its values, status, RPC2 method and code, sizes, names of
// headers. Nothing of a body, a header's value, a password, a proof or a session
// is among it. Its methods are for [Client.OnRequest] and [Client.OnResponse], and
// may be called concurrently.
type Trace struct {
	mu  sync.Mutex
	out io.Writer
	now func() time.Time
}

// NewTrace makes a trace that writes to w. A failed write is not reported: a
// trace must not end what it looks at.
func NewTrace(w io.Writer) *Trace { return &Trace{out: w, now: time.Now} }

// Request writes a request's line.
func (t *Trace) Request(i RequestInfo) {
	t.line('>', i, fmt.Sprintf("%d bytes", i.Sent), i.Headers)
}

// Response writes the line of an answer, or of its absence.
func (t *Trace) Response(i ResponseInfo) {
	took := i.Took.Round(100 * time.Microsecond)
	if i.Err != nil {
		t.line('<', i.RequestInfo, fmt.Sprintf("failed after %s: %v", took, i.Err), i.Headers)
		return
	}
	how := ""
	if i.Status != 0 {
		how = fmt.Sprintf("status %d, ", i.Status)
	}
	if i.Code != 0 {
		how += "code " + i.Code.String() + ", "
	}
	t.line('<', i.RequestInfo, fmt.Sprintf("%s%d bytes in %s", how, i.Bytes, took), i.Headers)
}

func (t *Trace) line(way rune, i RequestInfo, how string, headers []string) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %c %s %s", t.now().Format("15:04:05.000"), way, i.Method, i.Target)
	if i.Call != "" {
		b.WriteString(" " + i.Call)
	}
	if i.Secure {
		b.WriteString(" [HTTPS]")
	}
	if i.Proof {
		b.WriteString(" [password proof]")
	}
	b.WriteString(" (" + i.Op + "): " + how)
	if len(headers) > 0 {
		b.WriteString("; " + strings.Join(headers, ", "))
	}
	b.WriteByte('\n')
	t.mu.Lock()
	defer t.mu.Unlock()
	_, _ = io.WriteString(t.out, b.String())
}
