package neighbor

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"kindred/embed"
)

// Graph holds the K nearest neighbours of every row: row i's neighbours are
// Index[i*K : (i+1)*K], nearest first, ties by lower index, never i itself.
// Score is the dot product beside each, the cosine when the rows are
// normalised.
type Graph struct {
	K     int
	Index []int32
	Score []float32
}

// Len is the number of rows.
func (g Graph) Len() int {
	if g.K == 0 {
		return 0
	}
	return len(g.Index) / g.K
}

// Row returns the neighbours of row i and their scores, nearest first, sharing
// memory with the graph.
func (g Graph) Row(i int) ([]int32, []float32) {
	return g.Index[i*g.K : (i+1)*g.K : (i+1)*g.K], g.Score[i*g.K : (i+1)*g.K : (i+1)*g.K]
}

// block is the number of query rows handed to the kernel at once: enough to
// fill it, few enough that a cancelled run ends soon.
const block = 2048

// Build returns the exact graph of the k nearest rows of each row by dot
// product. K is min(k, m.Rows-1). Vectors that are not finite are refused.
func Build(ctx context.Context, kernel embed.Kernel, m embed.Matrix, k int) (Graph, error) {
	return BuildTick(ctx, kernel, m, k, func(int, int) {})
}

// The exact graph takes time with the square of the rows, the approximate one
// little more than with their number: on two cores of an EPYC they meet at some 130,000
// rows of 256 values, and at 45,000 without 8-bit products. Exact answers are
// worth waiting for a little longer.
const (
	exactUpTo   = 200_000
	exactFloats = 80_000 // without 8-bit products
)

// approximate reports whether so many rows are too many for the exact graph.
func approximate(kernel embed.Kernel, rows int) bool {
	if bk, ok := kernel.(byteKernel); ok && bk.BytesGroup() > 0 {
		return rows > exactUpTo
	}
	return rows > exactFloats
}

// BuildAny is BuildTick, or Descend where there are too many rows for that.
func BuildAny(ctx context.Context, kernel embed.Kernel, m embed.Matrix, k int, tick func(done, total int)) (Graph, error) {
	if approximate(kernel, m.Rows) {
		return Descend(ctx, m, k, descentSeed, tick)
	}
	return BuildTick(ctx, kernel, m, k, tick)
}

const descentSeed = 1

// BuildTick is Build with a callback that is told how far it is. It may come
// from several goroutines.
func BuildTick(ctx context.Context, kernel embed.Kernel, m embed.Matrix, k int, tick func(done, total int)) (Graph, error) {
	if err := embed.CheckFinite(m); err != nil {
		return Graph{}, fmt.Errorf("neighbour graph: %w", err)
	}
	k = min(k, m.Rows-1)
	if k <= 0 {
		return Graph{}, ctx.Err()
	}
	if g, ok, err := buildBytes(ctx, kernel, m, k, tick); ok || err != nil {
		if err != nil {
			return Graph{}, err
		}
		return g, nil
	}
	g := Graph{K: k, Index: make([]int32, m.Rows*k), Score: make([]float32, m.Rows*k)}
	for lo := 0; lo < m.Rows; lo += block {
		if err := ctx.Err(); err != nil {
			return Graph{}, err
		}
		hi := min(lo+block, m.Rows)
		err := rank(ctx, kernel, m, m.Slice(lo, hi), g, func(i int) int { return lo + i })
		if err != nil {
			return Graph{}, err
		}
		tick(hi, m.Rows)
	}
	return g, nil
}

// Query returns the k rows of m with the largest dot product with vector, best
// first, ties by lower index. The rows of m must be finite. One pass over the
// rows is all there is to it, and a kernel could not make it shorter: it takes
// as long as reading them does.
func Query(ctx context.Context, m embed.Matrix, vector []float32, k int) ([]int32, []float32, error) {
	q := embed.Matrix{Rows: 1, Cols: len(vector), Data: vector}
	if err := embed.CheckFinite(q); err != nil {
		return nil, nil, fmt.Errorf("nearest images: %w", err)
	}
	if m.Rows == 0 || k <= 0 {
		return nil, nil, ctx.Err()
	}
	if len(vector) != m.Cols {
		return nil, nil, fmt.Errorf("nearest images: vector of %d values against vectors of %d", len(vector), m.Cols)
	}
	k = min(k, m.Rows)
	scores := make([]float32, m.Rows)
	if err := parallel(ctx, m.Rows, func(i int) { scores[i] = dot(vector, m.Row(i)) }); err != nil {
		return nil, nil, err
	}
	best := top{index: make([]int32, k), score: make([]float32, k)}
	if k <= few {
		for i, s := range scores {
			best.add(int32(i), s)
		}
		return best.index, best.score, nil
	}
	order := make([]int32, m.Rows)
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(a, b))
	})
	for i, j := range order[:k] {
		best.index[i], best.score[i] = j, scores[j]
	}
	return best.index, best.score, nil
}

