package outlier

import "math"

const (
	// prior is the part of the rows that are outliers where the data say
	// nothing, and mostPrior the most that is believed.
	prior, mostPrior = 0.01, 0.2
	// width is the range of scores, in spreads of the bulk, that outliers are
	// spread over evenly.
	width = 10.0
	// skew is the most that the body may lean. It is set so that among images
	// of one CIFAR-10 class with 5 % of another, of those with a score of p the
	// part p is foreign (45 ordered pairs; confirmed on the other 45).
	skew = 0.2
	// bound is the largest logarithm of odds.
	bound = 12.0
)

// probabilities turns scores into probabilities of being an outlier, by the
// ratio of two densities (the empirical null of Efron, "Large-scale simultaneous
// hypothesis testing", 2004): that of the bulk, a normal distribution after a
// transformation that makes its body symmetric and was fitted to quantiles
// which outliers hardly move, and that of outliers, which may stand anywhere
// above. Their part is estimated from the data. Higher scores have higher
// probabilities; all are 0 when the scores are all alike.
func probabilities(score []float64, out []float32) {
	n := len(score)
	lo, mid, hi := quantile(score, 0.1), quantile(score, 0.5), quantile(score, 0.8)
	largest := 0.0
	for _, v := range score {
		largest = max(largest, math.Abs(v))
	}
	if largest == 0 {
		clear(out)
		return
	}
	z := make([]float64, n)
	const zLo, zHi = 1.2816, 0.8416 // of a normal distribution at these quantiles
	left, right := max((mid-lo)/zLo, same*largest), max((hi-mid)/zHi, same*largest)
	// g is the skew of Tukey's g distribution: spreads to the right grow by
	// exp(g) a unit. Between the two quantiles there are some two units.
	g := math.Log(right/left) / ((zLo + zHi) / 2)
	g = min(max(g, 0), skew)
	scale := math.Sqrt(left * right)
	for i, v := range score {
		x := (v - mid) / scale
		if g > 1e-3 {
			inside := 1 + g*x
			if inside < 0.05 { // beyond the end of the distribution, to the left
				x = math.Log(0.05)/g + (inside-0.05)/(0.05*g)
			} else {
				x = math.Log(inside) / g
			}
		}
		// A few rows show little of what is usual.
		z[i] = x * float64(n) / float64(n+settled)
	}
	p := prior
	for range 20 {
		var sum float64
		for _, v := range z {
			sum += sigmoid(logOdds(v, p))
		}
		p = min(max(sum/float64(n), prior/10), mostPrior)
	}
	for i, v := range z {
		l := logOdds(v, p)
		l /= 1 + math.Abs(l)/bound // never so sure that two scores look the same
		out[i] = float32(sigmoid(l))
	}
}

// logOdds are those of an outlier at z spreads above the middle. Below the
// middle they keep falling.
func logOdds(z, p float64) float64 {
	return math.Log(p/(1-p)) + math.Log(math.Sqrt(2*math.Pi)/width) + z*math.Abs(z)/2
}

func sigmoid(l float64) float64 { return 1 / (1 + math.Exp(-l)) }
