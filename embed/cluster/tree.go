// Package cluster puts images into groups of a kind, without being told how
// many there are, from coarse to fine.
//
// It works on the graph of nearest neighbours. Images that lie close are first
// joined into small, tight groups, by moving each where the modularity gains
// most; those are joined pair by pair into one dendrogram (Paris, Bonald et
// al. 2018), and within each small group its images likewise. A cut of the
// dendrogram is then settled: images at the border of two groups move to the
// one that holds more of their neighbours. The number of groups never changes
// by that.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sort"

	"kindred/embed/neighbor"
)

// Tree is a hierarchy of groups over N images. It does not change; several
// goroutines may cut it at once.
type Tree struct {
	n     int
	merge []merge // n-1 of them, in the order of joining
	fine  int     // the number of groups that the first step made
	best  int     // the number of groups that the data suggests
	alone []bool  // images that belong to none
	links *links

	built   int // images there were when it was built, not grown
	changed int // images that came and went since
}

// Len is the number of images.
func (t *Tree) Len() int { return t.n }

const (
	// tight is the resolution of the first, small groups: several times the
	// 1 at which modularity is usually read.
	tight  = 12
	rounds = 20
)

// Build makes the hierarchy from the graph of n images. With no image or one
// the tree is trivial.
func Build(ctx context.Context, g neighbor.Graph, n int) (*Tree, error) {
	if g.Len() != n && !(g.K == 0 && n <= 1) {
		return nil, fmt.Errorf("clusters: graph of %d images, %d given", g.Len(), n)
	}
	for i, to := range g.Index {
		if to < 0 || int(to) >= n {
			return nil, fmt.Errorf("clusters: image %d has a neighbour %d of %d", i/g.K, to, n)
		}
		if s := g.Score[i]; s-s != 0 {
			return nil, fmt.Errorf("clusters: image %d has a neighbour at %v", i/g.K, s)
		}
	}
	t := &Tree{n: n, links: weigh(g, n), alone: strays(g, n), built: n}
	if n == 0 {
		return t, ctx.Err()
	}
	group := make([]int32, n)
	for i := range group {
		group[i] = int32(i)
	}
	if _, err := settle(ctx, t.links, group, n, tight, rounds, false); err != nil {
		return nil, err
	}
	t.fine = compact(group)
	if err := t.join(ctx, group); err != nil {
		return nil, err
	}
	for i, m := range t.merge { // as they are stored
		t.merge[i].height = float64(float32(m.height))
	}
	return t, t.suggest(ctx)
}

// join makes the dendrogram: first within each group, then over the groups.
func (t *Tree) join(ctx context.Context, group []int32) error {
	members := make([][]int32, t.fine)
	for i, g := range group {
		members[g] = append(members[g], int32(i))
	}
	type step struct {
		group int
		at    int
		merge
	}
	var low []step
	for g, nodes := range members {
		part, err := paris(ctx, t.links.within(nodes, group, int32(g)))
		if err != nil {
			return err
		}
		for at, m := range part {
			low = append(low, step{g, at, m})
		}
	}
	sort.SliceStable(low, func(i, j int) bool { return low[i].height < low[j].height })
	// name[g][x] is the node of the whole tree that is node x of group g.
	name := make([][]int32, t.fine)
	top := make([]int32, t.fine)
	for g, nodes := range members {
		name[g] = make([]int32, 2*len(nodes)-1)
		copy(name[g], nodes)
		top[g] = nodes[0]
	}
	for _, s := range low {
		node := int32(t.n + len(t.merge))
		name[s.group][len(members[s.group])+s.at] = node
		top[s.group] = node
		t.merge = append(t.merge, merge{name[s.group][s.a], name[s.group][s.b], s.height})
	}
	high, err := paris(ctx, t.links.contract(group, t.fine))
	if err != nil {
		return err
	}
	node := func(x int32, first int) int32 {
		if int(x) < t.fine {
			return top[x]
		}
		return int32(first + int(x) - t.fine)
	}
	first := t.n + len(t.merge)
	for _, m := range high {
		t.merge = append(t.merge, merge{node(m.a, first), node(m.b, first), m.height})
	}
	if len(t.merge) != t.n-1 {
		return errors.New("clusters: the hierarchy does not hold every image")
	}
	return nil
}

