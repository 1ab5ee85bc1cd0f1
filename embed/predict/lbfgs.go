package predict

import (
	"context"
	"math"
)

// memory is how many steps L-BFGS remembers.
const memory = 8

// minimise walks from x down a smooth convex function by limited-memory BFGS
// (Nocedal and Wright, "Numerical Optimization", 2006, algorithm 7.5) with a
// backtracking line search, at most so many steps, and changes x in place. f
// writes the gradient at its argument and returns the value.
func minimise(ctx context.Context, x []float32, steps int, f func(ctx context.Context, x, gradient []float32) (float64, error)) error {
	n := len(x)
	g, next, gNext := make([]float32, n), make([]float32, n), make([]float32, n)
	value, err := f(ctx, x, g)
	if err != nil {
		return err
	}
	type pair struct {
		s, y []float32
		rho  float64
	}
	var past []pair
	dir := make([]float32, n)
	alpha := make([]float64, memory)
	first := math.Sqrt(inner(g, g))
	for range steps {
		norm := math.Sqrt(inner(g, g))
		if norm <= 1e-4*first || norm == 0 {
			return nil
		}
		copy(dir, g)
		for i := len(past) - 1; i >= 0; i-- {
			alpha[i] = past[i].rho * inner(past[i].s, dir)
			add(dir, past[i].y, -alpha[i])
		}
		scale := 1 / norm
		if k := len(past); k > 0 {
			scale = 1 / (past[k-1].rho * inner(past[k-1].y, past[k-1].y))
		}
		for i := range dir {
			dir[i] *= float32(scale)
		}
		for i := range past {
			beta := past[i].rho * inner(past[i].y, dir)
			add(dir, past[i].s, alpha[i]-beta)
		}
		slope := -inner(g, dir)
		if slope >= 0 { // rounding has spoilt the direction
			past = nil
			copy(dir, g)
			slope = -norm * norm
		}
		step, newValue := 1.0, 0.0
		for try := 0; ; try++ {
			copy(next, x)
			add(next, dir, -step)
			if newValue, err = f(ctx, next, gNext); err != nil {
				return err
			}
			if newValue <= value+1e-4*step*slope {
				break
			}
			if try == 12 {
				return nil // as low as float32 can tell
			}
			step /= 2
		}
		p := pair{make([]float32, n), make([]float32, n), 0}
		if len(past) == memory {
			p = past[0]
			past = past[1:]
		}
		for i := range x {
			p.s[i], p.y[i] = next[i]-x[i], gNext[i]-g[i]
		}
		if sy := inner(p.s, p.y); sy > 0 {
			p.rho = 1 / sy
			past = append(past, p)
		}
		x2, g2 := x, g
		copy(x2, next)
		copy(g2, gNext)
		value = newValue
	}
	return nil
}

func inner(a, b []float32) float64 {
	var s0, s1, s2, s3 float64
	b = b[:len(a)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += float64(a[i]) * float64(b[i])
		s1 += float64(a[i+1]) * float64(b[i+1])
		s2 += float64(a[i+2]) * float64(b[i+2])
		s3 += float64(a[i+3]) * float64(b[i+3])
	}
	for ; i < len(a); i++ {
		s0 += float64(a[i]) * float64(b[i])
	}
	return s0 + s1 + s2 + s3
}

func add(to, from []float32, by float64) {
	k := float32(by)
	for i, v := range from {
		to[i] += k * v
	}
}
