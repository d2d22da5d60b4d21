package firmware

import (
	"errors"
	"io"
	"slices"
	"strings"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// members reads every member to its end.
func (i *Inspection) members(f *wire.Firmware) {
	seen := map[string]bool{}
	for _, m := range f.Members {
		name := printable(m.Name)
		if m.Unsafe {
			i.found(Damage, FoundUnsafe, name, "this name leads out of the folder it would be unpacked to")
		}
		if folded := strings.ToLower(m.Name); seen[folded] {
			i.found(Damage, FoundTwice, name, "two members have this name, so which one is installed is anybody's guess")
		} else {
			seen[folded] = true
		}
		out := Member{Name: name, Size: m.Size, Packed: m.Packed, CRC: m.CRC}
		i.member(f, m, &out)
		i.Members = append(i.Members, out)
	}
}

// member reads one: its header, its data against the header, and the rest against
// the container's CRC.
func (i *Inspection) member(f *wire.Firmware, m wire.Member, out *Member) {
	r, err := f.Open(m)
	if err != nil {
		i.damaged(out.Name, err)
		return
	}
	head := make([]byte, min(m.Size, wire.UImageSize))
	if _, err := io.ReadFull(r, head); err != nil && m.Size > 0 {
		i.damaged(out.Name, err)
		return
	}
	header, err := wire.ParseUImage(head)
	image := strings.HasSuffix(m.Name, ".img")
	switch {
	case err == nil:
		out.Header = &header
		err = i.data(r, m, header, out.Name)
	case image && isUImage(head):
		i.found(Damage, FoundHeader, out.Name, "the image's header has another CRC than it says")
		err = nil
	case image:
		i.found(Note, FoundNoHeader, out.Name, "an image without the usual header; its bytes are checked as a whole only")
		err = nil
	case m.Name == wire.PracticeMember && i.Kind == KindImage:
		i.practice(r, head, m.Size)
		err = nil
	default:
		err = nil
	}
	if err == nil {
		_, err = io.Copy(io.Discard, r)
	}
	if err != nil {
		i.damaged(out.Name, err)
	}
}

// isUImage reports the first bytes of an image's header, whose rest may be damaged.
func isUImage(b []byte) bool {
	return len(b) == wire.UImageSize && b[0] == 0x27 && b[1] == 0x05 && b[2] == 0x19 && b[3] == 0x56
}

// data compares an image's data with its header. An error is the container's.
func (i *Inspection) data(r io.Reader, m wire.Member, h wire.UImage, name string) error {
	rest := m.Size - wire.UImageSize
	if int64(h.Size) > rest {
		i.found(Damage, FoundShort, name, "the image's header promises more bytes than there are")
		return nil
	}
	outside := &outer{r: r}
	if err := h.Verify(outside); err != nil {
		if outside.err != nil && !errors.Is(outside.err, io.EOF) {
			return outside.err
		}
		i.found(Damage, FoundData, name, "the image's data have another CRC than its header says")
	} else if int64(h.Size) < rest {
		i.found(Note, FoundTail, name, "there are bytes after the image")
	}
	return nil
}

// outer remembers what the container said, apart from what was made of it.
type outer struct {
	r   io.Reader
	err error
}

func (o *outer) Read(b []byte) (int, error) {
	n, err := o.r.Read(b)
	o.err = err
	return n, err
}

func (i *Inspection) damaged(member string, err error) {
	if !errors.Is(err, wire.ErrMalformed) && !errors.Is(err, wire.ErrTruncated) && !errors.Is(err, io.ErrUnexpectedEOF) {
		i.found(Damage, FoundUnreadable, member, "this member could not be read")
		return
	}
	i.found(Damage, FoundMember, member, "this member is damaged: "+detail(err))
}

// practice reads what a practice file says it is.
func (i *Inspection) practice(r io.Reader, head []byte, size int64) {
	i.Practice = true
	if size > wire.MaxPractice {
		i.found(Damage, FoundPractice, wire.PracticeMember, "the description of a practice file is too long")
		return
	}
	rest, err := io.ReadAll(r)
	if err != nil {
		return // told by who reads on
	}
	p, err := wire.ParsePractice(slices.Concat(head, rest))
	if err != nil {
		i.found(Damage, FoundPractice, wire.PracticeMember, "the description of a practice file cannot be read")
		return
	}
	is := rekey.FirmwareFile{Name: i.Name, Vendor: "Practice", Board: p.Board, Language: "Eng", Standard: p.Standard,
		OEM: p.OEM, Build: p.Build, Version: p.Version, Release: p.Release, Date: p.Date}
	named := i.Is
	named.Vendor, named.Language = is.Vendor, is.Language
	if i.Named && named != is {
		i.found(Damage, FoundNames, wire.PracticeMember, "name and content say different things")
	}
	i.Is, i.Named = is, true
	i.found(Note, FoundPractice, wire.PracticeMember, "made for virtual recorders; no real one is to be given it")
}
