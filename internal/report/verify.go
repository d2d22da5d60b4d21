package report

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"errors"
	"html"
	"io"

	"github.com/rekey-dvr/rekey"
)

// MaxFile bounds a record's file, and the data inside it, in bytes.
const MaxFile = 16 << 20

// Finding is what a check of a file showed.
type Finding struct {
	Document Document
	Kind     string // "pdf", "html" or "json"
	Code     bool   // the final code was given, and is this record's
	Hidden   int    // entries of which something sealed was left out

	// Compared is false when another rekey wrote the file: its entries are whole, but
	// its words and pages cannot be compared with what this one writes.
	Compared bool
}

// Verify checks a record's file against itself, and against the final code when
// one is given: the chain is computed again from the entries, everything that the
// record states is made again from them, and so is the file. A file that holds no
// record, and one in which anything differs, is [rekey.CodeDamaged]; so is a whole
// record of another code. madeWith names the rekey that checks.
func Verify(file []byte, code, madeWith string) (Finding, error) {
	kind, data, err := dataOf(file)
	if err != nil {
		return Finding{}, err
	}
	var doc Document
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&doc); err != nil {
		var format struct {
			Format string `json:"format"`
		}
		if json.Unmarshal(data, &format) == nil && format.Format != "" && format.Format != Format {
			return Finding{}, rekey.Errorf(rekey.CodeDamaged, "A record of the form %q is not known to this rekey", format.Format).
				WithHint("A later rekey wrote it. Check it with that one.")
		}
		return Finding{}, altered("it cannot be read").Wrap(err)
	}
	f := Finding{Document: doc, Kind: kind, Compared: true}
	if err := f.entries(); err != nil {
		return f, err
	}
	if code != "" && !sameCode(code, doc.Chain.Code) {
		return f, rekey.Errorf(rekey.CodeDamaged, "The file is whole, but it is not the record of this final code").
			WithHint("Its own code is " + doc.Chain.Code + ". Look for a slip of the pen; otherwise the file was made anew after the code was handed over.")
	}
	f.Code = code != ""
	return f, f.compare(file, data, madeWith)
}

func altered(where string) *rekey.Error {
	return rekey.Errorf(rekey.CodeDamaged, "The file was altered or damaged: %s", where).
		WithHint("Ask for another copy, or make the record again where the recovery was done: rekey report")
}

// entries checks the entries by themselves, the chain over them, and the store's
// hashes where nothing is hidden.
func (f *Finding) entries() error {
	doc := &f.Document
	if doc.Format != Format || len(doc.Entries) == 0 {
		return altered("it is not a record of the form " + Format)
	}
	if digest, err := doc.digest(); err != nil || digest != doc.Digest {
		return altered("its digest is another one")
	}
	if chainOf(doc.Chain.Stream, doc.Entries) != doc.Chain {
		return altered("its entries are not those of its chain")
	}
	for i := range doc.Entries {
		e := &doc.Entries[i]
		if e.Version != int64(i)+1 {
			return altered("entry " + count(i+1) + " is missing or out of its place")
		}
		if e.hidden() {
			f.Hidden++
			continue
		}
		if sum, ok := e.storeHash(doc.Chain.Stream); !ok || sum != e.Hash {
			return altered("entry " + count(i+1) + " is not the one that was kept")
		}
	}
	return nil
}

// compare makes the record again from its entries, and the file from the record.
func (f *Finding) compare(file, data []byte, madeWith string) error {
	doc := &f.Document
	mine := doc.MadeWith == madeWith
	again, err := compose(doc.Chain.Stream, doc.Entries, doc.Pages, doc.MadeWith)
	switch {
	case err != nil && mine:
		return altered("its entries say what no recovery can").Wrap(err)
	case err != nil || !again.same(data):
		return f.differs(mine, "what it states is not what its entries say")
	}
	if f.Kind == "json" {
		return nil
	}
	write := again.PDF
	if f.Kind == "html" {
		write = again.HTML
	}
	pages, err := write()
	if err != nil {
		return err
	}
	if !bytes.Equal(pages, file) {
		return f.differs(mine, "its pages do not say what its data say")
	}
	return nil
}

// differs tells an alteration, unless another rekey wrote the file: what that one
// would have written is not known here.
func (f *Finding) differs(mine bool, where string) error {
	if mine {
		return altered(where)
	}
	f.Compared = false
	return nil
}

// dataOf takes the record's data out of a file.
func dataOf(file []byte) (kind string, data []byte, err error) {
	none := rekey.Errorf(rekey.CodeDamaged, "There is no record of rekey's in this file").
		WithHint("Name a file that rekey report made: PDF, HTML or JSON.")
	if len(file) > MaxFile {
		return "", nil, rekey.Errorf(rekey.CodeTooLarge, "A record has at most %d MiB", MaxFile>>20)
	}
	switch trimmed := bytes.TrimLeft(file, " \t\r\n"); {
	case bytes.HasPrefix(file, []byte("%PDF-")):
		if data, err = attached(file); err != nil {
			return "", nil, none.Wrap(err)
		}
		return "pdf", data, nil
	case bytes.HasPrefix(trimmed, []byte("{")):
		return "json", file, nil
	}
	_, rest, found := bytes.Cut(file, []byte(dataOpens))
	if inner, _, closed := bytes.Cut(rest, []byte(dataCloses)); found && closed {
		return "html", []byte(html.UnescapeString(string(inner))), nil
	}
	return "", nil, none
}

var errNothingAttached = errors.New("nothing is attached")

// attached gives the first file attached to a PDF of ours. That it is the one
// which readers show is settled by comparing the whole file afterwards.
func attached(file []byte) ([]byte, error) {
	_, rest, found := bytes.Cut(file, []byte("/Type /EmbeddedFile"))
	_, rest, streamed := bytes.Cut(rest, []byte("stream\n"))
	if !found || !streamed {
		return nil, errNothingAttached
	}
	z, err := zlib.NewReader(bytes.NewReader(rest))
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(z, MaxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxFile {
		return nil, errNothingAttached
	}
	return data, nil
}
