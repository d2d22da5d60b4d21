package twin

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/disk"
)

// loadFolder is where recordings are fetched from by their path, on its own with a
// session, or below the CGI folder with Digest.
const loadFolder = "RPC_Loadfile"

const kindStream = "application/octet-stream"

// sessionCookies are the names clients give a session under.
var sessionCookies = []string{"WebClientHttpSessionID", "DWebClientSessionID", "DhWebClientSessionID"}

// loadWithSession answers /RPC_Loadfile/..., for a session of RPC2 in a cookie or
// for Digest credentials.
func (t *Twin) loadWithSession(now time.Time, q *request) reply {
	user := t.cookie(now, q)
	if user == nil {
		var no reply
		if user, no = t.authenticate(now, q); user == nil {
			return no
		}
	}
	return t.loadRecorded(user, now, q, strings.TrimPrefix(q.Path, "/"+loadFolder))
}

// cookie gives the account of an RPC2 session that a request names, nil without one.
func (t *Twin) cookie(now time.Time, q *request) *account {
	if s := t.cookieSession(now, q); s != nil {
		return t.body.Flash.account(s.user)
	}
	return nil
}

// cookieSession gives the session itself.
func (t *Twin) cookieSession(now time.Time, q *request) *session {
	r := http.Request{Header: http.Header(q.Header)}
	for _, name := range sessionCookies {
		if c, err := r.Cookie(name); err == nil {
			if s := t.namedSession(now, c.Value); s != nil {
				return s
			}
		}
	}
	return nil
}

// namedSession gives the session of a granted login over HTTP that is spelled
// without quotes, as cookies and queries do.
func (t *Twin) namedSession(now time.Time, name string) *session {
	id := wire.StringSession(name)
	if n, err := strconv.ParseInt(name, 10, 64); err == nil && t.body.Switches.Session == SessionNumber {
		id = wire.IntSession(n)
	}
	if s := t.mind.sessions.find(t.clients(now), id, nil); s != nil && s.user != "" {
		return s
	}
	return nil
}

// loadRecorded answers the file at a path. A path names a time of a channel; it is there as
// long as all of it is on the disk.
func (t *Twin) loadRecorded(user *account, now time.Time, q *request, path string) reply {
	channel, from, to, ok := disk.ParsePath("/" + strings.TrimLeft(path, "/"))
	if !ok || channel >= t.body.Model.Channels {
		return refuse(404, wire.CGIOther)
	}
	if !t.may(user, replay(channel)) {
		return refuse(403, wire.CGINoRight)
	}
	recorded := t.onDisk(now, channel, from, to)
	at := from
	for _, s := range recorded {
		if !s.From.Equal(at) {
			return refuse(404, wire.CGIOther)
		}
		at = s.To
	}
	if !at.Equal(to) {
		return refuse(404, wire.CGIOther)
	}
	return t.sendRecorded(q, recorded)
}

// cgiLoadFile answers what was recorded of a channel between two times, in one
// piece. Gaps are left out, as they are in what a recorder sends.
func (t *Twin) cgiLoadFile(c call) reply {
	text := c.arg("channel")
	if text == "0" {
		text = "" // as a search for recordings takes it
	}
	channel, ok := t.input(text)
	from, err1 := parseMoment(c.arg("startTime"))
	to, err2 := parseMoment(c.arg("endTime"))
	if !ok || err1 != nil || err2 != nil || !to.After(from) || to.Sub(from) > 24*time.Hour {
		return badRequest()
	}
	if !t.may(c.user, replay(channel)) {
		return refuse(403, wire.CGINoRight)
	}
	if subtype := c.arg("subtype"); subtype != "" && subtype != "0" {
		return refuse(200, wire.CGIBadRequest) // the extra stream is not recorded
	}
	recorded := t.onDisk(c.now, channel, from, to)
	if len(recorded) == 0 {
		return refuse(200, wire.CGIBadRequest) // so on firmware that answers 400 to nonsense
	}
	return t.sendRecorded(c.request, recorded)
}

// sendRecorded answers recordings of one channel, or the part that a Range header
// asks for. The bytes are drawn as they are sent.
func (t *Twin) sendRecorded(q *request, recorded []disk.Stretch) reply {
	var size int64
	for _, s := range recorded {
		size += fileSize(s)
	}
	r := reply{status: 200, kind: kindStream, size: size, extra: []string{"Accept-Ranges: bytes"}}
	skip := int64(0)
	if first, last, ok := byteRange(q.Header.Get("Range"), size); ok {
		skip = first
		r.status, r.size = http.StatusPartialContent, last-first+1
		r.extra = append(r.extra, fmt.Sprintf("Content-Range: bytes %d-%d/%d", first, last, size))
	}
	r.from = newReel(t.takes(recorded), skip)
	return r
}

// byteRange reads a Range header of one range. Anything else is no range, and the
// whole is sent.
func byteRange(header string, size int64) (first, last int64, ok bool) {
	spec, found := strings.CutPrefix(header, "bytes=")
	a, b, dash := strings.Cut(spec, "-")
	if !found || !dash {
		return 0, 0, false
	}
	first, err := strconv.ParseInt(a, 10, 64)
	if err != nil || first < 0 || first >= size {
		return 0, 0, false
	}
	last = size - 1
	if b != "" {
		if last, err = strconv.ParseInt(b, 10, 64); err != nil || last < first {
			return 0, 0, false
		}
	}
	return first, min(last, size-1), true
}
