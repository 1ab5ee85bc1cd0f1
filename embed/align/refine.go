package align

import "math"

// plane is one layer of a picture for the refinement: brightness with its
// local mean taken out and its local contrast set to one, so that lighting and
// recolouring do not matter.
// Values are in units of 1/fineness.
type plane struct {
	n int
	v []int8
}

// fineness makes of -3..3 the whole numbers of a byte.
const fineness = 42

// planes makes the layers, coarse to fine, from brightness on side x side.
func planes(luma []float32) [layers]plane {
	var out [layers]plane
	for i := layers - 1; i >= 0; i-- {
		n := side >> (layers - 1 - i)
		out[i] = plane{n, even(luma, n)}
		half := make([]float32, n*n/4)
		for y := range n / 2 {
			for x := range n / 2 {
				k := 2*y*n + 2*x
				half[y*n/2+x] = (luma[k] + luma[k+1] + luma[k+n] + luma[k+n+1]) / 4
			}
		}
		luma = half
	}
	return out
}

// even takes out the local mean and sets the local contrast, over a window of
// about a quarter of the side. Contrast below what compression leaves behind
// is not blown up.
func even(luma []float32, n int) []int8 {
	const noise = 5
	r := n / 8
	// First along the lines: sums of the values and of their squares within r.
	sum, sum2 := make([]float32, n*n), make([]float32, n*n)
	for y := range n {
		around(luma[y*n:(y+1)*n], sum[y*n:], sum2[y*n:], r)
	}
	// Then down the columns, with running sums of whole lines.
	lines, lines2 := make([]float64, n), make([]float64, n)
	take := func(y int, sign float64) {
		for x, v := range sum[y*n : (y+1)*n] {
			lines[x] += sign * float64(v)
			lines2[x] += sign * float64(sum2[y*n+x])
		}
	}
	for y := range r {
		take(y, 1)
	}
	out := make([]int8, n*n)
	for y := range n {
		if y+r < n {
			take(y+r, 1)
		}
		if y > r {
			take(y-r-1, -1)
		}
		high := min(y+r+1, n) - max(y-r, 0)
		for x := range n {
			over := 1 / float64(high*(min(x+r+1, n)-max(x-r, 0)))
			mean := lines[x] * over
			v := (float64(luma[y*n+x]) - mean) / math.Sqrt(max(0, lines2[x]*over-mean*mean)+noise*noise)
			out[y*n+x] = int8(int(fineness*min(3, max(-3, v))+1000.5) - 1000)
		}
	}
	return out
}

// around writes the sums of the values within r, and those of their squares.
func around(line, sum, sum2 []float32, r int) {
	var a, b float32
	for x := range len(line) + r {
		if x < len(line) {
			a += line[x]
			b += line[x] * line[x]
		}
		if x > 2*r {
			v := line[x-2*r-1]
			a -= v
			b -= v * v
		}
		if x >= r {
			sum[x-r], sum2[x-r] = a, b
		}
	}
}

// layer is a plane as it is computed with.
type layer struct {
	n int
	v []float32 // n*n, -3..3
}

// wide writes a plane to v.
func (p plane) wide(v []float32) layer {
	for i, x := range p.v {
		v[i] = float32(x) * (1.0 / fineness)
	}
	return layer{p.n, v[:p.n*p.n]}
}

// slide improves a map from a to b by Gauss-Newton steps on the difference of
// the layers, with far-off points counting little (Lucas and Kanade 1981;
// Baker and Matthews, "Lucas-Kanade 20 years on", 2004, section 2.1). It
// returns the better map and the correlation of the layers under it, over the
// part where both are.
func slide(a, b layer, m affine, steps int) (affine, float64) {
	best, most := m, -1.0
	for range steps {
		h, g, z, ok := normal(a, b, m, false)
		if !ok {
			return best, most
		}
		if z > most {
			best, most = m, z
		}
		d, ok := solve(&h, &g)
		if !ok {
			return best, most
		}
		var size float64
		for i := range m {
			m[i] += d[i]
			size = math.Max(size, math.Abs(d[i]))
		}
		if size < 0.02/float64(a.n) {
			break
		}
	}
	if _, _, z, ok := normal(a, b, m, true); ok && z > most {
		best, most = m, z
	}
	return best, most
}

// third is the place in a block of sums of the product of two of (ux, uy, 1).
var third = [3][3]int{{0, 1, 2}, {1, 3, 4}, {2, 4, 5}}

