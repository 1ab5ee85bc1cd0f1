package project

import "sort"

// Top returns the n most probable classes, best first, ties by the order of
// the classes.
func Top(probs []float32, classes []string, n int) []Prediction {
	n = min(n, len(probs), len(classes))
	best := make([]int, 0, n+1)
	for i, p := range probs[:min(len(probs), len(classes))] {
		at := sort.Search(len(best), func(k int) bool { return probs[best[k]] < p })
		if at == n {
			continue
		}
		best = append(best, 0)
		copy(best[at+1:], best[at:])
		best[at] = i
		best = best[:min(len(best), n)]
	}
	top := make([]Prediction, len(best))
	for k, i := range best {
		top[k] = Prediction{Name: classes[i], Confidence: probs[i]}
	}
	return top
}
