package embed

import (
	"encoding/binary"
	"math"
)

// The filter works in whole numbers, as Pillow's does (libImaging/Resample.c):
// a weight is a fraction of 1<<precision, and a pass rounds to 8 bits. Weights
// of the triangle are never negative and add up to 1<<precision, so a sum stays
// below 1<<31 and two of them fit in a uint64. Both passes add up such pairs,
// which halves their multiplications.
const (
	precision = 22
	half      = 1 << (precision - 1)
	halves    = half<<32 | half
	lanes     = 0x000000ff000000ff
)

// window is a rectangle of a picture.
type window struct{ x, y, w, h int }

// Taps holds, for a run of output places, which inputs count how much: output i
// adds the inputs from First[i] on, as many as it has weights. Its weights are
// Weight[End[i-1]:End[i]], from 0 for the first output, in fractions of 1<<22;
// they are never negative and add up to that, but for their rounding.
type Taps struct {
	First, End []int32
	Weight     []uint32
}

func (t *Taps) of(i int) []uint32 {
	begin := int32(0)
	if i > 0 {
		begin = t.End[i-1]
	}
	return t.Weight[begin:t.End[i]]
}

// reach returns the inputs that any output needs, from lo up to hi.
func (t *Taps) reach() (lo, hi int) {
	lo = int(t.First[0])
	for i, first := range t.First {
		hi = max(hi, int(first)+len(t.of(i)))
	}
	return lo, hi
}

// ResizeTaps returns the weights of Resize along one axis, where in inputs
// become out outputs, both above zero; for kernels that shall give the same.
func ResizeTaps(in, out int) Taps { return newTaps(in, out, 0, out) }

// newTaps computes the weights of outputs from to from+count when in inputs
// become out: a triangle around the output's place, as wide as two outputs when
// shrinking (that is the antialiasing) and two inputs when enlarging. Every
// step is rounded as in Pillow, so that the weights agree to the bit.
func newTaps(in, out, from, count int) Taps {
	scale := float64(in) / float64(out)
	support := max(scale, 1)
	inverse := 1 / support
	t := Taps{First: make([]int32, count), End: make([]int32, count)}
	t.Weight = make([]uint32, 0, count*(int(2*support)+1))
	raw := make([]float64, 0, int(2*support)+3)
	for i := range count {
		centre := (float64(from+i) + 0.5) * scale
		lo := max(int(centre-support+0.5), 0)
		hi := min(int(centre+support+0.5), in)
		raw = raw[:0]
		total := 0.0
		for x := lo; x < hi; x++ {
			w := max(1-math.Abs((float64(x)-centre+0.5)*inverse), 0)
			raw = append(raw, w)
			total += w
		}
		for _, w := range raw {
			if total != 0 {
				w /= total
			}
			t.Weight = append(t.Weight, uint32(0.5+w*(1<<precision)))
		}
		t.First[i], t.End[i] = int32(lo), int32(len(t.Weight))
	}
	return t
}

// Resize scales a picture to w x h with the antialiased triangle filter in two
// passes (horizontal, then vertical), each rounded to 8 bits: bit by bit what
// Pillow's resize does with BILINEAR. A size below one, or an empty picture,
// gives an empty picture. The result never shares memory with src.
func Resize(src Pixels, w, h int) Pixels {
	if w <= 0 || h <= 0 || src.W <= 0 || src.H <= 0 {
		return Pixels{}
	}
	return resizeWindow(src, w, h, window{w: w, h: h})
}

// ResizeShort scales a picture so that its short side becomes short; the long
// side keeps the aspect and is rounded down, as torchvision's Resize(short)
// does.
func ResizeShort(src Pixels, short int) Pixels {
	w, h := ShortSize(src.W, src.H, short)
	return Resize(src, w, h)
}

// ShortSize is the size of ResizeShort's result for a w x h picture.
func ShortSize(w, h, short int) (int, int) {
	if w <= 0 || h <= 0 {
		return 0, 0
	}
	if w <= h {
		return short, short * h / w
	}
	return short * w / h, short
}

// CenterCrop cuts w x h out of the middle, as torchvision's CenterCrop does:
// halves are rounded to even, and a picture that is too small gets a black
// border.
func CenterCrop(src Pixels, w, h int) Pixels {
	out := NewPixels(w, h)
	from, to := centre(src.W, src.H, w, h)
	for y := range from.h {
		row := src.Pix[3*((from.y+y)*src.W+from.x):][:3*from.w]
		copy(out.Pix[3*((to.y+y)*w+to.x):], row)
	}
	return out
}

// centre returns the part of a W x H picture that a centre crop of w x h keeps,
// and where in the crop it lies.
func centre(pw, ph, w, h int) (from, to window) {
	from.x, to.x, from.w = centreAxis(pw, w)
	from.y, to.y, from.h = centreAxis(ph, h)
	to.w, to.h = from.w, from.h
	return from, to
}

