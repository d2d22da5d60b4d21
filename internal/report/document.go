package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/paper"
)

// Format names the shape of a [Document]. A changed meaning gets another number.
const Format = "rekey-record/1"

// Document is a service record: what it states, the entries that it states it
// from, and the chain over them. It marshals to the JSON of
// docs/reference/record.md.
type Document struct {
	Format    string    `json:"format"`
	Practice  bool      `json:"practice"` // of a twin, no hardware
	Reference string    `json:"reference"`
	MadeWith  string    `json:"made_with"` // which rekey wrote the file
	Pages     Pages     `json:"pages"`
	Statement Statement `json:"statement"`
	Entries   []Entry   `json:"entries"`
	Chain     Chain     `json:"chain"`
	Digest    string    `json:"digest"` // SHA-256 of the document with this field empty
}

// Pages says how the record is written out for people.
type Pages struct {
	Language string     `json:"language"` // of [Languages]
	Zone     string     `json:"zone"`     // IANA name; every time on the pages is in it
	Paper    paper.Size `json:"paper"`
}

// Entry is one event as the store keeps it, without what is sealed.
type Entry struct {
	Seq     int64           `json:"seq"`
	Version int64           `json:"version"`
	At      time.Time       `json:"at"`
	By      rekey.By        `json:"by"`
	Event   string          `json:"event"`
	Schema  int             `json:"schema"`
	Data    json.RawMessage `json:"data"` // sealed bytes replaced by their SHA-256
	Prev    string          `json:"prev"` // the store's hashes
	Hash    string          `json:"hash"`
}

// Chain is the record's own chain over its entries.
type Chain struct {
	Stream  rekey.StreamID `json:"stream"`
	Entries int            `json:"entries"`
	Head    string         `json:"head"`
	Code    string         `json:"code"` // the final code, to hand over apart from the record
}

// Options choose how a record is written out. Empty fields are English, UTC and
// A4.
type Options struct {
	Language string
	Zone     *time.Location // one with an IANA name
	Paper    paper.Size
	MadeWith string
}

// Make makes the record of the recovery that the stored records of one stream are.
// None is [rekey.CodeNotFound]; options that there are not are
// [rekey.CodeInvalid]. A recovery that is under way gives a record as far as it
// has come.
func Make(records []rekey.Record, o Options) (Document, error) {
	if len(records) == 0 {
		return Document{}, rekey.Errorf(rekey.CodeNotFound, "There is no such recovery").
			WithHint("Open the list of recoveries and choose one.")
	}
	entries := make([]Entry, len(records))
	for i, r := range records {
		var err error
		if entries[i], err = entryOf(r); err != nil {
			return Document{}, err
		}
	}
	pages := Pages{Language: o.Language, Zone: "UTC", Paper: o.Paper}
	if pages.Language == "" {
		pages.Language = Languages()[0]
	}
	if o.Zone != nil {
		pages.Zone = o.Zone.String()
	}
	if pages.Paper == "" {
		pages.Paper = paper.A4
	}
	return compose(records[0].Stream, entries, pages, o.MadeWith)
}

// compose makes the document of entries, from them alone.
func compose(stream rekey.StreamID, entries []Entry, pages Pages, madeWith string) (Document, error) {
	if err := pages.check(); err != nil {
		return Document{}, err
	}
	events, err := eventsOf(entries)
	if err != nil {
		return Document{}, err
	}
	r := rekey.Replay(events)
	doc := Document{
		Format: Format, Practice: r.Practice != nil, Reference: Ref(r.ID), MadeWith: madeWith, Pages: pages,
		Statement: stateOf(&r, events), Entries: entries, Chain: chainOf(stream, entries),
	}
	doc.Digest, err = doc.digest()
	return doc, err
}

func (p Pages) check() error {
	if _, known := catalogues[p.Language]; !known {
		return rekey.Errorf(rekey.CodeInvalid, "There are no records in the language %q", p.Language).
			WithHint("There are: " + strings.Join(Languages(), ", ") + ".")
	}
	if !p.Paper.Valid() {
		return rekey.Errorf(rekey.CodeInvalid, "There is no paper size %q", p.Paper).WithHint("There are A4 and Letter.")
	}
	if p.Zone == "" || p.Zone == "Local" {
		return rekey.Errorf(rekey.CodeInvalid, "A record needs the name of a time zone").WithHint("For example Europe/Madrid.")
	}
	if _, err := time.LoadLocation(p.Zone); err != nil {
		return rekey.Errorf(rekey.CodeInvalid, "There is no time zone %q", p.Zone).WithHint("For example Europe/Madrid.").Wrap(err)
	}
	return nil
}

// Ref gives a recovery's number as people read it out, "K4M-7TD".
func Ref(id string) string {
	up := strings.ToUpper(id)
	if len(up) < 6 {
		return up
	}
	return up[:3] + "-" + up[3:6]
}

// FileName gives a name for the record's file, with the extension "pdf", "html" or
// "json".
func (doc *Document) FileName(extension string) string {
	name := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r == '-' {
			return r
		}
		return -1
	}, doc.Reference)
	practice := ""
	if doc.Practice {
		practice = "practice-"
	}
	return "rekey-record-" + practice + name + "." + extension
}

// JSON gives the document as a file, a final line end included.
func (doc *Document) JSON() ([]byte, error) {
	data, err := json.MarshalIndent(doc, "", " ")
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInternal, "a record cannot be written").Wrap(err)
	}
	return append(data, '\n'), nil
}

// compact gives the document without white space, which two that say the same
// share.
func (doc *Document) compact() ([]byte, error) {
	data, err := json.Marshal(doc)
	if err != nil {
		return nil, rekey.Errorf(rekey.CodeInternal, "a record cannot be written").Wrap(err)
	}
	return data, nil
}

// same reports whether a JSON text is this document, white space aside.
func (doc *Document) same(text []byte) bool {
	mine, err := doc.compact()
	if err != nil {
		return false
	}
	var b bytes.Buffer
	return json.Compact(&b, text) == nil && bytes.Equal(b.Bytes(), mine)
}
