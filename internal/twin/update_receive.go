package twin

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const (
	scriptUpgrader = "upgrader.cgi"
	actionUpload   = "uploadFirmware"

	// uploadRoom is what a form may have around its file, in bytes.
	uploadRoom = 64 << 10
	maxForms   = 8 // parts of one form
	// rejectWithin is how long a recorder takes in a file it does not want, so that
	// its answer is read, in wall time.
	rejectWithin = 5 * time.Second
)

// cgiUpdateRows are updates, but for what carries a file: see [Twin.receive].
func cgiUpdateRows() []cgiRow {
	return []cgiRow{
		{scriptUpgrader, "getState", authMaintence, cgiUpdateState},
		{scriptUpgrader, "cancel", authMaintence, func(t *Twin, c call) reply {
			if !t.cancelUpdate(c.now) {
				return badRequest()
			}
			return ok()
		}},
	}
}

// cgiUpdateState tells how far an update is. Firmware of 2014 prints the percentage
// as one byte.
func cgiUpdateState(t *Twin, c call) reply {
	word, percent := t.updateState(c.now)
	progress := strconv.Itoa(percent)
	if t.body.Switches.Progress == ProgressByte {
		progress = string([]byte{byte(percent)})
	}
	return reply{status: 200, body: []byte("State=" + t.body.Switches.updateWord(word) + t.eol() + "Progress=" + progress + t.eol())}
}

// carriesFile tells whether a request is the one whose body may be large.
func (q *request) carriesFile() bool {
	action, _ := q.Query.Get("action")
	return q.Method == http.MethodPost && q.Path == cgiFolder+scriptUpgrader && action == actionUpload
}

// openBody gives the body of a request that carries a file, unread.
func openBody(br *bufio.Reader, h interface{ Get(string) string }) (io.Reader, error) {
	if strings.EqualFold(h.Get("Transfer-Encoding"), "chunked") {
		return io.LimitReader(httputil.NewChunkedReader(br), wire.MaxFirmware+uploadRoom), nil
	}
	n, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64)
	if err != nil || n < 0 {
		return nil, &ConfigError{Field: "request body", Reason: "has no length", Err: err}
	}
	return io.LimitReader(br, n), nil
}

// receive takes in a firmware file. Proof and right come first, then the file goes to
// a temporary file, and once it is there whole, the recorder looks at it.
func (t *Twin) receive(c net.Conn, q *request) {
	host, _, _ := net.SplitHostPort(c.RemoteAddr().String())
	q.Address = host
	_, q.Secure = c.(*tls.Conn)
	var p printed
	var user string
	var turn *int
	_ = t.do(func(now time.Time) error {
		switch {
		case !t.serving(now):
			return nil
		case t.body.Faults.spend(Reboot):
			t.dirty = true
			t.restart(now)
			return nil
		}
		u, no := t.mayUpload(now, q)
		if u == nil {
			t.finish(&p, no)
			return nil
		}
		user, turn = u.Name, new(int)
		t.mind.receiving = turn
		return nil
	})
	if turn == nil {
		t.deliver(c, p)
		if len(p.out) > 0 {
			discard(c)
		}
		return
	}
	candidate, broken := t.spool(c, q)
	_ = t.do(func(now time.Time) error {
		if !t.serving(now) || t.mind.receiving != turn {
			return nil // it went off, or somebody cancelled
		}
		t.mind.receiving = nil
		answer := badRequest()
		if broken == nil {
			answer = t.received(now, user, candidate)
		}
		t.finish(&p, answer)
		return nil
	})
	t.deliver(c, p)
}

// mayUpload judges who sends a file, and whether there is room for it.
func (t *Twin) mayUpload(now time.Time, q *request) (*account, reply) {
	if !q.Secure && t.redirects() {
		return nil, t.redirect(q)
	}
	u, no := t.authenticate(now, q)
	f := &t.body.Flash.Firmware
	size, _ := strconv.ParseInt(q.Header.Get("Content-Length"), 10, 64)
	_, free := t.memory()
	switch {
	case u == nil:
		return nil, no
	case !t.may(u, authMaintence):
		return nil, refuse(403, wire.CGINoRight)
	case f.Update != nil || t.mind.receiving != nil:
		return nil, badRequest() // one at a time
	case size > free:
		f.Last, f.Reach, t.dirty = UpdateNoMemory, 0, true
		return nil, badRequest()
	case size <= 0 && !strings.EqualFold(q.Header.Get("Transfer-Encoding"), "chunked"):
		return nil, badRequest()
	}
	return u, reply{}
}

