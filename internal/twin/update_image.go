package twin

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Candidate is a firmware file that a recorder looked at.
type Candidate struct {
	Image   wire.Practice
	SHA256  string
	Size    int64
	Refused UpdateRefusal // empty: it is taken
}

// UpdateRefusal is why a recorder does not take a file.
type UpdateRefusal string

// The reasons. A recorder tells none of them over the network.
const (
	RefusedContainer UpdateRefusal = "container" // not a firmware file, or cut short
	RefusedMember    UpdateRefusal = "member"    // a member or an image in it is damaged
	RefusedUnnamed   UpdateRefusal = "unnamed"   // neither its name nor a member says what it is for
	RefusedBoard     UpdateRefusal = "board"
	RefusedOEM       UpdateRefusal = "oem"
	RefusedStandard  UpdateRefusal = "standard"
	RefusedPlatform  UpdateRefusal = "platform" // it would make another generation of the recorder
	RefusedMemory    UpdateRefusal = "memory"
	RefusedBusy      UpdateRefusal = "busy"
)

func (c Candidate) slot() slot {
	return slot{Version: c.Image.Version, Date: c.Image.Date, SHA256: c.SHA256}
}

// lookAtFile does what a recorder does with a file before it writes: the container,
// every member's CRC, every image's, and for whom it is. Older files and trial builds
// are taken; whether real recorders do is not known.
func lookAtFile(m Model, r io.ReaderAt, size int64, name string) Candidate {
	c := Candidate{Size: size}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(r, 0, size)); err != nil {
		c.Refused = RefusedContainer
		return c
	}
	c.SHA256 = hex.EncodeToString(sum.Sum(nil))
	f, err := wire.OpenFirmware(r, size)
	if err != nil || f.Plain || len(f.Members) == 0 {
		c.Refused = RefusedContainer
		return c
	}
	image, said := readImageName(name)
	c.Image = image
	seen := map[string]bool{}
	for _, member := range f.Members {
		is, err := lookAtMember(f, member)
		if err != nil || member.Unsafe || seen[member.Name] {
			c.Refused = RefusedMember
			return c
		}
		seen[member.Name] = true
		if is != nil {
			c.Image, said = *is, true
		}
	}
	if !said {
		c.Refused = RefusedUnnamed
		return c
	}
	c.Refused = m.refuses(c.Image)
	return c
}

// lookAtMember reads a member to its end. One that describes a practice file is given.
func lookAtMember(f *wire.Firmware, m wire.Member) (*wire.Practice, error) {
	r, err := f.Open(m)
	if err != nil {
		return nil, err
	}
	if m.Name == wire.PracticeMember {
		text, err := io.ReadAll(io.LimitReader(r, wire.MaxPractice+1))
		if err != nil {
			return nil, err
		}
		p, err := wire.ParsePractice(text)
		return &p, err
	}
	head := make([]byte, min(m.Size, wire.UImageSize))
	if _, err := io.ReadFull(r, head); err != nil && m.Size > 0 {
		return nil, err
	}
	if len(head) == wire.UImageSize && string(head[:4]) == "\x27\x05\x19\x56" {
		image, err := wire.ParseUImage(head)
		if err != nil {
			return nil, err
		}
		if err := image.Verify(r); err != nil {
			return nil, err
		}
	}
	_, err = io.Copy(io.Discard, r)
	return nil, err
}

// readImageName reads the words of a file's name that say what it is for:
// vendor_board_language_standard_..._Vversion.release.date.bin.
func readImageName(name string) (wire.Practice, bool) {
	var p wire.Practice
	stem, ok := strings.CutSuffix(name, ".bin")
	words := strings.Split(stem, "_")
	if !ok || len(words) < 5 {
		return p, false
	}
	p.Board = words[1]
	if len(words[2]) == 2 && words[2][0] == 'S' { // HCVR5x04_S3
		p.Board += "-" + words[2]
	}
	last := len(words) - 1
	for _, w := range words[2:last] {
		switch {
		case w == "N" || w == "P" || w == "NP":
			p.Standard = w
		case len(w) > 4 && strings.HasPrefix(w, "SV"):
			p.OEM = w
		case len(w) == 4 && strings.Trim(w, "0123456789") == "":
			p.Build = w
		}
	}
	version, ok := strings.CutPrefix(words[last], "V")
	at := strings.LastIndexByte(version, '.')
	if !ok || at < 0 {
		return p, false
	}
	p.Date, version = imageDate(version[at+1:]), version[:at]
	if plain, found := strings.CutSuffix(version, ".R"); found {
		p.Version, p.Release = plain, "R"
	} else if plain, found := strings.CutSuffix(version, ".T"); found {
		p.Version, p.Release = plain, "T"
	} else {
		p.Version = version
	}
	return p, p.Date != "" && wordForm.MatchString(p.Version)
}

// imageDate reads 20170107 or 170107.
func imageDate(s string) string {
	if len(s) == 6 {
		s = "20" + s
	}
	if len(s) != 8 || strings.Trim(s, "0123456789") != "" {
		return ""
	}
	return s[:4] + "-" + s[4:6] + "-" + s[6:]
}

// refuses compares what an image is for with what the recorder is. What the model
// does not say is not compared.
func (m Model) refuses(p wire.Practice) UpdateRefusal {
	switch {
	case m.Board != "" && (p.Board != m.Board || p.Build != m.Build):
		return RefusedBoard
	case m.Board != "" && p.OEM != m.OEM:
		return RefusedOEM
	case m.Standard != "" && !strings.Contains(p.Standard, m.Standard):
		return RefusedStandard
	case generationOf(p.Version) != m.Generation:
		return RefusedPlatform
	}
	return ""
}

// generationOf is the protocol generation of a version; empty for none.
func generationOf(version string) Generation {
	switch {
	case strings.HasPrefix(version, "4."):
		return GenC
	case strings.HasPrefix(version, "3.218"):
		return GenB
	case strings.HasPrefix(version, "3.2"):
		return GenA
	}
	return ""
}

// LookAtFile does with a file what the recorder does before it writes it. It changes
// nothing and takes as long as unpacking does.
func (t *Twin) LookAtFile(r io.ReaderAt, size int64, name string) Candidate {
	m := t.Model()
	if _, free := memoryOf(m); size > free {
		return Candidate{Size: size, Refused: RefusedMemory}
	}
	return lookAtFile(m, r, size, name)
}
