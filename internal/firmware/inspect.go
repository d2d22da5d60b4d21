package firmware

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"path"
	"strings"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Kind is what a file is by its first bytes.
type Kind string

// The kinds.
const (
	KindImage   Kind = "image"   // what a recorder takes: a ZIP whose first two bytes are DH
	KindZip     Kind = "zip"     // an ordinary ZIP, as the maker's site offers downloads
	KindAnalog  Kind = "analog"  // a .pak file of an analog 960H recorder
	KindUnknown Kind = "unknown" // not verifiable here, which says nothing about it
)

// Weight says what follows from a finding.
type Weight string

// The weights.
const (
	Damage Weight = "damage" // the file is not what it says it is, and is never installed
	Doubt  Weight = "doubt"  // it could not be checked, and is not installed therefore
	Note   Weight = "note"   // worth knowing
)

// Finding is one thing that was found. Codes are a contract, texts are not.
type Finding struct {
	Code   string `json:"code"`
	Weight Weight `json:"weight"`
	Member string `json:"member,omitempty"` // as far as it can be printed
	Text   string `json:"text"`
}

// The codes of findings.
const (
	FoundTruncated  = "truncated"        // it ends too early
	FoundMalformed  = "malformed"        // the container contradicts itself
	FoundTooLarge   = "too-large"        // it, or what it unpacks to, is beyond what any recorder takes
	FoundUnreadable = "unreadable"       // the disk did not give it
	FoundMember     = "member-damaged"   // a member's bytes are not those that were packed
	FoundUnsafe     = "unsafe-name"      // a member's name leads out of its folder
	FoundTwice      = "duplicate-member" // two members have one name
	FoundHeader     = "header-crc"       // an image's header has another CRC
	FoundData       = "data-crc"         // an image's data have another CRC
	FoundShort      = "image-short"      // an image's header promises more than there is
	FoundEmpty      = "no-image"         // there is nothing to install in it
	FoundSeveral    = "several-images"   // a download with more than one image
	FoundNested     = "nested"           // a download in a download
	FoundNames      = "names-differ"     // name and content say different things
	FoundPractice   = "practice"         // made for virtual recorders; its description
	FoundUnknown    = "unknown-magic"    // a shell that is not known here
	FoundAnalog     = "analog"           // for another maker's recorder
	FoundNoScript   = "no-install-script"
	FoundNoHeader   = "no-header" // an image without the usual header
	FoundTail       = "tail"      // bytes after an image
	FoundNoName     = "name-unreadable"
)

// Member is one file inside. Header is there where it begins with an image's header
// whose CRC is right.
type Member struct {
	Name   string       `json:"name"` // what cannot be printed is replaced
	Size   int64        `json:"size"`
	Packed int64        `json:"packed"`
	CRC    uint32       `json:"crc"`
	Header *wire.UImage `json:"header,omitempty"`
}

// Inspection is what a file is.
type Inspection struct {
	Name     string    `json:"name"`
	Size     int64     `json:"size"`
	SHA256   string    `json:"sha256"`
	Kind     Kind      `json:"kind"`
	Members  []Member  `json:"members,omitempty"`
	Findings []Finding `json:"findings,omitempty"`

	// Is is what the file says it is: by its name, or by the member that marks
	// practice files. Named is whether it says so at all.
	Is       rekey.FirmwareFile `json:"is"`
	Named    bool               `json:"named"`
	Practice bool               `json:"practice,omitempty"`

	// Inner is the image inside a download.
	Inner *Inspection `json:"inner,omitempty"`
}

// Image is the part that a recorder takes: the file, or the image inside it.
func (i *Inspection) Image() *Inspection {
	if i.Inner != nil {
		return i.Inner
	}
	return i
}

// All gives the findings of the file and of the image inside it.
func (i *Inspection) All() []Finding {
	all := i.Findings
	if i.Inner != nil {
		all = append(all[:len(all):len(all)], i.Inner.Findings...)
	}
	return all
}

// Whole reports a file in which nothing is damaged and nothing went unchecked.
func (i *Inspection) Whole() bool {
	for _, f := range i.All() {
		if f.Weight != Note {
			return false
		}
	}
	return i.Image().Kind == KindImage
}

func (i *Inspection) found(w Weight, code, member, text string) {
	i.Findings = append(i.Findings, Finding{Code: code, Weight: w, Member: member, Text: text})
}

