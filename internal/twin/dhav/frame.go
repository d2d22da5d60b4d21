package dhav

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// Kind is what a frame holds.
type Kind byte

// Kinds of frames that this package knows by name.
const (
	KindAudio Kind = 0xf0
	KindAux   Kind = 0xf1 // players pass over it
	KindP     Kind = 0xfc // a picture that needs those before
	KindI     Kind = 0xfd // a picture by itself
)

// Codec of video, in an extension of the frame.
type Codec byte

// Codecs by their number.
const (
	CodecMPEG4 Codec = 1
	CodecMJPEG Codec = 3
	CodecH264  Codec = 8
	CodecH265  Codec = 12
)

const (
	headerSize  = 24
	trailerSize = 8
	// MaxFrame bounds a frame, all of it.
	MaxFrame = 4 << 20
)

// Frame is one of a file. Number, At and what is in the extensions are the
// caller's to keep in order.
type Frame struct {
	Kind    Kind
	Channel byte // from 0
	Number  uint32
	At      time.Time // by the wall in its zone; a file has no zone
	Codec   Codec     // of I and P; 0 without
	FPS     byte
	Width   uint16 // of I; 0 without
	Height  uint16
	Data    []byte // a picture in Annex B
}

// What a reader and [Append] refuse.
var (
	// ErrDamaged says that what is read is not DHAV, or is cut off.
	ErrDamaged = errors.New("not a DHAV frame")
	// ErrLarge says that a frame is larger than [MaxFrame].
	ErrLarge = errors.New("a DHAV frame that is too large")
)

// Overhead is what a frame of a kind takes beside its data, the extensions that
// [Append] writes included.
func (f *Frame) Overhead() int { return headerSize + f.extensions() + trailerSize }

func (f *Frame) extensions() int {
	n := 0
	if f.Width > 0 {
		n += 8
	}
	if f.Codec > 0 {
		n += 4
	}
	return n
}

// Append writes a frame at the end of dst. It gives [ErrLarge].
func Append(dst []byte, f *Frame) ([]byte, error) {
	size := f.Overhead() + len(f.Data)
	if size > MaxFrame {
		return dst, fmt.Errorf("%d bytes: %w", size, ErrLarge)
	}
	le := binary.LittleEndian
	at := len(dst)
	dst = append(dst, "DHAV"...)
	dst = append(dst, byte(f.Kind), 0, f.Channel, 0)
	dst = le.AppendUint32(dst, f.Number)
	dst = le.AppendUint32(dst, uint32(size))
	dst = le.AppendUint32(dst, PackDate(f.At))
	dst = le.AppendUint16(dst, uint16(f.At.UnixMilli()))
	dst = append(dst, byte(f.extensions()))
	dst = append(dst, sum(dst[at:]))
	if f.Width > 0 {
		dst = append(dst, extSize, 0, 0, 0)
		dst = le.AppendUint16(dst, f.Width)
		dst = le.AppendUint16(dst, f.Height)
	}
	if f.Codec > 0 {
		dst = append(dst, extCodec, 0, byte(f.Codec), f.FPS)
	}
	dst = append(dst, f.Data...)
	dst = append(dst, "dhav"...)
	return le.AppendUint32(dst, uint32(size)), nil
}

// Extensions that are written and read: the size in samples, and codec and rate.
const (
	extSize  = 0x82
	extCodec = 0x81
)

func sum(header []byte) (s byte) {
	for _, b := range header {
		s += b
	}
	return s
}

// PackDate packs a moment, by the wall in its zone, from 2000 to 2063: from the
// highest bit years since 2000 (6 bits), month (4), day (5), hour (5), minute (6) and
// second (6).
func PackDate(t time.Time) uint32 {
	return uint32(t.Year()-2000)&63<<26 | uint32(t.Month())<<22 | uint32(t.Day())<<17 |
		uint32(t.Hour())<<12 | uint32(t.Minute())<<6 | uint32(t.Second())
}

// UnpackDate is the moment of a packed date, in a zone. Fields out of range run
// over into the next, as [time.Date] has it.
func UnpackDate(d uint32, zone *time.Location) time.Time {
	return time.Date(2000+int(d>>26), time.Month(d>>22&15), int(d>>17&31),
		int(d>>12&31), int(d>>6&63), int(d&63), 0, zone)
}
