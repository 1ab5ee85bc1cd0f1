package align

import (
	"math"
	"slices"
)

// Features are what the pixels say of a pair once it is aligned. The
// probability stands on them.
type Features struct {
	Coarse  float64 // correlation of the coarse averages, -1..1
	Fine    float64 // correlation of local contrast on the finest layer reached, -1..1
	Layer   int     // how many of the three layers the pair got through
	Blocks  float64 // mean correlation of 8 x 8 blocks after colours are fitted, weighed by contrast
	Good    float64 // part of the contrast in blocks that agree
	Median  float64 // correlation of the middle block
	Colour  float64 // middle difference of colours after the fit, 0..1
	Overlap float64 // part of the smaller picture that lies on the larger, 0..1
	Shrink  float64 // part of the larger picture that the smaller covers, 0..1
	Stretch float64 // logarithm of the ratio of the two scales
	Tilt    float64 // radians off the nearest quarter turn
	Detail  float64 // part of the blocks that have contrast, 0..1
	Grain   float64 // correlation of what stands out from the cells around it, -1..1
	Grained float64 // part of the blocks where something does, 0..1
	Inside  float64 // correlation of what is left without the outline, -1..1
	Ground  float64 // part of the common area in its most common tone, 0..1
	Apart   float64 // middle difference of colours off the ground before the fit, 0..1
	Kept    float64 // part of the blocks with contrast that are the same in both, whole on whole, 0..1
}

const (
	grid  = 8           // blocks a side
	block = side / grid // cells a side of a block
)

// judge compares the colours of inner, cell by cell, with those of outer under
// the map, and fills in the features that need them.
func (c *Comparer) judge(inner, outer *Picture, m affine, f *Features) {
	c.inner = inner.rgb
	on := c.sample(inner, outer, m)
	c.fitColour(inner, on)
	f.Overlap = float64(on) / (side * side)
	c.blocks(f)
	c.plain(f)
	f.Shrink = math.Min(1, math.Abs(m.det()))
	f.Stretch, f.Tilt = strain(m, inner.aspect, outer.aspect)
}

// sample reads the outer picture at every cell of the inner one.
func (c *Comparer) sample(inner, outer *Picture, m affine) (on int) {
	for y := range side {
		for x := range side {
			i := y*side + x
			px, py := m.at((float64(x)+0.5)/side, (float64(y)+0.5)/side)
			px, py = px*side-0.5, py*side-0.5
			c.on[i] = px > -0.75 && py > -0.75 && px < side-0.25 && py < side-0.25
			if !c.on[i] {
				continue
			}
			on++
			px, py = math.Min(math.Max(px, 0), side-1.001), math.Min(math.Max(py, 0), side-1.001)
			ix, iy := int(px), int(py)
			fx, fy := float32(px)-float32(ix), float32(py)-float32(iy)
			k := 3 * (iy*side + ix)
			for ch := range 3 {
				v00, v01 := float32(outer.rgb[k+ch]), float32(outer.rgb[k+3+ch])
				v10, v11 := float32(outer.rgb[k+3*side+ch]), float32(outer.rgb[k+3*side+3+ch])
				top, low := v00+(v01-v00)*fx, v10+(v11-v10)*fx
				c.seen[3*i+ch] = top + (low-top)*fy
			}
		}
	}
	return on
}

// fit says how the colours of the outer picture become those of the inner: for
// each channel of the inner, factors for red, green, blue and a constant.
type fit [3][4]float64

