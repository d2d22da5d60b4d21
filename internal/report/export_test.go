package report

import "github.com/rekey-dvr/rekey"

// Reseal writes a document with its digest made anew, as somebody would who alters
// a record.
func Reseal(doc Document) ([]byte, error) {
	var err error
	if doc.Digest, err = doc.digest(); err != nil {
		return nil, err
	}
	return doc.JSON()
}

// Missed gives the keys that a document's words lack, in each form.
func Missed(doc *Document) []string {
	var keys []string
	missed = func(key string) { keys = append(keys, key) }
	defer func() { missed = nil }()
	sheetOf(doc)
	return keys
}

// Catalogues gives the words of every language.
func Catalogues() map[string]map[string]string { return catalogues }

// HasLine reports whether an event has a line in the log.
func HasLine(e rekey.Event) bool { return len(logOf([]rekey.Event{e})) > 0 }
