package cluster

import (
	"context"
	"math"
)

// merge joins two nodes of a dendrogram into a new one. Nodes below the number
// of leaves are leaves; merge i makes node leaves+i.
type merge struct {
	a, b   int32
	height float64 // 1/height is the resolution at which joining stops paying; infinite where nothing links a and b
}

// paris joins the nodes of a graph pair by pair into one dendrogram: always
// two that are each other's nearest, where the distance of a and b is
// w(a)w(b)/w(a,b), the weights of the ends over the weight between (Bonald et
// al., "Hierarchical graph clustering using node pair sampling", 2018). Pieces
// that nothing links are joined at the end, smallest first.
// The merges come out in rising order of height.
func paris(ctx context.Context, l *links) ([]merge, error) {
	n := l.len()
	if n == 0 {
		return nil, nil
	}
	near := make([]map[int32]float64, n, 2*n)
	degree := make([]float64, n, 2*n)
	for i := range n {
		to, weight := l.row(i)
		near[i] = make(map[int32]float64, len(to))
		for j, t := range to {
			near[i][t] = float64(weight[j])
		}
		degree[i] = l.degree[i]
	}
	nearest := func(a int32) (int32, float64) {
		best, least := int32(-1), math.Inf(1)
		for b, w := range near[a] {
			d := degree[a] / w * degree[b]
			if d < least || d == least && b < best {
				best, least = b, d
			}
		}
		return best, least
	}
	var out []merge
	var pieces []int32
	var chain []int32
	dead := make([]bool, n, 2*n)
	for first := range n {
		if dead[first] {
			continue
		}
		chain = append(chain[:0], int32(first))
		for len(chain) > 0 {
			if len(out)%1024 == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			a := chain[len(chain)-1]
			b, d := nearest(a)
			if b < 0 {
				pieces = append(pieces, a)
				dead[a] = true
				chain = chain[:len(chain)-1]
				continue
			}
			// Of equally near ones the node before in the chain is taken, or
			// the chain would run in a circle.
			if len(chain) > 1 {
				before := chain[len(chain)-2]
				if w, ok := near[a][before]; ok && degree[a]/w*degree[before] <= d {
					b = before
				}
			}
			if len(chain) < 2 || chain[len(chain)-2] != b {
				chain = append(chain, b)
				continue
			}
			chain = chain[:len(chain)-2]
			c := int32(len(near))
			out = append(out, merge{min(a, b), max(a, b), d / l.total})
			near = append(near, join(near, a, b, c))
			degree = append(degree, degree[a]+degree[b])
			dead[a], dead[b] = true, true
			dead = append(dead, false)
			if len(chain) == 0 {
				chain = append(chain, c)
			}
		}
	}
	return inOrder(out, n, pieces, degree), nil
}

// join makes the links of c out of those of a and b, which are given up, and
// tells the neighbours.
func join(near []map[int32]float64, a, b, c int32) map[int32]float64 {
	small, large := near[a], near[b]
	if len(small) > len(large) {
		small, large = large, small
	}
	delete(large, a)
	delete(large, b)
	for t, w := range small {
		if t != a && t != b {
			large[t] += w
		}
	}
	for t, w := range large {
		delete(near[t], a)
		delete(near[t], b)
		near[t][c] = w
	}
	near[a], near[b] = nil, nil
	return large
}
