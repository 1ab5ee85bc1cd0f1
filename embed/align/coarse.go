package align

import (
	"cmp"
	"math"
	"slices"
)

// guess is a map that the coarse search proposes, from the inner picture into
// the outer one.
type guess struct {
	score float64 // correlation of the averages, -1..1
	flip  bool    // the second picture is the inner one
	m     affine
	o     Orientation
	sx    int
	sy    int
}

const (
	// guesses is how many maps are looked at more closely.
	guesses = 4
	// skew is the stretch, as a factor, up to which a window is taken to keep shapes.
	skew = 1.22
	// hopeless is the correlation of windows that are not looked at.
	hopeless = 254 * 254 * 3 / 10
)

// fourth is the place of a cell among averages over 2 x 2 of them.
func fourth(i int) int { return i/cells/2*(cells/2) + i%cells/2 }

// turn[o][i] is the cell of the upright window that comes to lie on cell i.
var turn = makeTurn()

func makeTurn() [8][cells * cells]int {
	var out [8][cells * cells]int
	for o := range Orientation(8) {
		m := o.place()
		for y := range cells {
			for x := range cells {
				tx, ty := m.at((float64(x)+0.5)/cells, (float64(y)+0.5)/cells)
				out[o][int(ty*cells)*cells+int(tx*cells)] = y*cells + x
			}
		}
	}
	return out
}

// found is a window that the coarse search came upon, and how the inner picture
// lies on it.
type found struct {
	score int32 // the product of the averages, 254*254 for equal ones
	w     int32 // the window, sy*len(spans)+sx
	o     Orientation
	flip  bool
}

// search looks for the whole of one picture among the windows of the other, in
// all orientations, both ways round, and returns the best few.
func (c *Comparer) search(a, b *Picture) []guess {
	c.found = look(a, b, false, c.found[:0])
	c.found = look(b, a, true, c.found)
	slices.SortStableFunc(c.found, func(a, b found) int { return cmp.Compare(b.score, a.score) })
	// Windows that overlap much lead to the same place: one of them is enough.
	kept := c.guesses[:0]
	whole := false
	n := int32(len(spans))
	for _, f := range c.found {
		sx, sy := int(f.w%n), int(f.w/n)
		// The last place waits for the whole on the whole, which is the most
		// likely of all and scores low only where much is painted over.
		if len(kept) == guesses || len(kept) == guesses-1 && !whole && f.w != 0 {
			continue
		}
		if slices.ContainsFunc(kept, func(k guess) bool {
			return k.o == f.o && k.flip == f.flip && near(spans[k.sx], spans[sx]) && near(spans[k.sy], spans[sy])
		}) {
			continue
		}
		whole = whole || f.w == 0
		x, y := spans[sx], spans[sy]
		m := f.o.place().then(affine{x.hi - x.lo, 0, x.lo, 0, y.hi - y.lo, y.lo})
		kept = append(kept, guess{float64(f.score) / (254 * 254), f.flip, m, f.o, sx, sy})
		if len(kept) == guesses {
			break
		}
	}
	return kept
}

func near(a, b span) bool { return math.Abs(a.lo-b.lo) < 0.15 && math.Abs(a.hi-b.hi) < 0.15 }

// look tries the whole of in on the windows of out.
func look(in, out *Picture, flip bool, to []found) []found {
	var whole [8][cells * cells]int32
	var rough [8][cells * cells / 4]int32
	for o := range whole {
		for i, from := range turn[o] {
			whole[o][i] = int32(in.window[from])
			rough[o][fourth(i)] += whole[o][i]
		}
	}
	// What averages over four cells hide of in is at most so much of a match.
	blurred := int32(254 * 254)
	for _, v := range rough[0] {
		blurred -= v * v / 4
	}
	var best [8]struct {
		whole int32 // the correlation with all of out
		w     [4]int
		s     [4]int32
	}
	n := len(spans)
	for transposed := range 2 {
		aspect := in.aspect
		if transposed == 1 {
			aspect = 1 / aspect
		}
		for sy := range n {
			for sx := range n {
				wide := (spans[sx].hi - spans[sx].lo) / (spans[sy].hi - spans[sy].lo)
				if shape := out.aspect * wide / aspect; (shape > skew || shape < 1/skew) && sx+sy > 0 {
					continue
				}
				if sx+sy == 0 && flip {
					continue // whole on whole is looked at once
				}
				w := sy*n + sx
				d := out.window[w*cells*cells : (w+1)*cells*cells]
				e := out.rough[w*cells*cells/4 : (w+1)*cells*cells/4]
				for o := transposed; o < 8; o += 2 { // all of one shape
					b := &best[o]
					if w > 0 {
						r := &rough[o]
						var s0, s1 int32
						for i := 0; i < cells*cells/4; i += 2 {
							s0 += r[i] * int32(e[i])
							s1 += r[i+1] * int32(e[i+1])
						}
						if s0+s1+blurred <= max(b.s[3], hopeless) {
							continue
						}
					}
					q := &whole[o]
					var s0, s1, s2, s3 int32
					for i := 0; i < cells*cells; i += 4 {
						s0 += q[i] * int32(d[i])
						s1 += q[i+1] * int32(d[i+1])
						s2 += q[i+2] * int32(d[i+2])
						s3 += q[i+3] * int32(d[i+3])
					}
					s := s0 + s1 + s2 + s3
					if w == 0 {
						b.whole = s
					}
					if s <= b.s[3] {
						continue
					}
					k := 3
					for ; k > 0 && b.s[k-1] < s; k-- {
						b.s[k], b.w[k] = b.s[k-1], b.w[k-1]
					}
					b.s[k], b.w[k] = s, w
				}
			}
		}
	}
	for o := range best {
		b := &best[o]
		if b.whole > 0 {
			to = append(to, found{b.whole, 0, Orientation(o), flip})
		}
		for k, s := range b.s {
			if b.w[k] != 0 && s > 0 {
				to = append(to, found{s, int32(b.w[k]), Orientation(o), flip})
			}
		}
	}
	return to
}
