package align

import "math"

// Orientation is one of the eight ways to lay a picture on its place.
type Orientation int

// Mirrored means left and right are exchanged; turns are clockwise and come
// after the mirroring.
const (
	Upright Orientation = iota
	Turned90
	Turned180
	Turned270
	Mirrored
	Mirrored90
	Mirrored180 // upside down, as in a lake
	Mirrored270
)

// affine takes a point of one unit square to the other:
// x' = m[0]x + m[1]y + m[2], y' = m[3]x + m[4]y + m[5].
type affine [6]float64

func (m affine) at(x, y float64) (float64, float64) {
	return m[0]*x + m[1]*y + m[2], m[3]*x + m[4]*y + m[5]
}

func (m affine) det() float64 { return m[0]*m[4] - m[1]*m[3] }

// then is the map that goes through m first.
func (m affine) then(n affine) affine {
	return affine{
		n[0]*m[0] + n[1]*m[3], n[0]*m[1] + n[1]*m[4], n[0]*m[2] + n[1]*m[5] + n[2],
		n[3]*m[0] + n[4]*m[3], n[3]*m[1] + n[4]*m[4], n[3]*m[2] + n[4]*m[5] + n[5],
	}
}

func (m affine) inverse() (affine, bool) {
	d := m.det()
	if math.Abs(d) < 1e-6 {
		return m, false
	}
	a, b, c, e := m[4]/d, -m[1]/d, -m[3]/d, m[0]/d
	return affine{a, b, -a*m[2] - b*m[5], c, e, -c*m[2] - e*m[5]}, true
}

// place is the map of an orientation: where a point of the upright square lies
// after mirroring and turning.
func (o Orientation) place() affine {
	m := affine{1, 0, 0, 0, 1, 0}
	if o >= Mirrored {
		m = affine{-1, 0, 1, 0, 1, 0}
	}
	for range o % 4 {
		m = m.then(affine{0, -1, 1, 1, 0, 0}) // (x,y) -> (1-y, x): a quarter clockwise
	}
	return m
}

// nearest is the orientation closest to a map.
func nearest(m affine) Orientation {
	best, most := Upright, math.Inf(-1)
	for o := range Orientation(8) {
		p := o.place()
		if s := p[0]*m[0] + p[1]*m[1] + p[3]*m[3] + p[4]*m[4]; s > most {
			best, most = o, s
		}
	}
	return best
}

// Rect is a part of a picture in units of its width and height.
type Rect struct{ X0, Y0, X1, Y1 float64 }

// Area is the part of the whole.
func (r Rect) Area() float64 { return math.Max(0, r.X1-r.X0) * math.Max(0, r.Y1-r.Y0) }

// footprint is the box around the unit square under m, cut at the unit square.
func footprint(m affine) Rect {
	r := Rect{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, c := range [4][2]float64{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		x, y := m.at(c[0], c[1])
		r.X0, r.X1 = math.Min(r.X0, x), math.Max(r.X1, x)
		r.Y0, r.Y1 = math.Min(r.Y0, y), math.Max(r.Y1, y)
	}
	return Rect{math.Max(r.X0, 0), math.Max(r.Y0, 0), math.Min(r.X1, 1), math.Min(r.Y1, 1)}
}

// strain is how far a map between pictures of the given aspect ratios is from
// one that keeps shapes: the logarithm of the ratio of its two stretches, and
// the tilt against the nearest orientation in radians.
func strain(m affine, aspectA, aspectB float64) (stretch, tilt float64) {
	// In pixels: x of A is in units of its aspect, and likewise B.
	a, b := m[0]*aspectB/aspectA, m[1]*aspectB
	c, d := m[3]/aspectA, m[4]
	e, f, g, h := (a+d)/2, (a-d)/2, (c+b)/2, (c-b)/2
	q, r := math.Hypot(e, h), math.Hypot(f, g)
	big, small := q+r, math.Abs(q-r)
	if small < 1e-9 {
		return 9, 9
	}
	var angle float64
	if q >= r {
		angle = math.Atan2(h, e)
	} else {
		angle = math.Atan2(g, f)
	}
	quarter := math.Pi / 2
	return math.Log(big / small), math.Abs(angle - quarter*math.Round(angle/quarter))
}
