package wire

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
)

// Content types of parts.
const (
	TypeText = "text/plain"
	TypeJPEG = "image/jpeg"
)

// DefaultBoundary is the boundary recorders use.
const DefaultBoundary = "myboundary"

const partWhat = "multipart stream"

// Part is one part of an endless multipart answer.
type Part struct {
	Type string // in lower case, without parameters; TypeText when none was sent
	Body []byte // of a text part without the line ends around it
}

// Heartbeat reports the part that only says that the stream is alive.
func (p Part) Heartbeat() bool { return strings.EqualFold(string(p.Body), heartbeat) }

// Boundary gives the boundary a Content-Type names, "" when it names none.
func Boundary(contentType string) string {
	for field := range strings.SplitSeq(contentType, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		if strings.EqualFold(strings.TrimSpace(key), "boundary") {
			// Some firmware writes the two hyphens of the delimiter into the name.
			return strings.TrimPrefix(strings.Trim(strings.TrimSpace(value), `"`), "--")
		}
	}
	return ""
}

// PartReader reads an endless multipart answer part by part. It is for one
// goroutine.
type PartReader struct {
	r         *bufio.Reader
	boundary  string // "--" and the name; "" until learned
	delimited bool   // the delimiter of the next part has been read
	ended     bool   // the last delimiter has been read
}

// NewPartReader reads parts from r, which is the body of the answer. An empty
// boundary is taken from the first delimiter in the stream.
func NewPartReader(r io.Reader, boundary string) *PartReader {
	p := &PartReader{r: bufio.NewReaderSize(r, MaxPartHeader)}
	if boundary != "" {
		p.boundary = "--" + boundary
	}
	return p
}

// Next gives the next part as soon as its body is there. Text is bounded by
// [MaxTextPart], a picture by [MaxPicture]. It gives io.EOF at the end of the
// stream between parts, an [*Error] for what cannot be read, after which the
// stream is of no use, and the errors of the connection as they are.
func (p *PartReader) Next() (Part, error) {
	if p.ended {
		return Part{}, io.EOF
	}
	if !p.delimited {
		if err := p.delimiter(); err != nil {
			return Part{}, err
		}
	}
	p.delimited = false
	kind, length, err := p.header()
	if err != nil {
		return Part{}, err
	}
	limit := MaxTextPart
	if strings.HasPrefix(kind, "image/") {
		limit = MaxPicture
	}
	if length > limit {
		return Part{}, tooLarge(partWhat, "Content-Length")
	}
	var body []byte
	if length < 0 {
		body, err = p.toDelimiter(limit)
	} else {
		body, err = p.body(length)
	}
	if err != nil {
		return Part{}, err
	}
	if limit == MaxTextPart {
		if bytes.Contains(body, []byte(LF+p.boundary)) {
			return Part{}, malformed(partWhat, "Content-Length")
		}
		body = bytes.Trim(body, "\r\n")
	}
	return Part{kind, body}, nil
}

// line gives one line without its end. At the end of the stream it gives what
// stands there, then io.EOF.
func (p *PartReader) line() ([]byte, error) {
	b, err := p.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return nil, tooLarge(partWhat, "line")
	}
	if err != nil && (!errors.Is(err, io.EOF) || len(b) == 0) {
		return nil, err
	}
	return bytes.TrimRight(b, "\r\n"), nil
}

// delimiter skips to the delimiter of the next part.
func (p *PartReader) delimiter() error {
	for gap := 0; gap <= MaxPartGap; {
		b, err := p.line()
		if err != nil {
			return err
		}
		if p.boundary == "" && len(b) > 2 && len(b) <= MaxBoundary+2 && b[0] == '-' && b[1] == '-' {
			p.boundary = string(b)
		}
		switch is, last := p.isDelimiter(b); {
		case last:
			p.ended = true
			return io.EOF
		case is:
			return nil
		}
		gap += len(b) + 1
	}
	return tooLarge(partWhat, "text between parts")
}

func (p *PartReader) isDelimiter(line []byte) (is, last bool) {
	rest, ok := bytes.CutPrefix(line, []byte(p.boundary))
	if !ok || p.boundary == "" {
		return false, false
	}
	rest = bytes.TrimRight(rest, " \t")
	return len(rest) == 0, string(rest) == "--"
}

// header gives the type and the length, -1 without one.
func (p *PartReader) header() (kind string, length int, err error) {
	kind, length = TypeText, -1
	for size := 0; size <= MaxPartHeader; {
		b, err := p.line()
		if err != nil {
			return "", 0, cutShort(err)
		}
		if len(b) == 0 {
			return kind, length, nil
		}
		size += len(b) + 1
		key, value, _ := strings.Cut(string(b), ":")
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "content-type":
			value, _, _ = strings.Cut(value, ";")
			kind = lowerASCII(strings.TrimSpace(value))
		case "content-length":
			n, err := strconv.ParseUint(value, 10, 31)
			if err != nil {
				return "", 0, malformed(partWhat, "Content-Length")
			}
			length = int(n)
		}
	}
	return "", 0, tooLarge(partWhat, "header")
}

// body reads a body of known length. A line end before it is not counted by some
// firmware and counted by other: in the second case the line end after the body
// is read along and taken off again.
func (p *PartReader) body(length int) ([]byte, error) {
	led := false
	if length > 0 {
		first, err := p.r.Peek(1)
		if err != nil {
			return nil, cutShort(err)
		}
		if first[0] == '\r' || first[0] == '\n' {
			led = true
			if _, err := p.line(); err != nil {
				return nil, cutShort(err)
			}
		}
	}
	b, err := readBody(p.r, length, partWhat)
	if led && err == nil {
		b = bytes.TrimSuffix(b, []byte(CRLF))
	}
	return b, err
}

// toDelimiter reads a body without a length.
func (p *PartReader) toDelimiter(limit int) ([]byte, error) {
	var body []byte
	for newLine := true; len(body) <= limit; {
		b, err := p.r.ReadSlice('\n')
		is, last := p.isDelimiter(bytes.TrimRight(b, "\r\n"))
		if newLine && (is || last) {
			p.delimited, p.ended = is, last
			return bytes.TrimSuffix(body, []byte(CRLF)), nil
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, cutShort(err)
		}
		// A line longer than the buffer comes in pieces.
		newLine = err == nil
		body = append(body, b...)
	}
	return nil, tooLarge(partWhat, "body")
}

// cutShort makes the end of the stream inside a part an [*Error].
func cutShort(err error) error {
	if errors.Is(err, io.EOF) {
		return truncated(partWhat, "part")
	}
	return err
}

// AppendPart appends one part as recorders send it. A picture is not followed by
// the second line end a text has.
func AppendPart(dst []byte, boundary, contentType string, length int, body []byte) []byte {
	dst = append(dst, "--"+boundary+CRLF+"Content-Type: "+contentType+CRLF+"Content-Length:"...)
	dst = strconv.AppendInt(dst, int64(length), 10)
	dst = append(append(append(dst, CRLF+CRLF...), body...), CRLF...)
	return dst
}

// AppendPicture appends one part of a stream of JPEG pictures.
func AppendPicture(dst []byte, boundary string, jpeg []byte) []byte {
	return AppendPart(dst, boundary, TypeJPEG, len(jpeg), jpeg)
}
