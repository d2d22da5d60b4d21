package export

import (
	"io"
	"slices"
	"time"

	"github.com/tobischo/gokeepasslib/v3"
	"github.com/tobischo/gokeepasslib/v3/wrappers"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// What guessing the passphrase of an exported file costs a try: 64 MiB and about a
// third of a second (Argon2d, as KeePass 2 files have it).
const (
	kdfMemory = 64 << 20 // bytes
	kdfTurns  = 3
	kdfLanes  = 2
)

// KeePass writes the entries as a KeePass file (KDBX 4) that the passphrase opens.
// Passwords before the present one are each entry's history.
func KeePass(w io.Writer, entries []Entry, passphrase secret.String, now time.Time) error {
	group := gokeepasslib.NewGroup()
	group.Name = "rekey"
	for _, e := range entries {
		group.Entries = append(group.Entries, keepassEntry(e))
	}
	db := gokeepasslib.NewDatabase(gokeepasslib.WithDatabaseKDBXVersion4())
	db.Credentials = gokeepasslib.NewPasswordCredentials(passphrase.Reveal())
	k := db.Header.FileHeaders.KdfParameters
	k.Memory, k.Iterations, k.Parallelism = kdfMemory, kdfTurns, kdfLanes
	db.Content.Meta.DatabaseName = "Recorders, from rekey"
	db.Content.Meta.Generator = "rekey"
	stamp := wrappers.TimeWrapper{Formatted: false, Time: now.UTC()}
	db.Content.Meta.DatabaseNameChanged = &stamp
	db.Content.Root = &gokeepasslib.RootData{Groups: []gokeepasslib.Group{group}}
	if err := db.LockProtectedEntries(); err != nil {
		return rekey.Errorf(rekey.CodeInternal, "the KeePass file could not be made").Wrap(err)
	}
	if err := gokeepasslib.NewEncoder(w).Encode(db); err != nil {
		return rekey.Errorf(rekey.CodeFull, "The KeePass file cannot be written").Wrap(err)
	}
	return nil
}

func keepassEntry(e Entry) gokeepasslib.Entry {
	now := one(e, e.Password, e.Notes, e.At)
	var before gokeepasslib.History
	for _, old := range slices.Backward(e.Before) { // oldest first, as KeePass has them
		entry := one(e, old.Password, old.Notes, old.At)
		entry.UUID = now.UUID
		before.Entries = append(before.Entries, entry)
	}
	if len(before.Entries) > 0 {
		now.Histories = []gokeepasslib.History{before}
	}
	return now
}

func one(e Entry, password secret.String, notes string, at time.Time) gokeepasslib.Entry {
	entry := gokeepasslib.NewEntry(gokeepasslib.WithEntryFormattedTime(false))
	value := func(key, text string, hidden bool) {
		v := gokeepasslib.ValueData{Key: key, Value: gokeepasslib.V{Content: text}}
		if hidden {
			v.Value.Protected = wrappers.NewBoolWrapper(true)
		}
		entry.Values = append(entry.Values, v)
	}
	value("Title", e.Title, false)
	value("UserName", e.Account, false)
	value("Password", password.Reveal(), true)
	value("URL", e.URL, false)
	value("Notes", notes, false)
	stamp := wrappers.TimeWrapper{Formatted: false, Time: at.UTC()}
	entry.Times.CreationTime, entry.Times.LastModificationTime = &stamp, &stamp
	return entry
}
