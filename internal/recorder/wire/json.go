package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// marshal prints v as devices do: no HTML escapes, no line end.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// unmarshal reads exactly one JSON value of at most max bytes and [MaxValues]. Devices end their
// bodies with LF or NUL; both are taken off.
func unmarshal(what string, b []byte, max int, v any) error {
	if len(b) > max {
		return tooLarge(what, "body")
	}
	b = bytes.TrimRight(b, "\x00\r\n\t ")
	if len(b) == 0 {
		return truncated(what, "empty body")
	}
	// More than there are values, as texts have commas too; far more than devices send.
	if bytes.Count(b, []byte(","))+bytes.Count(b, []byte("{"))+bytes.Count(b, []byte("[")) > MaxValues {
		return tooLarge(what, "number of values")
	}
	d := json.NewDecoder(bytes.NewReader(b))
	if err := d.Decode(v); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			return truncated(what, "JSON")
		}
		return malformed(what, "JSON")
	}
	if _, err := d.Token(); err != io.EOF {
		return malformed(what, "text after the JSON")
	}
	return nil
}
