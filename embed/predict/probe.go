package predict

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"

	"kindred/embed"
)

// Labelled are rows with their classes. A row may have several: the same
// picture under two labels.
type Labelled struct {
	Features embed.Matrix // as Features makes them
	Classes  [][]int32    // of each row, at least one; numbers below Count
	Count    int          // of classes
}

// decay weighs the squares of a probe's weights against its mean loss.
const decay = 0.03

// blockRows is how many rows go through a product at once.
const blockRows = 2048

// Share is a part of what a row teaches.
type Share struct {
	Class  int32
	Weight float32 // those of a row sum to at most 1
}

// Shares are the classes of every row in equal parts.
func (l Labelled) Shares() [][]Share {
	out := make([][]Share, len(l.Classes))
	for i, mine := range l.Classes {
		out[i] = make([]Share, len(mine))
		for j, c := range mine {
			out[i][j] = Share{c, 1 / float32(len(mine))}
		}
	}
	return out
}

// OutOfSample returns the logits of every row for every class, by a linear
// probe (multinomial logistic regression with decay) that has not seen that
// row: the rows are dealt into folds, and a probe learns the targets of all
// folds but one. fold holds the number of each row's fold. The weights that
// come back may be given as former to learn other targets from there, in fewer
// steps.
func OutOfSample(ctx context.Context, kernel embed.Kernel, l Labelled, targets [][]Share, fold []int, folds int, former [][]float32) (logits embed.Matrix, weights [][]float32, err error) {
	out := embed.NewMatrix(l.Features.Rows, l.Count)
	if out.Rows == 0 || l.Count == 0 {
		return out, nil, ctx.Err()
	}
	steps := 40
	if l.Count > 200 {
		steps = 20
	}
	if former != nil {
		steps /= 3
	}
	// All folds are learned in one walk where they fit: the same products then
	// serve all of them.
	together := max(1, min(folds, 512/l.Count))
	for lo := 0; lo < folds; lo += together {
		p := newProbe(kernel, l, targets, fold, lo, min(lo+together, folds))
		w := make([]float32, p.classes()*(l.Features.Cols+1))
		if former != nil {
			copy(w, former[len(weights)])
		}
		if err := minimise(ctx, w, steps, p.loss); err != nil {
			return embed.Matrix{}, nil, fmt.Errorf("probe of %d classes: %w", l.Count, err)
		}
		if err := p.apply(ctx, w, out); err != nil {
			return embed.Matrix{}, nil, fmt.Errorf("probe of %d classes: %w", l.Count, err)
		}
		weights = append(weights, w)
	}
	return out, weights, ctx.Err()
}

// probe holds what the loss of several probes is computed from: one for each
// fold from lo up to hi. Weights are a row a class and fold; the biases follow.
type probe struct {
	kernel  embed.Kernel
	l       Labelled
	targets [][]Share
	fold    []int
	lo, hi  int
	turned  []embed.Matrix // the features, transposed, block by block
	seen    []float64      // rows that each probe learns from
}

func newProbe(kernel embed.Kernel, l Labelled, targets [][]Share, fold []int, lo, hi int) *probe {
	p := &probe{kernel: kernel, l: l, targets: targets, fold: fold, lo: lo, hi: hi, seen: make([]float64, hi-lo)}
	for at := 0; at < l.Features.Rows; at += blockRows {
		p.turned = append(p.turned, transpose(l.Features.Slice(at, min(at+blockRows, l.Features.Rows))))
	}
	for k := range p.seen {
		for _, f := range fold {
			if f != lo+k {
				p.seen[k]++
			}
		}
		p.seen[k] = max(p.seen[k], 1)
	}
	return p
}

func (p *probe) classes() int { return (p.hi - p.lo) * p.l.Count }

// split returns the weights as a matrix and the biases.
func (p *probe) split(x []float32) (embed.Matrix, []float32) {
	n := p.classes() * p.l.Features.Cols
	return embed.Matrix{Rows: p.classes(), Cols: p.l.Features.Cols, Data: x[:n]}, x[n:]
}

