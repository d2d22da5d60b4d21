package wire

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type content struct {
	name, body string
	method     uint16
}

// archive packs with the standard library and puts the firmware's first bytes on.
func archive(magic string, files ...content) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		m, err := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: f.method})
		if err == nil {
			_, err = io.WriteString(m, f.body)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	out := b.Bytes()
	copy(out, magic)
	return out
}

var firmwares = []struct {
	name  string
	magic string
	files []content
}{
	{"recorder", FirmwareMagic, []content{{"Install.lua", "print('x')", zip.Deflate},
		{"romfs-x.squashfs.img", strings.Repeat("romfs", 50000), zip.Deflate}, {"u-boot.bin.img", "\x00\x01", zip.Store}}},
	{"as downloaded", ZipMagic, []content{{"DH_XVR.bin", strings.Repeat("DH", 100), zip.Deflate}}},
	{"empty member", FirmwareMagic, []content{{"hwid", "", zip.Deflate}}},
	{"names that lead out", FirmwareMagic, []content{{"../etc/passwd", "x", zip.Store}, {`..\x`, "", zip.Store},
		{"/abs", "", zip.Store}, {"a/../../b", "", zip.Store}, {`C:\x`, "", zip.Store}, {"..", "", zip.Store}}},
}

func open(t *testing.T, b []byte) *Firmware {
	t.Helper()
	f, err := OpenFirmware(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFirmware(t *testing.T) {
	for _, tt := range firmwares {
		t.Run(tt.name, func(t *testing.T) {
			f := open(t, archive(tt.magic, tt.files...))
			if f.Plain != (tt.magic == ZipMagic) {
				t.Errorf("Plain is %v", f.Plain)
			}
			var got []content
			for _, m := range f.Members {
				r, err := f.Open(m)
				if err != nil {
					t.Fatal(err)
				}
				b, err := io.ReadAll(r)
				if err != nil || int64(len(b)) != m.Size || m.Unsafe != strings.HasPrefix(tt.name, "names") {
					t.Errorf("%s: %d bytes, unsafe %v, %v", m.Name, len(b), m.Unsafe, err)
				}
				got = append(got, content{m.Name, string(b), m.method})
			}
			if d := cmp.Diff(tt.files, got, cmp.AllowUnexported(content{})); d != "" {
				t.Error(d)
			}
			if err := f.Check(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFirmwareDamaged(t *testing.T) {
	files := firmwares[0].files
	good := archive(FirmwareMagic, files...)
	entry := bytes.Index(good, []byte(zipEntry)) // of Install.lua
	end := len(good) - endSize
	with := func(at int, v ...byte) []byte {
		c := bytes.Clone(good)
		copy(c[at:], v)
		return c
	}
	var many []content
	for range MaxMembers + 1 {
		many = append(many, content{"x", "", zip.Store})
	}
	for _, tt := range []struct {
		name string
		raw  []byte
		want error
	}{
		{"empty", nil, ErrTruncated},
		{"other magic", with(0, 'X'), ErrMalformed},
		{"magic only", good[:4], ErrTruncated},
		{"cut", good[:len(good)-1], ErrTruncated},
		{"bytes after", append(bytes.Clone(good), 0), ErrTruncated},
		{"volumes", with(end+4, 1), ErrMalformed},
		{"directory beyond", with(end+12, 0, 0, 0, 1), ErrTooLarge},
		{"directory elsewhere", with(end+16, 0, 0, 0, 0), ErrMalformed},
		{"entry's magic", with(entry, 'X'), ErrMalformed},
		{"encrypted", with(entry+8, 9), ErrMalformed},
		{"method", with(entry+10, 12), ErrMalformed},
		{"stored with two sizes", with(entry+10, 0), ErrMalformed},
		{"long name", with(entry+28, 0, 1), ErrTooLarge},
		{"name over the end", with(entry+30, 0xff, 0xff), ErrTruncated},
		{"start beyond", with(entry+42, 0xff, 0xff, 0xff), ErrMalformed},
		{"size beyond", with(entry+24, 0, 0, 0, 0x7f), ErrTooLarge},
		{"packed size beyond", with(entry+20, 0, 0, 0, 0x7f), ErrMalformed},
		{"fewer in the directory", with(end+8, 2, 0, 2, 0), ErrMalformed},
		{"more in the directory", with(end+8, 4, 0, 4, 0), ErrTruncated},
		{"many", archive(FirmwareMagic, many...), ErrTooLarge},
		{"bomb", archive(FirmwareMagic, content{"0", strings.Repeat("\x00", 2<<20), zip.Deflate}), ErrTooLarge},
	} {
		if _, err := OpenFirmware(bytes.NewReader(tt.raw), int64(len(tt.raw))); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	for _, tt := range []struct {
		name string
		raw  []byte
		want error
	}{
		{"CRC", with(entry+16, 0, 0, 0, 0), ErrMalformed},
		{"declared shorter", with(entry+24, 3), ErrMalformed},
		{"declared longer", with(entry+24, 99), ErrTruncated},
		{"packed shorter", with(entry+20, 3), ErrTruncated},
		{"a bit of the data", with(localSize+len("Install.lua"), 0xff, 0xff, 0xff), ErrMalformed},
		{"header of the second", with(bytes.Index(good, []byte(ZipMagic)), 'D', 'H'), ErrMalformed},
	} {
		if err := open(t, tt.raw).Check(); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	if _, err := OpenFirmware(bytes.NewReader(good), MaxFirmware+1); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a file beyond: %v", err)
	}
	if _, err := OpenFirmware(bytes.NewReader(good), int64(len(good))+100); !errors.Is(err, ErrTruncated) {
		t.Errorf("a file shorter than told: %v", err)
	}
}

// Entries that all point at the same bytes unpack to many times the file.
func TestFirmwareOverlap(t *testing.T) {
	good := archive(FirmwareMagic, content{"a", strings.Repeat("abcdefgh", 30), zip.Store}, content{"b", "", zip.Store})
	first := bytes.Index(good, []byte(zipEntry))
	second := first + bytes.Index(good[first+4:], []byte(zipEntry)) + 4
	copy(good[second+20:second+28], good[first+20:first+28])
	binary.LittleEndian.PutUint32(good[second+42:], 0)
	if _, err := OpenFirmware(bytes.NewReader(good), int64(len(good))); !errors.Is(err, ErrMalformed) {
		t.Error(err)
	}
}

func FuzzFirmware(f *testing.F) {
	for _, tt := range firmwares {
		f.Add(archive(tt.magic, tt.files...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		fw, err := OpenFirmware(bytes.NewReader(b), int64(len(b)))
		if err != nil || len(b) > 1<<16 {
			return
		}
		total := int64(0)
		for _, m := range fw.Members {
			r, err := fw.Open(m)
			if err != nil {
				continue
			}
			n, err := io.Copy(io.Discard, r)
			if n > m.Size || err == nil && n != m.Size {
				t.Errorf("%d bytes of %d, %v", n, m.Size, err)
			}
			total += n
		}
		if total > int64(len(b))*MaxRatio+ratioFree*int64(len(fw.Members)) {
			t.Errorf("%d bytes unpacked to %d", len(b), total)
		}
	})
}

var romfs = UImage{Time: 1704164645, Size: 19, Load: 0x80000, Entry: 0x580000, DataCRC: 0x418e794f,
	OS: 5, Arch: 2, Type: 1, Compression: 1, Name: "romfs"}

var uImages = []struct {
	raw  []byte
	want UImage
}{
	{unhexed(`27 05 19 56 cd 50 bd f1 65 93 7d 25 00 00 00 13 00 08 00 00 00 58 00 00 41 8e 79 4f 05 02 01 01
		72 6f 6d 66 73 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`), romfs}, // vector 7.3
}

func TestUImage(t *testing.T) {
	for _, tt := range uImages {
		got, err := ParseUImage(append(bytes.Clone(tt.raw), "data"...))
		if d := cmp.Diff(tt.want, got); d != "" || err != nil {
			t.Errorf("%v %s", err, d)
		}
		if b := got.Append(nil); !bytes.Equal(b, tt.raw) {
			t.Errorf("prints as % x", b)
		}
		for at, want := range map[int]error{0: ErrMalformed, 5: ErrMalformed, 63: ErrMalformed} {
			c := bytes.Clone(tt.raw)
			c[at] ^= 1
			if _, err := ParseUImage(c); !errors.Is(err, want) {
				t.Errorf("byte %d changed: %v", at, err)
			}
		}
		if _, err := ParseUImage(tt.raw[:63]); !errors.Is(err, ErrTruncated) {
			t.Errorf("a byte short: %v", err)
		}
	}
	for data, want := range map[string]error{"rekey-test-payload\n": nil, "rekey-test-payload\nmore": nil,
		"rekey-test-payload": ErrTruncated, "rekey-test-payloax\n": ErrMalformed} {
		if err := romfs.Verify(strings.NewReader(data)); !errors.Is(err, want) {
			t.Errorf("%q: %v", data, err)
		}
	}
}

func FuzzUImage(f *testing.F) {
	for _, tt := range uImages {
		f.Add(tt.raw)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= UImageSize { // a CRC is not found by chance
			binary.BigEndian.PutUint32(b, uImageMagic)
			clear(b[4:8])
			binary.BigEndian.PutUint32(b[4:], crc32.ChecksumIEEE(b[:UImageSize]))
		}
		got, err := ParseUImage(b)
		if err != nil {
			return
		}
		if again, err := ParseUImage(got.Append(nil)); err != nil || got != again {
			t.Errorf("%+v became %+v, %v", got, again, err)
		}
	})
}

var firmwareNames = []struct {
	name string
	want FirmwareName
	oem  string
}{
	{"Amcrest_IPC-AWXX_Eng_N_V2.420.AC00.15.R.20160908.bin", FirmwareName{"Amcrest", "IPC-AWXX", "Eng", "N",
		FirmwareVersion{"2.420", "AC00", "15", "R"}, "20160908"}, "AC"},
	{"General_IPC-HX4XXX-Eos_EngItl_N_V2.420.0001.0.R.20150408.bin", FirmwareName{"General", "IPC-HX4XXX-Eos", "EngItl", "N",
		FirmwareVersion{"2.420", "0001", "0", "R"}, "20150408"}, ""},
	{"DH_XVR5xxx_Eng_P_Stream_NP_V3.218.0000.1.T.bin", FirmwareName{"DH", "XVR5xxx", "Eng_P_Stream", "NP",
		FirmwareVersion{"3.218", "0000", "1", "T"}, ""}, ""},
	{"Amcrest_HCVR_V3.200.AC04.5.bin", FirmwareName{Vendor: "Amcrest", Family: "HCVR", Version: FirmwareVersion{"3.200", "AC04", "5", ""}}, "AC"},
	{"V3.218.00AC000.1.T.bin", FirmwareName{Version: FirmwareVersion{"3.218", "00AC000", "1", "T"}}, "AC"},
}

func TestFirmwareName(t *testing.T) {
	for _, tt := range firmwareNames {
		got, err := ParseFirmwareName(tt.name)
		if d := cmp.Diff(tt.want, got); d != "" || err != nil {
			t.Errorf("%s: %v %s", tt.name, err, d)
		}
		if got.String() != tt.name || got.Version.OEM() != tt.oem {
			t.Errorf("%s prints as %s, OEM %q", tt.name, got, got.Version.OEM())
		}
	}
	for _, name := range []string{"", ".bin", "update.bin", "Amcrest_HCVR_Vx.y.bin", "V3.bin", "V3..bin", "V3.2..bin", "a/b_V3.2.bin", "x_V.bin", strings.Repeat("x", 300) + "_V3.2.bin"} {
		if got, err := ParseFirmwareName(name); err == nil {
			t.Errorf("%.40s read as %+v", name, got)
		}
	}
	if got, err := ParseFirmwareName("DH__HCVR_V3.200.AC04.5.BIN"); err != nil || got.Family != "HCVR" {
		t.Errorf("%+v, %v", got, err)
	}
	v, err := ParseFirmwareVersion("V3.210.AC01.4")
	if d := cmp.Diff(FirmwareVersion{"3.210", "AC01", "4", ""}, v); d != "" || err != nil {
		t.Errorf("%v %s", err, d)
	}
}

func FuzzFirmwareName(f *testing.F) {
	for _, tt := range firmwareNames {
		f.Add(tt.name)
	}
	f.Add("V0.00000000.") // a date that was the only thing after the first dot
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseFirmwareName(s)
		if err != nil || len(s) > MaxFirmwareName-len(".bin") {
			return
		}
		if again, err := ParseFirmwareName(got.String()); err != nil || again != got {
			t.Errorf("%q: %+v became %+v, %v", s, got, again, err)
		}
	})
}
