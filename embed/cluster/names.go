package cluster

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Term is a word that speaks of an image, with how much: the probability of a
// predicted class, 1 for a label or a word of the path.
type Term struct {
	Word   string
	Weight float64
}

// Names says of each group 0 to count-1 what sets it apart from the others, in
// at most two terms: those that are frequent within and rarer without. The
// measure is a term's part in the divergence between the group's words and
// those of all images, p log(p/q) (Kullback and Leibler 1951), which a term
// that stands everywhere cannot win, nor one that stands once. A group without
// a fitting term has no name, "". terms is asked once for each image.
func Names(group []int32, count int, terms func(i int) []Term) []string {
	all := map[string]float64{}
	in := make([]map[string]float64, count)
	size := make([]float64, count)
	var images float64
	for i, g := range group {
		if g < 0 || int(g) >= count {
			continue
		}
		if in[g] == nil {
			in[g] = map[string]float64{}
		}
		size[g]++
		images++
		for _, t := range terms(i) {
			if w := math.Min(t.Weight, 1); w > 0 && t.Word != "" {
				in[g][t.Word] += w
				all[t.Word] += w
			}
		}
	}
	names := make([]string, count)
	for g := range names {
		names[g] = name(in[g], size[g], all, images)
	}
	return names
}

const (
	// seldom is the share of a group's images below which a word does not
	// speak for it.
	seldom = 0.04
	// second is the part of the first term's measure that a second needs.
	second = 0.35
	// enough is the share of a group that one word may have to stand alone.
	enough = 0.8
)

func name(in map[string]float64, size float64, all map[string]float64, images float64) string {
	type scored struct {
		word         string
		score, share float64
	}
	var found []scored
	for word, w := range in {
		p, q := w/size, all[word]/images
		// Where there is one group only, every word is as frequent within as
		// without: then the frequency alone counts.
		if s := p * (math.Log(p/q) + 0.05); p >= seldom && w >= math.Min(2, size)*0.5 && s > 0 {
			found = append(found, scored{word, s, p})
		}
	}
	slices.SortFunc(found, func(a, b scored) int {
		if c := cmp.Compare(b.score, a.score); c != 0 {
			return c
		}
		return cmp.Compare(a.word, b.word)
	})
	if len(found) == 0 {
		return ""
	}
	words := []string{found[0].word}
	if len(found) > 1 && found[0].share < enough && found[1].score >= second*found[0].score &&
		!strings.EqualFold(found[0].word, found[1].word) {
		words = append(words, found[1].word)
	}
	return strings.Join(words, ", ")
}
