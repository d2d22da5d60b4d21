package firmware

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/rekey-dvr/rekey/internal/catalog"
)

// part is one member of a file that is built here, with the standard library and by
// hand; nothing of rekey's own makes what its own checks are tried on.
type part struct {
	name string
	body []byte
	how  uint16
}

func packed(name string, body []byte) part { return part{name, body, zip.Deflate} }
func stored(name string, body []byte) part { return part{name, body, zip.Store} }

// pack makes an archive with the first two bytes given.
func pack(magic string, parts ...part) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range parts {
		m, err := w.CreateHeader(&zip.FileHeader{Name: p.name, Method: p.how})
		if err == nil {
			_, err = m.Write(p.body)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	copy(b.Bytes(), magic)
	return b.Bytes()
}

// img puts an image's header before data, field by field as the description of the
// format has it.
func img(name string, data []byte) []byte {
	h := make([]byte, 64)
	be := binary.BigEndian
	be.PutUint32(h[0:], 0x27051956)
	be.PutUint32(h[8:], 1451865600)
	be.PutUint32(h[12:], uint32(len(data)))
	be.PutUint32(h[16:], 0x80000)
	be.PutUint32(h[20:], 0x580000)
	be.PutUint32(h[24:], crc32.ChecksumIEEE(data))
	h[28], h[29], h[30], h[31] = 5, 2, 1, 1
	copy(h[32:], name)
	be.PutUint32(h[4:], crc32.ChecksumIEEE(h))
	return append(h, data...)
}

// noise is data that does not pack, the same every time.
func noise(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{1})
	_, _ = io.ReadFull(r, b)
	return b
}

// recorderParts are the members of a recorder's file.
func recorderParts() []part {
	return []part{
		packed("Install.lua", []byte("-- which image goes where\n")),
		packed("u-boot.bin.img", noise(900)),
		packed("romfs-x.cramfs.img", img("romfs", noise(4000))),
		packed("web-x.cramfs.img", img("web", bytes.Repeat([]byte("page "), 2000))),
		packed("custom-x.cramfs.img", img("custom", noise(300))),
	}
}

const (
	rightName = "General_HCVR5x08-S2_Eng_N_Amcrest_SV10003_V3.200.AC04.5.R.20151217.bin"
	dh        = "DH"
	pk        = "PK"
)

func right() []byte { return pack(dh, recorderParts()...) }

func cat(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func look(b []byte, name string) Inspection {
	return Inspect(bytes.NewReader(b), int64(len(b)), name)
}

// at finds the n-th place of a mark, from 0.
func at(b []byte, mark string, n int) int {
	from := 0
	for {
		i := bytes.Index(b[from:], []byte(mark))
		if i < 0 {
			panic("no such mark")
		}
		if n == 0 {
			return from + i
		}
		from += i + 1
		n--
	}
}

// with gives a copy with bytes put at a place.
func with(b []byte, at int, v ...byte) []byte {
	c := bytes.Clone(b)
	copy(c[at:], v)
	return c
}