// Inspect reads a file of size bytes and says what it is. name is the file's name; a
// folder before it is ignored. It never fails: what is wrong is a finding. It holds
// less than a mebibyte whatever the size; an image packed in a download is unpacked to
// a temporary file, of [wire.MaxFirmware] bytes at most.
func Inspect(r io.ReaderAt, size int64, name string) Inspection { return inspect(r, size, name, false) }

func inspect(r io.ReaderAt, size int64, name string, inside bool) Inspection {
	i := Inspection{Name: base(name), Size: size, Kind: KindUnknown}
	i.Is, i.Named = catalog.ParseFirmwareName(i.Name)
	if size > wire.MaxFirmware {
		i.found(Damage, FoundTooLarge, "", "no recorder takes a file of this size")
		return i
	}
	sum := sha256.New()
	if n, err := io.Copy(sum, io.NewSectionReader(r, 0, size)); err != nil || n != size {
		i.found(Damage, FoundUnreadable, "", "the file could not be read to its end")
		return i
	}
	i.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if i.Kind = kindOf(r, i.Name); i.Kind == KindUnknown || i.Kind == KindAnalog {
		i.unknown()
		return i
	}
	f, err := wire.OpenFirmware(r, size)
	if err != nil {
		i.container(err)
		return i
	}
	i.members(f)
	if i.Kind == KindZip {
		i.download(f, inside)
		return i
	}
	i.judgeImage()
	return i
}

// kindOf looks at the first bytes, and at the name where they say nothing.
func kindOf(r io.ReaderAt, name string) Kind {
	var magic [4]byte
	if n, _ := r.ReadAt(magic[:], 0); n == len(magic) {
		switch string(magic[:]) {
		case wire.FirmwareMagic:
			return KindImage
		case wire.ZipMagic:
			return KindZip
		}
	}
	if strings.EqualFold(path.Ext(name), ".pak") {
		return KindAnalog
	}
	return KindUnknown
}

func (i *Inspection) unknown() {
	if i.Kind == KindAnalog {
		i.found(Doubt, FoundAnalog, "", "a .pak file is for analog 960H recorders, which are another maker's")
		return
	}
	i.found(Doubt, FoundUnknown, "", "its first bytes are of no kind that is known here, so it cannot be checked; that does not say it is bad")
}

// container tells why the container could not be opened.
func (i *Inspection) container(err error) {
	switch {
	case errors.Is(err, wire.ErrTruncated):
		i.found(Damage, FoundTruncated, "", "the file ends too early: "+detail(err))
	case errors.Is(err, wire.ErrTooLarge):
		i.found(Damage, FoundTooLarge, "", "it would unpack to more than any firmware has: "+detail(err))
	case errors.Is(err, wire.ErrMalformed):
		i.found(Damage, FoundMalformed, "", "its parts contradict each other: "+detail(err))
	default:
		i.found(Damage, FoundUnreadable, "", "the file could not be read")
	}
}

// detail is which part of the bytes is wrong; it never repeats them.
func detail(err error) string {
	var e *wire.Error
	if errors.As(err, &e) && e.Detail != "" {
		return e.Detail
	}
	return "it is not known where"
}

// judgeImage looks at what an image is made of, and what it says it is.
func (i *Inspection) judgeImage() {
	script, images := false, 0
	for _, m := range i.Members {
		script = script || m.Name == "Install.lua" || m.Name == "Install"
		if strings.HasSuffix(m.Name, ".img") {
			images++
		}
	}
	switch {
	case images == 0:
		i.found(Damage, FoundEmpty, "", "there is no image in it")
	case !script:
		i.found(Note, FoundNoScript, "", "it has no install script; recorders' files have one")
	}
	switch {
	case !i.Named:
		i.found(Doubt, FoundNoName, "", "its name does not say which board, version and video standard it is for; keep the name the maker gave it")
	case i.Is.Analog:
		i.found(Damage, FoundNames, "", "its name is that of a 960H file, its content is not")
	}
}

// base is the name without folders, printable.
func base(name string) string {
	return printable(name[strings.LastIndexAny(name, `/\`)+1:])
}

// printable keeps a name from ending a line or moving a cursor.
func printable(s string) string {
	const most = 255
	s = strings.ToValidUTF8(s[:min(len(s), most)], "?")
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '?'
		}
		return r
	}, s)
}
