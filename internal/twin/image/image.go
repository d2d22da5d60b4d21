// Package image makes firmware files for virtual recorders. They are whole and have
// everything a maker's file has, but programs: their images are noise, and a member
// says that they are for practice.
package image

import (
	"archive/zip"
	"bytes"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Spec says what to make.
type Spec struct {
	For  wire.Practice // what it is for, and what it brings
	Size int           // of all images together, in bytes; 256 KiB if 0
	Bare bool          // without the description: what it is for is then in its name alone
}

const (
	usualSize = 256 << 10
	// stamp is the moment in the images' headers: the last build listed for series S2.
	stamp = 1451865600
)

// parts are a recorder's images and their shares of the size, in percent.
var parts = []struct {
	member, name string
	percent      int
}{
	{"u-boot.bin.img", "", 3}, {"romfs-x.cramfs.img", "romfs", 70}, {"web-x.cramfs.img", "web", 17},
	{"custom-x.cramfs.img", "custom", 5}, {"logo-x.cramfs.img", "logo", 5},
}

// Name is the file's name as the maker would form it.
func (s Spec) Name() string {
	p := s.For
	words := []string{"Amcrest", p.Board, "Eng", p.Standard, p.Build, p.OEM}
	name := ""
	for _, w := range words {
		if w != "" {
			name += w + "_"
		}
	}
	version := "V" + p.Version
	if p.Release != "" {
		version += "." + p.Release
	}
	return name + version + "." + strings.ReplaceAll(p.Date, "-", "") + ".bin"
}

// Write makes the file. The same spec gives the same bytes.
func (s Spec) Write(w io.Writer) error {
	size := s.Size
	if size <= 0 {
		size = usualSize
	}
	out := &renamed{w: w}
	z := zip.NewWriter(out)
	if err := add(z, "Install.lua", zip.Deflate, []byte("-- A practice file. It installs nothing.\n")); err != nil {
		return err
	}
	if !s.Bare {
		if err := add(z, wire.PracticeMember, zip.Store, s.For.Append(nil)); err != nil {
			return err
		}
	}
	seed := [32]byte{}
	copy(seed[:], s.For.Board+s.For.Version)
	source := rand.NewChaCha8(seed)
	for _, p := range parts {
		data := make([]byte, size*p.percent/100)
		_, _ = source.Read(data) // never fails
		if p.name != "" {
			data = append(wire.UImage{Time: stamp, Size: uint32(len(data)), Load: 0x80000, Entry: 0x580000,
				DataCRC: crc32.ChecksumIEEE(data), OS: 5, Arch: 2, Type: 1, Compression: 1, Name: p.name}.Append(nil), data...)
		}
		if err := add(z, p.member, zip.Store, data); err != nil {
			return err
		}
	}
	return z.Close()
}

// Bytes is the whole file.
func (s Spec) Bytes() []byte {
	var b bytes.Buffer
	_ = s.Write(&b) // a buffer takes everything
	return b.Bytes()
}

func add(z *zip.Writer, name string, method uint16, body []byte) error {
	m, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
	if err == nil {
		_, err = m.Write(body)
	}
	return err
}

// renamed puts the firmware's first two bytes in the place of a ZIP's.
type renamed struct {
	w    io.Writer
	done bool
}

func (r *renamed) Write(b []byte) (int, error) {
	if r.done || len(b) < 4 {
		return r.w.Write(b)
	}
	r.done = true
	if n, err := io.WriteString(r.w, wire.FirmwareMagic); err != nil {
		return n, err
	}
	n, err := r.w.Write(b[4:])
	return n + 4, err
}
