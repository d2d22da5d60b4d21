package settings

import (
	"encoding/json"
	"strconv"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// JSON gives what a name covers as maps, lists and typed values, and whether there
// is such a name.
func (s *Settings) JSON(name string) (any, bool) { return s.graftAll(name, s.value) }

// FactoryJSON gives it as the factory set it.
func (s *Settings) FactoryJSON(name string) (any, bool) { return s.graftAll(name, s.factory) }

func (s *Settings) graftAll(name string, value func(*leaf) string) (any, bool) {
	part := s.tree.under(name)
	skip, err := wire.ParseKey(name)
	if len(part) == 0 || err != nil {
		return nil, false
	}
	var root any
	for i := range part {
		steps, _ := wire.ParseKey(part[i].key) // parsed before, when the tree was made
		root = graft(root, steps[len(skip):], part[i].kind.value(value(&part[i])))
	}
	return root, true
}

// graft puts a value into a tree of maps and lists.
func graft(tree any, steps []wire.Step, v any) any {
	if len(steps) == 0 {
		return v
	}
	if name := steps[0].Name; name != "" {
		m, ok := tree.(map[string]any)
		if !ok {
			m = map[string]any{}
		}
		m[name] = graft(m[name], steps[1:], v)
		return m
	}
	list, _ := tree.([]any)
	for len(list) <= steps[0].Index {
		list = append(list, nil)
	}
	list[steps[0].Index] = graft(list[steps[0].Index], steps[1:], v)
	return list
}

// Flatten gives the lines of a table that a client sends under a name, in the order
// of the tree. Members that are null are left out; a member that the tree does not
// have stays, so that [Settings.Set] refuses it.
func (s *Settings) Flatten(name string, table json.RawMessage) (wire.Table, error) {
	var v any
	if err := wire.DecodeParams(table, &v); err != nil {
		return nil, err
	}
	if v == nil {
		return nil, &Error{name, Value}
	}
	return wire.Flatten(name, prune(v))
}

// prune takes nulls out of a tree. A null in a list would move what follows it, so
// there it becomes an empty map, which has no lines.
func prune(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if e == nil {
				delete(v, k)
			} else {
				v[k] = prune(e)
			}
		}
	case []any:
		for i, e := range v {
			if e == nil {
				v[i] = map[string]any{}
			} else {
				v[i] = prune(e)
			}
		}
	case float64:
		if n := int64(v); float64(n) == v {
			return n
		}
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return v
}
