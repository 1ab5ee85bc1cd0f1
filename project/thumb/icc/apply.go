package icc

import "math"

// levels is how finely linear values are told apart before they are encoded:
// a fifth of a step of 255 where the curve is steepest.
const levels = 1 << 14

// encoded is the sRGB curve (IEC 61966-2-1, section 5.2).
var encoded = func() (table [levels + 1]uint8) {
	for i := range table {
		table[i] = uint8(255*encode(float64(i)/levels) + 0.5)
	}
	return table
}()

func encode(v float64) float64 {
	if v <= 0.0031308 {
		return 12.92 * v
	}
	return 1.055*math.Pow(v, 1/2.4) - 0.055
}

// level is the index of a linear value.
func level(v float64) int { return int(unit(v)*levels + 0.5) }

// unit brings a value into 0..1; what is no number, which damaged profiles can
// lead to, is 0.
func unit(v float64) float64 {
	if v >= 0 {
		return min(v, 1)
	}
	return 0
}

// white is D50, the white of the connection space (section 6.3.4.3).
var white = [3]float64{0.9642, 1, 0.8249}

// toLinear goes from the connection space to linear sRGB: the inverse of the
// primaries of sRGB, adapted to D50 by Bradford's method.
func toLinear(c [3]float64) [3]float64 {
	x, y, z := c[0], c[1], c[2]
	return [3]float64{
		3.1338561*x - 1.6168667*y - 0.4906146*z,
		-0.9787684*x + 1.9161415*y + 0.0334540*z,
		0.0719453*x - 0.2289914*y + 1.4052427*z,
	}
}

// fromLab goes from CIELAB to XYZ, both of D50.
func fromLab(l, a, b float64) [3]float64 {
	back := func(t float64) float64 {
		if t <= 24.0/116 {
			return 108.0 / 841 * (t - 16.0/116)
		}
		return t * t * t
	}
	y := (l + 16) / 116
	return [3]float64{white[0] * back(y+a/500), white[1] * back(y), white[2] * back(y-b/200)}
}

// RGB converts packed pixels of three bytes in place. For a gray profile the
// three are equal, for one of CMYK nothing is done.
func (t *Transform) RGB(pix []uint8) {
	switch {
	case t.Channels == 1:
		for i, v := range pix {
			pix[i] = t.gray[v]
		}
	case t.Channels == 3 && t.grid != nil:
		for i := 0; i+3 <= len(pix); i += 3 {
			t.grid.at3(pix[i : i+3 : i+3])
		}
	case t.Channels == 3:
		m := &t.matrix
		for i := 0; i+3 <= len(pix); i += 3 {
			d := pix[i : i+3 : i+3]
			r, g, b := t.linear[0][d[0]], t.linear[1][d[1]], t.linear[2][d[2]]
			d[0] = encoded[index(m[0]*r+m[1]*g+m[2]*b)]
			d[1] = encoded[index(m[3]*r+m[4]*g+m[5]*b)]
			d[2] = encoded[index(m[6]*r+m[7]*g+m[8]*b)]
		}
	}
}

// index rounds a sum of 15 and 13 bits behind the point to a level of 14.
func index(v int32) int32 { return max(0, min(levels, (v+1<<13)>>14)) }

// CMYK converts pixels of four bytes, 255 being all the ink, to pixels of three.
// With inverted 255 is no ink, as JPEG files have it. It does nothing for a
// profile of other colours.
func (t *Transform) CMYK(dst, ink []uint8, inverted bool) {
	if t.Channels != 4 || t.grid == nil {
		return
	}
	var flip uint8
	if inverted {
		flip = 255
	}
	for i, j := 0, 0; i+3 <= len(dst) && j+4 <= len(ink); i, j = i+3, j+4 {
		s := ink[j : j+4 : j+4]
		t.grid.at4(dst[i:i+3:i+3], s[0]^flip, s[1]^flip, s[2]^flip, s[3]^flip)
	}
}