// loss is the sum over the probes of mean cross-entropy and decay.
func (p *probe) loss(ctx context.Context, x, gradient []float32) (float64, error) {
	weights, bias := p.split(x)
	into, intoBias := p.split(gradient)
	clear(gradient)
	total := 0.0
	for b, turned := range p.turned {
		at := b * blockRows
		z, err := p.kernel.Gemm(ctx, p.l.Features.Slice(at, at+turned.Cols), weights)
		if err != nil {
			return 0, err
		}
		total += p.residuals(z, at, bias)
		back := transpose(z)
		for k := range back.Rows {
			s := 0.0
			for _, v := range back.Row(k) {
				s += float64(v)
			}
			intoBias[k] += float32(s)
		}
		part, err := p.kernel.Gemm(ctx, back, turned)
		if err != nil {
			return 0, err
		}
		for i, v := range part.Data {
			into.Data[i] += v
		}
	}
	total += decay / 2 * inner(weights.Data, weights.Data)
	add(into.Data, weights.Data, decay)
	return total, ctx.Err()
}

// residuals replaces the products z of the rows from at on by the gradient of
// the mean loss in the logits, and returns that loss.
func (p *probe) residuals(z embed.Matrix, at int, bias []float32) float64 {
	losses := make([]float64, z.Rows)
	inParallel(z.Rows, func(i int) {
		row, mine := z.Row(i), p.targets[at+i]
		whole := float32(0)
		for _, t := range mine {
			whole += t.Weight
		}
		for k := range p.hi - p.lo {
			part, b := row[k*p.l.Count:(k+1)*p.l.Count], bias[k*p.l.Count:]
			if p.fold[at+i] == p.lo+k || whole == 0 {
				clear(part)
				continue
			}
			for j := range part {
				part[j] += b[j]
			}
			loss := 0.0
			for _, t := range mine {
				loss -= float64(t.Weight) * float64(part[t.Class])
			}
			loss += float64(whole) * softmax(part)
			losses[i] += loss / p.seen[k]
			for j := range part {
				part[j] *= whole
			}
			for _, t := range mine {
				part[t.Class] -= t.Weight
			}
			for j := range part {
				part[j] /= float32(p.seen[k])
			}
		}
	})
	sum := 0.0
	for _, v := range losses {
		sum += v
	}
	return sum
}

// apply writes the logits of the rows of these folds.
func (p *probe) apply(ctx context.Context, x []float32, out embed.Matrix) error {
	weights, bias := p.split(x)
	for at := 0; at < out.Rows; at += blockRows {
		z, err := p.kernel.Gemm(ctx, p.l.Features.Slice(at, min(at+blockRows, out.Rows)), weights)
		if err != nil {
			return err
		}
		for i := range z.Rows {
			if k := p.fold[at+i] - p.lo; k >= 0 && k < p.hi-p.lo {
				row := out.Row(at + i)
				copy(row, z.Row(i)[k*p.l.Count:])
				for j := range row {
					row[j] += bias[k*p.l.Count+j]
				}
			}
		}
	}
	return ctx.Err()
}

// softmax turns logits into probabilities in place, and returns the logarithm
// of the sum of their exponentials.
func softmax(z []float32) float64 {
	most := z[0]
	for _, v := range z {
		most = max(most, v)
	}
	sum := 0.0
	for j, v := range z {
		e := math.Exp(float64(v - most))
		z[j] = float32(e)
		sum += e
	}
	for j := range z {
		z[j] = float32(float64(z[j]) / sum)
	}
	return math.Log(sum) + float64(most)
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

// inParallel calls f with 0 to n-1, each once; f must not depend on the order.
func inParallel(n int, f func(int)) {
	workers := min(runtime.GOMAXPROCS(0), n/256+1)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w * n / workers; i < (w+1)*n/workers; i++ {
				f(i)
			}
		})
	}
	wg.Wait()
}
