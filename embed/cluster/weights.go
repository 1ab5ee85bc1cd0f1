package cluster

import (
	"math"
	"slices"

	"kindred/embed/neighbor"
)

// links is a weighted undirected graph: node i is linked to
// to[start[i]:start[i+1]], each link standing at both of its ends, in rising
// order, without loops. self holds the weight inside a node, counted twice as
// in a sum over ends, which only nodes made of several have.
type links struct {
	start  []int32
	to     []int32
	weight []float32
	self   []float64
	degree []float64 // sum of a node's weights and self
	total  float64   // sum of the degrees
}

func (l *links) len() int { return len(l.degree) }

func (l *links) row(i int) ([]int32, []float32) {
	return l.to[l.start[i]:l.start[i+1]], l.weight[l.start[i]:l.start[i+1]]
}

const (
	// Reach is how many neighbours of an image the clusters look at. More
	// joins small groups to large ones, fewer leaves groups in pieces.
	Reach = 15
	// local is the neighbour whose distance is an image's own yardstick.
	local = 7
)

// weigh makes the graph of an image and its nearest neighbours: the weight
// falls with the distance, measured in units of the distances that are usual
// around both ends (Zelnik-Manor and Perona, "Self-tuning spectral
// clustering", 2004), so that a dense and a sparse region count alike. A link
// that only one end wants weighs half.
func weigh(g neighbor.Graph, n int) *links {
	k := min(g.K, Reach)
	type link struct {
		a, b int32
		w    float32
	}
	scale := make([]float64, n)
	for i := range n {
		if k > 0 {
			_, score := g.Row(i)
			scale[i] = math.Max(distance(score[min(local, k)-1]), 1e-6)
		}
	}
	all := make([]link, 0, n*k*2)
	for i := range n {
		if k == 0 {
			break
		}
		index, score := g.Row(i)
		for j, to := range index[:k] {
			d := distance(score[j])
			w := float32(math.Exp(-d*d/(scale[i]*scale[to])) / 2)
			w = max(w, 1e-6)
			all = append(all, link{int32(i), to, w}, link{to, int32(i), w})
		}
	}
	slices.SortFunc(all, func(x, y link) int {
		if x.a != y.a {
			return int(x.a) - int(y.a)
		}
		return int(x.b) - int(y.b)
	})
	l := &links{start: make([]int32, n+1), self: make([]float64, n), degree: make([]float64, n)}
	for i := 0; i < len(all); {
		j, w := i, float32(0)
		for ; j < len(all) && all[j].a == all[i].a && all[j].b == all[i].b; j++ {
			w += all[j].w
		}
		l.to, l.weight = append(l.to, all[i].b), append(l.weight, w)
		l.start[all[i].a+1]++
		l.degree[all[i].a] += float64(w)
		l.total += float64(w)
		i = j
	}
	for i := range n {
		l.start[i+1] += l.start[i]
	}
	return l
}

// distance turns a cosine into a distance that is never negative.
func distance(score float32) float64 { return math.Max(0, 1-float64(score)) }

// contract joins the nodes of each group into one: group[i] in 0..count-1.
func (l *links) contract(group []int32, count int) *links {
	members := make([][]int32, count)
	for i, g := range group {
		members[g] = append(members[g], int32(i))
	}
	out := &links{start: make([]int32, count+1), self: make([]float64, count), degree: make([]float64, count), total: l.total}
	sum := make([]float64, count)
	var touched []int32
	for g, nodes := range members {
		touched = touched[:0]
		for _, i := range nodes {
			out.self[g] += l.self[i]
			out.degree[g] += l.degree[i]
			to, weight := l.row(int(i))
			for j, t := range to {
				h := group[t]
				if int(h) == g {
					out.self[g] += float64(weight[j])
					continue
				}
				if sum[h] == 0 {
					touched = append(touched, h)
				}
				sum[h] += float64(weight[j])
			}
		}
		slices.Sort(touched)
		for _, h := range touched {
			out.to, out.weight = append(out.to, h), append(out.weight, float32(sum[h]))
			sum[h] = 0
		}
		out.start[g+1] = int32(len(out.to))
	}
	return out
}
