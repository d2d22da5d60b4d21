package disk

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// passing moves from the 5th to the 8th minute of every hour.
func passing(_ int, from, to time.Time) []Period {
	p := Period{from.Truncate(time.Hour).Add(5*time.Minute + 400*time.Millisecond), from.Truncate(time.Hour).Add(8 * time.Minute)}
	if p.From.Before(to) && p.To.After(from) {
		return []Period{p}
	}
	return nil
}

func TestFilesOfASearch(t *testing.T) {
	var d Disk
	d.Record(noon.Add(-90*time.Second), 0, one(0))
	now := noon.Add(70 * time.Minute)
	d.Record(now, 0, nil)
	all := []string{
		"/mnt/dvr/2024-01-02/001/dav/11/11.58.30-12.00.00[R][0@0][0].dav",
		"/mnt/dvr/2024-01-02/001/dav/12/12.00.00-12.05.00[R][0@0][0].dav",
		"/mnt/dvr/2024-01-02/001/dav/12/12.05.00-12.08.00[M][0@0][0].dav",
		"/mnt/dvr/2024-01-02/001/dav/12/12.08.00-13.00.00[R][0@0][0].dav",
		"/mnt/dvr/2024-01-02/001/dav/13/13.00.00-13.05.00[R][0@0][0].dav",
		"/mnt/dvr/2024-01-02/001/dav/13/13.05.00-13.08.00[M][0@0][0].dav",
		"/mnt/dvr/2024-01-02/001/dav/13/13.08.00-13.10.00[R][0@0][0].dav",
	}
	day := Query{From: noon.Add(-12 * time.Hour), To: noon.Add(12 * time.Hour), Timing: true, Manual: true, Event: true}
	tests := map[string]struct {
		change func(*Query)
		want   []string
	}{
		"everything":  {func(*Query) {}, all},
		"motion only": {func(q *Query) { q.Timing, q.Manual = false, false }, []string{all[2], all[5]}},
		"by hand":     {func(q *Query) { q.Timing, q.Event = false, false }, nil},
		"backwards":   {func(q *Query) { q.Newest, q.Timing = true, false }, []string{all[5], all[2]}},
		"a minute":    {func(q *Query) { q.From, q.To = noon.Add(7*time.Minute), noon.Add(8*time.Minute) }, []string{all[2]}},
		"two files":   {func(q *Query) { q.From, q.To = noon.Add(-time.Second), noon.Add(time.Second) }, all[:2]},
	}
	for name, tt := range tests {
		var f Finds
		id := f.Create(now)
		q := day
		tt.change(&q)
		any, known := f.Search(now, id, q, d.Recorded(now, 0, q.From.Truncate(time.Hour), q.To.Add(time.Hour)), passing)
		var got []string
		for range 10 { // one at a time
			page, known := f.Next(now, id, 1)
			if !known {
				t.Fatalf("%s: the search is gone", name)
			}
			for _, file := range page {
				got = append(got, file.Path())
				channel, from, to, ok := ParsePath(file.Path())
				if !ok || channel != file.Channel || !from.Equal(file.From) || !to.Equal(file.To) {
					t.Errorf("%s reads as %d, %v, %v, %v", file.Path(), channel, from, to, ok)
				}
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || !known || any != (len(tt.want) > 0) {
			t.Errorf("%s: any %v, known %v\n%s", name, any, known, diff)
		}
	}
}

func TestSearchesAreBoundedAndEnd(t *testing.T) {
	var f Finds
	first := f.Create(noon)
	for i := range maxFinds {
		if _, known := f.Next(noon.Add(time.Duration(i)*time.Second), first, 1); i < maxFinds-1 && !known {
			t.Fatalf("gone after %d others", i)
		}
		f.Create(noon.Add(time.Duration(i) * time.Second))
	}
	if len(f.open) != maxFinds {
		t.Errorf("%d searches open", len(f.open))
	}
	id := f.Create(noon.Add(time.Minute))
	if _, known := f.Next(noon.Add(time.Minute+findLife), id, 1); known {
		t.Error("a forgotten search lives on")
	}
	id = f.Create(noon)
	if !f.Close(noon, id) || !f.Destroy(noon, id) || f.Destroy(noon, id) || f.Close(noon, id) {
		t.Error("a search ends other than once")
	}
	if _, known := f.Search(noon, id, Query{}, nil, nil); known {
		t.Error("a search begins that is not open")
	}
}

func TestPathsThatAreNone(t *testing.T) {
	for _, p := range []string{
		"", "/mnt/dvr", "/mnt/dvr/../etc/passwd", "/mnt/dvr/2024-01-02/001/dav/13/12.00.00-12.05.00[R][0@0][0].dav",
		"/mnt/dvr/2024-01-02/000/dav/12/12.00.00-12.05.00[R][0@0][0].dav", "/mnt/dvr/2024-13-02/001/dav/12/12.00.00-12.05.00[R][0@0][0].dav",
		"/mnt/dvr/2024-01-02/001/dav/12/12.00.00-11.05.00[R][0@0][0].dav", "/mnt/dvr/2024-01-02/065/dav/12/12.00.00-12.05.00[R][0@0][0].dav",
	} {
		if _, _, _, ok := ParsePath(p); ok {
			t.Errorf("%s was read", p)
		}
	}
	midnight := "/mnt/dvr/2024-01-02/001/dav/23/23.08.00-00.00.00[R][0@0][0].dav"
	if _, from, to, ok := ParsePath(midnight); !ok || to.Sub(from) != 52*time.Minute {
		t.Errorf("%s is %v to %v, %v", midnight, from, to, ok)
	}
}

func FuzzParsePath(f *testing.F) {
	f.Add("/mnt/dvr/2024-01-02/001/dav/06/06.05.00-06.13.00[M][0@0][0].dav")
	f.Add("/mnt/dvr/2024-01-02/001/dav/23/23.08.00-00.00.00[R][0@0][0].dav")
	f.Fuzz(func(t *testing.T, path string) {
		channel, from, to, ok := ParsePath(path)
		if !ok {
			return
		}
		for _, event := range []bool{false, true} {
			if (File{Stretch{Channel: channel, From: from, To: to}, event}).Path() == path {
				return
			}
		}
		t.Errorf("%s is printed another way", path)
	})
}
