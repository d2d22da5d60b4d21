package settings

import (
	"bufio"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed factory/*.txt
var files embed.FS

// row is one line of the factory's files.
type row struct {
	generations string // empty: all
	key         string // with [ch] for each channel and [0-6] for each of a span
	kind        *kind
	value       string // with {ch} for the number of the channel, from 1
}

// parseRows reads all files. They are part of the program: an error is a mistake in
// one of them, which the tests find.
func parseRows() ([]row, error) {
	names, err := fs.Glob(files, "factory/*.txt")
	if err != nil {
		return nil, err
	}
	var rows []row
	kinds := map[string]*kind{}
	for _, name := range names {
		f, err := files.Open(name)
		if err != nil {
			return nil, err
		}
		s := bufio.NewScanner(f)
		for n := 1; s.Scan(); n++ {
			line := strings.TrimSpace(s.Text())
			if line == "" || line[0] == '#' {
				continue
			}
			r, err := parseRow(line, kinds)
			if err != nil {
				return nil, fmt.Errorf("settings: %s:%d: %w", name, n, err)
			}
			rows = append(rows, r)
		}
		if err := s.Err(); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// parseRow reads "[@GENERATIONS] KEY KIND [VALUE]".
func parseRow(line string, kinds map[string]*kind) (row, error) {
	var r row
	if line[0] == '@' {
		r.generations, line = word(line[1:])
	}
	r.key, line = word(line)
	name, value := word(line)
	r.value = value
	if kinds[name] == nil {
		k, err := parseKind(name)
		if err != nil {
			return r, err
		}
		kinds[name] = k
	}
	r.kind = kinds[name]
	return r, nil
}

func word(s string) (first, rest string) {
	first, rest, _ = strings.Cut(strings.TrimSpace(s), " ")
	return first, strings.TrimSpace(rest)
}

// expand gives every key of a row, with its value.
func (r row) expand(channels int, each func(key, value string)) {
	before, rest, more := strings.Cut(r.key, "[")
	if !more {
		each(r.key, r.value)
		return
	}
	span, after, _ := strings.Cut(rest, "]")
	lo, hi := 0, channels-1
	if span != "ch" {
		a, b, both := strings.Cut(span, "-")
		lo, _ = strconv.Atoi(a)
		if hi = lo; both {
			hi, _ = strconv.Atoi(b)
		}
	}
	for i := lo; i <= hi; i++ {
		next := row{key: after, value: r.value}
		if span == "ch" {
			next.value = strings.ReplaceAll(r.value, "{ch}", strconv.Itoa(i+1))
		}
		prefix := before + "[" + strconv.Itoa(i) + "]"
		next.expand(channels, func(key, value string) { each(prefix+key, value) })
	}
}
