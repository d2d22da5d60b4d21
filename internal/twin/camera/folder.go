package camera

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Limits of a folder of pictures. What is beyond is left out and reported.
const (
	MaxFolderFiles  = 1000
	MaxFolderNames  = 10_000   // of files of any kind; a folder with more is refused
	MaxFolderFile   = 8 << 20  // bytes of a file
	MaxFolderBytes  = 64 << 20 // of all files, which are kept in memory
	MaxFolderPixels = 16 << 20 // of a picture
)

// What is wrong with a folder or a file of it.
var (
	ErrNoPictures = errors.New("there is no usable JPEG file in the folder")
	ErrTooLarge   = errors.New("it is larger than what is taken")
)

// Folder is a source that shows the JPEG files of a folder in turn, in the order of
// their names, each as large as fits, on black. Which one is seen depends on the
// clock alone; the files are read once, so playback shows what was seen live. Its
// methods may be called from several goroutines at once.
type Folder struct {
	every time.Duration
	files []folderFile

	mu    sync.Mutex
	ready map[folderKey]*image.YCbCr // scaled; at most maxReady, nil where damaged
	bad   []error
}

type folderFile struct {
	name string
	data []byte
}

type folderKey struct {
	file int
	size Size
}

const maxReady = 4

// OpenFolder reads the files *.jpg and *.jpeg of a folder, each shown for a time,
// one second if that is not positive. Files that cannot be used are left out and
// reported by [Folder.Damaged]. Without a usable one it gives [ErrNoPictures].
func OpenFolder(dir string, every time.Duration) (*Folder, error) {
	names, err := pictureNames(dir)
	if err != nil {
		return nil, err
	}
	if every <= 0 {
		every = time.Second
	}
	f := &Folder{every: every, ready: map[folderKey]*image.YCbCr{}}
	left := MaxFolderBytes
	for _, name := range names {
		data, err := readPicture(filepath.Join(dir, name), min(MaxFolderFile, left))
		if err == nil && len(f.files) == MaxFolderFiles {
			err = ErrTooLarge
		}
		if err != nil {
			f.report(name, err)
			continue
		}
		left -= len(data)
		f.files = append(f.files, folderFile{name, data})
	}
	if len(f.files) == 0 {
		return nil, errors.Join(append([]error{fmt.Errorf("%s: %w", dir, ErrNoPictures)}, f.bad...)...)
	}
	return f, nil
}

// pictureNames lists the files of a folder that are called as JPEG pictures are, in
// order. A folder with more than [MaxFolderNames] files gives [ErrTooLarge].
func pictureNames(dir string) ([]string, error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	entries, err := d.ReadDir(MaxFolderNames + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(entries) > MaxFolderNames {
		return nil, fmt.Errorf("%s: %w", dir, ErrTooLarge)
	}
	var names []string
	for _, e := range entries {
		if ext := strings.ToLower(filepath.Ext(e.Name())); (ext == ".jpg" || ext == ".jpeg") && !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// readPicture reads a file whose head is that of a JPEG picture within the limits.
func readPicture(path string, most int) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a file")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, int64(most)+1))
	if err != nil {
		return nil, err
	}
	if len(data) > most {
		return nil, ErrTooLarge
	}
	return data, checkHead(data)
}

func checkHead(data []byte) error {
	head, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return err
	}
	if head.Width < 1 || head.Height < 1 || head.Width > MaxFolderPixels/head.Height {
		return fmt.Errorf("%dx%d: %w", head.Width, head.Height, ErrTooLarge)
	}
	return nil
}

// Damaged gives what was left out so far and why, at most [MaxFolderFiles]. A file
// that is damaged behind its head is found when it is first shown.
func (f *Folder) Damaged() []error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]error(nil), f.bad...)
}

func (f *Folder) report(name string, err error) {
	if len(f.bad) < MaxFolderFiles {
		f.bad = append(f.bad, fmt.Errorf("%s: %w", name, err))
	}
}

// Paint shows the file of the moment, or where that is damaged the next one that is
// not. There is no signal where all are.
func (f *Folder) Paint(dst *image.YCbCr, at time.Time) bool {
	turn := at.UnixNano() / int64(f.every)
	if at.UnixNano() < 0 {
		turn = 0
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.files {
		n := int((turn + int64(i)) % int64(len(f.files)))
		if p := f.scaled(n, sizeOf(dst)); p != nil {
			copy(dst.Y, p.Y)
			copy(dst.Cb, p.Cb)
			copy(dst.Cr, p.Cr)
			return true
		}
	}
	return false
}

// scaled gives a file in a size, nil where it is damaged.
func (f *Folder) scaled(n int, s Size) *image.YCbCr {
	if f.files[n].data == nil {
		return nil
	}
	key := folderKey{n, s}
	if p, ok := f.ready[key]; ok {
		return p
	}
	im, err := jpeg.Decode(bytes.NewReader(f.files[n].data))
	if err != nil {
		f.report(f.files[n].name, err)
		f.files[n].data = nil
		return nil
	}
	if len(f.ready) >= maxReady {
		clear(f.ready)
	}
	p := NewPicture(s)
	letterbox(p, im)
	f.ready[key] = p
	return p
}
