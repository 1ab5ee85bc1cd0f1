package onnx

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"kindred/embed/onnx/graph"
)

// form is how one picture's part of an output becomes a vector.
type form int

const (
	unusable     form = iota
	flat              // the values as they are
	firstToken        // [tokens, values]: the first token, CLS in vision transformers
	meanOfPlanes      // [channels, rows, columns]: each channel's mean over space
	meanOfPixels      // [rows, columns, channels]: the same, channels last
)

// candidate is an output of the edited model and what the trial run gave.
type candidate struct {
	graph.Exposed
	name  string // the model's own name for it
	inner bool   // not an output of the model, but exposed
	form  form
	size  int       // length of the vector
	each  int       // values of one picture
	trial []float32 // of the trial's pictures
}

// judge fills in what the shape tells.
func (c *candidate) judge(o output, pictures int) {
	shape := o.shape
	if len(shape) == 1 && pictures == 1 {
		shape = []int64{1, shape[0]}
	}
	if len(shape) < 2 || shape[0] != int64(pictures) || o.data == nil {
		return
	}
	c.each = len(o.data) / pictures
	c.trial = o.data[:min(pictures, trialPictures)*c.each]
	inside := shape[1:]
	switch {
	case c.each == 0:
	case len(inside) == 1 || slices.Max(inside) == int64(c.each):
		c.form, c.size = flat, c.each
	case len(inside) == 2:
		c.form, c.size = firstToken, int(inside[1])
	case len(inside) == 3 && inside[0] >= inside[2]:
		c.form, c.size = meanOfPlanes, int(inside[0])
	case len(inside) == 3:
		c.form, c.size = meanOfPixels, int(inside[2])
	}
}

// vector turns one picture's values into a vector, which shares memory with
// them only where they are nothing but the vector.
func (c *candidate) vector(values []float32) []float32 {
	switch c.form {
	case meanOfPlanes:
		space := len(values) / c.size
		mean := make([]float32, c.size)
		for i := range mean {
			sum := 0.0
			for _, v := range values[i*space : (i+1)*space] {
				sum += float64(v)
			}
			mean[i] = float32(sum / float64(space))
		}
		return mean
	case meanOfPixels:
		space := len(values) / c.size
		sums := make([]float64, c.size)
		for i, v := range values {
			sums[i%c.size] += float64(v)
		}
		mean := make([]float32, c.size)
		for i, sum := range sums {
			mean[i] = float32(sum / float64(space))
		}
		return mean
	case firstToken:
		return slices.Clone(values[:c.size])
	}
	return values[:c.size:c.size]
}

// scoring is how a classifier's output becomes probabilities.
type scoring int

const (
	probabilities scoring = iota // they are
	logits                       // by softmax
	independent                  // several may be true; divided by their sum
)

// apply works in place.
func (s scoring) apply(v []float32) {
	sum := 0.0
	switch s {
	case probabilities:
		return
	case logits:
		top := float64(slices.Max(v))
		for i := range v {
			e := math.Exp(float64(v[i]) - top)
			v[i] = float32(e)
			sum += e
		}
	case independent:
		for _, p := range v {
			sum += float64(p)
		}
	}
	if sum == 0 {
		sum, v[0] = 1, 1
	}
	for i := range v {
		v[i] = float32(float64(v[i]) / sum)
	}
}

// choice is what the outputs of a model mean.
type choice struct {
	embedding, classes int // candidates; classes is -1 when there are none
	scoring            scoring
	names              []string
}

// knownCounts are numbers of classes that say of a lone output without names
// that it is a classifier's: ImageNet, with a background class, ImageNet-21k.
var knownCounts = []int{1000, 1001, 11221, 21841, 21843}

var (
	classWords     = []string{"prob", "softmax", "logit", "score", "class"}
	embeddingWords = []string{"embed", "pooler", "feature", "pooled"}
)

