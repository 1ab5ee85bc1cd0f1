package coreset

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"kindred/embed"
	"kindred/embed/neighbor"
)

const (
	// farEvery says which choices go to the row that is covered worst.
	farEvery = 10
	// copies is the cosine from which two rows count as one picture: the
	// second is chosen only when nothing else is left.
	copies = 0.98
	// few is the share of the rows up to which the choice looks beyond the
	// neighbours in the graph.
	few = 0.05
	// seen and offered bound the rows that such a choice is judged by, and
	// those that it chooses among: 40 MB of cosines.
	seen, offered = 2000, 5000
	// exactUpTo is the number of cosines, rows times choices, up to which
	// every choice is compared with every row.
	exactUpTo = 30_000_000
)

// Choose returns count rows (all, when there are fewer) that stand for all, in
// the order in which they were chosen: the first so many are a good choice of
// that number too. unit holds vectors of length 1 and graph their neighbours.
//
// It maximises the sum over all rows of the cosine to the nearest chosen one,
// greedily: at each step the row that adds most (facility location; the greedy
// choice reaches 63 % of the best at least: Nemhauser, Wolsey, Fisher 1978).
// Gains only fall, so most need not be computed again (Minoux 1978). A row can
// only add to the rows near it; with many choices those are its neighbours in
// the graph, with few a sample of all is looked at. Every tenth choice is the row that is farthest
// from all chosen ones (Gonzalez, "Clustering to minimize the maximum
// intercluster distance", 1985), so that nothing is left out altogether.
func Choose(ctx context.Context, kernel embed.Kernel, unit embed.Matrix, graph neighbor.Graph, count int, seed uint64) ([]int, error) {
	n := unit.Rows
	if err := embed.CheckFinite(unit); err != nil {
		return nil, fmt.Errorf("coreset: %w", err)
	}
	count = min(count, n)
	if count <= 0 {
		return []int{}, ctx.Err()
	}
	if n > 1 && graph.Len() != n {
		return nil, fmt.Errorf("coreset: graph of %d rows, %d vectors", graph.Len(), n)
	}
	c := &chooser{unit: unit, graph: graph, best: make([]float32, n), chosen: make([]bool, n), exact: n*count <= exactUpTo}
	var queue gains
	if float64(count) < few*float64(n) && n > 100 {
		if err := c.sample(ctx, kernel, seed); err != nil {
			return nil, err
		}
		for at, i := range c.offer {
			queue = append(queue, gain{row: i, at: at})
		}
	} else {
		c.reverse()
		for i := range n {
			queue = append(queue, gain{row: i, at: i})
		}
	}
	for k := range queue {
		queue[k].value = c.gain(queue[k].at, queue[k].row)
	}
	heap.Init(&queue)
	out := make([]int, 0, count)
	var late []int // copies of what was chosen
	for len(out) < count {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		next := -1
		if len(out)%farEvery == farEvery-1 {
			next = c.farthest()
		}
		for next < 0 && queue.Len() > 0 {
			top := &queue[0]
			if c.chosen[top.row] {
				heap.Pop(&queue)
				continue
			}
			if len(out) > 0 && c.best[top.row] >= copies {
				late = append(late, top.row)
				heap.Pop(&queue)
				continue
			}
			if now := c.gain(top.at, top.row); now < top.value {
				top.value = now
				heap.Fix(&queue, 0)
				continue
			}
			next = top.row
			heap.Pop(&queue)
		}
		if next < 0 {
			break
		}
		out = append(out, next)
		c.take(next)
	}
	return c.fill(out, late, count), nil
}

// fill adds what was passed over, when nothing else is left.
func (c *chooser) fill(out, late []int, count int) []int {
	for i := range c.chosen {
		if c.sampled() && c.best[i] < copies {
			late = append(late, i)
		}
	}
	slices.SortStableFunc(late, func(a, b int) int { return cmp.Or(cmp.Compare(c.best[a], c.best[b]), cmp.Compare(a, b)) })
	for i := range c.chosen {
		late = append(late, i)
	}
	for _, i := range late {
		if len(out) < count && !c.chosen[i] {
			c.chosen[i] = true
			out = append(out, i)
		}
	}
	return out
}

// chooser holds how well each row is covered by those chosen so far.
type chooser struct {
	unit   embed.Matrix
	graph  neighbor.Graph
	best   []float32 // largest cosine to a chosen row, at least 0
	chosen []bool
	exact  bool // best knows all chosen rows, not only neighbours

	from  []int32 // rows that have row i among their neighbours: from[start[i]:start[i+1]]
	score []float32
	start []int32

	look  []int // a sample of rows, with few choices
	offer []int // rows to choose from
	near  embed.Matrix
}

