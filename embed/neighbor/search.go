package neighbor

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"

	"kindred/embed"
)

// Searcher answers queries over the rows of one matrix, again and again. It
// keeps the rows in 8 bits beside it, a quarter of their size: reading them is
// what a query costs. It is safe for concurrent use.
type Searcher struct {
	m      embed.Matrix
	kernel byteKernel // nil: without fast 8-bit products
	group  int
	q      *rounded
	turn   embed.Matrix
}

// NewSearcher prepares the rows of m, which must not change afterwards. On a
// processor without fast 8-bit products, and for few rows, it keeps nothing.
func NewSearcher(ctx context.Context, kernel embed.Kernel, m embed.Matrix) (*Searcher, error) {
	if err := embed.CheckFinite(m); err != nil {
		return nil, fmt.Errorf("nearest images: %w", err)
	}
	s := &Searcher{m: m}
	bk, ok := kernel.(byteKernel)
	if !ok || bk.BytesGroup() <= 0 || m.Rows < bytesFrom || m.Cols < 16 || m.Cols > 512 {
		return s, ctx.Err()
	}
	q, err := roundRows(ctx, kernel, m)
	if err != nil {
		return nil, fmt.Errorf("nearest images: %w", err)
	}
	q.columns = nil
	s.kernel, s.group, s.q, s.turn = bk, bk.BytesGroup(), q, rotation(m.Cols)
	return s, nil
}

// Query is the function Query over the rows of the searcher.
func (s *Searcher) Query(ctx context.Context, vector []float32, k int) ([]int32, []float32, error) {
	if err := embed.CheckFinite(embed.Matrix{Rows: 1, Cols: len(vector), Data: vector}); err != nil {
		return nil, nil, fmt.Errorf("nearest images: %w", err)
	}
	if s.m.Rows == 0 || k <= 0 {
		return nil, nil, ctx.Err()
	}
	if len(vector) != s.m.Cols {
		return nil, nil, fmt.Errorf("nearest images: vector of %d values against vectors of %d", len(vector), s.m.Cols)
	}
	k = min(k, s.m.Rows)
	if s.kernel == nil || k > s.m.Rows/20 {
		return s.plain(ctx, vector, k)
	}
	score, scale, bound, err := s.rough(ctx, vector)
	if err != nil {
		return nil, nil, fmt.Errorf("nearest images: %w", err)
	}
	// Whoever is among the k best truly is within twice the bound of the k-th
	// by rounded score.
	kth := kthLargest(score, k)
	limit := math.Floor(float64(kth) - 2*bound/scale)
	best := top{index: make([]int32, k), score: make([]float32, k)}
	for i, v := range score {
		if float64(v) >= limit {
			best.add(int32(i), dot(vector, s.m.Row(i)))
		}
	}
	return best.index, best.score, ctx.Err()
}

// rough returns the dot products by rounded values, in units of scale, and by
// how much they may be off.
func (s *Searcher) rough(ctx context.Context, vector []float32) (score []int32, scale, bound float64, err error) {
	dim, q := s.m.Cols, s.q
	turned := make([]float32, dim)
	var highest float32
	for i := range turned {
		turned[i] = dot(s.turn.Row(i), vector)
		highest = max(highest, turned[i], -turned[i])
	}
	step := max(float64(highest)/127, 1e-30)
	// One column of the product is used: the width is the least there is.
	columns := make([]int8, dim*s.group)
	var lost float64
	for i, v := range turned {
		w := max(-127, min(127, int(math.Floor(float64(v)/step+0.5))))
		columns[i*s.group] = int8(w)
		d := float64(v) - float64(w)*step
		lost += d * d
	}
	lost = math.Sqrt(lost)
	length := norm(vector)
	always := (length+lost)*q.mostLost + lost*q.longest
	likely := sure / math.Sqrt(12) * math.Hypot(q.step*length, step*q.longest)
	bound = min(always, likely) + 4e-6*length*q.longest

	score = make([]int32, q.n)
	workers := min(runtime.GOMAXPROCS(0), (q.n+tile-1)/tile)
	errs := make([]error, workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			wide, most := make([]int32, tile*s.group), make([]int32, tile)
			tiles := (q.n + tile - 1) / tile
			for t := tiles * w / workers; t < tiles*(w+1)/workers; t++ {
				errs[w] = s.kernel.Bytes(ctx, q.rows[t*tile*dim:(t+1)*tile*dim], columns, dim, wide, most)
				if errs[w] != nil {
					return
				}
				for i := t * tile; i < min((t+1)*tile, q.n); i++ {
					score[i] = wide[(i-t*tile)*s.group]
				}
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, 0, 0, err
		}
	}
	return score, q.step * step, bound, nil
}

// kthLargest returns the k-th largest of the values.
func kthLargest(values []int32, k int) int32 {
	hits := make([]uint64, 0, 2*k)
	low := int64(math.MinInt64)
	for _, v := range values {
		if int64(v) <= low {
			continue
		}
		if hits = append(hits, uint64(uint32(v)^1<<31)<<32); len(hits) == 2*k {
			largest(hits, k)
			hits = hits[:k]
			low = int64(scoreOf(slices.Min(hits)))
		}
	}
	largest(hits, k)
	return scoreOf(slices.Min(hits[:k]))
}

// plain computes every product in float32.
func (s *Searcher) plain(ctx context.Context, vector []float32, k int) ([]int32, []float32, error) {
	type hit struct {
		index int32
		score float32
	}
	hits := make([]hit, s.m.Rows)
	err := parallel(ctx, s.m.Rows, func(i int) { hits[i] = hit{int32(i), dot(vector, s.m.Row(i))} })
	if err != nil {
		return nil, nil, err
	}
	best := top{index: make([]int32, k), score: make([]float32, k)}
	if k <= 256 {
		for _, h := range hits {
			best.add(h.index, h.score)
		}
		return best.index, best.score, nil
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
	for i, h := range hits[:k] {
		best.index[i], best.score[i] = h.index, h.score
	}
	return best.index, best.score, nil
}
