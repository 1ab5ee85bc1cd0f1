package neighbor

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"kindred/embed"
)

// IndexDims is the length of vectors in the index space.
const IndexDims = 256

const (
	// pcaRows bounds the rows that the axes are learned from. The second
	// moment of 1280 values is settled long before this many.
	pcaRows = 20000
	// oversample and sweeps are the p and q of the randomised method.
	oversample = 16
	sweeps     = 4
)

// PCA returns the rows of m in the space of its dims strongest directions, so
// that dot products are kept as well as dims numbers can keep them. The mean
// is not taken out: distances from it would not be the cosines that people are
// shown. A matrix that has no more than dims columns comes back as it is.
//
// The directions are the leading eigenvectors of the second moment, found by
// subspace iteration from a seeded random start (Halko, Martinsson, Tropp,
// "Finding structure with randomness", 2011, algorithm 4.4) on at most 20,000
// rows, drawn by the same seed.
func PCA(ctx context.Context, kernel embed.Kernel, m embed.Matrix, dims int, seed uint64) (embed.Matrix, error) {
	if err := embed.CheckFinite(m); err != nil {
		return embed.Matrix{}, fmt.Errorf("index space: %w", err)
	}
	if m.Cols <= dims || m.Rows == 0 {
		return m, ctx.Err()
	}
	axes, err := Axes(ctx, kernel, m, dims, seed)
	if err != nil {
		return embed.Matrix{}, err
	}
	return Project(ctx, kernel, m, axes)
}

// Project returns the rows of m in the coordinates of axes (one a row, as Axes
// returns them).
func Project(ctx context.Context, kernel embed.Kernel, m, axes embed.Matrix) (embed.Matrix, error) {
	out := embed.NewMatrix(m.Rows, axes.Rows)
	for lo := 0; lo < m.Rows; lo += block {
		hi := min(lo+block, m.Rows)
		part, err := kernel.Gemm(ctx, m.Slice(lo, hi), axes)
		if err != nil {
			return embed.Matrix{}, fmt.Errorf("index space: %w", err)
		}
		copy(out.Data[lo*axes.Rows:], part.Data)
	}
	return out, ctx.Err()
}

// Axes returns the dims strongest directions of the rows of m, one a row,
// orthonormal, strongest first.
func Axes(ctx context.Context, kernel embed.Kernel, m embed.Matrix, dims int, seed uint64) (embed.Matrix, error) {
	dims = min(dims, m.Cols)
	moment, err := secondMoment(ctx, kernel, m, seed)
	if err != nil {
		return embed.Matrix{}, err
	}
	width := min(dims+oversample, m.Cols)
	random := rand.New(rand.NewPCG(seed, 0x706361))
	// q holds one vector of the subspace a row.
	q := embed.NewMatrix(width, m.Cols)
	for i := range q.Data {
		q.Data[i] = float32(random.NormFloat64())
	}
	orthonormalise(q)
	for range sweeps {
		if q, err = kernel.Gemm(ctx, q, moment); err != nil { // the moment is symmetric
			return embed.Matrix{}, fmt.Errorf("index space: %w", err)
		}
		orthonormalise(q)
	}
	// Within the subspace the eigenvectors of the small matrix Q M Qᵀ are
	// the answer (Rayleigh-Ritz).
	qm, err := kernel.Gemm(ctx, q, moment)
	if err != nil {
		return embed.Matrix{}, fmt.Errorf("index space: %w", err)
	}
	small, err := kernel.Gemm(ctx, qm, q)
	if err != nil {
		return embed.Matrix{}, fmt.Errorf("index space: %w", err)
	}
	rotation := eigenvectors(small)
	axes, err := kernel.Gemm(ctx, rotation.Slice(0, dims), transpose(q, 0, q.Rows))
	if err != nil {
		return embed.Matrix{}, fmt.Errorf("index space: %w", err)
	}
	orthonormalise(axes)
	for i := range axes.Rows {
		turnPositive(axes.Row(i))
	}
	return axes, nil
}

// secondMoment returns mᵀm of a seeded sample of rows.
func secondMoment(ctx context.Context, kernel embed.Kernel, m embed.Matrix, seed uint64) (embed.Matrix, error) {
	rows := sampleRows(m.Rows, pcaRows, seed)
	sum := embed.NewMatrix(m.Cols, m.Cols)
	for lo := 0; lo < len(rows); lo += block {
		part := rows[lo:min(lo+block, len(rows))]
		t := embed.NewMatrix(m.Cols, len(part))
		for i, r := range part {
			for j, v := range m.Row(r) {
				t.Data[j*len(part)+i] = v
			}
		}
		product, err := kernel.Gemm(ctx, t, t)
		if err != nil {
			return embed.Matrix{}, fmt.Errorf("index space: %w", err)
		}
		for i, v := range product.Data {
			sum.Data[i] += v
		}
	}
	return sum, nil
}

func transpose(m embed.Matrix, lo, hi int) embed.Matrix {
	t := embed.NewMatrix(m.Cols, hi-lo)
	for i := lo; i < hi; i++ {
		for j, v := range m.Row(i) {
			t.Data[j*(hi-lo)+i-lo] = v
		}
	}
	return t
}

// orthonormalise runs modified Gram-Schmidt over the rows of q, twice for each
// row, in place. A row that depends on those before it becomes zero, and so
// does one that is nothing beside the others: where there are fewer rows of
// data than directions, the surplus ones fade with each sweep until their
// length has no inverse.
func orthonormalise(q embed.Matrix) {
	var largest float64
	for i := range q.Rows {
		largest = max(largest, norm(q.Row(i)))
	}
	for i := range q.Rows {
		row := q.Row(i)
		before := norm(row)
		for range 2 {
			for j := range i {
				other := q.Row(j)
				d := dot(row, other)
				if d == 0 {
					continue
				}
				for c, v := range other {
					row[c] -= d * v
				}
			}
		}
		length := norm(row)
		if length <= 1e-5*before || length <= 1e-12*largest {
			clear(row)
			continue
		}
		scale := float32(1 / length)
		for c := range row {
			row[c] *= scale
		}
	}
}

func norm(v []float32) float64 {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	return math.Sqrt(sum)
}

// turnPositive fixes the sign of an axis by its largest value, so that the
// result does not depend on the start.
func turnPositive(v []float32) {
	best := 0
	for i, x := range v {
		if math.Abs(float64(x)) > math.Abs(float64(v[best])) {
			best = i
		}
	}
	if v[best] < 0 {
		for i := range v {
			v[i] = -v[i]
		}
	}
}
