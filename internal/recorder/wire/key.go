package wire

import (
	"sort"
	"strconv"
	"strings"
)

// Step is one step of a nested key: a name, or an index when Name is empty.
type Step struct {
	Name  string
	Index int
}

const keyWhat = "nested key"

// ParseKey splits table.Encode[0].Video into its steps. Indexes are plain
// decimals up to [MaxIndex].
func ParseKey(key string) ([]Step, error) {
	if len(key) > MaxKey {
		return nil, tooLarge(keyWhat, "key")
	}
	var steps []Step
	for rest, first := key, true; rest != ""; first = false {
		if len(steps) == MaxSteps {
			return nil, tooLarge(keyWhat, "number of steps")
		}
		if rest[0] == '[' {
			s, tail, err := parseIndex(rest[1:])
			if err != nil {
				return nil, err
			}
			steps, rest = append(steps, s), tail
			continue
		}
		if !first {
			if rest[0] != '.' {
				return nil, malformed(keyWhat, "a name without a dot before it")
			}
			rest = rest[1:]
		}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		name := rest[:end]
		if name == "" || strings.ContainsAny(name, "]=\r\n\x00") {
			return nil, malformed(keyWhat, "name")
		}
		steps, rest = append(steps, Step{Name: name}), rest[end:]
	}
	if len(steps) == 0 {
		return nil, malformed(keyWhat, "empty")
	}
	return steps, nil
}

func parseIndex(s string) (Step, string, error) {
	digits, tail, ok := strings.Cut(s, "]")
	if !ok || digits == "" || len(digits) > 4 || (digits[0] == '0' && digits != "0") {
		return Step{}, "", malformed(keyWhat, "index")
	}
	n := 0
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return Step{}, "", malformed(keyWhat, "index")
		}
		n = n*10 + int(c-'0')
	}
	if n > MaxIndex {
		return Step{}, "", tooLarge(keyWhat, "index")
	}
	return Step{Index: n}, tail, nil
}

// FormatKey is the inverse of [ParseKey].
func FormatKey(steps []Step) string {
	var b strings.Builder
	for i, s := range steps {
		if s.Name == "" {
			b.WriteString("[" + strconv.Itoa(s.Index) + "]")
			continue
		}
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(s.Name)
	}
	return b.String()
}

// Flatten prints a tree of map[string]any, []any, strings, booleans and numbers
// (int, int64, float64) as lines under prefix, names in sorted order. A nil
// prints as an empty value; anything else is refused.
func Flatten(prefix string, v any) (Table, error) {
	var t Table
	if err := flatten(&t, prefix, v, 0); err != nil {
		return nil, err
	}
	return t, nil
}

func flatten(t *Table, key string, v any, depth int) error {
	if depth > MaxSteps {
		return tooLarge(keyWhat, "depth of the tree")
	}
	if len(key) > MaxKey { // each line has the whole key: one long name would be kept thousands of times
		return tooLarge(keyWhat, "key")
	}
	switch v := v.(type) {
	case map[string]any:
		names := make([]string, 0, len(v))
		for n := range v {
			names = append(names, n)
		}
		sort.Strings(names)
		for _, n := range names {
			k := n
			if key != "" {
				k = key + "." + n
			}
			if err := flatten(t, k, v[n], depth+1); err != nil {
				return err
			}
		}
		return nil
	case []any:
		if len(v) > MaxIndex+1 {
			return tooLarge(keyWhat, "list")
		}
		for i, e := range v {
			if err := flatten(t, key+"["+strconv.Itoa(i)+"]", e, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	s, ok := scalar(v)
	if !ok {
		return malformed(keyWhat, "a value that is not text, number or boolean")
	}
	if len(*t) == MaxPairs {
		return tooLarge(tableWhat, "number of lines")
	}
	*t = append(*t, Pair{key, s})
	return nil
}

func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int:
		return strconv.Itoa(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}
