package dhav

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

// Reader reads the frames of a file, one after the other. It keeps one frame in
// memory, at most [MaxFrame] bytes.
type Reader struct {
	r    *bufio.Reader
	zone *time.Location
}

// NewReader makes a reader. Dates are read in a zone, that of the recorder.
func NewReader(r io.Reader, zone *time.Location) *Reader {
	return &Reader{bufio.NewReader(r), zone}
}

// Next reads a frame. Its data is the caller's, its At exact to the second. At the
// end of the file it gives [io.EOF], for what is not a frame [ErrDamaged] or [ErrLarge]; after an error there
// is nothing more to read.
func (r *Reader) Next() (Frame, error) {
	var h [headerSize]byte
	if n, err := io.ReadFull(r.r, h[:]); err != nil {
		if n == 0 && errors.Is(err, io.EOF) {
			return Frame{}, io.EOF
		}
		return Frame{}, cut("header", err)
	}
	le := binary.LittleEndian
	size, ext := le.Uint32(h[12:]), int(h[22])
	switch {
	case string(h[:4]) != "DHAV":
		return Frame{}, fmt.Errorf("it begins with %x: %w", h[:4], ErrDamaged)
	case size > MaxFrame:
		return Frame{}, fmt.Errorf("%d bytes: %w", size, ErrLarge)
	case int(size) < headerSize+ext+trailerSize:
		return Frame{}, fmt.Errorf("%d bytes with %d of extensions: %w", size, ext, ErrDamaged)
	case sum(h[:23]) != h[23]:
		return Frame{}, fmt.Errorf("a sum of %d: %w", h[23], ErrDamaged)
	}
	f := Frame{Kind: Kind(h[4]), Channel: h[6], Number: le.Uint32(h[8:]), At: UnpackDate(le.Uint32(h[16:]), r.zone)}
	rest := make([]byte, int(size)-headerSize)
	if _, err := io.ReadFull(r.r, rest); err != nil {
		return Frame{}, cut("frame", err)
	}
	tail := rest[len(rest)-trailerSize:]
	if string(tail[:4]) != "dhav" || le.Uint32(tail[4:]) != size {
		return Frame{}, fmt.Errorf("it ends with %x: %w", tail, ErrDamaged)
	}
	f.readExtensions(rest[:ext])
	f.Data = rest[ext : len(rest)-trailerSize]
	return f, nil
}

func cut(what string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("a %s that is cut off: %w", what, ErrDamaged)
	}
	return fmt.Errorf("reading a %s: %w", what, err)
}

// readExtensions takes what it knows and stops at what it cannot measure.
func (f *Frame) readExtensions(b []byte) {
	le := binary.LittleEndian
	for len(b) >= 4 {
		n := extensionSize(b[0])
		if n == 0 || n > len(b) {
			return
		}
		switch b[0] {
		case 0x80:
			f.Width, f.Height = 8*uint16(b[2]), 8*uint16(b[3])
		case extCodec:
			f.Codec, f.FPS = Codec(b[2]), b[3]
		case extSize:
			f.Width, f.Height = le.Uint16(b[4:]), le.Uint16(b[6:])
		}
		b = b[n:]
	}
}

// extensionSize gives the length of an extension, 0 where it is not known.
func extensionSize(kind byte) int {
	switch kind {
	case 0x80, 0x81, 0x83, 0x84, 0x85, 0x8b, 0x94, 0x96, 0xa0, 0xb2, 0xb4:
		return 4
	case 0x82, 0x88, 0x8c, 0x91, 0x92, 0x93, 0x95, 0x9a, 0x9b, 0xb3:
		return 8
	}
	return 0
}