// normal sums up the equations of one step and the correlation before it, or
// the correlation only. It is not ok when less than a fifth of a lies on b.
func normal(a, b layer, m affine, only bool) (h [21]float64, g [6]float64, z float64, ok bool) {
	const soft = 0.8 // a difference that counts half
	n, nb := a.n, b.n
	scale, end := float32(nb), float32(nb-1)
	stepX, stepY := float32(m[0])*scale, float32(m[3])*scale
	var sums [3][6]float64
	var count int
	var sa, sb, saa, sbb, sab float64
	for y := range n {
		uy := (float32(y) + 0.5) / float32(n)
		fromX := (float32(m[1])*uy+float32(m[2]))*scale - 0.5
		fromY := (float32(m[4])*uy+float32(m[5]))*scale - 0.5
		var row [9]float32
		var gr [4]float32
		var ra, rb, raa, rbb, rab float32
		for x, value := range a.v[y*n : y*n+n] {
			ux := (float32(x) + 0.5) / float32(n)
			px, py := fromX+stepX*ux, fromY+stepY*ux
			if px < 0 || py < 0 || px >= end || py >= end {
				continue
			}
			ix, iy := int(px), int(py)
			fx, fy := px-float32(ix), py-float32(iy)
			k := iy*nb + ix
			up, down := b.v[k:k+2:k+2], b.v[k+nb:k+nb+2:k+nb+2]
			v00, v01 := up[0], up[1]
			v10, v11 := down[0], down[1]
			stepUp, stepDown := v01-v00, v11-v10
			top, low := v00+stepUp*fx, v10+stepDown*fx
			vb := top + (low-top)*fy
			va := value
			count++
			ra += va
			rb += vb
			raa += va * va
			rbb += vb * vb
			rab += va * vb
			if only {
				continue
			}
			dx := (stepUp + (stepDown-stepUp)*fy) * scale
			dy := (low - top) * scale
			r := va - vb
			w := 1 / (1 + r*r*(1/(soft*soft)))
			// With J = (dx, dy) x (ux, uy, 1) the sums of J'J are those of
			// dx dx, dx dy, dy dy times the moments of (ux, uy, 1); uy is the
			// same along the row and waits until its end.
			wx, wy := w*dx, w*dy
			xx, xy, yy := wx*dx, wx*dy, wy*dy
			xr, yr := wx*r, wy*r
			row[0] += xx
			row[1] += xx * ux
			row[2] += xx * ux * ux
			row[3] += xy
			row[4] += xy * ux
			row[5] += xy * ux * ux
			row[6] += yy
			row[7] += yy * ux
			row[8] += yy * ux * ux
			gr[0] += xr * ux
			gr[1] += xr
			gr[2] += yr * ux
			gr[3] += yr
		}
		sa += float64(ra)
		sb += float64(rb)
		saa += float64(raa)
		sbb += float64(rbb)
		sab += float64(rab)
		if only {
			continue
		}
		v := float64(uy)
		for t := range 3 { // xx, xy, yy
			one, u, uu := float64(row[3*t]), float64(row[3*t+1]), float64(row[3*t+2])
			block := &sums[t]
			block[0] += uu
			block[1] += u * v
			block[2] += u
			block[3] += one * v * v
			block[4] += one * v
			block[5] += one
		}
		g[0] += float64(gr[0])
		g[1] += float64(gr[1]) * v
		g[2] += float64(gr[1])
		g[3] += float64(gr[2])
		g[4] += float64(gr[3]) * v
		g[5] += float64(gr[3])
	}
	at := 0
	for p := range 6 {
		for q := p; q < 6; q++ {
			h[at] = sums[p/3+q/3][third[p%3][q%3]]
			at++
		}
	}
	if count < n*n/5 {
		return h, g, -1, false
	}
	c := float64(count)
	va, vb := saa-sa*sa/c, sbb-sb*sb/c
	if va < 1e-3*c || vb < 1e-3*c {
		return h, g, 0, true
	}
	return h, g, (sab - sa*sb/c) / math.Sqrt(va*vb), true
}

// solve answers the six equations by Cholesky, a little damped.
func solve(h *[21]float64, g *[6]float64) ([6]float64, bool) {
	var l [6][6]float64
	at := 0
	for p := range 6 {
		for q := p; q < 6; q++ {
			l[q][p] = h[at]
			if p == q {
				l[q][p] = h[at]*1.01 + 1e-3
			}
			at++
		}
	}
	for p := range 6 {
		for q := range p {
			for k := range q {
				l[p][q] -= l[p][k] * l[q][k]
			}
			l[p][q] /= l[q][q]
			l[p][p] -= l[p][q] * l[p][q]
		}
		if !(l[p][p] > 1e-9) {
			return [6]float64{}, false
		}
		l[p][p] = math.Sqrt(l[p][p])
	}
	d := *g
	for p := range 6 {
		for k := range p {
			d[p] -= l[p][k] * d[k]
		}
		d[p] /= l[p][p]
	}
	for p := 5; p >= 0; p-- {
		for k := p + 1; k < 6; k++ {
			d[p] -= l[k][p] * d[k]
		}
		d[p] /= l[p][p]
	}
	return d, true
}
