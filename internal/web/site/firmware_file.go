package site

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/firmware"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// inspectForm is the one form that may bring a firmware image.
const inspectForm = "/firmware-inspect"

// The bounds of looking at files: how long one may take to arrive, and how many may at
// the same time, each of which needs room for as much as it has.
const (
	inspectWithin = 10 * time.Minute
	maxInspects   = 3
)

// BodyLimit gives how many bytes a request may bring, where it is more than a form
// needs, and 0 otherwise.
func BodyLimit(r *http.Request) int64 {
	switch {
	case r.Method != http.MethodPost || !strings.HasPrefix(r.URL.Path, "/r/"):
		return 0
	case strings.HasSuffix(r.URL.Path, inspectForm):
		return wire.MaxFirmware + maxPart
	case strings.HasSuffix(r.URL.Path, "/plan-profile"):
		return 2*maxPart + 8<<10 // a file and its text
	}
	return 0
}

// inspect reads a firmware file and says whether it fits the recorder. Where nothing
// stands against it that nobody can put aside, it is kept for the plan; of others
// nothing is. Nothing is sent to the recorder.
func (s *Site) inspect(w http.ResponseWriter, r *http.Request) error {
	ctx := context.WithoutCancel(r.Context())
	within := http.NewResponseController(w)
	_ = within.SetReadDeadline(time.Now().Add(inspectWithin)) // not supported: the server's own limits hold
	_ = within.SetWriteDeadline(time.Now().Add(2 * inspectWithin))
	select {
	case s.inspects <- struct{}{}:
		defer func() { <-s.inspects }()
	default:
		_, _ = io.Copy(io.Discard, r.Body) // browsers read no answer before they have sent all
		return rekey.Errorf(rekey.CodeBusy, "%d firmware files are being looked at", maxInspects).
			WithHint("Wait until one of them is, then choose this one again.")
	}
	rec, _, err := s.guide.Load(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	sh := &showing{Site: s, ctx: ctx, v: s.visit(r), r: rec, ask: ask{page: "firmware-file"}, typed: form{values: url.Values{}}}
	parts, err := r.MultipartReader()
	if err != nil {
		return notWhole(err)
	}
	file, name, err := filePart(parts)
	if err != nil {
		return err
	}
	if file == nil {
		sh.wrong = map[string]view.Text{"file": view.T("firmware.file.empty")}
		return sh.send(w, r, http.StatusUnprocessableEntity)
	}
	tmp, size, err := spool(file)
	if err != nil {
		return err
	}
	defer func() { _ = tmp.Close(); _ = os.Remove(tmp.Name()) }()
	found := firmware.Inspect(tmp, size, name)
	sh.file = inspected{file: found, refusals: firmware.Match(found, firmwareFacts(&rec), s.guide.Catalog())}
	sh.ask.page = sh.file.face()
	if s.files != "" && sh.ask.page != faceRefused {
		if sh.file.hash, err = s.keepFile(ctx, name, io.NewSectionReader(tmp, 0, size)); err != nil {
			return err
		}
	}
	return sh.send(w, r, http.StatusOK)
}

// keepFile keeps a file for the plan, and makes room for it before.
func (s *Site) keepFile(ctx context.Context, name string, file *io.SectionReader) (hash string, err error) {
	s.keeping.Lock()
	defer s.keeping.Unlock()
	if err := s.files.Tidy(ctx, s.guide, file.Size()); err != nil {
		return "", err
	}
	return s.files.Keep(name, file)
}

// filePart gives the form's file; what comes before it is passed over. nil is none.
func filePart(parts *multipart.Reader) (io.Reader, string, error) {
	for range maxParts {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil, "", nil
		case err != nil:
			return nil, "", notWhole(err)
		case part.FormName() == "file" && part.FileName() != "":
			return part, part.FileName(), nil
		}
	}
	return nil, "", rekey.Errorf(rekey.CodeInvalid, "The form has more than %d parts", maxParts)
}

// spool writes what arrives into a temporary file, which is its caller's to close
// and remove.
func spool(from io.Reader) (tmp *os.File, size int64, err error) {
	if tmp, err = os.CreateTemp("", "rekey-firmware-*"); err != nil {
		return nil, 0, rekey.Errorf(rekey.CodeFull, "There is no room for the file").Wrap(err)
	}
	size, err = io.Copy(tmp, from)
	if err != nil {
		_ = tmp.Close()
		_ = os.Remove(tmp.Name())
		return nil, 0, notWhole(err)
	}
	return tmp, size, nil
}
