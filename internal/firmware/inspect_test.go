package firmware

import (
	"archive/zip"
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// owned is the recorder that the files of the table are held against: an AMDV7208
// that runs a build before the newest.
var owned = Facts{Model: "AMDV7208", Serial: "ND021811019863", Version: "3.200.AC04.3", Build: "2015-09-01", Standard: "NTSC"}

func named(old, new string) string { return strings.Replace(rightName, old, new, 1) }

// replaced gives the parts of a recorder's file with one changed.
func replaced(name string, body []byte) []byte {
	parts := recorderParts()
	for i := range parts {
		if parts[i].name == name {
			parts[i].body = body
		}
	}
	return pack(dh, parts...)
}

func added(more ...part) []byte { return pack(dh, append(recorderParts(), more...)...) }

// practiceText is the description of a practice file.
func practiceText(version, date string) []byte {
	return []byte("board=HCVR5x08-S2\nbuild=\noem=SV10003\nstandard=N\nversion=" + version + "\nrelease=R\ndate=" + date + "\n")
}

func romfs(change func([]byte) []byte) []byte {
	return replaced("romfs-x.cramfs.img", change(img("romfs", noise(4000))))
}

// samples are what is tried: a file, the recorder it is for where that is not owned,
// and every reason that is given against it, a plus after those that can be
// overridden.
var samples = sync.OnceValue(func() []sample {
	good := right()
	entry, local := "PK\x01\x02", "PK\x03\x04"
	end := at(good, "PK\x05\x06", 0)
	all := []sample{
		{"right", good, rightName, owned, ""},
		{"the same as it runs", good, rightName, Facts{Model: "AMDV7208", Version: "3.200.AC04.5", Build: "2015-12-17", Standard: "NTSC"}, ""},
		{"right, for a sister model", good, rightName, Facts{Model: "AMDV10804", Version: "3.200.AC04.3", Build: "2015-09-01"}, ""},
		{"a kit's label", good, rightName, Facts{Model: "AMDV7208-4B"}, ""},
		{"wrong board", good, named("5x08", "5x04"), owned, "wrong-board"},
		{"next series' board", good, named("S2", "S3"), owned, "wrong-board"},
		{"1080p build", good, named("Amcrest_SV", "Amcrest_1080_SV"), owned, "wrong-build"},
		{"wrong customer code", good, named("SV10003", "SV10004"), owned, "wrong-oem"},
		{"no customer code", good, named("_SV10003", ""), owned, "wrong-oem"},
		{"maker's own build", good, named("AC04", "0004"), owned, "wrong-oem"},
		{"PAL on NTSC", good, named("_N_", "_P_"), owned, "wrong-standard"},
		{"PAL, setting not known", good, named("_N_", "_P_"), Facts{Model: "AMDV7208"}, "wrong-standard"},
		{"both standards", good, named("_N_", "_NP_"), owned, ""},
		{"NTSC on a recorder set to PAL", good, rightName, Facts{Model: "AMDV7208", Standard: "PAL"}, "wrong-standard"},
		{"older build", good, rightName, Facts{Model: "AMDV7208", Version: "3.200.AC04.6", Build: "2016-02-01", Standard: "NTSC"}, "older+"},
		{"older date", good, rightName, Facts{Model: "AMDV7208", Version: "3.200.AC04.5", Build: "2016-02-01", Standard: "NTSC"}, "older+"},
		{"older platform", good, rightName, Facts{Model: "AMDV7208", Version: "3.210.AC01.4", Build: "2017-01-07", Standard: "NTSC"}, "older"},
		{"platform not listed", good, named("3.200", "3.218"), owned, "other-platform"},
		{"trial", good, named(".R.", ".T."), owned, "trial+"},
		{"trial that is listed", good, "Amcrest_HCVR7x04-4K_Eng_N_V3.218.00AC000.1.T.180316.bin", Facts{Model: "AMDV4M8"}, ""},
		{"another language", good, named("_Eng_", "_Spa_"), owned, "other-language+"},
		{"model not known", good, rightName, Facts{Model: "HCVR1234"}, "unknown-model"},
		{"analog recorder", good, rightName, Facts{Model: "AMDV960H8"}, "analog"},
		{"analog file", noise(500), "HI3520D_DVR5204_4MIX_AMCREST_L300_0104_3564_1145-AMDV960H4.pak", owned, "analog"},
		{"image named .pak", good, "x.pak", owned, "damaged"},
		{"name tells nothing", good, "update.bin", owned, "name-unreadable"},
		{"unknown magic", with(good, 0, 'S', 'G'), rightName, owned, "not-verifiable"},
		{"empty", nil, rightName, owned, "not-verifiable"},
		{"practice file for a real one", added(stored("rekey-practice.txt", practiceText("3.200.AC04.5", "2015-12-17"))), rightName, owned, "practice-file"},
		{"practice file that says another", added(stored("rekey-practice.txt", practiceText("3.200.AC04.9", "2015-12-17"))), rightName,
			Facts{Model: "AMDV7208", Practice: true}, "damaged"},
		{"practice file without its name", added(stored("rekey-practice.txt", practiceText("3.200.AC04.9", "2016-12-17"))), "update.bin",
			Facts{Model: "AMDV7208", Practice: true}, ""},
		{"bad CRC in the directory", with(good, at(good, entry, 2)+16, 1, 2, 3, 4), rightName, owned, "damaged"},
		{"a byte of the data", with(good, at(good, "romfs-x", 0)+100, 0xff, 0xff, 0xff, 0xff), rightName, owned, "damaged"},
		{"image header's CRC", romfs(func(b []byte) []byte { return with(b, 5, 1) }), rightName, owned, "damaged"},
		{"image header's size", romfs(func(b []byte) []byte { return img("romfs", b[64:])[:3000] }), rightName, owned, "damaged"},
		{"image data's CRC", romfs(func(b []byte) []byte { return with(b, 70, b[70]^1) }), rightName, owned, "damaged"},
		{"bytes after an image", romfs(func(b []byte) []byte { return append(b, 0, 0) }), rightName, owned, ""},
		{"no install script", pack(dh, recorderParts()[1:]...), rightName, owned, ""},
		{"nothing to install", pack(dh, recorderParts()[0]), rightName, owned, "damaged"},
		{"zip bomb", added(packed("bomb.img", make([]byte, 8<<20))), rightName, owned, "damaged"},
		{"path traversal", added(stored("../../mnt/mtd/Config/Account1", []byte("x"))), rightName, owned, "damaged"},
		{"absolute path", added(stored("/etc/passwd", []byte("x"))), rightName, owned, "damaged"},
		{"a drive's path", added(stored(`C:\x.img`, []byte("x"))), rightName, owned, "damaged"},
		{"two members of one name", added(packed("Install.lua", []byte("-- another"))), rightName, owned, "damaged"},
		{"two members but for case", added(packed("INSTALL.LUA", []byte("-- another"))), rightName, owned, "damaged"},
		{"overlapping members", overlapping(), rightName, owned, "damaged"},
		{"4 GB in the directory", with(good, at(good, entry, 2)+24, 0xff, 0xff, 0xff, 0xff), rightName, owned, "damaged"},
		{"4 GB packed in the directory", with(good, at(good, entry, 2)+20, 0xff, 0xff, 0xff, 0xff), rightName, owned, "damaged"},
		{"4 GB before the data", with(locals(good), at(locals(good), local, 0)+22, 0xff, 0xff, 0xff, 0xff), rightName, owned, "damaged"},
		{"4 GB of directory", with(good, end+12, 0xff, 0xff, 0xff, 0xff), rightName, owned, "damaged"},
		{"another name before the data", with(good, 30, 'X'), rightName, owned, "damaged"},
		{"encrypted", with(good, at(good, entry, 0)+8, 9), rightName, owned, "damaged"},
		{"bytes after the end", append(bytes.Clone(good), 0), rightName, owned, "damaged"},
		{"download with the image", pack(pk, stored("read me.txt", []byte("hello")), packed(rightName, good)), "AMDV7208.zip", owned, ""},
		{"download, image stored in a folder", pack(pk, stored("fw/"+rightName, good)), "AMDV7208.zip", owned, ""},
		{"download with a damaged image", pack(pk, packed(rightName, good[:len(good)-1])), "AMDV7208.zip", owned, "damaged"},
		{"download with the wrong image", pack(pk, packed(named("5x08", "5x16"), good)), "AMDV7208.zip", owned, "wrong-board"},
		{"download with two images", pack(pk, packed(rightName, good), packed("2.bin", good)), "AMDV7208.zip", owned, "not-verifiable"},
		{"download without an image", pack(pk, stored("read me.txt", []byte("hello"))), "AMDV7208.zip", owned, "damaged"},
		{"download in a download", pack(pk, packed("a.bin", pack(pk, packed(rightName, good)))), "AMDV7208.zip", owned, "not-verifiable"},
		{"download with an analog file", pack(pk, packed("x.pak", noise(50))), "AMDV960H8.zip", owned, "analog"},
		{"image renamed to a ZIP", pack(pk, recorderParts()...), rightName, owned, "damaged"},
	}
	for n := range recorderParts() {
		cut := at(good, entry, n)
		if n+1 < len(recorderParts()) {
			cut = localAt(good, n+1)
		}
		all = append(all, sample{"cut within member " + recorderParts()[n].name, good[:cut-1], rightName, owned, "damaged"})
	}
	return all
})

type sample struct {
	name  string
	raw   []byte
	file  string
	whose Facts
	want  string
}

// overlapping has a second entry for the bytes of the first.
func overlapping() []byte {
	b := pack(dh, stored("a.img", noise(300)), stored("b.img", noise(300)))
	first, second := at(b, "PK\x01\x02", 0), at(b, "PK\x01\x02", 1)
	copy(b[second+42:second+46], b[first+42:first+46])
	return b
}

// locals is the file with sizes before the data, as most packers write them.
func locals(b []byte) []byte {
	r, err := zip.NewReader(bytes.NewReader(with(b, 0, 'P', 'K')), int64(len(b)))
	if err != nil {
		panic(err)
	}
	c := bytes.Clone(b)
	for i := range r.File {
		head := localAt(b, i)
		c[head+6] &^= 8
		entry := at(b, "PK\x01\x02", i)
		copy(c[head+14:head+26], c[entry+16:entry+28])
	}
	return c
}

// localAt is where member n begins.
func localAt(b []byte, n int) int {
	e := at(b, "PK\x01\x02", n)
	return int(b[e+42]) | int(b[e+43])<<8 | int(b[e+44])<<16
}

func TestEveryFileEndsAsTheTableSays(t *testing.T) {
	c := cat(t)
	list := samples()
	if len(list) < 30 {
		t.Fatalf("%d files", len(list))
	}
	for _, s := range list {
		t.Run(s.name, func(t *testing.T) {
			i := look(s.raw, s.file)
			var got []string
			for _, r := range Match(i, s.whose, c) {
				code := r.Code
				if r.Override {
					code += "+"
				}
				if r.Reason == "" || !strings.HasSuffix(r.Reason, ".") {
					t.Errorf("%s has the reason %q", r.Code, r.Reason)
				}
				got = append(got, code)
			}
			got = slices.Compact(got)
			if d := cmp.Diff(strings.Fields(s.want), got, cmp.Transformer("none", func(s []string) string { return strings.Join(s, " ") })); d != "" {
				t.Errorf("%s\nfindings: %+v", d, i.All())
			}
		})
	}
}

// The damage is named where it is.
func TestFindingsNameTheMember(t *testing.T) {
	for _, tt := range []struct{ name, code, member string }{
		{"image header's CRC", FoundHeader, "romfs-x.cramfs.img"},
		{"image header's size", FoundShort, "romfs-x.cramfs.img"},
		{"image data's CRC", FoundData, "romfs-x.cramfs.img"},
		{"a byte of the data", FoundMember, "romfs-x.cramfs.img"},
		{"bad CRC in the directory", FoundMember, "romfs-x.cramfs.img"},
		{"path traversal", FoundUnsafe, "../../mnt/mtd/Config/Account1"},
		{"two members of one name", FoundTwice, "Install.lua"},
		{"zip bomb", FoundTooLarge, ""},
		{"4 GB in the directory", FoundTooLarge, ""},
		{"overlapping members", FoundMalformed, ""},
		{"another name before the data", FoundMember, "Install.lua"},
		{"unknown magic", FoundUnknown, ""},
		{"bytes after an image", FoundTail, "romfs-x.cramfs.img"},
		{"no install script", FoundNoScript, ""},
	} {
		list := samples()
		s := list[slices.IndexFunc(list, func(s sample) bool { return s.name == tt.name })]
		i := look(s.raw, s.file)
		if !slices.ContainsFunc(i.All(), func(f Finding) bool { return f.Code == tt.code && f.Member == tt.member }) {
			t.Errorf("%s: %+v", tt.name, i.All())
		}
	}
}
