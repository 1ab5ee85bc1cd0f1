// Package align decides from the pixels whether two images are one picture:
// it lays one on the other, whatever was cut off, mirrored, turned, recoloured,
// compressed, scaled or painted over, and says how well they agree and what
// was done.
//
// The search goes from coarse to fine. The whole of each picture is tried on
// 361 windows of the other in eight orientations, by the correlation of 8 x 8
// averages. The best few maps are refined by Gauss-Newton steps on three
// layers of 16, 32 and 64 cells a side; a pair that agrees badly leaves early.
// What is left is judged block by block after the colours have been fitted.
package align

import (
	"cmp"
	"slices"
)

// Match is what comparing two pictures found.
type Match struct {
	Features
	Orientation Orientation // how the first is laid to fit the second
	InA, InB    Rect        // the part of each that the other shows
	Light       float64     // brightness of the second against the first, as a factor
	Contrast    float64     // contrast of the second against the first, as a factor
	Recolour    float64     // how far colours were mixed, 0 (not at all) .. 1
	Covered     float64     // part of the common area where the two differ: an overlay
	Sharper     float64     // steps between pixels of the second against the first, as a factor
}

// Comparer holds the scratch memory of comparisons. One goroutine may use it
// at a time.
type Comparer struct {
	found             []found
	guesses           []guess
	on                [side * side]bool // cells of the inner picture that lie on the outer
	inner             []uint8
	seen, fitted      [side * side * 3]float32
	want, have, miss  [side * side]float32
	area, line        [side * side]float32
	mean, square      [side * side]float32
	grainIn, grainOut [side * side]float32
	z, w              [grid * grid]float64
	order             []float32
}

// NewComparer makes a Comparer.
func NewComparer() *Comparer { return &Comparer{} }

// Correlations below which a pair leaves: of the averages, and of the layers
// from coarse to fine. Of 1,750 true pairs that would be flagged
// one falls below one of the last three, of other pictures of 32 pixels that lower
// bounds (0.34, 0.40, 0.42) had let through four in five do.
const leaveCoarse = 0.55

// leaveBoth is the same for the correlation of the averages plus half the
// cosine of the embeddings: of 1,263 true pairs the lowest has 1.04, of the nearest
// other photos most lie below; what is painted over heavily needs the margin.
const leaveBoth = 0.9

var leave = [layers]float64{0.46, 0.50, 0.52}

// Compare aligns two pictures whose embeddings have the given cosine, which
// decides only whether to look closer. Flat pictures, which hold nothing to
// align, match nothing.
func (c *Comparer) Compare(a, b *Picture, cosine float64) Match {
	m := Match{InA: Rect{0, 0, 1, 1}, InB: Rect{0, 0, 1, 1}, Light: 1, Contrast: 1, Sharper: 1}
	if a.flat || b.flat {
		return m
	}
	m.Kept = kept(a, b)
	way, through := c.find(&m, a, b, cosine)
	if !through && m.Kept < keptFrom {
		return m
	}
	if !through {
		// Painted over so much that nothing but what is left tells.
		way = guess{m: affine{1, 0, 0, 0, 1, 0}}
		m.Layer = layers
	}
	inner, outer := a, b
	if way.flip {
		inner, outer = b, a
	}
	c.judge(inner, outer, way.m, &m.Features)
	c.describe(&m, a, b, way)
	return m
}

// keptFrom is the part of the blocks that must be the same for a pair to be
// judged that the alignment gives up; see Features.Kept. Of 18,000 pairs of other
// photos and of other pictures of 32 pixels none had 0.2.
const keptFrom = 0.3

// find looks for the map from one picture into the other, and reports whether
// there is one that is worth judging.
func (c *Comparer) find(m *Match, a, b *Picture, cosine float64) (guess, bool) {
	if c.guesses = c.search(a, b); len(c.guesses) == 0 {
		return guess{}, false
	}
	m.Coarse = c.guesses[0].score
	if m.Coarse < leaveCoarse || m.Coarse+cosine/2 < leaveBoth {
		return guess{}, false
	}
	way, fine, layer := c.refine(a, b)
	m.Fine, m.Layer = fine, layer
	return way, layer == layers
}

// refine takes the guesses through the layers and returns the best map.
func (c *Comparer) refine(a, b *Picture) (guess, float64, int) {
	var best guess
	var most float64
	for layer, keep := range [layers]int{2, 1, 1} { // how many go on to the next layer
		x, y := a.plane[layer].wide(c.fitted[:]), b.plane[layer].wide(c.seen[:])
		if layer == 0 {
			c.advance(x, y, 2)
			c.guesses = c.guesses[:min(stay, len(c.guesses))]
			if c.guesses[0].score < leaveGlance {
				return c.guesses[0], leaveGlance, 0
			}
		}
		c.advance(x, y, [layers]int{4, 3, 3}[layer])
		if best := c.guesses[0].score; layer > 0 && best < sure && best > leave[layer]-nigh {
			// Large turns and what is bent take more steps than most.
			c.guesses = c.guesses[:min(keep, len(c.guesses))]
			c.advance(x, y, 5)
		}
		best, most = c.guesses[0], c.guesses[0].score
		if most < leave[layer] {
			return best, most, layer
		}
		c.guesses = c.guesses[:min(keep, len(c.guesses))]
	}
	return best, most, layers
}

const (
	// leaveGlance is the correlation of the coarsest layer after two steps below
	// which a pair leaves.
	leaveGlance = 0.2
	// stay is how many guesses go on from there.
	stay = 2
	// sure is the correlation from which no more steps are taken, nigh how far
	// below the bound of a layer a few more may still help.
	sure, nigh = 0.9, 0.1
)

// advance takes steps from each guess and puts the best first.
func (c *Comparer) advance(a, b layer, steps int) {
	for i := range c.guesses {
		g := &c.guesses[i]
		in, out := a, b
		if g.flip {
			in, out = b, a
		}
		g.m, g.score = slide(in, out, g.m, steps)
	}
	slices.SortStableFunc(c.guesses, func(a, b guess) int { return cmp.Compare(b.score, a.score) })
}
