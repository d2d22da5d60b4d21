package h264

// counts keeps how many coefficients each 4x4 block has, which chooses the codes of
// its neighbors (clause 9.2.1). A row and a column of -1 stand for what is outside.
type counts struct {
	y      []int8
	c      [2][]int8
	ys, cs int
}

func newCounts(mw, mh int) counts {
	ys, cs := mw*4+1, mw*2+1
	return counts{
		y: make([]int8, ys*(mh*4+1)), ys: ys, cs: cs,
		c: [2][]int8{make([]int8, cs*(mh*2+1)), make([]int8, cs*(mh*2+1))},
	}
}

func (k *counts) clear() {
	edge(k.y, k.ys)
	edge(k.c[0], k.cs)
	edge(k.c[1], k.cs)
}

func edge(b []int8, stride int) {
	clear(b)
	for i := range stride {
		b[i] = -1
	}
	for i := 0; i < len(b); i += stride {
		b[i] = -1
	}
}

// column gives which of coeffTokens a block uses, from the counts at its left and
// above.
func column(b []int8, at, stride int) int {
	left, up := int(b[at-1]), int(b[at-stride])
	n := left + up
	switch {
	case left >= 0 && up >= 0:
		n = (n + 1) >> 1
	case left < 0 && up < 0:
		n = 0
	default:
		n++ // one is -1
	}
	switch {
	case n < 2:
		return 0
	case n < 4:
		return 1
	case n < 8:
		return 2
	}
	return 3
}

// residual writes the levels of a block, in the order of the scan (clause 7.3.5.3.2),
// and gives how many are not zero.
func residual(w *writer, levels []int32, tokens *[17][4]code, zeros [][]code) int {
	var level [16]int32
	var run [16]int
	total, gap, all := 0, 0, 0
	for i := range levels {
		if levels[i] == 0 {
			gap++
			continue
		}
		level[total], run[total] = levels[i], gap
		all += gap
		gap = 0
		total++
	}
	ones := 0
	for ones < min(3, total) && (level[total-1-ones] == 1 || level[total-1-ones] == -1) {
		ones++
	}
	t := tokens[total][ones]
	w.put(uint32(t.v), uint(t.n))
	if total == 0 {
		return 0
	}
	for i := range ones {
		w.put(uint32(level[total-1-i])>>31, 1)
	}
	writeLevels(w, level[:total-ones], total, ones)
	if total < len(levels) {
		z := zeros[total-1][all]
		w.put(uint32(z.v), uint(z.n))
	}
	for i := total - 1; i > 0 && all > 0; i-- {
		r := runBefore[min(all, 7)-1][run[i]]
		w.put(uint32(r.v), uint(r.n))
		all -= run[i]
	}
	return total
}

// writeLevels writes all but the trailing ones, the last first (clause 9.2.2.1).
func writeLevels(w *writer, level []int32, total, ones int) {
	suffix := uint(0)
	if total > 10 && ones < 3 {
		suffix = 1
	}
	for i := len(level) - 1; i >= 0; i-- {
		v := level[i]
		c := 2*v - 2
		if v < 0 {
			c = -2*v - 1
			v = -v
		}
		if i == len(level)-1 && ones < 3 {
			c -= 2
		}
		writeLevel(w, uint32(c), suffix)
		if suffix == 0 {
			suffix = 1
		}
		if v > 3<<(suffix-1) && suffix < 6 {
			suffix++
		}
	}
}

// writeLevel writes levelCode c as level_prefix and level_suffix. A quantizer of
// MinQP keeps levels below what prefix 15 holds.
func writeLevel(w *writer, c uint32, suffix uint) {
	switch {
	case suffix == 0 && c < 14:
		w.put(1, uint(c)+1)
	case suffix == 0 && c < 30:
		w.put(1, 15)
		w.put(c-14, 4)
	case suffix == 0:
		w.put(1, 16)
		w.put(c-30, 12)
	case c < 15<<suffix:
		w.put(1, uint(c>>suffix)+1)
		w.put(c, suffix)
	default:
		w.put(1, 16)
		w.put(c-15<<suffix, 12)
	}
}
