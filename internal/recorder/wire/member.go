package wire

import (
	"compress/flate"
	"encoding/binary"
	"errors"
	"hash"
	"hash/crc32"
	"io"
)

// Open reads a member of f. The reader gives exactly Size bytes and then io.EOF
// if they have the right CRC, an [*Error] in its place if not; it is for one
// goroutine, members may be read at the same time.
func (f *Firmware) Open(m Member) (io.Reader, error) {
	var local [localSize]byte
	if err := readAt(f.r, local[:], m.start, MaxFirmware); err != nil {
		return nil, err
	}
	magic := string(local[:4])
	if magic != ZipMagic && (magic != FirmwareMagic || m.start != 0 || f.Plain) {
		return nil, malformed(firmwareWhat, "a member's header")
	}
	if err := f.sameLocal(m, local[:]); err != nil {
		return nil, err
	}
	// What follows the name may differ from that in the directory.
	skip := int64(binary.LittleEndian.Uint16(local[26:])) + int64(binary.LittleEndian.Uint16(local[28:]))
	packed := io.Reader(io.NewSectionReader(f.r, m.start+localSize+skip, m.Packed))
	if m.method == methodDeflate {
		packed = flate.NewReader(packed)
	}
	return &memberReader{r: packed, left: m.Size, want: m.CRC, crc: crc32.NewIEEE()}, nil
}

// sameLocal holds the header before the data against the directory. A recorder may
// read either, so they have to say the same; sizes that are told only after the data
// (bit 3 of the flags) are not there to compare.
func (f *Firmware) sameLocal(m Member, local []byte) error {
	long := func(at int) uint32 { return binary.LittleEndian.Uint32(local[at:]) }
	name := make([]byte, len(m.Name))
	switch {
	case int(binary.LittleEndian.Uint16(local[26:])) != len(m.Name):
		return malformed(firmwareWhat, "a member with two names")
	case binary.LittleEndian.Uint16(local[8:]) != m.method:
		return malformed(firmwareWhat, "a member with two methods")
	}
	if err := readAt(f.r, name, m.start+localSize, MaxFirmware); err != nil {
		return err
	}
	const sizesFollow = 1 << 3
	switch {
	case string(name) != m.Name:
		return malformed(firmwareWhat, "a member with two names")
	case binary.LittleEndian.Uint16(local[6:])&sizesFollow != 0 && long(14) == 0 && long(18) == 0 && long(22) == 0:
		return nil
	case long(14) != m.CRC || int64(long(18)) != m.Packed || int64(long(22)) != m.Size:
		return malformed(firmwareWhat, "a member with two sizes")
	}
	return nil
}

// Check reads every member to its end and gives the first that is damaged. It
// takes as long as unpacking does; nothing is kept.
func (f *Firmware) Check() error {
	for _, m := range f.Members {
		r, err := f.Open(m)
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			return err
		}
	}
	return nil
}

type memberReader struct {
	r    io.Reader
	left int64
	want uint32
	crc  hash.Hash32
	err  error
}

func (m *memberReader) Read(b []byte) (int, error) {
	if m.err != nil || len(b) == 0 {
		return 0, m.err
	}
	if m.left == 0 {
		m.err = m.end()
		return 0, m.err
	}
	n, err := m.r.Read(b[:min(int64(len(b)), m.left)])
	m.left -= int64(n)
	m.crc.Write(b[:n])
	if err != nil && m.left > 0 {
		m.err = memberError(err)
		return n, m.err
	}
	return n, nil
}

// end looks that nothing follows the declared size and compares the CRC.
func (m *memberReader) end() error {
	var one [1]byte
	switch n, err := io.ReadFull(m.r, one[:]); {
	case n > 0:
		return malformed(firmwareWhat, "a member longer than declared")
	case !errors.Is(err, io.EOF):
		return memberError(err)
	case m.crc.Sum32() != m.want:
		return malformed(firmwareWhat, "CRC of a member")
	}
	return io.EOF
}

// memberError types what unpacking says; errors of the file pass as they are.
func memberError(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return truncated(firmwareWhat, "a member")
	case errors.As(err, &corrupt):
		return malformed(firmwareWhat, "a packed member")
	}
	return err
}
