package disk

import (
	"slices"
	"time"
)

const (
	maxFinds = 32
	findLife = 5 * time.Minute // without a call; not known of real ones
	maxPage  = 100
	// maxLook is how many hours one call looks at when nothing fits the query.
	maxLook = 50_000
)

// Query is what a search looks for.
type Query struct {
	Channel  int // 0-based
	From, To time.Time
	Timing   bool // files of the schedule
	Manual   bool // files recorded by hand
	Event    bool // files of motion
	Newest   bool // the newest comes first
}

// Finds are the searches clients have open, by number. The zero value is ready.
// Times are the clock the recorder lives on; only their order counts.
type Finds struct {
	last int64
	open map[int64]*find
}

// find is one search: hours to look at yet, and files of the last hour looked at.
type find struct {
	seen    time.Time
	query   Query
	motions Motions
	todo    []Stretch // whole stretches, not yet cut into hours
	hours   []Stretch
	ready   []File
}

// Create opens a search and gives its number, which is never 0. The one longest
// silent makes room when there are too many.
func (f *Finds) Create(now time.Time) int64 {
	if f.open == nil {
		f.open = map[int64]*find{}
	}
	var silent int64
	for id, x := range f.open {
		if now.Sub(x.seen) >= findLife {
			delete(f.open, id)
		} else if silent == 0 || x.seen.Before(f.open[silent].seen) || x.seen.Equal(f.open[silent].seen) && id < silent {
			silent = id
		}
	}
	if len(f.open) >= maxFinds {
		delete(f.open, silent)
	}
	f.last++
	f.open[f.last] = &find{seen: now}
	return f.last
}

// get gives a search that is alive, and keeps it so.
func (f *Finds) get(now time.Time, id int64) *find {
	x := f.open[id]
	if x == nil || now.Sub(x.seen) >= findLife {
		delete(f.open, id)
		return nil
	}
	x.seen = now
	return x
}

// Search begins a search among recorded stretches. known is false for a number
// that is not open; any tells whether something was found.
func (f *Finds) Search(now time.Time, id int64, q Query, recorded []Stretch, motions Motions) (any, known bool) {
	x := f.get(now, id)
	if x == nil {
		return false, false
	}
	x.query, x.motions = q, motions
	x.todo, x.hours, x.ready = slices.Clone(recorded), nil, nil
	if q.Newest {
		slices.Reverse(x.todo)
	}
	x.fill()
	return len(x.ready) > 0, true
}

// Next takes up to count files from a search, never more than 100. None means
// that the search is at its end.
func (f *Finds) Next(now time.Time, id int64, count int) (page []File, known bool) {
	x := f.get(now, id)
	if x == nil {
		return nil, false
	}
	count = min(max(count, 0), maxPage)
	for len(page) < count {
		x.fill()
		if len(x.ready) == 0 {
			break
		}
		n := min(count-len(page), len(x.ready))
		page = append(page, x.ready[:n]...)
		x.ready = x.ready[n:]
	}
	return page, true
}

// Count is how many files Next has yet to give, found without taking any.
func (f *Finds) Count(now time.Time, id int64) (n int, known bool) {
	x := f.get(now, id)
	if x == nil {
		return 0, false
	}
	n = len(x.ready)
	for _, s := range x.hours {
		n += len(x.fit(s.files(x.motions)))
	}
	for _, s := range x.todo {
		for _, h := range s.hours() {
			n += len(x.fit(h.files(x.motions)))
		}
	}
	return n, true
}

// Close ends what a search found; its number stays open for another.
func (f *Finds) Close(now time.Time, id int64) bool {
	x := f.get(now, id)
	if x == nil {
		return false
	}
	x.todo, x.hours, x.ready = nil, nil, nil
	return true
}

// Destroy gives a number back.
func (f *Finds) Destroy(now time.Time, id int64) bool {
	x := f.get(now, id)
	delete(f.open, id)
	return x != nil
}

// fill looks at hours until a file fits.
func (x *find) fill() {
	for range maxLook {
		switch {
		case len(x.ready) > 0:
			return
		case len(x.hours) > 0:
			x.ready = x.fit(x.hours[0].files(x.motions))
			x.hours = x.hours[1:]
		case len(x.todo) > 0:
			x.hours = x.todo[0].hours()
			if x.query.Newest {
				slices.Reverse(x.hours)
			}
			x.todo = x.todo[1:]
		default:
			return
		}
	}
}

// fit keeps the files of an hour that the query is about.
func (x *find) fit(files []File) []File {
	q := x.query
	files = slices.DeleteFunc(files, func(f File) bool {
		wanted := f.Event && q.Event || !f.Event && (f.Manual && q.Manual || !f.Manual && q.Timing)
		return !wanted || !f.To.After(q.From) || !f.From.Before(q.To)
	})
	if q.Newest {
		slices.Reverse(files)
	}
	return files
}
