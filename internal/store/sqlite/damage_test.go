package sqlite

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store/storetest"
)

const page = 4096

// image is the files of a store, by the end of their names.
type image map[string][]byte

func (m image) with(end string, content []byte) image {
	m = maps.Clone(m)
	if content == nil {
		delete(m, end)
	} else {
		m[end] = content
	}
	return m
}

func copyOf(tb testing.TB, path string) image {
	tb.Helper()
	m := image{}
	for _, end := range []string{"", "-wal", ".head"} {
		b, err := os.ReadFile(path + end)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			tb.Fatal(err)
		}
		m[end] = b
	}
	return m
}

func (m image) put(tb testing.TB, path string) {
	tb.Helper()
	for end, b := range m {
		if err := os.WriteFile(path+end, b, 0o600); err != nil {
			tb.Fatal(err)
		}
	}
}

// seen is what a store shows.
type seen struct {
	Records   []rekey.Record
	Summaries []rekey.Summary
	Due       []rekey.DueRow
	Outbox    []rekey.Queued
}

func look(tb testing.TB, s *Store) (seen, error) {
	tb.Helper()
	var v seen
	var errs [5]error
	v.Records, errs[0] = s.ReadAll(tb.Context(), 0, 1<<20)
	v.Summaries, errs[1] = s.List(tb.Context(), rekey.ListFilter{Limit: 500})
	v.Due, errs[2] = s.DueBefore(tb.Context(), storetest.Epoch.AddDate(9, 0, 0), 1<<20)
	v.Outbox, errs[4] = s.Outbox(tb.Context(), rekey.OutboxFilter{Limit: 500})
	for i := range 12 {
		stream := recovery(i)
		got, err := s.Load(tb.Context(), stream, 0)
		if err != nil {
			errs[3] = err
			break
		}
		var want []rekey.Record
		for _, r := range v.Records {
			if r.Stream == stream {
				want = append(want, r)
			}
		}
		if errs[0] == nil && !reflect.DeepEqual(want, got) {
			tb.Fatalf("%s (-chain +stream):\n%s", stream, cmp.Diff(want, got))
		}
	}
	return v, errors.Join(errs[:]...)
}

func recovery(i int) rekey.StreamID { return rekey.StreamID(fmt.Sprintf("recovery/r%02d", i)) }

// history is a store that was written to, with what it showed at every length.
type history struct {
	path string
	at   map[int]seen
	all  int
	head int64 // what the head file of the image taken names
}

// fill writes to the store so that its files have pages of every kind: leaves and
// inner nodes of tables and indexes, and overflow.
func (h *history) fill(tb testing.TB, s *Store, commands int) {
	tb.Helper()
	for n := range commands {
		i := (h.all + n) % 12
		id := strings.TrimPrefix(string(recovery(i)), rekey.RecoveryPrefix)
		records, err := s.Load(tb.Context(), recovery(i), 0)
		if err != nil {
			tb.Fatal(err)
		}
		a := storetest.Recovery(id, int64(len(records)), 1)
		a.Summary.Name = strings.Repeat("name ", 10+n%20)
		size := 100
		if n%17 == 0 {
			size = 9000
		}
		a.Events[0].Data = fmt.Appendf(nil, `{"n":%d,"text":"%s"}`, n, strings.Repeat("x", size))
		for d := range n % 4 {
			a.Due = append(a.Due, rekey.Due{At: storetest.Event("", n*10+d).At, What: strings.Repeat("what ", 30)})
		}
		if n%3 == 0 {
			a.Deliveries = []rekey.Delivery{storetest.Delivery(fmt.Sprintf("key %d %d", h.all, n), n)}
		}
		if n%6 == 3 {
			a.Settle = []rekey.Settlement{{Key: fmt.Sprintf("key %d %d", h.all, n-3), State: rekey.DeliveryDone, At: storetest.Epoch}}
		}
		storetest.MustAppend(tb, s, a)
		v, err := look(tb, s)
		if err != nil {
			tb.Fatal(err)
		}
		h.at[len(v.Records)] = v
	}
	h.all += commands
}

