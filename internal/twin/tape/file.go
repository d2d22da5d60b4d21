package tape

import (
	"errors"
	"fmt"
	"io"

	"github.com/rekey-dvr/rekey/internal/twin/dhav"
	"github.com/rekey-dvr/rekey/internal/twin/h264"
)

// DefaultRate is the bits a second of a [File] whose Config has none.
const DefaultRate = 1_024_000

// File is a .dav file of a span, an [io.ReadSeeker] that makes what is read of it as
// it is read: [net/http.ServeContent] serves it with its length and in ranges. Like
// the files of recorders with a constant bit rate it has filler where a picture did
// not need its share. Reading from the middle makes two seconds at most that are
// not read. It is not safe for several goroutines at once.
type File struct {
	t      *Tape
	start  int64 // number of its first picture
	at     int64 // where the next byte is read
	group  []byte
	origin int64 // where group begins
	data   []byte
}

// Open makes the file of a span. It gives the errors of [New], and [ErrSpan] where
// there is no end.
func Open(c Config) (*File, error) {
	c = c.filed()
	t, err := New(c)
	if err != nil {
		return nil, err
	}
	if c.To.IsZero() {
		return nil, fmt.Errorf("a file without an end: %w", ErrSpan)
	}
	return &File{t: t, start: t.next}, nil
}

func (c Config) filed() Config {
	if c.Rate == 0 {
		c.Rate = DefaultRate
	}
	return c
}

// FileSize gives the length of the file that [Open] would make of a span with an
// end, in a few additions: it fits listings. It is 0 for what Open refuses.
func FileSize(c Config) int64 {
	c = c.filed()
	if c.Size.Check() != nil || c.FPS < 1 || c.FPS > h264.MaxFPS || c.Rate < 0 || c.Rate > MaxRate || c.To.IsZero() {
		return 0
	}
	from := c.first(c.From)
	return c.offset(from, max(c.first(c.To), from))
}

// offset gives where picture k lies in a file from another one on, if a group begins
// with it or the file ends before it.
func (c Config) offset(from, k int64) int64 {
	if k <= from {
		return 0
	}
	b := c.budget()
	groups := (k-1)/c.group() - from/c.group() + 1
	return groups*int64(b.group) + (k-from)*int64(b.picture)
}

// Size is the length of the file.
func (f *File) Size() int64 { return f.t.c.offset(f.start, f.t.end) }

// Read makes and gives the next bytes.
func (f *File) Read(p []byte) (int, error) {
	if f.at >= f.Size() {
		return 0, io.EOF
	}
	if f.at < f.origin || f.at >= f.origin+int64(len(f.group)) {
		if err := f.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, f.group[f.at-f.origin:])
	f.at += int64(n)
	return n, nil
}

// Seek moves to where the next byte is read. It costs nothing.
func (f *File) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += f.at
	case io.SeekEnd:
		offset += f.Size()
	}
	if offset < 0 {
		return f.at, errors.New("a place before the file begins")
	}
	f.at = offset
	return offset, nil
}

// fill makes the group of pictures that the next byte is in.
func (f *File) fill() error {
	k := f.begins(f.at)
	f.origin, f.group = f.t.c.offset(f.start, k), f.group[:0]
	if f.t.next != k {
		f.t.seek(k)
	}
	want := f.t.budget.of(f.t.rest(k))
	for last := false; !last; {
		frame, err := f.t.Next()
		if err != nil {
			return err
		}
		last = f.t.leftover == 0
		if err := f.add(frame, last, want); err != nil {
			return err
		}
	}
	return nil
}

// add appends a frame, the last of a group with the filler that it needs.
func (f *File) add(frame Frame, last bool, want int) error {
	d := container(frame, f.t.c)
	d.Number = uint32(f.t.next - 1 - f.start)
	f.data = h264.AnnexB(f.data[:0], frame.Units...)
	if last {
		f.data = h264.AppendFiller(f.data, want-len(f.group)-d.Overhead()-len(f.data))
	}
	d.Data = f.data
	b, err := dhav.Append(f.group, &d)
	f.group = b
	return err
}

// begins gives the first picture of the group that a place of the file lies in.
func (f *File) begins(at int64) int64 {
	c := f.t.c
	second := (f.start/c.group() + 1) * c.group() // first picture of the second group
	head := c.offset(f.start, min(second, f.t.end))
	if at < head {
		return f.start
	}
	whole := int64(f.t.budget.of(int(c.group())))
	return second + (at-head)/whole*c.group()
}
