package align

import "math"

// The weights of a logistic regression on the features below, from fit/fit.py:
// 1,556 pairs of a picture and its edited copy, 4,810 of the nearest other
// pictures, all of them compared to the end. The pictures were 150 photos, 2,000
// of 32 pixels, 480 on plain grounds (cut-outs, balls, outlines, shapes, letters,
// tiles, pages; see fit/plain.py) and 240 of stripes and waves with a few discs,
// none of which is measured on; the sorts of edits are those of fit/pairs.py. The
// cosine of the embeddings took no part: of the pairs that come this far it says
// nothing that the pixels do not.
var weights = [...]float64{
	0.476,  // Fine, as agreement
	6.431,  // Overlap
	1.063,  // logarithm of Shrink
	-7.080, // Stretch
	-1.931, // Tilt
	-4.293, // Detail
	1.812,  // Grain, as agreement
	5.045,  // Grained
	1.191,  // Inside, as agreement
	-1.486, // logarithm of Apart
	-6.428, // Ground
}

const bias = -11.771

// agreement spreads a correlation near 1, where the true pairs lie.
func agreement(v float64) float64 { return -math.Log(1.03 - math.Min(math.Max(v, -0.5), 1)) }

// Probability is the calibrated probability that a pair is one picture, from
// its features and the cosine of its embeddings (Platt 1999). Pairs that left
// the comparison early have next to none: they are ordered by their cosine.
func Probability(f Features, cosine float64) float64 {
	if cosine != cosine {
		cosine = 0
	}
	if f.Layer < layers {
		return logistic(-12 + 0.3*float64(f.Layer) + 6*math.Min(math.Max(cosine, 0), 1))
	}
	x := [len(weights)]float64{
		agreement(f.Fine), math.Min(math.Max(f.Overlap, 0.75), 1), math.Log(math.Max(f.Shrink, 0.05)),
		math.Min(f.Stretch, 0.6), math.Min(f.Tilt, 0.4), f.Detail,
		agreement(f.Grain), f.Grained, agreement(f.Inside), math.Log(f.Apart + 0.02), f.Ground,
	}
	sum := bias
	for i, w := range weights {
		sum += w * x[i]
	}
	if f.Kept >= keptFrom {
		// What is painted over takes part in all of the above. Frames of a fixed
		// camera share their background: half is even odds.
		sum = max(sum, 14*(f.Kept-0.46))
	}
	return logistic(sum)
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