func centreAxis(have, want int) (from, to, size int) {
	if want > have {
		return 0, (want - have) / 2, have
	}
	return int(math.RoundToEven(float64(have-want) / 2)), 0, want
}

// resizeWindow returns the part of Resize(src, w, h) inside part, computing no
// more than that.
func resizeWindow(src Pixels, w, h int, part window) Pixels {
	if part.w <= 0 || part.h <= 0 {
		return Pixels{}
	}
	rows := newTaps(src.H, h, part.y, part.h)
	top, bottom := part.y, part.y+part.h
	if h != src.H {
		top, bottom = rows.reach()
	}
	var mid Pixels
	if w == src.W {
		mid = cut(src, window{part.x, top, part.w, bottom - top})
	} else {
		columns := newTaps(src.W, w, part.x, part.w)
		mid = horizontal(src, &columns, top, bottom)
	}
	if h == src.H {
		return mid
	}
	return vertical(mid, &rows, top)
}

// cut copies a part of a picture.
func cut(src Pixels, part window) Pixels {
	out := NewPixels(part.w, part.h)
	for y := range part.h {
		copy(out.Pix[3*y*part.w:3*(y+1)*part.w], src.Pix[3*((part.y+y)*src.W+part.x):])
	}
	return out
}

// horizontal filters rows top to bottom along x. Two rows go at once, one in
// each half of a uint64.
func horizontal(src Pixels, t *Taps, top, bottom int) Pixels {
	w := len(t.First)
	out := NewPixels(w, bottom-top)
	lo, hi := t.reach()
	pair := make([]uint64, 3*(hi-lo))
	for y := top; y < bottom; y += 2 {
		a := src.Pix[3*(y*src.W+lo):][:len(pair)]
		b := a
		if y+1 < bottom {
			b = src.Pix[3*((y+1)*src.W+lo):][:len(pair)]
		}
		for i, v := range a {
			pair[i] = uint64(v) | uint64(b[i])<<32
		}
		above := out.Pix[3*(y-top)*w:][:3*w]
		below := above
		if y+1 < bottom {
			below = out.Pix[3*(y+1-top)*w:][:3*w]
		}
		begin := int32(0)
		for x, first := range t.First {
			weights := t.Weight[begin:t.End[x]]
			begin = t.End[x]
			in := pair[3*(int(first)-lo):]
			var red, green, blue uint64 = halves, halves, halves
			for _, weight := range weights {
				k := uint64(weight)
				red += in[0] * k
				green += in[1] * k
				blue += in[2] * k
				in = in[3:]
			}
			// below is written first: it is above when the number of rows is odd.
			q := below[3*x : 3*x+3]
			q[0], q[1], q[2] = round8(red>>32), round8(green>>32), round8(blue>>32)
			p := above[3*x : 3*x+3]
			p[0], p[1], p[2] = round8(red&math.MaxUint32), round8(green&math.MaxUint32), round8(blue&math.MaxUint32)
		}
	}
	return out
}

// vertical filters along y; row 0 of src is row top of the picture the taps
// speak of. Eight neighbouring bytes go at once, two in each of four uint64.
func vertical(src Pixels, t *Taps, top int) Pixels {
	out := NewPixels(src.W, len(t.First))
	stride := 3 * src.W
	for y, first := range t.First {
		weights := t.of(y)
		in := src.Pix[(int(first)-top)*stride:]
		row := out.Pix[y*stride:][:stride]
		x := 0
		for ; x+8 <= stride; x += 8 {
			var a, b, c, d uint64 = halves, halves, halves, halves
			at := x
			for _, weight := range weights {
				k := uint64(weight)
				v := binary.LittleEndian.Uint64(in[at : at+8])
				a += (v & lanes) * k
				b += (v >> 8 & lanes) * k
				c += (v >> 16 & lanes) * k
				d += (v >> 24 & lanes) * k
				at += stride
			}
			q := row[x : x+8]
			q[0], q[4] = round8(a&math.MaxUint32), round8(a>>32)
			q[1], q[5] = round8(b&math.MaxUint32), round8(b>>32)
			q[2], q[6] = round8(c&math.MaxUint32), round8(c>>32)
			q[3], q[7] = round8(d&math.MaxUint32), round8(d>>32)
		}
		for ; x < stride; x++ {
			sum := uint64(half)
			at := x
			for _, k := range weights {
				sum += uint64(in[at]) * uint64(k)
				at += stride
			}
			row[x] = round8(sum)
		}
	}
	return out
}

// round8 turns a weighted sum into a byte. Rounded weights may add up to a
// little more than one.
func round8(sum uint64) uint8 { return uint8(min(sum>>precision, 255)) }