func (c *chooser) sampled() bool { return c.near.Rows > 0 }

// sample draws the rows that a choice of few is judged by, and computes their
// cosines to those that are offered.
func (c *chooser) sample(ctx context.Context, kernel embed.Kernel, seed uint64) error {
	order := rand.New(rand.NewPCG(seed, 0x636f7265)).Perm(c.unit.Rows)
	pick := func(count int) ([]int, embed.Matrix) {
		rows := slices.Clone(order[:min(count, len(order))])
		slices.Sort(rows)
		m := embed.NewMatrix(len(rows), c.unit.Cols)
		for i, r := range rows {
			copy(m.Row(i), c.unit.Row(r))
		}
		return rows, m
	}
	var look, offer embed.Matrix
	c.look, look = pick(seen)
	c.offer, offer = pick(offered)
	var err error
	if c.near, err = kernel.Gemm(ctx, offer, look); err != nil {
		return fmt.Errorf("coreset: %w", err)
	}
	c.exact = true
	return nil
}

// reverse lists for each row those that have it as a neighbour.
func (c *chooser) reverse() {
	n := c.unit.Rows
	c.start = make([]int32, n+1)
	for _, to := range c.graph.Index {
		c.start[to+1]++
	}
	for i := range n {
		c.start[i+1] += c.start[i]
	}
	c.from, c.score = make([]int32, len(c.graph.Index)), make([]float32, len(c.graph.Index))
	at := slices.Clone(c.start[:n])
	for i := range c.graph.Len() {
		near, score := c.graph.Row(i)
		for k, to := range near {
			c.from[at[to]], c.score[at[to]] = int32(i), score[k]
			at[to]++
		}
	}
}

// gain is what choosing a row would add to the sum.
func (c *chooser) gain(at, row int) float64 {
	var sum float64
	if c.sampled() {
		for k, s := range c.near.Row(at) {
			if d := s - c.best[c.look[k]]; d > 0 {
				sum += float64(d)
			}
		}
		return sum
	}
	sum = float64(1 - c.best[row])
	for k := c.start[row]; k < c.start[row+1]; k++ {
		if d := c.score[k] - c.best[c.from[k]]; d > 0 {
			sum += float64(d)
		}
	}
	return sum
}

// take chooses a row.
func (c *chooser) take(row int) {
	c.chosen[row] = true
	if !c.exact {
		for k := c.start[row]; k < c.start[row+1]; k++ {
			c.best[c.from[k]] = max(c.best[c.from[k]], c.score[k])
		}
		c.best[row] = 1
		return
	}
	v := c.unit.Row(row)
	const step = 1024
	var wait sync.WaitGroup
	limit := make(chan struct{}, runtime.GOMAXPROCS(0))
	for lo := 0; lo < c.unit.Rows; lo += step {
		limit <- struct{}{}
		wait.Go(func() {
			for i := lo; i < min(lo+step, c.unit.Rows); i++ {
				c.best[i] = max(c.best[i], dot(c.unit.Row(i), v))
			}
			<-limit
		})
	}
	wait.Wait()
	c.best[row] = 1
}

// farthest is the row that is covered worst, or -1 when all are covered by
// copies.
func (c *chooser) farthest() int {
	worst := -1
	for i, b := range c.best {
		if !c.chosen[i] && b < copies && (worst < 0 || b < c.best[worst]) {
			worst = i
		}
	}
	return worst
}

// dot uses four sums, which the processor can add side by side.
func dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	j := 0
	for ; j+4 <= len(a); j += 4 {
		s0 += a[j] * b[j]
		s1 += a[j+1] * b[j+1]
		s2 += a[j+2] * b[j+2]
		s3 += a[j+3] * b[j+3]
	}
	for ; j < len(a); j++ {
		s0 += a[j] * b[j]
	}
	return (s0 + s1) + (s2 + s3)
}

// gain is what a row would add when it was last computed.
type gain struct {
	row, at int
	value   float64
}

// gains is a heap, the largest first, ties by row.
type gains []gain

func (g gains) Len() int { return len(g) }
func (g gains) Less(i, j int) bool {
	return g[i].value > g[j].value || g[i].value == g[j].value && g[i].row < g[j].row
}
func (g gains) Swap(i, j int) { g[i], g[j] = g[j], g[i] }
func (g *gains) Push(x any)   { *g = append(*g, x.(gain)) }
func (g *gains) Pop() any {
	last := (*g)[len(*g)-1]
	*g = (*g)[:len(*g)-1]
	return last
}
