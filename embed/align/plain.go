package align

import "math"

// What follows keeps an outline on a plain ground from passing for a picture:
// it asks what agrees besides the outline, and whether there is anything else.

// reach is how far, in cells, the surroundings go against which grain is seen.
const reach = 2

// plain fills in the features of what is left without the outline.
func (c *Comparer) plain(f *Features) {
	c.grain(f)
	c.inside(f)
	c.object(f)
}

// grain compares what stands out from the cells around it, however faint:
// there an edge counts no more than the texture beside it.
func (c *Comparer) grain(f *Features) {
	const soft = 4 * 4 // contrast below is not blown up
	for i, on := range c.on {
		c.area[i] = 0
		if on {
			c.area[i] = 1
		}
	}
	c.around(&c.area)
	c.stand(&c.want, &c.grainIn, soft)
	c.stand(&c.have, &c.grainOut, soft)
	var all sums
	grained := 0
	for by := range grid {
		for bx := range grid {
			var s sums
			for y := by * block; y < (by+1)*block; y++ {
				for x := bx * block; x < (bx+1)*block; x++ {
					if i := y*side + x; c.on[i] {
						s.add(float64(c.grainIn[i]), float64(c.grainOut[i]))
					}
				}
			}
			if va, vb, _ := s.moments(); s.n > block*block/2 && math.Max(va, vb) > 0.15 {
				grained++
			}
			all.join(s)
		}
	}
	f.Grain = all.correlation(0.01)
	f.Grained = float64(grained) / (grid * grid)
}

// stand writes to out how far each cell of in stands out from those around it,
// in units of their contrast. c.area holds the number of cells around.
func (c *Comparer) stand(in, out *[side * side]float32, soft float32) {
	for i, on := range c.on {
		c.mean[i], c.square[i] = 0, 0
		if on {
			c.mean[i], c.square[i] = in[i], in[i]*in[i]
		}
	}
	c.around(&c.mean)
	c.around(&c.square)
	for i, on := range c.on {
		if on {
			m := c.mean[i] / c.area[i]
			v := max(0, c.square[i]/c.area[i]-m*m)
			out[i] = (in[i] - m) / float32(math.Sqrt(float64(v+soft)))
		}
	}
}

// around replaces each value by the sum over the cells within reach.
func (c *Comparer) around(v *[side * side]float32) {
	for y := range side {
		running(v[y*side:], c.line[y*side:], 1)
	}
	for x := range side {
		running(c.line[x:], v[x:], side)
	}
}

func running(in, out []float32, step int) {
	var s float32
	for i := range reach {
		s += in[i*step]
	}
	for i := range side {
		if i+reach < side {
			s += in[(i+reach)*step]
		}
		if i > reach {
			s -= in[(i-reach-1)*step]
		}
		out[i*step] = s
	}
}

// inside compares what is left of the brightness when a picture of two tones
// is taken out: of an outline nothing is.
func (c *Comparer) inside(f *Features) {
	low, high := float32(math.Inf(1)), float32(math.Inf(-1))
	for i, on := range c.on {
		if on {
			low, high = min(low, c.want[i]), max(high, c.want[i])
		}
	}
	// Two means, from the middle of the range (Ridler and Calvard 1978).
	var tone [2]struct{ n, in, out float32 }
	between := (low + high) / 2
	for range 8 {
		tone = [2]struct{ n, in, out float32 }{}
		for i, on := range c.on {
			if on {
				t := &tone[truth(c.want[i] > between)]
				t.n++
				t.in += c.want[i]
				t.out += c.have[i]
			}
		}
		for k := range tone {
			n := max(tone[k].n, 1e-9)
			tone[k].in, tone[k].out = tone[k].in/n, tone[k].out/n
		}
		next := (tone[0].in + tone[1].in) / 2
		if next == between {
			break
		}
		between = next
	}
	var s sums
	for i, on := range c.on {
		if on {
			t := &tone[truth(c.want[i] > between)]
			s.add(float64(c.want[i]-t.in), float64(c.have[i]-t.out))
		}
	}
	f.Inside = s.correlation(2.5 * 2.5)
}

