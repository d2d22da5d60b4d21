// Package backup writes a data folder into one file, checks such a file, and puts
// it back. The file is a plain tar: a list of what is in it with a SHA-256 each,
// then the database as one consistent copy, its head, the key wrapped by a
// passphrase, and the kept settings of recorders. It never has the key in clear.
package backup

import (
	"os"
	"slices"
	"strings"
	"time"
)

// Format names the shape of the file.
const Format = "rekey backup 1"

// manifestName is the first file of the archive.
const manifestName = "rekey-backup.json"

// The bounds of what is read back.
const (
	maxManifest = 8 << 20  // bytes
	maxFiles    = 20000    //
	maxFile     = 64 << 30 // bytes
)

// Manifest says what a backup holds.
type Manifest struct {
	Format string    `json:"format"`
	Made   time.Time `json:"made"`
	Events int64     `json:"events"` // in the database
	Head   string    `json:"head"`   // hash of the last one, in hex
	Files  []File    `json:"files"`  // in the order in which they follow
}

// File is one file of a backup.
type File struct {
	Name string `json:"name"` // below the data folder, with slashes
	Size int64  `json:"size"`
	Sum  string `json:"sha256"`
}

// LeftOut names what lies in a data folder and is not in the backup, but for what a
// store has beside its database while it is open. A folder has a slash at its end.
func (m Manifest) LeftOut(dir string) (names []string) {
	all, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, e := range all {
		name := e.Name()
		if e.IsDir() {
			name += "/"
		}
		has := slices.ContainsFunc(m.Files, func(f File) bool {
			return f.Name == name || e.IsDir() && strings.HasPrefix(f.Name, name)
		})
		if !has && !passing(name) {
			names = append(names, name)
		}
	}
	return names
}

// passing reports whether a file is of the moment: a part of the database, which is in a
// backup as one copy, its locks, and what is just being written.
func passing(name string) bool {
	for _, end := range []string{".db-wal", ".db-shm", ".db.head", ".lock", ".tmp"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}
