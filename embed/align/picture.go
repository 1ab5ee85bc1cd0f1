package align

import (
	"math"
	"slices"

	"kindred/embed"
)

const (
	side   = 64 // every picture is looked at as side x side cells over its whole area
	cells  = 8  // a window of the coarse search is cells x cells averages
	layers = 3  // 16, 32 and 64 cells, coarse to fine
)

// Picture is what comparing needs of one image: the image stretched to a small
// square in colour, and averages over many windows of it. It takes about 48 KB
// and does not change.
type Picture struct {
	Width, Height int // of the image itself, not of the thumbnail it was made from
	aspect        float64
	rgb           []uint8 // side*side*3
	window        []int8  // one descriptor of cells*cells for each of the windows
	rough         []int8  // the same in averages over 2 x 2 cells
	strip         [strips * LookLen]int8
	plane         [layers]plane
	flat          bool    // nothing to see: one colour all over
	ground        float32 // part of the area in its most common tone, of 32
	sharp         float32 // mean step between neighbouring pixels, of the thumbnail
	sum           uint64  // a hash of the thumbnail's pixels
	thumbW        int
	thumbH        int
}

// span is a part of one axis, from lo to hi in units of the whole.
type span struct{ lo, hi float64 }

// spans are the parts of an axis that the coarse search looks at: the whole,
// and shorter ones at steps small against the reach of the refinement.
var spans = makeSpans()

func makeSpans() []span {
	out := []span{{0, 1}}
	for _, s := range []struct {
		size  float64
		steps int
	}{{0.86, 3}, {0.73, 4}, {0.6, 5}, {0.48, 6}} {
		for i := range s.steps {
			lo := (1 - s.size) * float64(i) / float64(s.steps-1)
			out = append(out, span{lo, lo + s.size})
		}
	}
	return out
}

// Prepare makes a Picture from a thumbnail (or the image itself) and the size
// of the image.
func Prepare(thumb embed.Pixels, width, height int) *Picture {
	p := &Picture{Width: width, Height: height, aspect: 1, thumbW: thumb.W, thumbH: thumb.H}
	p.rgb = make([]uint8, side*side*3)
	n := len(spans)
	p.window = make([]int8, n*n*cells*cells)
	p.rough = make([]int8, n*n*cells*cells/4)
	if thumb.W <= 0 || thumb.H <= 0 || len(thumb.Pix) < 3*thumb.W*thumb.H {
		p.flat = true
		return p
	}
	p.aspect = float64(thumb.W) / float64(thumb.H)
	p.sum = hash(thumb)
	p.sharp = steps(thumb)
	square := squeeze(thumb)
	var luma [side * side]float32
	var sum, sum2 float64
	var tones [32]int
	for i := range luma {
		for c := range 3 {
			p.rgb[3*i+c] = uint8(min(255, max(0, square[3*i+c]+0.5)))
		}
		luma[i] = brightness(square[3*i], square[3*i+1], square[3*i+2])
		tones[min(31, int(luma[i]/8))]++
		sum += float64(luma[i])
		sum2 += float64(luma[i]) * float64(luma[i])
	}
	p.ground = float32(slices.Max(tones[:])) / (side * side)
	mean := sum / (side * side)
	p.flat = sum2/(side*side)-mean*mean < 1
	p.describe(luma[:])
	p.strips(luma[:])
	p.plane = planes(luma[:])
	return p
}

// Same reports whether the thumbnails hold the same pixels and the images the
// same number of them: then the files differ in bytes only.
func Same(a, b *Picture) bool {
	return a.sum == b.sum && a.Width == b.Width && a.Height == b.Height && a.thumbW == b.thumbW && a.thumbH == b.thumbH && a.thumbW > 0
}

// hash is FNV-1a over the pixels.
func hash(p embed.Pixels) uint64 {
	h := uint64(14695981039346656037)
	for _, v := range p.Pix {
		h = (h ^ uint64(v)) * 1099511628211
	}
	return h
}

func brightness(r, g, b float32) float32 { return 0.299*r + 0.587*g + 0.114*b }

// steps is the mean difference between pixels side by side, in 0..255.
func steps(p embed.Pixels) float32 {
	var sum float64
	for y := range p.H {
		for x := 1; x < p.W; x++ {
			i := 3 * (y*p.W + x)
			sum += math.Abs(float64(p.Pix[i+1]) - float64(p.Pix[i-2]))
		}
	}
	return float32(sum / math.Max(1, float64(p.H*(p.W-1))))
}

// squeeze resamples a picture to side x side: the average over the area of a
// cell where the picture is larger, linear interpolation where it is smaller.
func squeeze(p embed.Pixels) []float32 {
	cols, rows := taps(p.W), taps(p.H)
	half := make([]float32, p.H*side*3)
	for y := range p.H {
		line := p.Pix[3*y*p.W:]
		for x, t := range cols {
			var r, g, b float32
			for j, w := range t.weight {
				i := 3 * (t.first + j)
				r += w * float32(line[i])
				g += w * float32(line[i+1])
				b += w * float32(line[i+2])
			}
			o := 3 * (y*side + x)
			half[o], half[o+1], half[o+2] = r, g, b
		}
	}
	out := make([]float32, side*side*3)
	for y, t := range rows {
		to := out[3*y*side : 3*(y+1)*side]
		for j, w := range t.weight {
			from := half[3*(t.first+j)*side:]
			for i := range to {
				to[i] += w * from[i]
			}
		}
	}
	return out
}