// write gives a store's history and two images of it: closed, and as a kill
// leaves it, with part of it in the log only and a head older than the log's end.
func write(tb testing.TB) (h *history, closed, killed image) {
	tb.Helper()
	dir := tb.TempDir()
	h = &history{path: filepath.Join(dir, "data", name), at: map[int]seen{0: {}}}
	s := open(tb, dir)
	h.fill(tb, s, 120)
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	s = open(tb, dir)
	h.fill(tb, s, 15)
	if err := s.keeper.write(); err != nil {
		tb.Fatal(err)
	}
	h.head = int64(h.all)
	s.keeper.mu.Lock()
	s.keeper.closed = true // so that the head stays behind, as after a kill
	s.keeper.mu.Unlock()
	h.fill(tb, s, 15)
	killed = copyOf(tb, h.path)
	s.keeper.mu.Lock()
	s.keeper.closed = false
	s.keeper.mu.Unlock()
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	return h, copyOf(tb, h.path), killed
}

// outcome puts the image on disk, opens it and reports whether the store
// stopped. It fails the test when anything is shown that was never so.
func (h *history) outcome(t *testing.T, name string, m image) (stopped bool) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rekey.db")
	m.put(t, path)
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		checkDamage(t, name, path, err)
		after := copyOf(t, path)
		if _, ok := m["-wal"]; !ok && len(after["-wal"]) == 0 {
			delete(after, "-wal") // a reader of SQLite's makes an empty one
		}
		if !reflect.DeepEqual(m, after) {
			t.Errorf("%s: the damaged files were changed", name)
		}
		return true
	}
	defer s.Close()
	v, err := look(t, s)
	if err != nil {
		checkDamage(t, name, path, err)
		return true
	}
	want, ok := h.at[len(v.Records)]
	if !ok || int64(len(v.Records)) < h.head {
		t.Fatalf("%s: %d records of %d are shown, the head is %d", name, len(v.Records), h.all, h.head)
	}
	if !reflect.DeepEqual(want, v) {
		t.Fatalf("%s: what is shown was never so (-want +got):\n%.2000s", name, cmp.Diff(want, v))
	}
	if err := s.Verify(t.Context()); err != nil {
		checkDamage(t, name, path, err)
	}
	return false
}

func checkDamage(t *testing.T, name, path string, err error) {
	t.Helper()
	if rekey.CodeOf(err) != rekey.CodeDamaged {
		t.Fatalf("%s: %v (%s)", name, err, rekey.CodeOf(err))
	}
	if !strings.Contains(err.Error(), path) || !strings.Contains(rekey.HintOf(err), path) {
		t.Errorf("%s: no file or no cure: %v / %s", name, err, rekey.HintOf(err))
	}
}

func garbage(n int, seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 7))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func overwrite(b []byte, at int, with []byte) []byte {
	b = bytes.Clone(b)
	copy(b[at:], with)
	return b
}

// TestDamage damages a store in every way that a disk, a copy or a hand does.
func TestDamage(t *testing.T) {
	h, closed, killed := write(t)
	for which, m := range map[string]image{"closed": closed, "killed": killed} {
		t.Run(which, func(t *testing.T) {
			t.Parallel()
			h := *h
			if which == "closed" {
				h.head = int64(h.all)
			}
			if h.outcome(t, "whole", m) {
				t.Fatal("a whole store does not open")
			}
			for name, m := range mustStop(m) {
				if !h.outcome(t, name, m) {
					t.Errorf("%s: the store opened", name)
				}
			}
			stopped, cases := 0, damages(m)
			for name, m := range cases {
				if h.outcome(t, name, m) {
					stopped++
				}
			}
			t.Logf("%d of %d damages stop the store; the others touch nothing that is shown, or the log's end", stopped, len(cases))
			if stopped < len(cases)/4 {
				t.Error("hardly any damage was seen")
			}
		})
	}
}