// Cut returns the group of each image in exactly min(count, images) groups,
// numbered by falling size, ties by their first image.
func (t *Tree) Cut(ctx context.Context, count int) ([]int32, error) {
	count = max(min(count, t.n), min(t.n, 1))
	group := t.slice(count)
	if count > 1 && count <= t.fine {
		if _, err := settle(ctx, t.links, group, count, t.resolution(count), rounds, true); err != nil {
			return nil, err
		}
	}
	bySize(group)
	return group, ctx.Err()
}

// At cuts at a level from 0 (coarse) to 1 (fine). Images that belong to no
// group are -1: strays, and groups of fewer than three.
func (t *Tree) At(ctx context.Context, level float64) ([]int32, error) {
	group, err := t.Cut(ctx, t.Count(level))
	if err != nil {
		return nil, err
	}
	size := make([]int, t.n)
	for i, g := range group {
		if t.alone[i] {
			group[i] = -1
			continue
		}
		size[g]++
	}
	for i, g := range group {
		if g >= 0 && size[g] < smallest && t.n > smallest {
			group[i] = -1
		}
	}
	bySize(group)
	return group, nil
}

// smallest is the number of images that make a group.
const smallest = 3

// Count is the number of groups at a level: it grows by the same factor from
// step to step, from 2 to a third of the images.
func (t *Tree) Count(level float64) int {
	if t.n < 2 {
		return t.n
	}
	if !(level > 0) { // also NaN
		level = 0
	}
	level = math.Min(level, 1)
	return min(int(math.Round(2*math.Pow(t.most()/2, level))), t.n)
}

// Level is the inverse of Count: the level at which there are so many groups.
func (t *Tree) Level(count int) float64 {
	if t.most() <= 2 || count <= 2 {
		return 0
	}
	return math.Min(1, math.Log(float64(count)/2)/math.Log(t.most()/2))
}

func (t *Tree) most() float64 { return math.Max(2, float64(t.n)/smallest) }

// Suggest is the level with the most modularity.
func (t *Tree) Suggest() float64 { return t.Level(t.best) }

// resolution is the one at which count groups neither want to join nor to
// part: between the last merge that was made and the next.
func (t *Tree) resolution(count int) float64 {
	last := t.n - count // merges made
	low, high := 0.0, math.Inf(1)
	if last > 0 {
		low = t.merge[last-1].height
	}
	if last < len(t.merge) {
		high = t.merge[last].height
	}
	switch {
	case math.IsInf(high, 1) && low > 0 && !math.IsInf(low, 1):
		return 1 / low
	case math.IsInf(low, 1):
		return 1
	case low <= 0:
		return 1 / math.Max(high, 1e-9)
	}
	return 1 / math.Sqrt(low*high)
}

// slice returns the groups of the dendrogram when count are left.
func (t *Tree) slice(count int) []int32 {
	parent := make([]int32, 2*t.n)
	for i := range parent {
		parent[i] = int32(i)
	}
	for i, m := range t.merge[:t.n-count] {
		parent[m.a], parent[m.b] = int32(t.n+i), int32(t.n+i)
	}
	// Parents have higher numbers: from the top down each node learns its root.
	for i := len(parent) - 1; i >= 0; i-- {
		parent[i] = parent[parent[i]]
	}
	group := parent[:t.n:t.n]
	compact(group)
	return group
}

// bySize numbers groups by falling size, ties by first member; -1 stays.
func bySize(group []int32) {
	size, first := map[int32]int{}, map[int32]int{}
	var all []int32
	for i, g := range group {
		if g < 0 {
			continue
		}
		if size[g] == 0 {
			first[g] = i
			all = append(all, g)
		}
		size[g]++
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := all[i], all[j]
		if size[a] != size[b] {
			return size[a] > size[b]
		}
		return first[a] < first[b]
	})
	number := make(map[int32]int32, len(all))
	for i, g := range all {
		number[g] = int32(i)
	}
	for i, g := range group {
		if g >= 0 {
			group[i] = number[g]
		}
	}
}
