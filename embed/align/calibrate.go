package align

import "math"

// The weights of a logistic regression on the features below, from fit/fit.py:
// 1,263 pairs of a picture and its edited copy, 3,050 of the nearest other
// pictures, all of them compared to the end. The pictures were 300 photos and
// 2,000 of 32 pixels; the 24 sorts of edits of fit/pairs.py are compression,
// scaling, crops, mirroring, turning, light, contrast, gamma, hue, grey, sepia,
// overlays, stamps, blur, sharpening, noise, borders, letterboxes, tilts,
// stretching, fewer tones, vignettes, and three at once.
var weights = [...]float64{
	0.660,   // Fine, as agreement
	0.498,   // Blocks, as agreement
	1.097,   // Median, as agreement
	-2.288,  // logarithm of Colour
	14.614,  // Overlap
	1.527,   // logarithm of Shrink
	-7.602,  // Stretch
	-10.324, // Tilt
	2.001,   // Detail
	1.248,   // Coarse, as agreement
	1.421,   // cosine of the embeddings, as agreement
}

const bias = -30.405

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
		agreement(f.Fine), agreement(f.Blocks), agreement(f.Median), math.Log(f.Colour + 0.01),
		math.Min(math.Max(f.Overlap, 0.75), 1), math.Log(math.Max(f.Shrink, 0.05)),
		math.Min(f.Stretch, 0.6), math.Min(f.Tilt, 0.4), f.Detail, agreement(f.Coarse), agreement(cosine),
	}
	sum := bias
	for i, w := range weights {
		sum += w * x[i]
	}
	return logistic(sum)
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
