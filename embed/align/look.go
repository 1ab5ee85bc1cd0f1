package align

import "math"

// Looks is the number of ways in which a picture may look like a copy whose
// embedding lies far from its own: by each of its four corners and by the strip
// along each of its four sides (copies that are painted over agree in one of
// them), and by the whole, however it is turned or mirrored.
const Looks = corners + strips + 1

const corners, strips = 4, 4

// LookLen is the length of a look.
const LookLen = cells * cells

// Strip reports whether a look is that of a narrow strip.
func Strip(look int) bool { return look >= corners && look < corners+strips }

// Look writes the looks to to, one after the other. Only the direction of each
// counts: the cosine of two is near 1 for pictures that look alike. Where there
// is nothing to see it is zeros.
func (p *Picture) Look(to []int8) {
	for i := range corners {
		first, last := len(spans)-6, len(spans)-1 // the shortest spans: at the start, at the end
		sx, sy := first, first
		if i%2 == 1 {
			sx = last
		}
		if i/2 == 1 {
			sy = last
		}
		copy(to[i*LookLen:], p.window[(sy*len(spans)+sx)*LookLen:][:LookLen])
	}
	copy(to[corners*LookLen:], p.strip[:])
	p.turnless(to[(Looks-1)*LookLen:])
}

// wave[u][x] is the cosine transform of length cells.
var wave = makeWave()

func makeWave() (out [cells][cells]float64) {
	for u := range cells {
		for x := range cells {
			out[u][x] = math.Cos(math.Pi * float64(u) * (float64(x) + 0.5) / cells)
		}
	}
	return out
}

// turnless is the same for all eight orientations: mirroring changes signs in
// the cosine transform only, turning also exchanges rows and columns. So of
// each pair of coefficients the sum and the difference of their sizes stay.
func (p *Picture) turnless(to []int8) {
	var half, c [cells][cells]float64
	var out [LookLen]float64
	for y := range cells {
		for u := range cells {
			for x := range cells {
				half[y][u] += float64(p.window[y*cells+x]) * wave[u][x]
			}
		}
	}
	for u := range cells {
		for v := range cells {
			for y := range cells {
				c[v][u] += half[y][u] * wave[v][y]
			}
		}
	}
	var sum float64
	for v := range cells {
		for u := range cells {
			a, b := math.Abs(c[v][u]), math.Abs(c[u][v])
			x := a
			switch {
			case v < u:
				x = (a + b) / math.Sqrt2
			case v > u:
				x = math.Abs(a-b) / math.Sqrt2
			}
			out[v*cells+u] = x
			sum += x * x
		}
	}
	if sum == 0 {
		return
	}
	for i, x := range out {
		to[i] = int8(min(127, math.Round(127*x/math.Sqrt(sum))))
	}
}