// choose decides from names, shapes and a trial run. defaults are class names
// for a classifier that brings none and has as many classes.
func (c *contract) choose(all []candidate, defaults []string) (choice, error) {
	usable := 0
	for i := range all {
		if all[i].form == unusable {
			continue
		}
		usable++
		for _, v := range all[i].trial {
			if v-v != 0 {
				return choice{}, fmt.Errorf("its output %q holds numbers that are not finite", all[i].name)
			}
		}
	}
	if usable == 0 {
		return choice{}, fmt.Errorf("none of its outputs is one vector for each picture")
	}
	pick := choice{classes: c.chooseClasses(all)}
	if pick.classes >= 0 {
		size := all[pick.classes].size
		pick.scoring = c.scoringOf(&all[pick.classes])
		switch {
		case len(c.names) == size:
			pick.names = c.names
		case len(c.names) > 0:
			return choice{}, fmt.Errorf("it names %d classes, and its output %q has %d", len(c.names), all[pick.classes].name, size)
		case len(defaults) == size:
			pick.names = defaults
		default:
			for i := range size {
				pick.names = append(pick.names, fmt.Sprintf("class %d", i))
			}
		}
	} else if len(c.names) > 0 {
		return choice{}, fmt.Errorf("it names %d classes, and none of its outputs has as many values", len(c.names))
	}
	pick.embedding = chooseEmbedding(all, pick.classes)
	return pick, nil
}

// chooseClasses returns the classifier's output, or -1. In this order: the size
// that the names have; values that are probabilities; a name that says so, or a
// number of classes that everybody knows.
func (c *contract) chooseClasses(all []candidate) int {
	rules := []func(*candidate) bool{
		func(o *candidate) bool { return len(c.names) > 1 && o.size == len(c.names) && says(o.name, classWords) },
		func(o *candidate) bool { return len(c.names) > 1 && o.size == len(c.names) },
		func(o *candidate) bool { return o.sumsToOne() },
		func(o *candidate) bool { return len(c.names) > 0 && says(o.name, classWords) },
		func(o *candidate) bool { return says(o.name, classWords) && !says(o.name, embeddingWords) },
		func(o *candidate) bool { return slices.Contains(knownCounts, o.size) },
	}
	for _, rule := range rules {
		for i := range all {
			if o := &all[i]; o.form == flat && !o.inner && o.size > 1 && o.size <= maxClasses && rule(o) {
				return i
			}
		}
	}
	return -1
}

func says(name string, words []string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(name, word) })
}

// sumsToOne reports whether every picture of the trial got probabilities; the
// margin leaves room for 8-bit and 16-bit arithmetic.
func (c *candidate) sumsToOne() bool {
	for values := range slices.Chunk(c.trial, max(c.each, 1)) {
		sum := 0.0
		for _, v := range values {
			if v < -1e-3 {
				return false
			}
			sum += float64(v)
		}
		if math.Abs(sum-1) > 0.01 {
			return false
		}
	}
	return len(c.trial) > 0
}

func (c *contract) scoringOf(o *candidate) scoring {
	if o.sumsToOne() {
		return probabilities
	}
	if maker := c.model.Makers()[o.Tensor]; maker != nil && maker.Op == "Sigmoid" {
		return independent
	}
	return logits
}

// chooseEmbedding prefers an output whose name says so, then another vector,
// then any other output, then the tensor before a classifier's last layer. A
// model that exposes nothing else is described by its answer.
func chooseEmbedding(all []candidate, classes int) int {
	rules := []func(*candidate) bool{
		func(o *candidate) bool { return !o.inner && o.form == flat && says(o.name, embeddingWords) },
		func(o *candidate) bool { return !o.inner && o.form == flat },
		func(o *candidate) bool { return !o.inner },
		func(o *candidate) bool { return classes >= 0 },
	}
	for _, rule := range rules {
		for i := range all {
			if o := &all[i]; i != classes && o.form != unusable && rule(o) {
				return i
			}
		}
	}
	return max(classes, 0)
}
