package recorder

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const (
	opUpload     = "send firmware"
	scriptUpload = "upgrader.cgi"
	// uploadField is the form's name for the file. Recorders take any.
	uploadField = "upgrade"
)

// How long a slow recorder is waited for. They write to flash while they receive.
const (
	uploadStall  = time.Minute     // without a byte taken
	uploadAnswer = 3 * time.Minute // after the last byte, for the answer
)

var (
	errStalled    = errors.New("the recorder stopped taking the file")
	errUnanswered = errors.New("the recorder took the file and did not answer")
	errUploadName = errors.New("this cannot be a file's name")
	errUploadSize = errors.New("the file is empty or larger than any firmware")
	errFileShort  = errors.New("the file ended before its size")
)

// UploadFirmware sends a firmware file of size bytes, read from r once and in order,
// under its name. The proof is made with a nonce fetched beforehand, so that the file
// goes over the cable once, and never again whatever is answered. sent, which may be
// nil, is told how many bytes of the file the connection has taken.
//
// No error means that the recorder answered OK: it has the file, and whether it
// installs it is to be read with [Access.Upgrade]. Refused is its no. Lost means that
// the file left in part or whole and no answer came; whether the recorder is at work
// on it, only its state tells. Unsent and Unreachable mean that it did not leave.
func (a *Access) UploadFirmware(ctx context.Context, name string, r io.Reader, size int64, sent func(int64)) error {
	switch {
	case name == "" || len(name) > wire.MaxFirmwareName || strings.ContainsAny(name, "\"\\/\r\n\x00"):
		return &Error{Op: opUpload, Kind: Unsent, Err: errUploadName}
	case size <= 0 || size > wire.MaxFirmware:
		return &Error{Op: opUpload, Kind: Unsent, Err: errUploadSize}
	}
	done, err := a.wait(ctx, opUpload)
	if err != nil {
		return err
	}
	defer done()
	call, c, err := a.signedAs(ctx, opUpload, http.MethodPost, scriptUpload, action("uploadFirmware"))
	if err != nil {
		return err
	}
	rep, err := c.upload(ctx, call, name, r, size, sent)
	if err != nil {
		return err
	}
	if err := a.judge(opUpload, rep); err != nil {
		return err
	}
	if !wire.IsOK(rep.body) {
		return &Error{Op: opUpload, Kind: Refused, Err: errMissing}
	}
	return nil
}

// upload makes the one exchange that carries a file.
func (c *Client) upload(ctx context.Context, call ask, name string, r io.Reader, size int64, sent func(int64)) (reply, error) {
	t, err := c.target(ctx, call.op)
	if err != nil {
		return reply{}, err
	}
	var b [16]byte
	rand.Read(b[:]) // never fails
	boundary := "rekey" + hex.EncodeToString(b[:])
	head := "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + uploadField + "\"; filename=\"" + name +
		"\"\r\nContent-Type: application/octet-stream\r\n\r\n"
	tail := "\r\n--" + boundary + "--\r\n"
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	patience := time.AfterFunc(c.timeout(), func() { stop(errStalled) })
	defer patience.Stop()
	file := &sentFile{r: r, left: size, told: sent, patience: patience}
	defer file.end()
	call.stream = io.MultiReader(strings.NewReader(head), file, strings.NewReader(tail))
	call.length = int64(len(head)) + size + int64(len(tail))
	call.kind = "multipart/form-data; boundary=" + boundary
	return c.told(t, call, func() (reply, error) {
		res, rep, err := c.send(ctx, t, call)
		if err != nil {
			return rep, uploadError(err, file)
		}
		defer res.Body.Close()
		rep.body, err = io.ReadAll(io.LimitReader(res.Body, maxBody))
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return rep, broken(ctx, call.op, progressOf(res.Request.Context()), err)
		}
		return rep, nil
	})
}

// uploadError says more of what was lost.
func uploadError(err error, file *sentFile) error {
	file.mu.Lock()
	defer file.mu.Unlock()
	var e *Error
	switch {
	case !errors.As(err, &e):
	case file.err != nil:
		e.Err = file.err
	case errors.Is(e.Err, errStalled) && file.left == 0:
		e.Err = errUnanswered
	}
	return err
}

// sentFile gives a file to the connection and tells how much of it was taken: what
// was read before the next read is asked for. The connection may read on after the
// exchange has ended; end sees to it that the file is not.
type sentFile struct {
	told     func(int64)
	patience *time.Timer

	mu   sync.Mutex
	r    io.Reader
	left int64
	read int64
	err  error // of the file itself
}

func (f *sentFile) Read(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.r == nil {
		return 0, errStalled
	}
	if f.told != nil && f.read > 0 {
		f.told(f.read)
	}
	if f.left == 0 {
		f.patience.Reset(uploadAnswer)
		return 0, io.EOF
	}
	f.patience.Reset(uploadStall)
	n, err := f.r.Read(b[:min(int64(len(b)), f.left)])
	f.left -= int64(n)
	f.read += int64(n)
	if errors.Is(err, io.EOF) {
		err = nil
		if f.left > 0 {
			err = errFileShort
		}
	}
	f.err = err
	return n, err
}

func (f *sentFile) end() {
	f.mu.Lock()
	f.r = nil
	f.mu.Unlock()
}
