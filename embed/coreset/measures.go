// Package coreset says how unlike the others and how typical each row of a
// matrix is, and chooses a few rows that stand for all. The functions are pure
// and deterministic; heavy products go through an embed.Kernel.
package coreset

import (
	"slices"

	"kindred/embed/neighbor"
)

// closest is the number of neighbours that uniqueness looks at.
const closest = 3

// Uniqueness says of each row how far it is from its three nearest neighbours:
// d/(d+m), where d is the mean of the distances 1 - cosine and m the median of
// d over all rows. It is 0 for a row that has copies, 1/2 for a usual one and
// approaches 1 for one that lies alone. FiftyOne Brain divides the same
// distance by the largest of all, so that one stray image makes all others
// look alike. A single row has 0.
func Uniqueness(g neighbor.Graph) []float32 {
	n := g.Len()
	d := make([]float64, n)
	for i := range n {
		_, score := g.Row(i)
		k := min(closest, len(score))
		for _, s := range score[:k] {
			d[i] += max(0, 1-float64(s)) / float64(k)
		}
	}
	out := make([]float32, n)
	if n == 0 {
		return out
	}
	sorted := slices.Clone(d)
	slices.Sort(sorted)
	m := sorted[n/2]
	for i, v := range d {
		if v > 1e-6 { // rounding of equal vectors
			out[i] = float32(v / (v + m))
		}
	}
	return out
}

// Representativeness says of each row for how many others it can stand: r/(r+K),
// where r is the number of rows that have it among their K nearest neighbours
// (its K-occurrence: Radovanovic, Nanopoulos, Ivanovic, "Hubs in space", 2010).
// The mean of r is K, so a usual row has 1/2; one that is nobody's neighbour
// has 0.
func Representativeness(g neighbor.Graph) []float32 {
	n := g.Len()
	count := make([]int, n)
	for _, to := range g.Index {
		count[to]++
	}
	out := make([]float32, n)
	for i, c := range count {
		out[i] = float32(c) / float32(c+g.K)
	}
	return out
}
