package embed

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// GoKernel implements Kernel in plain Go, on all cores. It is some forty times
// slower than ONNX Runtime; it serves as the second opinion in tests, and where
// the runtime library is missing. The zero value is ready.
//
// A dot product is added up from the first column to the last, so the same two
// rows have the same score wherever they stand.
type GoKernel struct{}

// rowsAtOnce is how many rows a goroutine takes at a time, and how many it does
// before it looks at the context.
const rowsAtOnce = 8

// CheckTopK returns the k that a TopK call can serve, min(k, base.Rows), or an
// error when shapes do not fit or a vector is not finite. Both kernels call it,
// so neither ever ranks a NaN.
func CheckTopK(queries, base Matrix, k int) (int, error) {
	if k < 0 {
		return 0, fmt.Errorf("rank vectors: k is %d", k)
	}
	if err := checkOperands("rank vectors", queries, base); err != nil {
		return 0, err
	}
	return min(k, base.Rows), nil
}

// CheckGemm returns an error when the shapes of a product do not fit or a value
// is not finite.
func CheckGemm(a, b Matrix) error { return checkOperands("multiply matrices", a, b) }

func checkOperands(operation string, a, b Matrix) error {
	for _, m := range []Matrix{a, b} {
		if m.Rows < 0 || m.Cols < 0 || len(m.Data) < m.Rows*m.Cols {
			return fmt.Errorf("%s: %d values for %d x %d", operation, len(m.Data), m.Rows, m.Cols)
		}
	}
	if a.Cols != b.Cols && a.Rows > 0 && b.Rows > 0 {
		return fmt.Errorf("%s: vectors of %d and of %d values", operation, a.Cols, b.Cols)
	}
	for _, m := range []Matrix{a, b} {
		if err := checkFinite(m); err != nil {
			return fmt.Errorf("%s: %w", operation, err)
		}
	}
	return nil
}

// checkFinite is CheckFinite for large matrices: v-v is 0, or NaN when v is not
// finite, and a sum keeps a NaN.
func checkFinite(m Matrix) error {
	data := m.Data[:m.Rows*m.Cols]
	var a, b, c, d float32
	for ; len(data) >= 4; data = data[4:] {
		a += data[0] - data[0]
		b += data[1] - data[1]
		c += data[2] - data[2]
		d += data[3] - data[3]
	}
	for _, v := range data {
		a += v - v
	}
	if a+b+c+d == 0 {
		return nil
	}
	return CheckFinite(m)
}

// TopK implements Kernel.
func (GoKernel) TopK(ctx context.Context, queries, base Matrix, k int) ([]int32, []float32, error) {
	k, err := CheckTopK(queries, base, k)
	if err != nil {
		return nil, nil, err
	}
	index, score := make([]int32, queries.Rows*k), make([]float32, queries.Rows*k)
	if k == 0 {
		return index, score, ctx.Err()
	}
	err = overRows(ctx, queries.Rows, func(row int, scores []float32) {
		best := ranking{index: index[row*k : row*k : (row+1)*k], score: score[row*k : row*k : (row+1)*k]}
		q := queries.Row(row)
		for lo := 0; lo < base.Rows; lo += len(scores) {
			part := base.Slice(lo, min(lo+len(scores), base.Rows))
			dots(scores[:part.Rows], q, part)
			for i, s := range scores[:part.Rows] {
				best.add(int32(lo+i), s)
			}
		}
		best.sort()
	})
	if err != nil {
		return nil, nil, fmt.Errorf("rank vectors: %w", err)
	}
	return index, score, nil
}

// Gemm implements Kernel.
func (GoKernel) Gemm(ctx context.Context, a, b Matrix) (Matrix, error) {
	if err := CheckGemm(a, b); err != nil {
		return Matrix{}, err
	}
	out := NewMatrix(a.Rows, b.Rows)
	err := overRows(ctx, a.Rows, func(row int, _ []float32) { dots(out.Row(row), a.Row(row), b) })
	if err != nil {
		return Matrix{}, fmt.Errorf("multiply matrices: %w", err)
	}
	return out, nil
}

// overRows calls work for every row, from one goroutine per core, and waits for
// them all. Each goroutine has a scratch of its own.
func overRows(ctx context.Context, rows int, work func(row int, scratch []float32)) error {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (rows+rowsAtOnce-1)/rowsAtOnce) {
		wait.Go(func() {
			scratch := make([]float32, 1024)
			for ctx.Err() == nil {
				hi := int(next.Add(rowsAtOnce))
				lo := hi - rowsAtOnce
				if lo >= rows {
					return
				}
				for row := lo; row < min(hi, rows); row++ {
					work(row, scratch)
				}
			}
		})
	}
	wait.Wait()
	return ctx.Err()
}

// dots writes the dot product of q and every row of m to dst. Four rows go at
// once to keep the adders busy; each sum is made in the same order as alone.
func dots(dst, q []float32, m Matrix) {
	row := 0
	for ; row+4 <= m.Rows; row += 4 {
		a, b, c, d := m.Row(row)[:len(q)], m.Row(row + 1)[:len(q)], m.Row(row + 2)[:len(q)], m.Row(row + 3)[:len(q)]
		var sa, sb, sc, sd float32
		for i, v := range q {
			sa += v * a[i]
			sb += v * b[i]
			sc += v * c[i]
			sd += v * d[i]
		}
		dst[row], dst[row+1], dst[row+2], dst[row+3] = sa, sb, sc, sd
	}
	for ; row < m.Rows; row++ {
		var sum float32
		for i, v := range m.Row(row)[:len(q)] {
			sum += q[i] * v
		}
		dst[row] = sum
	}
}

// ranking is a heap of the best candidates so far, the worst at its root. Its
// slices have the capacity for k and grow to it.
type ranking struct {
	index []int32
	score []float32
}

// worse reports whether candidate i ranks below candidate j.
func (r *ranking) worse(i, j int) bool {
	if r.score[i] != r.score[j] {
		return r.score[i] < r.score[j]
	}
	return r.index[i] > r.index[j]
}

// add offers a candidate; they come with rising index, so one that is only as
// good as the worst is not taken. A NaN, as an overflow makes it, is never
// taken once the heap is full.
func (r *ranking) add(index int32, score float32) {
	n := len(r.score)
	if n == cap(r.score) {
		if !(score > r.score[0]) {
			return
		}
		r.index[0], r.score[0] = index, score
		r.sink(0)
		return
	}
	r.index, r.score = append(r.index, index), append(r.score, score)
	for n > 0 && r.worse(n, (n-1)/2) {
		r.swap(n, (n-1)/2)
		n = (n - 1) / 2
	}
}

func (r *ranking) swap(i, j int) {
	r.index[i], r.index[j] = r.index[j], r.index[i]
	r.score[i], r.score[j] = r.score[j], r.score[i]
}

func (r *ranking) sink(i int) {
	for {
		child := 2*i + 1
		if child >= len(r.score) {
			return
		}
		if child+1 < len(r.score) && r.worse(child+1, child) {
			child++
		}
		if !r.worse(child, i) {
			return
		}
		r.swap(i, child)
		i = child
	}
}

// sort puts the best first.
func (r *ranking) sort() {
	type pair struct {
		index int32
		score float32
	}
	pairs := make([]pair, len(r.score))
	for i := range pairs {
		pairs[i] = pair{r.index[i], r.score[i]}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return int(a.index) - int(b.index)
	})
	for i, p := range pairs {
		r.index[i], r.score[i] = p.index, p.score
	}
}
