// Package outlier finds the rows of a matrix that belong to no group: single
// ones that lie far from all others, and small groups that are foreign to the
// rest. The functions are pure and deterministic; heavy products go through an
// embed.Kernel.
//
// The distance to the k-th neighbour (Ramaswamy, Rastogi, Shim, "Efficient
// algorithms for mining outliers from large data sets", 2000) sees the single
// ones, but not a foreign group of more than k: each of its members has its
// neighbours inside. So three views are added up, each in units of its usual
// spread:
//
//   - the distance to the 10th neighbour;
//   - the distance within which one of twenty rows lies, which sees groups that
//     are smaller than that;
//   - the squared distance from the middle, column by column in units of that
//     column's spread (a Mahalanobis distance with a diagonal, shrunk matrix), of
//     the square roots of the values (so that a weak response of a rarely used
//     column weighs more; the roots compare vectors as Hellinger's distance
//     compares frequencies).
//
// What stands out by that sum is then described, and the description tried on
// the images that did not take part in it: a linear discriminant between the
// foremost twentieth and the rest (Fisher, 1936), with shares of membership in
// place of a hard cut and cross-validated in five parts so that no row judges
// itself. Foreign images that resemble each other pull each other up in that
// way; where the foremost have nothing in common, the discriminant says nothing
// that holds outside its part, and the distance to the neighbours takes its
// place; so it does where the foremost are no farther from the rest than the
// groups of the rest are from each other, as in a collection of many kinds. It is self-training with out-of-sample pseudo-labels, a few rounds of
// it.
package outlier

import (
	"context"
	"fmt"
	"math"
	"slices"

	"kindred/embed"
	"kindred/embed/neighbor"
)

const (
	// Neighbour is the place of the neighbour whose distance counts.
	Neighbour = 10
	// fewest rows that can show what is usual. With less every score is 0.
	fewest = 3
	// settled is the number of rows from which what they show is trusted, and
	// describable that from which a twentieth of them can be described.
	settled, describable = 12, 60
)

// Result says of each row how far it stands out.
type Result struct {
	// Score is a probability, 0 to 1, that the row belongs to no group. Rows
	// have the same score only when nothing tells them apart.
	Score []float32
	// Far is the distance to the tenth neighbour (or the last), 1 - cosine.
	Far []float32
}

// Find scores every row of unit, whose rows have length 1. graph is its
// neighbour graph. axes, when it has rows, are those of the index space that
// unit is in (see neighbor.Axes): the rows are then taken back to the space that
// the model made. seed draws samples. Vectors that are not finite are refused.
// Memory beyond inputs and results is some 500 bytes a row.
func Find(ctx context.Context, kernel embed.Kernel, unit, axes embed.Matrix, graph neighbor.Graph, seed uint64) (Result, error) {
	n := unit.Rows
	if err := embed.CheckFinite(unit); err != nil {
		return Result{}, fmt.Errorf("outliers: %w", err)
	}
	r := Result{Score: make([]float32, n), Far: make([]float32, n)}
	if n < fewest {
		return r, ctx.Err()
	}
	if graph.Len() != n {
		return Result{}, fmt.Errorf("outliers: graph of %d rows, %d vectors", graph.Len(), n)
	}
	far := make([]float64, n)
	for i := range n {
		_, score := graph.Row(i)
		far[i] = max(0, 1-float64(score[min(Neighbour, graph.K)-1]))
		r.Far[i] = float32(far[i])
	}
	wide, err := widely(ctx, kernel, unit, seed)
	if err != nil {
		return Result{}, err
	}
	s, err := newSpace(ctx, kernel, unit, axes, seed)
	if err != nil {
		return Result{}, err
	}
	sum := make([]float64, n)
	for _, view := range [][]float64{far, wide, s.rooted} {
		for i, v := range standard(view) {
			sum[i] += v
		}
	}
	if n >= describable {
		if sum, err = describe(ctx, sum, far, s, seed); err != nil {
			return Result{}, err
		}
	} else {
		sum = join(standard(sum), far)
	}
	probabilities(sum, r.Score)
	return r, ctx.Err()
}

const (
	// range of the wide neighbourhood, as a part of all rows, and the number
	// of rows that stand for all.
	wideShare = 0.05
	wideRows  = 2000
)

// widely returns the distances 1 - cosine within which the given share of all
// rows lies, judged by a sample where there are many, but no less than the
// tenth.
func widely(ctx context.Context, kernel embed.Kernel, unit embed.Matrix, seed uint64) ([]float64, error) {
	n := unit.Rows
	chosen := draw(n, wideRows, seed)
	sample := embed.NewMatrix(len(chosen), unit.Cols)
	within := make([]bool, n)
	for k, i := range chosen {
		copy(sample.Row(k), unit.Row(i))
		within[i] = true
	}
	place := min(max(int(wideShare*float64(len(chosen))), Neighbour), len(chosen)-1)
	out := make([]float64, n)
	for lo := 0; lo < n; lo += block {
		hi := min(lo+block, n)
		_, score, err := kernel.TopK(ctx, unit.Slice(lo, hi), sample, place+1)
		if err != nil {
			return nil, fmt.Errorf("outliers: %w", err)
		}
		for i := lo; i < hi; i++ {
			at := (i - lo) * (place + 1)
			if within[i] {
				at += place // a row of the sample finds itself first
			} else {
				at += place - 1
			}
			out[i] = max(0, 1-float64(score[at]))
		}
	}
	return out, nil
}

// same is the spread, as a part of the size of the values, below which they
// differ by rounding only.
const same = 1e-4

// standard returns values in units of their spread around the median: the
// median absolute deviation, scaled to be the standard deviation of a normal
// distribution. Values that are all alike become 0.
func standard(values []float64) []float64 {
	out := make([]float64, len(values))
	middle := median(values)
	var largest float64
	for i, v := range values {
		out[i] = math.Abs(v - middle)
		largest = max(largest, math.Abs(v))
	}
	spread := 1.4826 * median(out)
	if spread <= same*largest {
		// More than half are alike. What is left is measured by its mean,
		// so that the rest still stands out.
		spread = 0
		for _, d := range out {
			spread += d / float64(len(out))
		}
	}
	if spread <= same*largest {
		clear(out)
		return out
	}
	for i, v := range values {
		out[i] = (v - middle) / spread
	}
	return out
}

func median(values []float64) float64 { return quantile(values, 0.5) }

// quantile returns the value that the part q of the values lies below.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	at := q * float64(len(sorted)-1)
	lo := int(at)
	hi := min(lo+1, len(sorted)-1)
	return sorted[lo] + (at-float64(lo))*(sorted[hi]-sorted[lo])
}
