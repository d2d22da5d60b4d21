package camera

import (
	"image"
	"path/filepath"
	"sync"
	"time"
)

// albumRetry is how long an [Album] that had nothing to show is left alone.
const albumRetry = time.Second

// Album is a [Folder] that is read when somebody first looks. A folder without
// pictures is looked at again, once a second at most, while somebody looks. Its methods
// may be called from several goroutines at once.
type Album struct {
	dir     string
	changed func()

	reading sync.Mutex // held while the folder is read, which may take long

	mu     sync.Mutex // guards what follows, and is never held for long
	folder *Folder
	tried  time.Time
	err    error
	lost   bool
}

// NewAlbum makes a source of a folder. It looks for one usable picture and reads no
// more. changed is called by [Album.Paint] and [Album.Look] whenever the signal comes or
// goes; nil is nobody.
func NewAlbum(dir string, changed func()) *Album {
	a := &Album{dir: dir, changed: changed}
	a.lost = !hasPicture(dir)
	return a
}

// hasPicture tells whether a folder has a file whose head is that of a usable picture.
func hasPicture(dir string) bool {
	names, _ := pictureNames(dir)
	for _, name := range names[:min(len(names), MaxFolderFiles)] {
		if _, err := readPicture(filepath.Join(dir, name), MaxFolderFile); err == nil {
			return true
		}
	}
	return false
}

// Paint shows the file of the moment, see [Folder.Paint].
func (a *Album) Paint(dst *image.YCbCr, at time.Time) bool {
	f := a.open()
	seen := f != nil && f.Paint(dst, at)
	a.note(!seen)
	return seen
}

// open reads the folder. Meanwhile [Album.Signal] tells what is known.
func (a *Album) open() *Folder {
	a.reading.Lock()
	defer a.reading.Unlock()
	a.mu.Lock()
	f := a.folder
	again := f == nil && time.Since(a.tried) >= albumRetry
	if again {
		a.tried = time.Now()
	}
	a.mu.Unlock()
	if !again {
		return f
	}
	f, err := OpenFolder(a.dir, 0)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.folder, a.err = f, err
	return f
}

func (a *Album) note(lost bool) {
	a.mu.Lock()
	changed := lost != a.lost
	a.lost = lost
	a.mu.Unlock()
	if changed && a.changed != nil {
		a.changed()
	}
}

// Signal tells whether there is something to see, as far as was looked.
func (a *Album) Signal() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.lost
}

// Err tells why the folder cannot be read, nil before somebody looked.
func (a *Album) Err() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}

// Look does nothing: a folder tells of its signal without being looked at.
func (a *Album) Look() {}

// Keep does nothing: nothing of it runs.
func (a *Album) Keep(bool) {}

// Close does nothing.
func (a *Album) Close() {}