// object finds the ground, the most common tone, and how far colours differ
// off it before they are fitted: what differs in nothing else may differ there.
func (c *Comparer) object(f *Features) {
	const tones = 32
	var count [tones]int
	on := 0
	for i := range c.on {
		if c.on[i] {
			count[c.tone(i)]++
			on++
		}
	}
	if on == 0 {
		return
	}
	ground := 0
	for t, n := range count {
		if n > count[ground] {
			ground = t
		}
	}
	f.Ground = float64(count[ground]) / float64(on)
	var levels [3][256]int
	for i := range c.on {
		if c.on[i] && c.tone(i) == ground {
			for ch := range 3 {
				levels[ch][c.inner[3*i+ch]]++
			}
		}
	}
	var colour [3]float32
	for ch := range 3 {
		colour[ch] = float32(middle(levels[ch][:], count[ground]))
	}
	var off [1024]int // quarters
	objects := 0
	for i := range c.on {
		if !c.on[i] {
			continue
		}
		var in, out, apart float32
		for ch := range 3 {
			v := float32(c.inner[3*i+ch])
			in += size(v - colour[ch])
			out += size(c.fitted[3*i+ch] - colour[ch])
			apart += size(v - c.seen[3*i+ch])
		}
		if max(in, out) > 3*12 {
			off[min(int(apart*4/3), len(off)-1)]++
			objects++
		}
	}
	f.Apart = float64(middle(off[:], objects)) / 4 / 255
}

func (c *Comparer) tone(i int) int { return min(31, int(c.want[i]/8)) }

// middle is the place in a table of counts where half of them are reached, 0
// for none.
func middle(table []int, count int) int {
	left := count / 2
	for v, n := range table {
		if left -= n; left < 0 {
			return v
		}
	}
	return 0
}

func size(v float32) float32 {
	if v < 0 {
		return -v
	}
	return v
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sums are those that a correlation is made of.
type sums struct{ n, a, b, aa, bb, ab float64 }

func (s *sums) add(a, b float64) {
	s.n++
	s.a += a
	s.b += b
	s.aa += a * a
	s.bb += b * b
	s.ab += a * b
}

func (s *sums) join(t sums) {
	s.n += t.n
	s.a += t.a
	s.b += t.b
	s.aa += t.aa
	s.bb += t.bb
	s.ab += t.ab
}

func (s *sums) moments() (va, vb, cov float64) {
	n := math.Max(s.n, 1)
	return math.Max(0, s.aa/n-s.a*s.a/n/n), math.Max(0, s.bb/n-s.b*s.b/n/n), s.ab/n - s.a*s.b/n/n
}

// correlation takes variances below the noise for agreement.
func (s *sums) correlation(noise float64) float64 {
	va, vb, cov := s.moments()
	return (cov + noise/2) / math.Sqrt((va+noise/2)*(vb+noise/2))
}

// kept is the part of the blocks with contrast in which two pictures of one
// shape, laid whole on whole, are the same but for compression: what is painted
// over elsewhere does not matter to it.
func kept(a, b *Picture) float64 {
	const (
		shapes      = 1.03  // the aspect ratios may differ by so much, as a factor
		contrast    = 6 * 6 // variance of brightness, below it a block says nothing
		apart       = 5 * 3 // mean difference of the colours, all three together
		plainGround = 0.35  // part of the area in one tone
		enough      = grid * grid / 2
	)
	if r := a.aspect / b.aspect; r > shapes || r < 1/shapes {
		return 0
	}
	if min(a.ground, b.ground) > plainGround {
		return 0 // an outline on a plain ground is the same by chance
	}
	strong, same := 0, 0
	for by := range grid {
		for bx := range grid {
			var diff, sum, square int
			for y := by * block; y < (by+1)*block; y++ {
				from := 3 * (y*side + bx*block)
				in, out := a.rgb[from:from+3*block], b.rgb[from:from+3*block]
				for i, v := range in {
					d := int(v) - int(out[i])
					diff += max(d, -d)
				}
				for i := 1; i < 3*block; i += 3 {
					g := int(in[i])
					sum += g
					square += g * g
				}
			}
			const n = block * block
			if square*n-sum*sum < contrast*n*n {
				continue
			}
			strong++
			if diff < apart*n {
				same++
			}
		}
	}
	return float64(same) / float64(max(strong, enough))
}
