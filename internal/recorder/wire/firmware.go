package wire

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
)

// The first bytes of a firmware file and of an ordinary ZIP archive, which differ
// in the first two only.
const (
	FirmwareMagic = "DH\x03\x04"
	ZipMagic      = "PK\x03\x04"
)

const (
	firmwareWhat = "firmware file"

	zipEntry   = "PK\x01\x02"
	zipEnd     = "PK\x05\x06"
	localSize  = 30
	entrySize  = 46
	endSize    = 22
	maxComment = 1<<16 - 1

	methodStored  = 0
	methodDeflate = 8

	// ratioFree is a size up to which any ratio is taken: a small file of one
	// byte over and over harms nobody.
	ratioFree = 1 << 20
)

// Firmware is an opened firmware file. It reads from the file when a member is
// opened and holds the directory only.
type Firmware struct {
	// Plain is true for an ordinary ZIP: what a vendor's site offers is usually
	// one with the firmware file as a member.
	Plain   bool
	Members []Member

	r io.ReaderAt
}

// Member is one file inside a firmware file. Sizes are those of the directory,
// in bytes; a reader never gives more.
type Member struct {
	Name   string
	Size   int64
	Packed int64
	CRC    uint32
	Unsafe bool // the name leads out of a folder, or is none: never a path on disk

	method uint16
	start  int64 // of the local header
}

// OpenFirmware reads the directory of a firmware file of size bytes. An unknown
// magic (very new images may have another shell, unconfirmed) is malformed, which
// says that the file cannot be judged here, not that it is bad. Encrypted members
// and archives over 4 GiB or in several volumes are malformed.
func OpenFirmware(r io.ReaderAt, size int64) (*Firmware, error) {
	if size > MaxFirmware {
		return nil, tooLarge(firmwareWhat, "file")
	}
	var magic [4]byte
	if err := readAt(r, magic[:], 0, size); err != nil {
		return nil, err
	}
	f := &Firmware{r: r, Plain: string(magic[:]) == ZipMagic}
	if !f.Plain && string(magic[:]) != FirmwareMagic {
		return nil, malformed(firmwareWhat, "first bytes")
	}
	dir, count, start, err := readDirectory(r, size)
	if err != nil {
		return nil, err
	}
	var packed, unpacked int64
	for range count {
		var m Member
		if m, dir, err = parseEntry(dir); err != nil {
			return nil, err
		}
		packed += m.Packed + localSize
		unpacked += m.Size
		switch {
		case m.start+localSize+m.Packed > start:
			return nil, malformed(firmwareWhat, "a member outside the file")
		// Members that share their bytes are the one way to unpack to more than
		// any ratio of one of them tells.
		case packed > start:
			return nil, malformed(firmwareWhat, "members that overlap")
		case unpacked > MaxUnpacked || m.Size > ratioFree && m.Size/MaxRatio > m.Packed:
			return nil, tooLarge(firmwareWhat, "unpacked size")
		}
		f.Members = append(f.Members, m)
	}
	if len(dir) != 0 {
		return nil, malformed(firmwareWhat, "directory")
	}
	if f.overlap() {
		return nil, malformed(firmwareWhat, "members that overlap")
	}
	return f, nil
}

// overlap reports members that share bytes: a file that says two things with the
// same bytes says neither.
func (f *Firmware) overlap() bool {
	byStart := slices.SortedFunc(slices.Values(f.Members), func(a, b Member) int { return cmp.Compare(a.start, b.start) })
	for i := 1; i < len(byStart); i++ {
		before := byStart[i-1]
		if before.start+localSize+int64(len(before.Name))+before.Packed > byStart[i].start {
			return true
		}
	}
	return false
}

// readAt fills b from offset at.
func readAt(r io.ReaderAt, b []byte, at, size int64) error {
	if at < 0 || at+int64(len(b)) > size {
		return truncated(firmwareWhat, "file")
	}
	n, err := r.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = truncated(firmwareWhat, "file")
	}
	return err
}

// readDirectory finds the end record and gives the directory, the number of its
// entries and where it starts.
func readDirectory(r io.ReaderAt, size int64) (dir []byte, count int, start int64, err error) {
	tail := make([]byte, min(size, endSize+maxComment))
	if err := readAt(r, tail, size-int64(len(tail)), size); err != nil {
		return nil, 0, 0, err
	}
	at := -1
	for i := len(tail) - endSize; i >= 0 && at < 0; i-- {
		comment := int(binary.LittleEndian.Uint16(tail[i+20:]))
		if string(tail[i:i+4]) == zipEnd && i+endSize+comment == len(tail) {
			at = i
		}
	}
	if at < 0 {
		return nil, 0, 0, truncated(firmwareWhat, "no end record")
	}
	end := tail[at : at+endSize]
	count = int(binary.LittleEndian.Uint16(end[10:]))
	length := int64(binary.LittleEndian.Uint32(end[12:]))
	start = int64(binary.LittleEndian.Uint32(end[16:]))
	switch {
	case !bytes.Equal(end[4:8], []byte{0, 0, 0, 0}) || !bytes.Equal(end[8:10], end[10:12]):
		return nil, 0, 0, malformed(firmwareWhat, "several volumes")
	case count > MaxMembers || length > MaxDirectory:
		return nil, 0, 0, tooLarge(firmwareWhat, "directory")
	case start+length != size-int64(len(tail))+int64(at):
		return nil, 0, 0, malformed(firmwareWhat, "place of the directory")
	}
	dir = make([]byte, length)
	return dir, count, start, readAt(r, dir, start, size)
}

// parseEntry reads one entry of the directory and gives what follows it.
func parseEntry(b []byte) (Member, []byte, error) {
	if len(b) < entrySize {
		return Member{}, nil, truncated(firmwareWhat, "directory")
	}
	short := func(at int) int { return int(binary.LittleEndian.Uint16(b[at:])) }
	long := func(at int) int64 { return int64(binary.LittleEndian.Uint32(b[at:])) }
	name := short(28)
	whole := entrySize + name + short(30) + short(32)
	m := Member{
		CRC: binary.LittleEndian.Uint32(b[16:]), Packed: long(20), Size: long(24),
		method: uint16(short(10)), start: long(42),
	}
	switch {
	case string(b[:4]) != zipEntry:
		return Member{}, nil, malformed(firmwareWhat, "directory")
	case name > MaxMemberName:
		return Member{}, nil, tooLarge(firmwareWhat, "name")
	case len(b) < whole:
		return Member{}, nil, truncated(firmwareWhat, "directory")
	case short(8)&1 != 0:
		return Member{}, nil, malformed(firmwareWhat, "an encrypted member")
	case m.method != methodStored && m.method != methodDeflate:
		return Member{}, nil, malformed(firmwareWhat, "method of a member")
	case m.method == methodStored && m.Packed != m.Size:
		return Member{}, nil, malformed(firmwareWhat, "size of a stored member")
	}
	m.Name = string(b[entrySize : entrySize+name])
	m.Unsafe = unsafeName(m.Name)
	return m, b[whole:], nil
}

// unsafeName reports a name that joined to a folder could lie outside of it, on
// any system.
func unsafeName(name string) bool {
	s := strings.ReplaceAll(name, `\`, "/")
	clean := path.Clean(s)
	return s == "" || strings.ContainsAny(s, "\x00:") || path.IsAbs(s) ||
		clean == "." || clean == ".." || strings.HasPrefix(clean, "../")
}
