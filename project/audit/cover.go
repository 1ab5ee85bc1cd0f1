package audit

import (
	"cmp"
	"math"
	"slices"
)

// cover chooses the holders of the smallest weight in all of which every two
// holders that leak into each other have at least one: a minimum vertex cover.
// It goes by parts that hang together. A part of two splits is solved exactly as
// a minimum cut (König 1931), one of more by branching (exact up to
// branchWork), which starts from a cover that leaves out what weighs most.
func cover(all []holder) []bool {
	in := make([]bool, len(all))
	leaks := func(a, b int32) bool { return all[a].split != all[b].split }
	seen := make([]bool, len(all))
	for i := range all {
		if seen[i] {
			continue
		}
		seen[i] = true
		part := []int32{int32(i)}
		for k := 0; k < len(part); k++ {
			for _, n := range all[part[k]].near {
				if !seen[n] && leaks(part[k], n) {
					seen[n] = true
					part = append(part, n)
				}
			}
		}
		if len(part) == 1 {
			continue
		}
		slices.Sort(part)
		g := newLeaky(all, part)
		if g.splits == 2 {
			g.cut()
		} else {
			g.branch()
		}
		for k, node := range part {
			in[node] = g.in[k]
		}
	}
	return in
}

// leaky is a part of the leaking holders, numbered anew.
type leaky struct {
	near   [][]int32
	weight []int64
	side   []int // 0 for the split of the first, 1 for the next one met, and so on
	splits int
	in     []bool // the answer
}

func newLeaky(all []holder, part []int32) *leaky {
	n := len(part)
	g := &leaky{near: make([][]int32, n), weight: make([]int64, n), side: make([]int, n), in: make([]bool, n)}
	number := make(map[int32]int32, n)
	side := map[string]int{}
	for k, node := range part {
		number[node] = int32(k)
	}
	for k, node := range part {
		h := &all[node]
		if _, known := side[h.split]; !known {
			side[h.split] = len(side)
		}
		g.weight[k], g.side[k] = h.weight, side[h.split]
		for _, to := range h.near {
			if all[to].split != h.split {
				g.near[k] = append(g.near[k], number[to])
			}
		}
	}
	g.splits = len(side)
	return g
}

// cut is the minimum vertex cover of two sides, from the largest flow that goes
// from side 0 to side 1 with each holder letting through its weight (Dinic
// 1970). What the rest of the flow can reach on side 1, and cannot on side 0,
// is the cover.
func (g *leaky) cut() {
	n := len(g.near)
	rest := slices.Clone(g.weight)     // what a holder still lets through
	flow := make([]map[int32]int64, n) // of side 0 to its neighbours
	level, next := make([]int, n), make([]int, n)
	for i := range n {
		if g.side[i] == 0 {
			flow[i] = map[int32]int64{}
		}
	}
	// layers numbers what can be reached by how far it is, from side 0 over
	// pairs and back over pairs that carry flow; it reports whether side 1 has
	// an end that still lets something through.
	layers := func() bool {
		var queue []int32
		for i := range n {
			level[i], next[i] = -1, 0
			if g.side[i] == 0 && rest[i] > 0 {
				level[i] = 0
				queue = append(queue, int32(i))
			}
		}
		found := false
		for k := 0; k < len(queue); k++ {
			i := queue[k]
			found = found || g.side[i] == 1 && rest[i] > 0
			for _, to := range g.near[i] {
				if level[to] < 0 && (g.side[i] == 0 || flow[to][i] > 0) {
					level[to] = level[i] + 1
					queue = append(queue, to)
				}
			}
		}
		return found
	}
	var push func(i int32, most int64) int64
	push = func(i int32, most int64) int64 {
		if g.side[i] == 1 && rest[i] > 0 {
			sent := min(most, rest[i])
			rest[i] -= sent
			return sent
		}
		for ; next[i] < len(g.near[i]); next[i]++ {
			to := g.near[i][next[i]]
			room := most
			if g.side[i] == 1 {
				room = min(most, flow[to][i])
			}
			if level[to] != level[i]+1 || room == 0 {
				continue
			}
			if sent := push(to, room); sent > 0 {
				if g.side[i] == 0 {
					flow[i][to] += sent
				} else {
					flow[to][i] -= sent
				}
				return sent
			}
		}
		return 0
	}
	for layers() {
		for i := range n {
			for g.side[i] == 0 && rest[i] > 0 {
				sent := push(int32(i), rest[i])
				if sent == 0 {
					break
				}
				rest[i] -= sent
			}
		}
	}
	for i := range n {
		g.in[i] = (g.side[i] == 0) == (level[i] < 0)
	}
}

// branchWork bounds the work on one part of three or more splits, in looks at a
// holder: a part of up to some 40 holders is solved to the end.
const branchWork = 1 << 23

// branch tries for the holder with the most open leaks both to take it and to
// take all it leaks into, and keeps the lightest cover met.
func (g *leaky) branch() {
	g.first()
	best := g.total()
	n := len(g.near)
	const (
		open = iota
		taken
		left
	)
	state := make([]int, n)
	steps := 0
	var try func(sum int64)
	try = func(sum int64) {
		if steps += n; steps > branchWork || sum+g.least(state) >= best {
			return
		}
		most, at := 0, -1
		for i := range n {
			if state[i] != open {
				continue
			}
			d := 0
			for _, to := range g.near[i] {
				d += truth(state[to] == open)
			}
			if d > most {
				most, at = d, i
			}
		}
		if at < 0 {
			best = sum
			for i := range n {
				g.in[i] = state[i] == taken
			}
			return
		}
		state[at] = left
		var with []int32
		add := int64(0)
		for _, to := range g.near[at] {
			if state[to] == open {
				state[to] = taken
				with = append(with, to)
				add += g.weight[to]
			}
		}
		try(sum + add)
		for _, to := range with {
			state[to] = open
		}
		state[at] = taken
		try(sum + g.weight[at])
		state[at] = open
	}
	try(0)
}

// first is a cover to start from: the best of leaving out one split, and of
// leaving out what weighs most for its neighbours, one after the other.
func (g *leaky) first() {
	n := len(g.near)
	best, most := []bool(nil), int64(math.MaxInt64)
	for stay := range g.splits + 1 {
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int {
			// Those of the split that stays, then the heavy with few neighbours.
			return cmp.Or(cmp.Compare(truth(g.side[b] == stay), truth(g.side[a] == stay)),
				cmp.Compare(g.weight[b]/int64(len(g.near[b])), g.weight[a]/int64(len(g.near[a]))))
		})
		for i := range g.in {
			g.in[i] = false
		}
		out := make([]bool, n)
		for _, i := range order {
			out[i] = !slices.ContainsFunc(g.near[i], func(to int32) bool { return out[to] })
		}
		for i := range out {
			g.in[i] = !out[i]
		}
		if sum := g.total(); sum < most {
			best, most = slices.Clone(g.in), sum
		}
	}
	g.in = best
}

func (g *leaky) total() (sum int64) {
	for i, in := range g.in {
		if in {
			sum += g.weight[i]
		}
	}
	return sum
}

// least is what open leaks cost at least: pairs that share no holder need the
// lighter of each.
func (g *leaky) least(state []int) (sum int64) {
	used := make([]bool, len(state))
	for i := range state {
		if state[i] != 0 || used[i] {
			continue
		}
		for _, to := range g.near[i] {
			if state[to] == 0 && !used[to] {
				used[i], used[to] = true, true
				sum += min(g.weight[i], g.weight[to])
				break
			}
		}
	}
	return sum
}