// fitColour finds the linear change of colours with the least squares, then
// again without the fifth of the cells that fit worst (an overlay must not
// bend it). It leaves the changed colours in c.fitted.
func (c *Comparer) fitColour(inner *Picture, on int) {
	var f fit
	limit := float32(math.Inf(1))
	for range 3 {
		var h [4][4]float64
		var g [3][4]float64
		for i := range side * side {
			if !c.on[i] || c.miss[i] > limit {
				continue
			}
			v := [4]float64{float64(c.seen[3*i]), float64(c.seen[3*i+1]), float64(c.seen[3*i+2]), 1}
			for p := range 4 {
				for q := p; q < 4; q++ {
					h[p][q] += v[p] * v[q]
				}
				for ch := range 3 {
					g[ch][p] += v[p] * float64(inner.rgb[3*i+ch])
				}
			}
		}
		// Grey pictures have three equal channels: the damping shares the
		// factor between them.
		damp := 1e-3*(h[0][0]+h[1][1]+h[2][2])/3 + 1
		for p := range 3 {
			h[p][p] += damp
			for ch := range 3 {
				if p == ch {
					g[ch][p] += damp
				}
			}
		}
		h[3][3] += 1e-3
		for ch := range 3 {
			f[ch] = solve4(h, g[ch])
		}
		for i := range side * side {
			if !c.on[i] {
				continue
			}
			r, gr, b := float64(c.seen[3*i]), float64(c.seen[3*i+1]), float64(c.seen[3*i+2])
			var miss float64
			for ch := range 3 {
				v := f[ch][0]*r + f[ch][1]*gr + f[ch][2]*b + f[ch][3]
				c.fitted[3*i+ch] = float32(math.Min(255, math.Max(0, v)))
				miss += math.Abs(float64(c.fitted[3*i+ch]) - float64(inner.rgb[3*i+ch]))
			}
			c.miss[i] = float32(miss / 3)
		}
		if on == 0 {
			return
		}
		limit = c.quantile(on * 4 / 5)
	}
	for i := range side * side {
		c.want[i] = brightness(float32(inner.rgb[3*i]), float32(inner.rgb[3*i+1]), float32(inner.rgb[3*i+2]))
		c.have[i] = brightness(c.fitted[3*i], c.fitted[3*i+1], c.fitted[3*i+2])
	}
}

func solve4(h [4][4]float64, g [4]float64) [4]float64 {
	for p := range 4 {
		for q := range p {
			h[p][q] = h[q][p]
		}
	}
	for p := range 4 {
		for q := p + 1; q < 4; q++ {
			k := h[q][p] / h[p][p]
			for j := p; j < 4; j++ {
				h[q][j] -= k * h[p][j]
			}
			g[q] -= k * g[p]
		}
	}
	for p := 3; p >= 0; p-- {
		for j := p + 1; j < 4; j++ {
			g[p] -= h[p][j] * g[j]
		}
		g[p] /= h[p][p]
	}
	return g
}

// blocks compares the brightness block by block.
func (c *Comparer) blocks(f *Features) {
	const noise = 2.5 * 2.5 // what compression does to a flat block
	var sum, weight, good, textured float64
	used := 0
	c.order = c.order[:0]
	for by := range grid {
		for bx := range grid {
			var n, sa, sb, saa, sbb, sab float64
			for y := by * block; y < (by+1)*block; y++ {
				for x := bx * block; x < (bx+1)*block; x++ {
					i := y*side + x
					if !c.on[i] {
						continue
					}
					a, b := float64(c.want[i]), float64(c.have[i])
					n++
					sa, sb, saa, sbb, sab = sa+a, sb+b, saa+a*a, sbb+b*b, sab+a*b
				}
			}
			k := by*grid + bx
			c.z[k] = math.NaN()
			if n < block*block/2 {
				continue
			}
			used++
			va, vb, cov := saa/n-sa*sa/n/n, sbb/n-sb*sb/n/n, sab/n-sa*sb/n/n
			z := (cov + noise/2) / math.Sqrt((va+noise/2)*(vb+noise/2))
			c.z[k] = z
			w := math.Min(math.Sqrt(math.Max(va, vb)), 30) / 30
			c.w[k] = w
			if math.Max(va, vb) > 4*noise {
				textured++
				c.order = append(c.order, float32(z))
			}
			sum += w * z
			weight += w
			if z > 0.75 {
				good += w
			}
		}
	}
	if weight > 0 {
		f.Blocks, f.Good = sum/weight, good/weight
	}
	if used > 0 {
		f.Detail = textured / float64(used)
	}
	if len(c.order) > 0 {
		slices.Sort(c.order)
		f.Median = float64(c.order[len(c.order)/2])
	}
	f.Colour = float64(c.quantile(int(f.Overlap*side*side)/2)) / 255
}

// quantile is the difference of colours below which count cells lie, in steps
// of a quarter.
func (c *Comparer) quantile(count int) float32 {
	var table [1024]int
	for i := range side * side {
		if c.on[i] {
			table[min(int(c.miss[i]*4), len(table)-1)]++
		}
	}
	for v, n := range table {
		if count -= n; count < 0 {
			return float32(v+1) / 4
		}
	}
	return 256
}