type tap struct {
	first  int
	weight []float32
}

// taps are the weights of the triangle filter that brings n values to side.
func taps(n int) []tap {
	scale := float64(n) / side
	reach := math.Max(scale, 1)
	out := make([]tap, side)
	for i := range out {
		centre := (float64(i)+0.5)*scale - 0.5
		lo, hi := max(int(math.Ceil(centre-reach)), 0), min(int(math.Floor(centre+reach)), n-1)
		var sum float64
		var weight []float32
		for j := lo; j <= hi; j++ {
			w := math.Max(0, 1-math.Abs(float64(j)-centre)/reach)
			weight = append(weight, float32(w))
			sum += w
		}
		if sum == 0 {
			lo, weight, sum = min(max(int(math.Round(centre)), 0), n-1), []float32{1}, 1
		}
		for j := range weight {
			weight[j] /= float32(sum)
		}
		out[i] = tap{lo, weight}
	}
	return out
}

// describe fills the windows: averages of luma over cells x cells parts of the
// window, without their mean, scaled to length 254, in whole numbers.
func (p *Picture) describe(luma []float32) {
	n := len(spans)
	// The sums over the parts of every span of x, line by line from the top:
	// a part of a window is the difference of two of them.
	const parts = 32 * cells
	var columns [(side + 1) * parts]float32
	var edges [32][cells + 1]int
	for i, s := range spans {
		for c := range cells + 1 {
			edges[i][c] = int(math.Round((s.lo + (s.hi-s.lo)*float64(c)/cells) * side))
		}
	}
	for y := range side {
		var before [side + 1]float32
		for x, v := range luma[y*side : (y+1)*side] {
			before[x+1] = before[x] + v
		}
		above, here := columns[y*parts:(y+1)*parts], columns[(y+1)*parts:(y+2)*parts]
		for i := range n {
			e := &edges[i]
			for c := range cells {
				here[i*cells+c] = above[i*cells+c] + (before[e[c+1]]-before[e[c]])/float32(e[c+1]-e[c])
			}
		}
	}
	var v [LookLen]float32
	for sy := range spans {
		for sx := range spans {
			for y := range cells {
				y0, y1 := edges[sy][y], edges[sy][y+1]
				top := (*[cells]float32)(columns[y0*parts+sx*cells:])
				low := (*[cells]float32)(columns[y1*parts+sx*cells:])
				to := (*[cells]float32)(v[y*cells:])
				over := 1 / float32(y1-y0)
				for x := range cells {
					to[x] = (low[x] - top[x]) * over
				}
			}
			w := sy*n + sx
			level(&v, (*[LookLen]int8)(p.window[w*LookLen:]), (*[LookLen / 4]int8)(p.rough[w*LookLen/4:]))
		}
	}
}

// strips fills the descriptors of the strips along the sides: a quarter of the
// picture deep, eight cells along it and eight across.
func (p *Picture) strips(luma []float32) {
	const deep = side / 4
	for s := range strips {
		var v [LookLen]float32
		for y := range cells {
			for x := range cells {
				// Of the strip on top; the others are laid so.
				x0, y0, w, h := x*side/cells, y*deep/cells, side/cells, deep/cells
				if s%2 == 1 {
					x0, y0, w, h = y0, x0, h, w
				}
				if s/2 == 1 {
					x0, y0 = side-x0-w, side-y0-h
				}
				for j := y0; j < y0+h; j++ {
					for i := x0; i < x0+w; i++ {
						v[y*cells+x] += luma[j*side+i] / float32(w*h)
					}
				}
			}
		}
		var rough [LookLen / 4]int8
		level(&v, (*[LookLen]int8)(p.strip[s*LookLen:]), &rough)
	}
}

// level takes out the mean, scales to length 254 and rounds, to whole and to
// rough, the same in averages over 2 x 2. What is flat stays zero: it matches
// nothing.
func level(v *[LookLen]float32, whole *[LookLen]int8, rough *[LookLen / 4]int8) {
	var s0, s1, q0, q1 float32
	for i := 0; i < LookLen; i += 2 {
		a, b := v[i], v[i+1]
		s0 += a
		s1 += b
		q0 += a * a
		q1 += b * b
	}
	mean := (s0 + s1) / LookLen
	sum2 := q0 + q1 - LookLen*mean*mean
	if sum2 < LookLen/4 {
		return
	}
	// Rounding cuts off: what is added keeps the number above 0.
	scale := 254 / float32(math.Sqrt(float64(sum2)))
	shift := 1000.5 - mean*scale
	for y := 0; y < cells; y += 2 {
		for x := 0; x < cells; x += 2 {
			i := y*cells + x
			a := min(127, max(-127, int32(v[i]*scale+shift)-1000))
			b := min(127, max(-127, int32(v[i+1]*scale+shift)-1000))
			c := min(127, max(-127, int32(v[i+cells]*scale+shift)-1000))
			d := min(127, max(-127, int32(v[i+cells+1]*scale+shift)-1000))
			whole[i], whole[i+1], whole[i+cells], whole[i+cells+1] = int8(a), int8(b), int8(c), int8(d)
			rough[y/2*(cells/2)+x/2] = int8((a + b + c + d) / 4)
		}
	}
}
