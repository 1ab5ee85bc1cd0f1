package cluster

import (
	"context"
	"math"
	"slices"

	"kindred/embed/neighbor"
)

// suggest finds the number of groups with the most modularity, among counts
// that grow by a fifth from step to step. Groups are looked at as the tree has
// them, before they are settled: that moves the number little.
func (t *Tree) suggest(ctx context.Context) error {
	t.best = min(t.n, 2)
	most := math.Inf(-1)
	for count := min(t.n, 2); count <= t.fine && count > 0; count = max(count+1, count*6/5) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if q := t.links.modularity(t.slice(count), count, 1); q > most+1e-9 {
			t.best, most = count, q
		}
	}
	return nil
}

// modularity is the weight within groups above what chance would put there
// (Newman and Girvan 2004; Reichardt and Bornholdt 2006 for the resolution).
func (l *links) modularity(group []int32, count int, resolution float64) float64 {
	if l.total == 0 {
		return 0
	}
	inside, degree := make([]float64, count), make([]float64, count)
	for i := range l.degree {
		g := group[i]
		degree[g] += l.degree[i]
		inside[g] += l.self[i]
		to, weight := l.row(i)
		for j, t := range to {
			if group[t] == g {
				inside[g] += float64(weight[j])
			}
		}
	}
	var q float64
	for g := range count {
		q += inside[g]/l.total - resolution*(degree[g]/l.total)*(degree[g]/l.total)
	}
	return q
}

// within is the part of the graph between the given nodes, which are those of
// one group, in rising order. Degrees are those in the whole graph.
func (l *links) within(nodes []int32, group []int32, own int32) *links {
	out := &links{
		start: make([]int32, len(nodes)+1), self: make([]float64, len(nodes)),
		degree: make([]float64, len(nodes)), total: l.total,
	}
	for i, node := range nodes {
		to, weight := l.row(int(node))
		for j, t := range to {
			if group[t] == own {
				at, _ := slices.BinarySearch(nodes, t)
				out.to, out.weight = append(out.to, int32(at)), append(out.weight, weight[j])
			}
		}
		out.degree[i] = l.degree[node]
		out.start[i+1] = int32(len(out.to))
	}
	return out
}

// astray is how many times farther an image's neighbours are than theirs are
// from them, for an image that belongs to no group.
const astray = 1.5

// strays finds images that no other image has for a neighbour and that lie far
// off for where they lie: the local outlier factor of Breunig et al. (2000),
// with the mean Euclidean distance to the nearest for the reachability.
func strays(g neighbor.Graph, n int) []bool {
	alone := make([]bool, n)
	k := min(g.K, Reach)
	if k == 0 || n <= Reach {
		return alone
	}
	wanted := make([]bool, n)
	spread := make([]float64, n)
	for i := range n {
		index, score := g.Row(i)
		for j, to := range index[:k] {
			wanted[to] = true
			spread[i] += math.Sqrt(distance(score[j])) / float64(k)
		}
	}
	for i := range n {
		if wanted[i] {
			continue
		}
		var around float64
		index, _ := g.Row(i)
		for _, to := range index[:k] {
			around += spread[to] / float64(k)
		}
		alone[i] = spread[i] > astray*math.Max(around, 1e-6)
	}
	return alone
}