// few is the number up to which keeping a list of the best beats sorting all.
const few = 256

// Rerank puts exact scores into a graph that was built in another space: the
// neighbours of each row are scored by the dot product of the rows of m and
// the best k kept. A graph of the index space with a few more neighbours than
// wanted becomes the graph of the raw space that way, but for neighbours that
// the index space did not rank among its K.
func Rerank(ctx context.Context, g Graph, m embed.Matrix, k int) (Graph, error) {
	n := g.Len()
	if n != 0 && n != m.Rows {
		return Graph{}, fmt.Errorf("rank neighbours: graph of %d rows, %d vectors", n, m.Rows)
	}
	k = min(k, g.K)
	out := Graph{K: k, Index: make([]int32, n*k), Score: make([]float32, n*k)}
	err := parallel(ctx, n, func(i int) {
		near, _ := g.Row(i)
		type hit struct {
			index int32
			score float32
		}
		hits := make([]hit, len(near))
		for j, to := range near {
			hits[j] = hit{to, dot(m.Row(i), m.Row(int(to)))}
		}
		slices.SortFunc(hits, func(a, b hit) int {
			switch {
			case a.score > b.score:
				return -1
			case a.score < b.score:
				return 1
			}
			return int(a.index) - int(b.index)
		})
		for j := range k {
			out.Index[i*k+j], out.Score[i*k+j] = hits[j].index, hits[j].score
		}
	})
	if err != nil {
		return Graph{}, err
	}
	return out, nil
}

// Recall is the part of the true k nearest neighbours in the raw space that
// the graph holds among its first k, over a seeded sample of rows. Neighbours
// whose raw score lies within 1e-5 of the k-th count as found when another of
// the same score stands in their place.
func Recall(ctx context.Context, kernel embed.Kernel, g Graph, raw embed.Matrix, k, sample int, seed uint64) (float64, error) {
	n := g.Len()
	k = min(k, g.K)
	if n == 0 || k == 0 || sample <= 0 {
		return 1, ctx.Err()
	}
	if n != raw.Rows {
		return 0, fmt.Errorf("recall: graph of %d rows, %d vectors", n, raw.Rows)
	}
	rows := sampleRows(n, sample, seed)
	queries := embed.NewMatrix(len(rows), raw.Cols)
	for i, r := range rows {
		copy(queries.Row(i), raw.Row(r))
	}
	index, score, err := kernel.TopK(ctx, queries, raw, k+1)
	if err != nil {
		return 0, fmt.Errorf("recall: %w", err)
	}
	found, total := 0, 0
	width := len(index) / len(rows)
	for i, r := range rows {
		var kth float32
		left := k
		for j := i * width; j < (i+1)*width && left > 0; j++ {
			if int(index[j]) != r {
				kth, left = score[j], left-1
			}
		}
		near, _ := g.Row(r)
		for _, to := range near[:k] {
			if dot(raw.Row(r), raw.Row(int(to))) >= kth-1e-5 {
				found++
			}
		}
		total += k
	}
	return float64(found) / float64(total), nil
}

// sampleRows draws count of n rows without repetition, in rising order.
func sampleRows(n, count int, seed uint64) []int {
	if count >= n {
		all := make([]int, n)
		for i := range all {
			all[i] = i
		}
		return all
	}
	rows := rand.New(rand.NewPCG(seed, 0x6b696e)).Perm(n)[:count]
	slices.Sort(rows)
	return rows
}

// Normalize returns a copy of m with every row scaled to length 1. Rows of
// zeros stay zero.
func Normalize(m embed.Matrix) embed.Matrix {
	out := embed.NewMatrix(m.Rows, m.Cols)
	for i := range m.Rows {
		from, to := m.Row(i), out.Row(i)
		var sum float64
		for _, v := range from {
			sum += float64(v) * float64(v)
		}
		if sum == 0 {
			continue
		}
		scale := 1 / math.Sqrt(sum)
		for j, v := range from {
			to[j] = float32(float64(v) * scale)
		}
	}
	return out
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
