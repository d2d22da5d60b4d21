package firmware

import (
	"io"
	"os"
	"path"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// download looks for the one image in an ordinary ZIP and inspects it.
func (i *Inspection) download(f *wire.Firmware, inside bool) {
	if inside {
		i.found(Doubt, FoundNested, "", "a ZIP in a ZIP; unpack the outer one first")
		return
	}
	m, count := imageIn(f)
	switch {
	case count == 0:
		i.found(Damage, FoundEmpty, "", "there is no firmware file (.bin) in it")
		return
	case count > 1:
		i.found(Doubt, FoundSeveral, "", "there is more than one firmware file in it; unpack it and give the one for your recorder")
		return
	case m.Size > wire.MaxFirmware:
		i.found(Damage, FoundTooLarge, printable(m.Name), "no recorder takes a file of this size")
		return
	}
	file, err := unpack(f, m)
	if err != nil {
		i.found(Damage, FoundMember, printable(m.Name), "the firmware file in it cannot be unpacked")
		return
	}
	defer func() {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}()
	inner := inspect(file, m.Size, m.Name, true)
	i.Inner = &inner
}

// imageIn gives the firmware file in a download, and how many there are.
func imageIn(f *wire.Firmware) (found wire.Member, count int) {
	for _, m := range f.Members {
		ext := strings.ToLower(path.Ext(m.Name))
		if ext == ".bin" || ext == ".pak" {
			found = m
			count++
		}
	}
	return found, count
}

// unpack writes a member to a temporary file. The member's reader gives its declared
// size at most.
func unpack(f *wire.Firmware, m wire.Member) (*os.File, error) {
	r, err := f.Open(m)
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp("", "rekey-image-*.tmp")
	if err != nil {
		return nil, err
	}
	if _, err = io.Copy(file, r); err == nil {
		return file, nil
	}
	_ = file.Close()
	_ = os.Remove(file.Name())
	return nil, err
}

// Payload gives the bytes that a recorder is sent, and how many: the file, or the
// image inside it. i is of the same file. The reader is for one goroutine.
func Payload(r io.ReaderAt, i Inspection) (io.Reader, int64, error) {
	if i.Inner == nil {
		return io.NewSectionReader(r, 0, i.Size), i.Size, nil
	}
	f, err := wire.OpenFirmware(r, i.Size)
	if err != nil {
		return nil, 0, err
	}
	m, _ := imageIn(f)
	inner, err := f.Open(m)
	return inner, m.Size, err
}
