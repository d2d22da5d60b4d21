package settings

import (
	"slices"
	"strings"
	"sync"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Shape is what the factory state of a recorder depends on.
type Shape struct {
	Generation string // A, B or C
	Channels   int
}

// Tree is the factory state of one shape. It never changes and may be used at once
// from several goroutines.
type Tree struct {
	leaves []leaf
	index  map[string]int
	names  []string          // of the first step, in order
	spans  map[string][2]int // of leaves, by the first step
}

type leaf struct {
	key   string
	value string
	kind  *kind
}

var rows = sync.OnceValues(parseRows)

// trees are the shapes asked for so far: at most generations times channels.
var trees struct {
	sync.Mutex
	made map[Shape]*Tree
}

// Factory gives the tree of a shape. The same shape gives the same tree.
func Factory(s Shape) *Tree {
	trees.Lock()
	defer trees.Unlock()
	if t := trees.made[s]; t != nil {
		return t
	}
	t := grow(s)
	if trees.made == nil {
		trees.made = map[Shape]*Tree{}
	}
	trees.made[s] = t
	return t
}

// grow makes the tree of a shape.
func grow(s Shape) *Tree {
	all, err := rows()
	if err != nil {
		panic(err) // the files are part of the program
	}
	var root node
	for _, r := range all {
		if r.generations != "" && !strings.Contains(r.generations, s.Generation) {
			continue
		}
		r.expand(s.Channels, func(key, value string) {
			steps, err := wire.ParseKey(key)
			if err != nil {
				panic("settings: " + key + ": " + err.Error())
			}
			root.put(steps, leaf{key, value, r.kind})
		})
	}
	t := &Tree{index: map[string]int{}, spans: map[string][2]int{}}
	for _, top := range root.below {
		from := len(t.leaves)
		top.collect(t)
		t.names = append(t.names, top.step.Name)
		t.spans[top.step.Name] = [2]int{from, len(t.leaves)}
	}
	return t
}

// node orders the leaves: names as the files have them, indexes by number.
type node struct {
	step  wire.Step
	leaf  *leaf
	below []*node
}

func (n *node) put(steps []wire.Step, l leaf) {
	if len(steps) == 0 {
		n.leaf = &l
		return
	}
	i := slices.IndexFunc(n.below, func(c *node) bool { return c.step == steps[0] })
	if i < 0 {
		i = len(n.below)
		if steps[0].Name == "" {
			for i > 0 && n.below[i-1].step.Index > steps[0].Index {
				i--
			}
		}
		n.below = slices.Insert(n.below, i, &node{step: steps[0]})
	}
	n.below[i].put(steps[1:], l)
}

func (n *node) collect(t *Tree) {
	if n.leaf != nil {
		t.index[n.leaf.key] = len(t.leaves)
		t.leaves = append(t.leaves, *n.leaf)
	}
	for _, c := range n.below {
		c.collect(t)
	}
}

// Names lists the first steps of all keys: General, Network, ...
func (t *Tree) Names() []string { return slices.Clone(t.names) }

// Len is how many settings there are.
func (t *Tree) Len() int { return len(t.leaves) }

// find gives the leaf of a key, or nil.
func (t *Tree) find(key string) *leaf {
	i, there := t.index[key]
	if !there {
		return nil
	}
	return &t.leaves[i]
}

// under gives the leaves that a name covers: itself, or all below it.
func (t *Tree) under(name string) []leaf {
	top := name
	if i := strings.IndexAny(name, ".["); i >= 0 {
		top = name[:i]
	}
	span, there := t.spans[top]
	if !there {
		return nil
	}
	part := t.leaves[span[0]:span[1]]
	if top == name {
		return part
	}
	from := slices.IndexFunc(part, func(l leaf) bool { return covers(name, l.key) })
	if from < 0 {
		return nil
	}
	part = part[from:]
	if end := slices.IndexFunc(part, func(l leaf) bool { return !covers(name, l.key) }); end >= 0 {
		part = part[:end]
	}
	return part
}

// covers tells whether key is name or lies under it: Network.eth0.MTU lies under
// Network and under Network.eth0, but not under Net.
func covers(name, key string) bool {
	if !strings.HasPrefix(key, name) {
		return false
	}
	return len(key) == len(name) || key[len(name)] == '.' || key[len(name)] == '['
}
