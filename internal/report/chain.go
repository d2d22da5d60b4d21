package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash"
	"strings"

	"github.com/rekey-dvr/rekey"
)

// sealedField is the field of an event that holds what is sealed; in a record its
// hash stands instead, under hashField.
const (
	sealedField = "sealed"
	hashField   = "sealed_sha256"
)

// What the hashes begin with, so that none can stand for another.
const (
	headMark  = "rekey record 1"
	entryMark = "rekey record entry 1"
)

// codeBytes is how much of the head the final code has: 80 bits, 16 signs.
const codeBytes = 10

// codeSigns are digits and letters without I, L, O and U, which are misread.
var codeSigns = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// entryOf gives a stored record without what is sealed.
func entryOf(r rekey.Record) (Entry, error) {
	data, err := public(r.Data)
	if err != nil {
		return Entry{}, rekey.Errorf(rekey.CodeDamaged, "event %d (%s) cannot be read", r.Seq, r.Type).Wrap(err)
	}
	return Entry{
		Seq: r.Seq, Version: r.Version, At: r.At.UTC(), By: r.By, Event: r.Type, Schema: r.Schema, Data: data,
		Prev: hex.EncodeToString(r.Prev[:]), Hash: hex.EncodeToString(r.Hash[:]),
	}, nil
}

// public gives an event's data with every sealed field replaced by the hash of its
// bytes. Data without one come back as they are, byte for byte.
func public(data []byte) (json.RawMessage, error) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, data); err != nil {
		return nil, err
	}
	if !bytes.Contains(compact.Bytes(), []byte(`"`+sealedField+`"`)) {
		return compact.Bytes(), nil
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(compact.Bytes()))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if !hide(v) {
		return compact.Bytes(), nil
	}
	return json.Marshal(v)
}

// hide replaces every sealed field below v and reports whether there was one.
func hide(v any) bool {
	hid := false
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			hid = hide(e) || hid
		}
	case map[string]any:
		sealed, is := v[sealedField]
		if is {
			text, _ := json.Marshal(sealed)
			sum := sha256.Sum256(text)
			delete(v, sealedField)
			v[hashField] = hex.EncodeToString(sum[:])
		}
		hid = is
		for _, e := range v {
			hid = hide(e) || hid
		}
	}
	return hid
}

// hidden reports whether something was left out of an entry's data.
func (e *Entry) hidden() bool { return bytes.Contains(e.Data, []byte(`"`+hashField+`"`)) }

// chainOf gives the chain over the entries: each link is the hash of the one
// before and of the entry.
func chainOf(stream rekey.StreamID, entries []Entry) Chain {
	head := sha256.New()
	text(head, headMark, string(stream))
	link := head.Sum(nil)
	for i := range entries {
		leaf := entries[i].leaf()
		h := sha256.New()
		h.Write(link)
		h.Write(leaf[:])
		link = h.Sum(nil)
	}
	return Chain{Stream: stream, Entries: len(entries), Head: hex.EncodeToString(link), Code: codeOf(link)}
}

// leaf gives the hash of everything that an entry says. Each field is written with
// its length in front, so that no two entries share an encoding.
func (e *Entry) leaf() [32]byte {
	h := sha256.New()
	text(h, entryMark)
	for _, n := range []int64{e.Seq, e.Version, e.At.UnixMilli(), int64(e.Schema)} {
		number(h, n)
	}
	var data bytes.Buffer
	if json.Compact(&data, e.Data) != nil {
		data.Reset()
		data.Write(e.Data)
	}
	text(h, string(e.By), e.Event, data.String(), e.Prev, e.Hash)
	return [32]byte(h.Sum(nil))
}

func number(h hash.Hash, v int64) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(v))
	h.Write(n[:])
}

func text(h hash.Hash, words ...string) {
	for _, w := range words {
		number(h, int64(len(w)))
		h.Write([]byte(w))
	}
}

// codeOf gives the final code of a head, in groups of four.
func codeOf(head []byte) string {
	s := codeSigns.EncodeToString(head[:codeBytes])
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:]
}

// sameCode compares a code as a person types it: small letters, spaces and the
// letters that are misread are forgiven.
func sameCode(typed, code string) bool {
	plain := strings.NewReplacer("-", "", " ", "", "I", "1", "L", "1", "O", "0")
	return plain.Replace(strings.ToUpper(typed)) == plain.Replace(code)
}

// storeHash recomputes the store's own hash of an entry. Where something is
// hidden it cannot be, and ok is false.
func (e *Entry) storeHash(stream rekey.StreamID) (sum string, ok bool) {
	prev, err := hex.DecodeString(e.Prev)
	if err != nil || len(prev) != sha256.Size || e.hidden() {
		return "", false
	}
	var data bytes.Buffer
	if json.Compact(&data, e.Data) != nil {
		return "", false
	}
	h := rekey.ChainHash(rekey.Record{
		Seq: e.Seq, Stream: stream, Version: e.Version, At: e.At, By: e.By, Type: e.Event, Schema: e.Schema,
		Data: data.Bytes(), Prev: [32]byte(prev),
	})
	return hex.EncodeToString(h[:]), true
}

// digest gives the hash of the document with its own field empty.
func (doc Document) digest() (string, error) {
	doc.Digest = ""
	data, err := doc.compact()
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), err
}

// eventsOf reads the entries' events. What is hidden is read as present: the hash
// stands where the sealed bytes were.
func eventsOf(entries []Entry) ([]rekey.Event, error) {
	events := make([]rekey.Event, len(entries))
	for i := range entries {
		e := &entries[i]
		data := e.Data
		if e.hidden() {
			data = unhide(data)
		}
		var err error
		events[i], err = rekey.DecodeEvent(rekey.Record{
			Seq: e.Seq, Version: e.Version, At: e.At, By: e.By, Type: e.Event, Schema: e.Schema, Data: data,
		})
		if err != nil {
			return nil, err
		}
	}
	return events, nil
}

// unhide gives hidden fields their name back, with the hash as their bytes, so
// that the domain sees that there is a password and never which.
func unhide(data []byte) []byte {
	return bytes.ReplaceAll(data, []byte(`"`+hashField+`":`), []byte(`"`+sealedField+`":`))
}