// received is the answer to a file that came whole.
func (t *Twin) received(now time.Time, user string, c Candidate) reply {
	if c.Refused != "" && t.body.Switches.BadUpdate == BadUpdateError {
		f := &t.body.Flash.Firmware
		if f.Last, f.Reach = UpdateInvalid, 0; c.Refused == RefusedMemory {
			f.Last = UpdateNoMemory
		}
		t.dirty = true
		t.noteUpdate(now, user, f.Last, c.slot())
		return badRequest()
	}
	t.beginUpdate(now, user, c, false)
	return ok()
}

var errNoFile = errors.New("the form has no file")

// spool reads the form to its end, keeps its file on disk for as long as it takes to
// look at it, and removes it.
func (t *Twin) spool(c net.Conn, q *request) (Candidate, error) {
	if strings.EqualFold(q.Header.Get("Expect"), "100-continue") {
		_ = c.SetWriteDeadline(time.Now().Add(writeWithin))
		if _, err := io.WriteString(c, "HTTP/1.1 100 Continue\r\n\r\n"); err != nil {
			return Candidate{}, err
		}
	}
	kind, params, err := mime.ParseMediaType(q.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || len(params["boundary"]) == 0 || len(params["boundary"]) > wire.MaxBoundary {
		return Candidate{}, errNoFile
	}
	file, err := os.CreateTemp("", "rekey-twin-*.tmp")
	if err != nil {
		return Candidate{}, err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	form := multipart.NewReader(bufio.NewReaderSize(q.upload, 64<<10), params["boundary"])
	name, size := "", int64(-1)
	m := t.Model()
	_, free := memoryOf(m)
	for range maxForms {
		part, err := form.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Candidate{}, err
		}
		if size >= 0 || part.FileName() == "" {
			continue // recorders take any name for the field, and the first file
		}
		name = part.FileName()
		if size, err = io.Copy(file, io.LimitReader(part, free+1)); err != nil {
			return Candidate{}, err
		}
	}
	switch {
	case size < 0:
		return Candidate{}, errNoFile
	case size > free:
		return Candidate{Size: size, Refused: RefusedMemory}, nil
	}
	return lookAtFile(m, file, size, name), nil
}

// discard takes in what is still sent, for a while: closing with unread bytes would
// reset the connection and could take the answer with it.
func discard(c net.Conn) {
	if half, ok := c.(interface{ CloseWrite() error }); ok { // TCP and TLS
		_ = half.CloseWrite()
	}
	_ = c.SetReadDeadline(time.Now().Add(rejectWithin))
	_, _ = io.CopyN(io.Discard, c, wire.MaxFirmware)
}

// patientReader gives every read its own time, in wall time.
type patientReader struct{ net.Conn }

func (p patientReader) Read(b []byte) (int, error) {
	if err := p.SetReadDeadline(time.Now().Add(readWithin)); err != nil {
		return 0, err
	}
	return p.Conn.Read(b)
}

// UpdateFromStick begins an update with a file that somebody chose at the recorder,
// as the menu of the monitor does; user is who is logged in there. An empty refusal
// means that it goes on, which [Twin.UpdateNow] shows.
func (t *Twin) UpdateFromStick(user string, r io.ReaderAt, size int64, name string) UpdateRefusal {
	c := t.LookAtFile(r, size, name)
	_ = t.do(func(now time.Time) error {
		c.Refused = t.takeFromStick(now, user, c)
		return nil
	})
	return c.Refused
}

// takeFromStick begins with a file that was looked at, or says why not. A recorder
// that is off or busy takes none.
func (t *Twin) takeFromStick(now time.Time, user string, c Candidate) UpdateRefusal {
	f := &t.body.Flash.Firmware
	switch {
	case c.Refused != "":
		f.Last, f.Reach, t.dirty = UpdateInvalid, 0, true
		t.noteUpdate(now, user, UpdateInvalid, c.slot())
		return c.Refused
	case t.body.Run.stage(now) != StageReady || f.Update != nil || t.mind.receiving != nil:
		return RefusedBusy
	}
	t.beginUpdate(now, user, c, true)
	return ""
}
