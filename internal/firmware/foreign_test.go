package firmware

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// A file that Python wrote, with the published vector of an image's header in it.
func TestInspectPythons(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "python.bin"))
	if err != nil {
		t.Fatal(err)
	}
	i := look(b, "/home/owner/"+rightName)
	if !i.Whole() || i.Kind != KindImage || i.Name != rightName || len(i.Findings) != 0 || len(Match(i, owned, cat(t))) != 0 {
		t.Errorf("%+v", i)
	}
	want := []Member{
		{"Install.lua", 11, 13, 0xfe4337bf, nil},
		{"romfs-x.cramfs.img", 83, 0, 0, &wire.UImage{Time: 1704164645, Size: 19, Load: 0x80000, Entry: 0x580000, DataCRC: 0x418e794f,
			OS: 5, Arch: 2, Type: 1, Compression: 1, Name: "romfs"}},
		{"web-x.cramfs.img", 584, 0, 0, &wire.UImage{Time: 1451865600, Size: 520, Load: 0x580000, Entry: 0x600000, DataCRC: 0,
			OS: 5, Arch: 2, Type: 1, Name: "web"}},
		{"logo-x.cramfs.img", 320, 320, 0, &wire.UImage{Time: 1451865600, Size: 256, Load: 0x580000, Entry: 0x600000, DataCRC: 0x29058c73,
			OS: 5, Arch: 2, Type: 1, Name: "logo"}},
	}
	got := i.Members
	for n := range want { // what Python's own deflate and CRC made of it is in the file
		want[n].CRC, want[n].Packed = got[n].CRC, got[n].Packed
	}
	want[2].Header.DataCRC = got[2].Header.DataCRC
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// A file that zip packed, and a download of it that zip packed again.
func TestInspectZips(t *testing.T) {
	zip := need.Program(t, "that files packed by zip are read", "zip")
	dir := t.TempDir()
	for _, p := range recorderParts() {
		if err := os.WriteFile(filepath.Join(dir, p.name), p.body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(args ...string) {
		cmd := exec.Command(zip, args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	run("-q", rightName+".zip", "Install.lua", "u-boot.bin.img", "romfs-x.cramfs.img", "web-x.cramfs.img", "custom-x.cramfs.img")
	b, err := os.ReadFile(filepath.Join(dir, rightName+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	copy(b, "DH")
	if err := os.WriteFile(filepath.Join(dir, rightName), b, 0o600); err != nil {
		t.Fatal(err)
	}
	run("-q", "download.zip", rightName)
	d, err := os.ReadFile(filepath.Join(dir, "download.zip"))
	if err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string][]byte{rightName: b, "download.zip": d} {
		i := look(raw, name)
		if !i.Whole() || i.Image().Name != rightName || len(i.Image().Members) != 5 || len(Match(i, owned, cat(t))) != 0 {
			t.Errorf("%s: %+v", name, i)
		}
		r, size, err := Payload(bytes.NewReader(raw), i)
		var out bytes.Buffer
		if err == nil {
			_, err = out.ReadFrom(r)
		}
		if err != nil || size != int64(len(b)) || !bytes.Equal(out.Bytes(), b) {
			t.Errorf("%s: %d bytes to send, %v", name, size, err)
		}
	}
}

// What the table refuses for the file or the board, the twin does not take either. It
// takes what only its owner decides, and what only the catalogue knows.
func TestTheTwinAgrees(t *testing.T) {
	tw, err := twin.New(twin.Config{Model: twin.Model{SKU: "AMDV7208", Board: "HCVR5x08-S2", OEM: "SV10003", Standard: "N"}, Off: true})
	if err != nil {
		t.Fatal(err)
	}
	defer tw.Close()
	tried := 0
	for _, s := range samples() {
		if s.whose != owned || strings.HasSuffix(s.file, ".zip") {
			continue // recorders take no downloads; the table's unpacking has no counterpart
		}
		got := tw.LookAtFile(bytes.NewReader(s.raw), int64(len(s.raw)), s.file).Refused
		want := s.want != "" && !strings.HasSuffix(s.want, "+")
		switch s.name {
		case "practice file for a real one": // it is none
			want = false
		case "maker's own build", "image renamed to a ZIP", "two members but for case", "nothing to install":
			continue // the letters in a version, and what is odd but not damaged, recorders are not known to look at
		}
		if (got != "") != want {
			t.Errorf("%s: the twin says %q, the table %q", s.name, got, s.want)
		}
		tried++
	}
	if tried < 35 {
		t.Errorf("only %d were tried", tried)
	}
}

func FuzzInspect(f *testing.F) {
	for _, s := range samples() {
		if len(s.raw) < 1<<16 {
			f.Add(s.raw, s.file)
		}
	}
	c := cat(f)
	f.Fuzz(func(t *testing.T, b []byte, name string) {
		if len(b) > 1<<16 {
			return
		}
		i := look(b, name)
		if i.Whole() && (i.Image().Kind != KindImage || i.SHA256 == "" || !i.Image().Named) {
			t.Errorf("whole: %+v", i)
		}
		for _, g := range i.All() {
			if g.Code == "" || g.Text == "" || strings.ContainsAny(g.Member, "\n\r\x1b") {
				t.Errorf("%+v", g)
			}
		}
		if r := Match(i, owned, c); !i.Whole() && len(r) == 0 {
			t.Errorf("nothing against %+v", i)
		}
	})
}