// mustStop gives damages that leave nothing to show.
func mustStop(m image) map[string]image {
	db, head := m[""], m[".head"]
	cases := map[string]image{
		"database empty":       m.with("", []byte{}),
		"database missing":     m.with("", nil),
		"database is text":     m.with("", bytes.Repeat([]byte("not a database\n"), len(db)/15)),
		"database is zeros":    m.with("", make([]byte, len(db))),
		"database is garbage":  m.with("", garbage(len(db), 1)),
		"head missing":         m.with(".head", nil),
		"head empty":           m.with(".head", []byte{}),
		"head garbage":         m.with(".head", garbage(len(head), 2)),
		"head of another":      m.with(".head", []byte(overSeq(head))),
		"only the log is left": m.with("", nil).with(".head", nil),
	}
	if _, ok := m["-wal"]; !ok {
		delete(cases, "only the log is left")
	}
	for i := range head {
		cases[fmt.Sprint("head cut at ", i)] = m.with(".head", head[:i])
		cases[fmt.Sprint("head changed at ", i)] = m.with(".head", overwrite(head, i, []byte{head[i] ^ 1}))
	}
	if _, ok := m["-wal"]; ok {
		cases["log removed"] = m.with("-wal", nil)
		cases["log empty"] = m.with("-wal", []byte{})
		cases["log garbage"] = m.with("-wal", garbage(len(m["-wal"]), 3))
	} else {
		for at := 0; at < len(db); at += page {
			cases[fmt.Sprint("database cut at page ", at/page)] = m.with("", db[:at])
		}
	}
	return cases
}

// overSeq gives a valid head of another store.
func overSeq(text []byte) string {
	h, _ := parseHead(string(text))
	h.hash[0] ^= 1
	return h.text()
}

// damages gives damages that may or may not touch what is shown.
func damages(m image) map[string]image {
	cases := map[string]image{}
	r := rand.New(rand.NewPCG(4, 4))
	db := m[""]
	pages := len(db) / page
	for p := range pages {
		at := p * page
		cases[fmt.Sprint("page zeroed ", p)] = m.with("", overwrite(db, at, make([]byte, page)))
		cases[fmt.Sprint("page garbage ", p)] = m.with("", overwrite(db, at, garbage(page, uint64(p))))
		cases[fmt.Sprint("page half zeroed ", p)] = m.with("", overwrite(db, at+page/2, make([]byte, page/2)))
		other := r.IntN(pages) * page
		cases[fmt.Sprint("page misplaced ", p)] = m.with("", overwrite(db, at, db[other:other+page]))
		bit := at + r.IntN(page)
		cases[fmt.Sprint("bit flipped ", bit)] = m.with("", overwrite(db, bit, []byte{db[bit] ^ 1<<r.IntN(8)}))
		cases[fmt.Sprint("cut at ", at)] = m.with("", db[:at])
		cases[fmt.Sprint("cut within ", p)] = m.with("", db[:at+r.IntN(page)])
	}
	const frame = 24 + page
	log := m["-wal"]
	for i, at := 0, 32; at < len(log); i, at = i+1, at+frame {
		within := at + r.IntN(frame)
		switch i % 4 {
		case 0:
			cases[fmt.Sprint("log cut at ", at)] = m.with("-wal", log[:at])
		case 1:
			cases[fmt.Sprint("log cut at ", within)] = m.with("-wal", log[:within])
		case 2:
			cases[fmt.Sprint("log changed at ", within)] = m.with("-wal", overwrite(log, within, garbage(8, uint64(at))))
		case 3:
			cases[fmt.Sprint("log frame zeroed ", at)] = m.with("-wal", overwrite(log, at, make([]byte, frame)))
		}
	}
	return cases
}
