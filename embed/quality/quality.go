// Package quality measures how sharp, bright, rich in contrast and colourful a
// picture is. The measures are raw numbers in units that a person can check;
// what is too dark or too blurry is decided by whoever reads them.
package quality

import (
	"math"
	"slices"

	"kindred/embed"
)

// Measures are the raw measures of one picture. Luma is R'G'B' weighted 0.299,
// 0.587, 0.114 (ITU-R BT.601), as stored, from 0 for black to 1 for white.
type Measures struct {
	// Sharpness is how much of the contrast over four pixels happens from one
	// pixel to the next, in the sharpest part of the picture that has any
	// contrast: 0 where every edge is a wide ramp, 0.5 where edges are steps,
	// towards 1 for fine texture. 0 also when no part has contrast: see
	// Contrast.
	Sharpness  float32
	Brightness float32 // mean luma, 0..1
	Contrast   float32 // standard deviation of luma, 0..0.5
	Dark       float32 // luma below which 95 % of the pixels lie, 0..1: small when even the lights are dark
	Light      float32 // luma above which 95 % of the pixels lie, 0..1: large when even the shadows are light
	Entropy    float32 // of the luma histogram in 256 steps, 0..8 bits
	Colour     float32 // mean of the largest minus the smallest of R, G, B, 0..1; 0 means grey
}

// Measure measures a picture. Sharpness depends on the scale, so pictures that
// shall be compared are reduced to one size first (the scan: short side 256),
// and smaller ones are taken as they are, never enlarged, which would blur
// them. The same pixels always give the same measures.
func Measure(p embed.Pixels) Measures {
	n := max(0, p.W*p.H)
	l := Luma{W: p.W, H: p.H, Pix: make([]uint8, n)}
	for i := range l.Pix {
		s := p.Pix[3*i : 3*i+3 : 3*i+3]
		r, g, b := int(s[0]), int(s[1]), int(s[2])
		y := uint8((19595*r + 38470*g + 7471*b + 1<<15) >> 16) // the weights times 1<<16
		l.Pix[i] = y
		l.Histogram[y]++
		l.Chroma += uint64(max(r, g, b) - min(r, g, b))
	}
	return l.Measure()
}

// Luma is all that is measured, for kernels that make it of a picture.
type Luma struct {
	W, H      int
	Pix       []uint8     // luma from 0 to 255, row by row
	Histogram [256]uint32 // how often each value is in Pix
	Chroma    uint64      // the largest minus the smallest of R, G, B, over all pixels
}

// Measure is Measure of the picture.
func (l *Luma) Measure() Measures {
	n := len(l.Pix)
	if n == 0 {
		return Measures{}
	}
	m := fromHistogram(&l.Histogram, n)
	m.Colour = float32(float64(l.Chroma) / (255 * float64(n)))
	m.Sharpness = sharpness(l.Pix, l.W, l.H)
	return m
}

func fromHistogram(hist *[256]uint32, n int) Measures {
	var sum, square, entropy float64
	for v, c := range hist {
		if c == 0 {
			continue
		}
		f := float64(c) / float64(n)
		sum += f * float64(v)
		square += f * float64(v*v)
		entropy -= f * math.Log2(f)
	}
	below := func(share float64) float32 {
		seen := uint32(0)
		for v, c := range hist {
			if seen += c; float64(seen) >= share*float64(n) {
				return float32(v) / 255
			}
		}
		return 1
	}
	return Measures{
		Brightness: float32(sum / 255),
		Contrast:   float32(math.Sqrt(max(0, square-sum*sum)) / 255),
		Dark:       below(0.95),
		Light:      below(0.05),
		Entropy:    float32(max(0, entropy)),
	}
}

// Sharpness compares two energies in each tile of the picture, along the rows
// and along the columns: near, the sum of squared differences of neighbouring
// pixels, and far, that of pixels four apart. Let an edge rise by s. As a step
// it adds s² to near and 4s² to far;
// as a ramp wider than four pixels it adds k(s/k)² and k(4s/k)², sixteen times
// as much. So near/far lies between 1/16 and 1/4 for edges, whatever their
// contrast, and above, up to 1 and more, for fine texture; Sharpness is that on a
// logarithmic scale. Taking the sharpest tiles keeps a
// portrait before a soft background from being called blurred, and taking the
// direction that is less sharp finds the blur of a moving camera, which leaves
// the edges along its path as they are.
const (
	reach   = 4    // distance of far, in pixels
	noise   = 2.0  // what rounding and JPEG add to a squared difference
	visible = 60.0 // mean of far, below which a tile counts as flat
	best    = 0.98 // share of the tiles that are less sharp
)

func sharpness(luma []uint8, w, h int) float32 {
	tile := max(8, min(w, h)/8)
	var ratios [2][]float64 // along rows, along columns
	for y := 0; y+tile <= h; y += tile {
		for x := 0; x+tile <= w; x += tile {
			tileRatios(luma, w, h, x, y, tile, &ratios)
		}
	}
	r := math.Inf(1)
	for _, list := range ratios {
		if len(list) > 0 {
			slices.Sort(list)
			r = min(r, list[int(best*float64(len(list)-1)+0.5)])
		}
	}
	if math.IsInf(r, 1) || r <= 1.0/16 {
		return 0
	}
	return float32(min(1, math.Log2(16*r)/4))
}

// tileRatios appends near/far of one tile along rows and along columns, unless
// the tile is flat in that direction. Every other pixel tells
// enough, as on a chessboard so that no row or column is left out.
func tileRatios(luma []uint8, w, h, x0, y0, tile int, ratios *[2][]float64) {
	var near, far [2]int
	n := 0
	x1, y1 := min(x0+tile, w-reach), min(y0+tile, h-reach)
	for y := y0; y < y1; y++ {
		row := luma[y*w : (y+1)*w]
		below, under := luma[(y+1)*w:(y+2)*w], luma[(y+reach)*w:(y+reach+1)*w]
		for x := x0 + y&1; x < x1; x += 2 {
			v := int(row[x])
			a, b := int(row[x+1])-v, int(row[x+reach])-v
			c, d := int(below[x])-v, int(under[x])-v
			near[0] += a * a
			far[0] += b * b
			near[1] += c * c
			far[1] += d * d
			n++
		}
	}
	if n == 0 {
		return
	}
	for k := range ratios {
		if least := visible * float64(n); float64(far[k]) >= least {
			ratios[k] = append(ratios[k], max(0, float64(near[k])-noise*float64(n))/(float64(far[k])-noise*float64(n)))
		}
	}
}
