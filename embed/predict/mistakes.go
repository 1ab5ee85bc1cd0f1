package predict

import "slices"

// Bounds of what counts as a mistake that people make, set on CIFAR-10. Of the
// images that the probe is surest of, doubt alone leaves at most 0.03 to any
// other class; where a fifth of the cats are labelled dog it is 0.10.
const (
	mistaken     = 0.04 // share among the surest fifth that shows such mistakes
	alsoMistaken = 0.02 // and of other classes, once there are some
	mostMistaken = 0.4  // of a class; beyond it, which one is right cannot be said
	mostClasses  = 100
	fewestSure   = 10 // rows of a class in the surest fifth
)

// mistakes estimates how often rows of one class bear the label of another,
// beyond what the noise explains: row a, column b is the probability that an a
// is labelled b. It is nil where no two classes are mistaken for each other.
//
// Where a's are often labelled b, a probe learns to give b a share of every a,
// even of those it is surest of (the anchor points of Patrini et al., "Making
// deep neural networks robust to label noise", 2017, section 3.2), while of
// classes that merely look alike the surest examples are sure.
func (k *link) mistakes() [][]float64 {
	count := k.l.Count
	if count < 2 || count > mostClasses {
		return nil
	}
	type sure struct {
		row int
		p   float32
	}
	of := make([][]sure, count)
	p := make([]float32, count)
	for i := range k.l.Classes {
		k.belief(i, p)
		best := 0
		for c, v := range p {
			if v > p[best] {
				best = c
			}
		}
		of[best] = append(of[best], sure{i, p[best]})
	}
	out := make([][]float64, count)
	surest, half := make([][]float64, count), make([][]float64, count)
	most := 0.0
	for c, list := range of {
		out[c] = make([]float64, count)
		out[c][c] = 1
		slices.SortStableFunc(list, func(a, b sure) int {
			switch {
			case a.p > b.p:
				return -1
			case a.p < b.p:
				return 1
			}
			return 0
		})
		if len(list)/5 < fewestSure {
			continue
		}
		mean := func(n int) []float64 {
			m := make([]float64, count)
			for _, s := range list[:n] {
				k.belief(s.row, p)
				for d, v := range p {
					m[d] += float64(v) / float64(n)
				}
			}
			return m
		}
		surest[c], half[c] = mean(len(list)/5), mean(len(list)/2)
		for d, v := range surest[c] {
			if d != c {
				most = max(most, v)
			}
		}
	}
	if most < mistaken {
		return nil
	}
	for c := range surest {
		away := 0.0
		for d, v := range surest[c] {
			if d != c && v >= alsoMistaken {
				out[c][d] = half[c][d]
				away += half[c][d]
			}
		}
		if away > mostMistaken {
			for d := range count {
				if d != c {
					out[c][d] *= mostMistaken / away
				}
			}
		}
		out[c][c] = 1 - min(away, mostMistaken)
	}
	return out
}

// undo turns the probabilities of labels into those of classes, given how
// often each class bears which label (Richardson, "Bayesian-based iterative
// method of image restoration", 1972).
func undo(p []float32, mistake [][]float64) {
	const times = 40
	n := len(p)
	labels, ratio, next := slices.Clone(p), make([]float64, n), make([]float64, n)
	for range times {
		clear(ratio)
		for a, v := range p {
			for b, m := range mistake[a] {
				ratio[b] += float64(v) * m
			}
		}
		for b := range ratio {
			ratio[b] = float64(labels[b]) / (ratio[b] + 1e-12)
		}
		sum := 0.0
		for a := range p {
			next[a] = 0
			for b, m := range mistake[a] {
				next[a] += m * ratio[b]
			}
			next[a] *= float64(p[a])
			sum += next[a]
		}
		if sum == 0 {
			return
		}
		for a := range p {
			p[a] = float32(next[a] / sum)
		}
	}
}
