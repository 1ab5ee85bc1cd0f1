package outlier

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

const (
	foremost = 0.05 // the part of the rows that is described
	soft     = 1. / 60
	parts    = 5
	rounds   = 4
	stay     = 0.5 // the weight that the first score keeps

	// What one row in fifty exceeds by the discriminant, in spreads around its
	// median, tells whether there is a foreign group: 3 to 3.6 without, mostly 4
	// to 10 with one (45 ordered pairs of CIFAR-10 classes). From obvious on it
	// alone is believed, up to unclear not at all; then the neighbours count so
	// many times as much as the other views.
	share            = 0.02
	unclear, obvious = 4.0, 6.0
	neighbours       = 3.0
	// The same for the distance of the foremost from the rest, in units of
	// that of groups: up to 1.13 in single classes and in mixtures of two to
	// ten, mostly 1.35 to 1.75 with a foreign one.
	usualDistance, foreignDistance = 1.1, 1.35
)

// describe returns scores that also say how much a row is like those that
// stand out by the first. The columns of in.near have about the same spread, so
// that the difference of two means is the discriminant. Where that does not hold
// outside of what it was learned from, far, the distances to the neighbours,
// decide.
func describe(ctx context.Context, first, far []float64, in space, seed uint64) ([]float64, error) {
	near := in.near
	n, d := near.Rows, near.Cols
	if d == 0 {
		return first, ctx.Err()
	}
	first = standard(first)
	size := deviation(first)
	part := make([]int, n)
	for i, at := range rand.New(rand.NewPCG(seed, 0x666f6c64)).Perm(n) {
		part[at] = i % parts
	}
	score := first
	holds := 0.0
	for range rounds {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		weight := memberships(score)
		// Sums over the rows of each part, for members and for the rest.
		var mass [2][parts]float64
		var sums [2][parts][]float64
		for p := range parts {
			sums[0][p], sums[1][p] = make([]float64, d), make([]float64, d)
		}
		for i := range n {
			w, p := weight[i], part[i]
			mass[0][p] += 1 - w
			mass[1][p] += w
			rest, members := sums[0][p], sums[1][p]
			for j, v := range near.Row(i) {
				x := float64(v)
				members[j] += w * x
				rest[j] += x - w*x
			}
		}
		out := make([]float64, n)
		for p := range parts {
			direction, offset := discriminant(mass, sums, p, d)
			for i := range n {
				if part[i] == p {
					s := -offset
					for j, v := range near.Row(i) {
						s += direction[j] * float64(v)
					}
					out[i] = s
				}
			}
		}
		next := make([]float64, n)
		out = standard(out)
		holds = quantile(out, 1-share)
		for i, v := range out {
			next[i] = stay*first[i] + (1-stay)*v*size
		}
		score = next
	}
	belief := min(max((holds-unclear)/(obvious-unclear), 0), 1)
	if in.apart > 0 {
		belief *= min(max((distance(score, near, in.scale)/in.apart-usualDistance)/(foreignDistance-usualDistance), 0), 1)
	}
	score = standard(score)
	for i, v := range join(first, far) {
		score[i] = belief*score[i] + (1-belief)*v
	}
	return score, nil
}

// join is the score without a description.
func join(first, far []float64) []float64 {
	out := standard(far)
	for i := range out {
		out[i] = first[i] + neighbours*out[i]
	}
	return out
}

// discriminant is the difference of the two means over all parts but one, and
// its value half way between them.
func discriminant(mass [2][parts]float64, sums [2][parts][]float64, without, d int) (direction []float64, offset float64) {
	var mean [2][]float64
	for side := range mean {
		mean[side] = make([]float64, d)
		var m float64
		for p := range parts {
			if p == without {
				continue
			}
			m += mass[side][p]
			for j, v := range sums[side][p] {
				mean[side][j] += v
			}
		}
		for j := range mean[side] {
			mean[side][j] /= max(m, 1e-9)
		}
	}
	direction = make([]float64, d)
	for j := range direction {
		direction[j] = mean[1][j] - mean[0][j]
		offset += (mean[1][j]*mean[1][j] - mean[0][j]*mean[0][j]) / 2
	}
	return direction, offset
}

// memberships are 1 for the highest scores and 0 for most, half at the border
// of the foremost part.
func memberships(score []float64) []float64 {
	n := len(score)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(score[a], score[b]) })
	out := make([]float64, n)
	for rank := 0; rank < n; {
		end := rank + 1
		for end < n && score[order[end]] == score[order[rank]] {
			end++ // equal scores, equal shares
		}
		middle := (float64(rank) + float64(end) + 1) / 2
		w := 1 / (1 + math.Exp(-(middle/float64(n)-(1-foremost))/soft))
		for ; rank < end; rank++ {
			out[order[rank]] = w
		}
	}
	return out
}

func deviation(values []float64) float64 {
	var sum, square float64
	for _, v := range values {
		sum += v
		square += v * v
	}
	n := float64(len(values))
	return math.Sqrt(max(0, square/n-sum/n*sum/n))
}
