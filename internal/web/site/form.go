package site

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// form is what a browser posted, read to its end.
type form struct {
	values url.Values
	files  map[string][]byte
}

// readForm reads a posted form whole. One that was cut off, is too long or is of
// another type gives an error, and nothing has happened yet.
func readForm(r *http.Request) (form, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil && kind == "multipart/form-data" {
		return readFiles(r)
	}
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return form{}, rekey.Errorf(rekey.CodeInvalid, "This is not a form of rekey's")
	}
	if err := r.ParseForm(); err != nil {
		return form{}, notWhole(err)
	}
	return form{values: r.PostForm}, nil
}

// The most that a form with files brings besides a firmware image, which is read
// apart.
const (
	maxPart  = 64 << 10
	maxParts = 16
)

// readFiles reads a form as browsers send files. Everything is small, and kept in
// memory.
func readFiles(r *http.Request) (form, error) {
	f := form{values: url.Values{}, files: map[string][]byte{}}
	parts, err := r.MultipartReader()
	if err != nil {
		return form{}, notWhole(err)
	}
	for range maxParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err != nil {
			return form{}, notWhole(err)
		}
		text, err := io.ReadAll(io.LimitReader(part, maxPart+1))
		switch {
		case err != nil:
			return form{}, notWhole(err)
		case len(text) > maxPart:
			return form{}, rekey.Errorf(rekey.CodeTooLarge, "The file has more than %d bytes", maxPart)
		case part.FileName() != "":
			f.files[part.FormName()] = text
		default:
			f.values.Add(part.FormName(), string(text))
		}
	}
	return form{}, rekey.Errorf(rekey.CodeInvalid, "The form has more than %d parts", maxParts)
}

func notWhole(err error) error {
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return rekey.Errorf(rekey.CodeTooLarge, "The form has more than %d bytes", long.Limit)
	}
	return rekey.Errorf(rekey.CodeInvalid, "The form did not arrive whole").
		WithHint("Nothing was changed. Send it again.").Wrap(err)
}

// file gives a file of the form, nil for none.
func (f form) file(name string) []byte { return f.files[name] }

// get gives a field without the space around it; passwords are read with secret.
func (f form) get(name string) string { return strings.TrimSpace(f.values.Get(name)) }

func (f form) has(name string) bool { return f.values.Has(name) }

// picked reports whether a box of the form was ticked.
func (f form) picked(id string) bool { return slices.Contains(f.values["pick"], id) }

// hasValue reports whether a field, which may be there often, has a value once.
func (f form) hasValue(name, value string) bool { return slices.Contains(f.values[name], value) }

// secret takes a password as it was typed, spaces and all.
func (f form) secret(name string) secret.String { return secret.New(f.values.Get(name)) }

// version gives the version that the page was made for. A form without it, as
// one that was cut off between two fields, changes nothing.
func (f form) version() (int64, error) {
	v, err := strconv.ParseInt(f.get("v"), 10, 64)
	if err != nil || v < 0 {
		return 0, rekey.Errorf(rekey.CodeInvalid, "The form does not say which page it belongs to").
			WithHint("Nothing was changed. Load the page again.")
	}
	return v, nil
}

// number gives a whole number, and 0 for none.
func (f form) number(name string) (int, error) {
	text := f.get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, rekey.Errorf(rekey.CodeInvalid, "%s is not a number", name)
	}
	return n, nil
}

// apart gives how far the page's clock is from the server's, 0 when the form says
// nothing about it. The script fills the field when the form is sent.
func (f form) apart(now time.Time) time.Duration {
	ms, err := strconv.ParseInt(f.get("clock_ms"), 10, 64)
	if err != nil || ms <= 0 {
		return 0
	}
	return time.UnixMilli(ms).Sub(now)
}

// momentLayouts are the ways in which a date with a time may be typed: what
// browsers send for datetime-local, and what recorders show.
var momentLayouts = []string{
	"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05",
	"2006/01/02 15:04", "2006/01/02 15:04:05", "2006.01.02 15:04:05",
	"01/02/2006 15:04", "01-02-2006 15:04:05", "2006-01-02 3:04 PM", "2006-01-02 03:04:05 PM",
}

// moment reads a date with a time in the reader's zone; ok is false when it is none.
func (f form) moment(name string, zone *time.Location) (at time.Time, ok bool) {
	text := f.get(name)
	for _, layout := range momentLayouts {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// instant gives a moment in ms since 1970, as scripts send it, and zero for none.
func (f form) instant(name string) (time.Time, error) {
	text := f.get(name)
	if text == "" {
		return time.Time{}, nil
	}
	ms, err := strconv.ParseInt(text, 10, 64)
	if err != nil || ms < 0 {
		return time.Time{}, rekey.Errorf(rekey.CodeInvalid, "%s is not a moment", name)
	}
	return time.UnixMilli(ms).UTC(), nil
}

// wantsJSON reports whether a script asks, which goes on with the state, and not a
// browser, which is sent to the page.
func wantsJSON(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/html")
}
