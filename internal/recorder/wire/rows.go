package wire

import (
	"sort"
	"strconv"
	"strings"
)

const rowsWhat = "rows"

// fields walks the fields of one row, reading them from its lines or printing
// them, so that one list of names serves both.
type fields struct {
	print bool
	brief bool   // print no empty values
	at    string // what stands before each name when printing
	lines Table  // of this row; keys without what stands before them when reading
	err   error
}

// row is a pointer to a row type.
type row[T any] interface {
	*T
	fields(f *fields)
}

func (f *fields) value(name string, print func() string, read func(string) error) {
	switch v, there := f.lines.get(name, f.print); {
	case f.err != nil:
	case f.print:
		if s := print(); s != "" || !f.brief {
			f.lines = append(f.lines, Pair{f.at + name, s})
		}
	case there && v != "":
		f.err = read(v)
	}
}

func (t Table) get(key string, skip bool) (string, bool) {
	if skip {
		return "", false
	}
	return t.Get(key)
}

func (f *fields) text(name string, p *string) {
	f.value(name, func() string { return *p }, func(s string) error { *p = s; return nil })
}

func (f *fields) int(name string, p *int) {
	f.value(name, func() string { return strconv.Itoa(*p) }, func(s string) error {
		n, err := strconv.ParseInt(s, 10, 32)
		if err != nil {
			return malformed(rowsWhat, name)
		}
		*p = int(n)
		return nil
	})
}

func (f *fields) long(name string, p *int64) {
	f.value(name, func() string { return strconv.FormatInt(*p, 10) }, func(s string) error {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n < 0 {
			return malformed(rowsWhat, name)
		}
		*p = n
		return nil
	})
}

// bytes is a size that recorders print as a number with six decimals.
func (f *fields) bytes(name string, p *int64) {
	const exact = 1 << 53
	f.value(name, func() string { return strconv.FormatFloat(float64(*p), 'f', 6, 64) }, func(s string) error {
		x, err := strconv.ParseFloat(s, 64)
		if err != nil || !(x >= 0 && x < exact) {
			return malformed(rowsWhat, name)
		}
		*p = int64(x)
		return nil
	})
}

func (f *fields) bool(name string, p *bool) {
	f.value(name, func() string { return strconv.FormatBool(*p) }, func(s string) error {
		*p = strings.EqualFold(s, "true") || s == "1"
		return nil
	})
}

// list is Name[0], Name[1] ... up to the first that is missing.
func (f *fields) list(name string, p *[]string) {
	if f.print {
		for i, s := range *p {
			f.lines = append(f.lines, Pair{f.at + name + "[" + strconv.Itoa(i) + "]", s})
		}
		return
	}
	for i := 0; f.err == nil; i++ {
		v, there := f.lines.Get(name + "[" + strconv.Itoa(i) + "]")
		if !there {
			return
		}
		if i == MaxList {
			f.err = tooLarge(rowsWhat, name)
			return
		}
		*p = append(*p, v)
	}
}

// below is everything under Name., with keys as they stand there.
func (f *fields) below(name string, p *Table) {
	for _, line := range *p {
		if f.print {
			f.lines = append(f.lines, Pair{f.at + name + "." + line.Key, line.Value})
		}
	}
	if f.print {
		return
	}
	for _, line := range f.lines {
		if key, ok := strings.CutPrefix(line.Key, name+"."); ok && key != "" {
			*p = append(*p, Pair{key, line.Value})
		}
	}
}

// rowsBelow is a list of rows inside a row.
func rowsBelow[T any, P row[T]](f *fields, name string, p *[]T) {
	switch {
	case f.err != nil:
	case f.print:
		f.lines = append(f.lines, printRows[T, P](f.at+name, *p)...)
	default:
		*p, f.err = readRows[T, P](f.lines, name)
	}
}

// readRows gathers the lines prefix[n].name by their index and reads each row.
// Rows come in the order of their indexes; other lines are skipped.
func readRows[T any, P row[T]](t Table, prefix string) ([]T, error) {
	byIndex := map[int]Table{}
	for _, line := range t {
		rest, ok := strings.CutPrefix(line.Key, prefix+"[")
		if !ok {
			continue
		}
		step, rest, err := parseIndex(rest)
		if err != nil {
			return nil, err
		}
		name, ok := strings.CutPrefix(rest, ".")
		if !ok || name == "" {
			return nil, malformed(rowsWhat, "a line without a name")
		}
		if step.Index >= MaxRows {
			return nil, tooLarge(rowsWhat, "index")
		}
		byIndex[step.Index] = append(byIndex[step.Index], Pair{name, line.Value})
	}
	order := make([]int, 0, len(byIndex))
	for i := range byIndex {
		order = append(order, i)
	}
	sort.Ints(order)
	var rows []T
	for _, i := range order {
		var r T
		if err := readRow[T, P](byIndex[i], &r); err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func readRow[T any, P row[T]](lines Table, r P) error {
	f := fields{lines: lines}
	r.fields(&f)
	return f.err
}

func printRows[T any, P row[T]](prefix string, rows []T) Table {
	var t Table
	for i := range rows {
		f := fields{print: true, at: prefix + "[" + strconv.Itoa(i) + "]."}
		P(&rows[i]).fields(&f)
		t = append(t, f.lines...)
	}
	return t
}

// found reads the rows of an answer that begins with their number.
func found[T any, P row[T]](t Table) ([]T, error) {
	v, ok := t.Get("found")
	if !ok {
		return nil, malformed(rowsWhat, "no number found")
	}
	n, err := strconv.ParseUint(v, 10, 31)
	if err != nil {
		return nil, malformed(rowsWhat, "number found")
	}
	rows, err := readRows[T, P](t, "items")
	if err == nil && n > 0 && len(rows) == 0 {
		err = truncated(rowsWhat, "none of those found")
	}
	return rows, err
}

// printFound puts the number before the rows. It has to be the first line, and
// clients want it ended by CRLF.
func printFound[T any, P row[T]](rows []T) Table {
	return append(Table{{"found", strconv.Itoa(len(rows))}}, printRows[T, P]("items", rows)...)
}
