package coreset

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"kindred/embed"
)

// Coverage says how near the rows are to those chosen, as distances 1 - cosine
// to the nearest one.
type Coverage struct {
	Mean, Max float64
	Stands    []int // of each chosen row: rows that it is the nearest to, itself among them
}

// Cover measures a choice.
func Cover(ctx context.Context, kernel embed.Kernel, unit embed.Matrix, chosen []int) (Coverage, error) {
	c := Coverage{Stands: make([]int, len(chosen))}
	if len(chosen) == 0 || unit.Rows == 0 {
		return c, ctx.Err()
	}
	base := embed.NewMatrix(len(chosen), unit.Cols)
	own := make(map[int]int, len(chosen))
	for k, i := range chosen {
		copy(base.Row(k), unit.Row(i))
		own[i] = k
	}
	const block = 2048
	for lo := 0; lo < unit.Rows; lo += block {
		hi := min(lo+block, unit.Rows)
		index, score, err := kernel.TopK(ctx, unit.Slice(lo, hi), base, 1)
		if err != nil {
			return Coverage{}, fmt.Errorf("coverage: %w", err)
		}
		for k, s := range score {
			d := min(max(0, 1-float64(s)), 2)
			if to, ok := own[lo+k]; ok {
				c.Stands[to]++
				continue
			}
			c.Stands[index[k]]++
			c.Mean += d / float64(unit.Rows)
			c.Max = max(c.Max, d)
		}
	}
	return c, nil
}

// Random draws count of n rows.
func Random(n, count int, seed uint64) []int {
	return rand.New(rand.NewPCG(seed, 0x72616e64)).Perm(n)[:min(count, n)]
}

// ridge is the weight of the penalty of Probe, for rows of length 1.
const ridge = 0.1

// Probe trains a linear classifier (least squares with a penalty on one column
// a class, after the mean is taken out) on the chosen rows and returns the part
// of the other rows that it gets right. class holds a number of each row from 0
// on, negative ones take no part; ok is false when there is nothing to learn or
// nothing to try it on.
func Probe(unit embed.Matrix, class []int, chosen []int) (accuracy float64, ok bool) {
	d := unit.Cols
	var train []int
	in := map[int]bool{}
	classes := 0
	kinds := map[int]bool{}
	for _, i := range chosen {
		in[i] = true
		if class[i] >= 0 {
			train = append(train, i)
			kinds[class[i]] = true
		}
	}
	for _, c := range class {
		classes = max(classes, c+1)
	}
	if len(kinds) < 2 {
		return 0, false
	}
	mean := make([]float64, d)
	share := make([]float64, classes)
	for _, i := range train {
		share[class[i]] += 1 / float64(len(train))
		for j, v := range unit.Row(i) {
			mean[j] += float64(v) / float64(len(train))
		}
	}
	gram := make([]float64, d*d)
	right := make([]float64, classes*d)
	x := make([]float64, d)
	for _, i := range train {
		for j, v := range unit.Row(i) {
			x[j] = float64(v) - mean[j]
		}
		for j, v := range x {
			row := gram[j*d : j*d+j+1]
			for k := range row {
				row[k] += v * x[k]
			}
			right[class[i]*d+j] += v
		}
	}
	var trace float64
	for j := range d {
		trace += gram[j*d+j]
	}
	for j := range d {
		gram[j*d+j] += max(ridge*trace/float64(d), 1e-9)
	}
	cholesky(gram, d)
	for c := range classes {
		solve(gram, right[c*d:(c+1)*d], d)
	}
	tried, hits := 0, 0
	for i, want := range class {
		if want < 0 || in[i] {
			continue
		}
		for j, v := range unit.Row(i) {
			x[j] = float64(v) - mean[j]
		}
		best, value := -1, math.Inf(-1)
		for c := range classes {
			if share[c] == 0 {
				continue
			}
			s := share[c]
			for j, w := range right[c*d : (c+1)*d] {
				s += w * x[j]
			}
			if s > value {
				best, value = c, s
			}
		}
		tried++
		if best == want {
			hits++
		}
	}
	if tried == 0 {
		return 0, false
	}
	return float64(hits) / float64(tried), true
}

// cholesky replaces the lower triangle of a positive definite matrix by its
// factor.
func cholesky(a []float64, d int) {
	for i := range d {
		for j := range i + 1 {
			s := a[i*d+j]
			for k := range j {
				s -= a[i*d+k] * a[j*d+k]
			}
			if i == j {
				a[i*d+i] = math.Sqrt(max(s, 1e-12))
			} else {
				a[i*d+j] = s / a[j*d+j]
			}
		}
	}
}

// solve replaces b by the solution of the factored system.
func solve(l, b []float64, d int) {
	for i := range d {
		for k := range i {
			b[i] -= l[i*d+k] * b[k]
		}
		b[i] /= l[i*d+i]
	}
	for i := range slices.Backward(b) {
		for k := i + 1; k < d; k++ {
			b[i] -= l[k*d+i] * b[k]
		}
		b[i] /= l[i*d+i]
	}
}
