package wire

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
)

// UImageSize is the length of the header before an image inside a firmware file.
const UImageSize = 64

// UImage is that header. On these images Load and Entry are the ends of the
// target's place in flash (unconfirmed). Name is at most 32 bytes.
type UImage struct {
	Time        uint32 `json:"time"` // seconds since 1970
	Size        uint32 `json:"size"` // of the data after the header
	Load        uint32 `json:"load"`
	Entry       uint32 `json:"entry"`
	DataCRC     uint32 `json:"data_crc"`
	OS          uint8  `json:"os"`          // 5 Linux
	Arch        uint8  `json:"arch"`        // 2 ARM
	Type        uint8  `json:"type"`        // 1 standalone, 2 kernel
	Compression uint8  `json:"compression"` // 0 none, 1 gzip
	Name        string `json:"name"`
}

const (
	uImageWhat  = "image header"
	uImageMagic = 0x27051956
)

// Append appends the header with its own CRC to dst. A longer name is cut.
func (u UImage) Append(dst []byte) []byte {
	var h [UImageSize]byte
	put := binary.BigEndian.PutUint32
	put(h[0:], uImageMagic)
	for i, v := range []uint32{u.Time, u.Size, u.Load, u.Entry, u.DataCRC} {
		put(h[8+4*i:], v)
	}
	h[28], h[29], h[30], h[31] = u.OS, u.Arch, u.Type, u.Compression
	copy(h[32:], u.Name)
	put(h[4:], crc32.ChecksumIEEE(h[:]))
	return append(dst, h[:]...)
}

// ParseUImage reads the header at the beginning of b and compares its CRC.
func ParseUImage(b []byte) (UImage, error) {
	if len(b) < UImageSize {
		return UImage{}, truncated(uImageWhat, "")
	}
	h := [UImageSize]byte(b)
	u := binary.BigEndian.Uint32
	if u(h[0:]) != uImageMagic {
		return UImage{}, malformed(uImageWhat, "first bytes")
	}
	want := u(h[4:])
	clear(h[4:8])
	if crc32.ChecksumIEEE(h[:]) != want {
		return UImage{}, malformed(uImageWhat, "CRC")
	}
	return UImage{
		Time: u(h[8:]), Size: u(h[12:]), Load: u(h[16:]), Entry: u(h[20:]), DataCRC: u(h[24:]),
		OS: h[28], Arch: h[29], Type: h[30], Compression: h[31], Name: cString(h[32:]),
	}, nil
}

// Verify reads the data after the header, Size bytes, and compares their CRC.
// What follows is not read.
func (u UImage) Verify(data io.Reader) error {
	crc := crc32.NewIEEE()
	switch n, err := io.CopyN(crc, data, int64(u.Size)); {
	case errors.Is(err, io.EOF) && n < int64(u.Size):
		return truncated("image data", "")
	case err != nil:
		return err
	case crc.Sum32() != u.DataCRC:
		return malformed("image data", "CRC")
	}
	return nil
}
