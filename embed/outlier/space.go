package outlier

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"kindred/embed"
	"kindred/embed/neighbor"
)

const (
	// block is the number of rows that are in memory in a form of their own.
	block = 2048
	// dims is the length of the vectors that the discriminant works on.
	dims = 100
	// learn is the number of rows that the axes are learned from.
	learn = 5000
	// shrink is what the mean spread of the columns adds to that of each: a
	// column that is hardly ever used must not decide alone.
	shrink = 0.3
)

// space is what is measured on the vectors of all rows.
type space struct {
	rooted []float64    // squared distance from the middle in units of each column's spread, of the rooted vectors
	near   embed.Matrix // rooted vectors in their strongest directions, each of them brought to about the same spread
	scale  []float64    // that each direction was divided by
	apart  float64      // how far groups of the rows lie from the others, before that
}

// rows returns rows lo to hi in the space of the model. back are the axes of
// the index space, an axis a column.
func rows(ctx context.Context, kernel embed.Kernel, unit, back embed.Matrix, lo, hi int) (embed.Matrix, error) {
	part := unit.Slice(lo, hi)
	if back.Rows == 0 {
		return part, nil
	}
	return kernel.Gemm(ctx, part, back)
}

func transpose(m embed.Matrix) embed.Matrix {
	t := embed.NewMatrix(m.Cols, m.Rows)
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			t.Data[j*m.Rows+i] = v
		}
	}
	return t
}

// root replaces each value by its square root, with its sign, and scales rows
// to length 1.
func root(m embed.Matrix) embed.Matrix {
	out := embed.NewMatrix(m.Rows, m.Cols)
	for i, v := range m.Data {
		if v < 0 {
			out.Data[i] = -float32(math.Sqrt(float64(-v)))
		} else {
			out.Data[i] = float32(math.Sqrt(float64(v)))
		}
	}
	for i := range out.Rows {
		row := out.Row(i)
		var sum float64
		for _, v := range row {
			sum += float64(v) * float64(v)
		}
		if sum == 0 {
			continue
		}
		scale := float32(1 / math.Sqrt(sum))
		for j := range row {
			row[j] *= scale
		}
	}
	return out
}

// column holds sums over the rows.
type column struct {
	n           int
	sum, square []float64
}

func (c *column) add(m embed.Matrix) {
	if c.sum == nil {
		c.sum, c.square = make([]float64, m.Cols), make([]float64, m.Cols)
	}
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			c.sum[j] += float64(v)
			c.square[j] += float64(v) * float64(v)
		}
	}
	c.n += m.Rows
}

// scale returns the mean of each column and the inverse of its shrunk spread;
// 0 where no column has any.
func (c *column) scale() (mean, inverse []float32) {
	mean, inverse = make([]float32, len(c.sum)), make([]float32, len(c.sum))
	spread := make([]float64, len(c.sum))
	var all float64
	for j := range c.sum {
		m := c.sum[j] / float64(c.n)
		mean[j] = float32(m)
		v := max(0, c.square[j]/float64(c.n)-m*m)
		spread[j] = math.Sqrt(v)
		all += v
	}
	if len(c.sum) == 0 {
		return mean, inverse
	}
	common := math.Sqrt(all / float64(len(c.sum)))
	if common <= 1e-6 { // rounding of equal rows
		return mean, inverse
	}
	for j, s := range spread {
		inverse[j] = float32(1 / (s + shrink*common))
	}
	return mean, inverse
}

// from writes the squared distances of the rows from the mean.
func from(m embed.Matrix, mean, inverse []float32, out []float64) {
	for i := range m.Rows {
		var sum float64
		for j, v := range m.Row(i) {
			d := (v - mean[j]) * inverse[j]
			sum += float64(d * d)
		}
		out[i] = sum
	}
}

// newSpace reads the vectors twice, block by block.
func newSpace(ctx context.Context, kernel embed.Kernel, unit, axes embed.Matrix, seed uint64) (space, error) {
	n := unit.Rows
	s := space{rooted: make([]float64, n)}
	back := transpose(axes)
	chosen := draw(n, learn, seed)
	var sample embed.Matrix
	var rooted column
	for lo := 0; lo < n; lo += block {
		hi := min(lo+block, n)
		part, err := rows(ctx, kernel, unit, back, lo, hi)
		if err != nil {
			return space{}, err
		}
		r := root(part)
		rooted.add(r)
		for len(chosen) > 0 && chosen[0] < hi {
			sample.Data = append(sample.Data, r.Row(chosen[0]-lo)...)
			sample.Rows, sample.Cols = sample.Rows+1, r.Cols
			chosen = chosen[1:]
		}
	}
	meanRoot, inverseRoot := rooted.scale()
	for i := range sample.Rows {
		row := sample.Row(i)
		for j := range row {
			row[j] -= meanRoot[j]
		}
	}
	directions, err := neighbor.Axes(ctx, kernel, sample, min(dims, sample.Rows-1), seed)
	if err != nil {
		return space{}, err
	}
	s.near = embed.NewMatrix(n, directions.Rows)
	for lo := 0; lo < n; lo += block {
		hi := min(lo+block, n)
		part, err := rows(ctx, kernel, unit, back, lo, hi)
		if err != nil {
			return space{}, err
		}
		r := root(part)
		from(r, meanRoot, inverseRoot, s.rooted[lo:hi])
		for i := range r.Rows {
			row := r.Row(i)
			for j := range row {
				row[j] -= meanRoot[j]
			}
		}
		low, err := kernel.Gemm(ctx, r, directions)
		if err != nil {
			return space{}, err
		}
		copy(s.near.Data[lo*s.near.Cols:], low.Data)
	}
	s.apart = apart(s.near, seed)
	s.scale = level(s.near)
	return s, ctx.Err()
}

// level divides each column by its spread, to which the mean spread of all is
// added: directions in which rows hardly differ hold little but noise. It
// returns what it divided by.
func level(m embed.Matrix) []float64 {
	square := make([]float64, m.Cols)
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			square[j] += float64(v) * float64(v) / float64(m.Rows)
		}
	}
	var mean float64
	for _, v := range square {
		mean += v / float64(m.Cols)
	}
	scale := make([]float64, m.Cols)
	if mean <= 1e-12 {
		clear(m.Data)
		return scale
	}
	for j, v := range square {
		scale[j] = math.Sqrt(v + mean)
	}
	for i := range m.Rows {
		row := m.Row(i)
		for j := range row {
			row[j] = float32(float64(row[j]) / scale[j])
		}
	}
	return scale
}

// draw returns count of n rows, in rising order.
func draw(n, count int, seed uint64) []int {
	order := rand.New(rand.NewPCG(seed, 0x6f7574)).Perm(n)
	order = order[:min(count, n)]
	slices.Sort(order)
	return order
}
