package dhav

import "io"

// Writer writes frames to a file or an answer as they come.
type Writer struct {
	w io.Writer
	b []byte
	n int64
}

// NewWriter makes a writer. It does not buffer beyond one frame.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Write writes one frame. It gives [ErrLarge] or the error of what it writes to.
func (w *Writer) Write(f *Frame) error {
	b, err := Append(w.b[:0], f)
	if err != nil {
		return err
	}
	w.b = b
	n, err := w.w.Write(b)
	w.n += int64(n)
	return err
}

// Written is how many bytes have been written.
func (w *Writer) Written() int64 { return w.n }
