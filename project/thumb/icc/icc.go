// Package icc brings colours to sRGB by the profile that a picture carries
// (ICC.1:2022; the older version 2 of the format is within it).
//
// Profiles of displays, cameras and scanners with curves and a matrix, gray
// ones with a curve, and those with tables, which printing needs, are read. It
// is the perceptual way with black point compensation, as Little CMS does it
// when nothing else is asked for.
package icc

import (
	"encoding/binary"
	"errors"
	"math"
)

// MaxSize is the largest profile that is read, in bytes. Those of printers come
// near 3 MB.
const MaxSize = 8 << 20

// ErrProfile says that a profile is damaged or of a kind that is not read here.
var ErrProfile = errors.New("unusable colour profile")

// Transform brings one kind of colours to sRGB. It is safe for concurrent use.
type Transform struct {
	// Channels is 1 for gray, 3 for RGB, 4 for CMYK.
	Channels int

	gray   [256]uint8
	linear [3][256]int32 // RGB by curves and a matrix: the curves, 1 is 1<<15
	matrix [9]int32      // then linear sRGB, 1 is 1<<13; all zero when there is a grid
	grid   *grid
}

// profile is a profile with its tags found.
type profile struct {
	space, pcs string
	v4         bool
	tags       map[string][]byte
}

// New reads a profile. The transform is nil when the profile is sRGB, to within
// one step of 255: then there is nothing to do.
func New(data []byte) (*Transform, error) {
	p, err := parse(data)
	if err != nil {
		return nil, err
	}
	t := &Transform{Channels: map[string]int{"GRAY": 1, "RGB ": 3, "CMYK": 4}[p.space]}
	table := p.tags["A2B0"]
	if table == nil {
		table = p.tags["A2B1"]
	}
	switch {
	case t.Channels == 0:
		return nil, ErrProfile
	case table != nil && t.Channels > 1:
		err = t.byTable(p, table)
	case t.Channels == 1:
		err = t.byGray(p)
	case t.Channels == 3:
		err = t.byMatrix(p)
	default:
		err = ErrProfile
	}
	if err != nil {
		return nil, err
	}
	if t.nothing() {
		return nil, nil
	}
	return t, nil
}

func parse(data []byte) (*profile, error) {
	if len(data) < 132 || len(data) > MaxSize || string(data[36:40]) != "acsp" {
		return nil, ErrProfile
	}
	switch string(data[12:16]) {
	case "mntr", "scnr", "prtr", "spac":
	default: // a link, an abstract or a named colour profile
		return nil, ErrProfile
	}
	p := &profile{space: string(data[16:20]), pcs: string(data[20:24]), v4: data[8] >= 4, tags: map[string][]byte{}}
	if p.pcs != "XYZ " && p.pcs != "Lab " {
		return nil, ErrProfile
	}
	count := int(binary.BigEndian.Uint32(data[128:]))
	for i := range min(count, 100) {
		at := 132 + 12*i
		if at+12 > len(data) {
			return nil, ErrProfile
		}
		off, size := uint64(binary.BigEndian.Uint32(data[at+4:])), uint64(binary.BigEndian.Uint32(data[at+8:]))
		if off+size > uint64(len(data)) {
			return nil, ErrProfile
		}
		p.tags[string(data[at:at+4])] = data[off : off+size]
	}
	return p, nil
}

// fixed is a s15Fixed16Number.
func fixed(b []byte) float64 { return float64(int32(binary.BigEndian.Uint32(b))) / 65536 }

// curve maps 0..1 to 0..1.
type curve func(float64) float64

// readCurve reads a curveType or a parametricCurveType (sections 10.6, 10.18)
// and tells how long it is.
func readCurve(b []byte) (c curve, size int, err error) {
	if len(b) < 12 {
		return nil, 0, ErrProfile
	}
	switch string(b[:4]) {
	case "curv":
		n := int(binary.BigEndian.Uint32(b[8:]))
		size = 12 + 2*n
		if n < 0 || n > 1<<17 || len(b) < size {
			return nil, 0, ErrProfile
		}
		switch n {
		case 0:
			return func(x float64) float64 { return x }, size, nil
		case 1:
			gamma := float64(binary.BigEndian.Uint16(b[12:])) / 256
			return func(x float64) float64 { return math.Pow(x, gamma) }, size, nil
		}
		return sampled(words(b[12:size])), size, nil
	case "para":
		kind := int(binary.BigEndian.Uint16(b[8:]))
		if kind > 4 {
			return nil, 0, ErrProfile
		}
		n := [5]int{1, 3, 4, 5, 7}[kind]
		if size = 12 + 4*n; len(b) < size {
			return nil, 0, ErrProfile
		}
		v := make([]float64, n)
		for i := range v {
			v[i] = fixed(b[12+4*i:])
		}
		return parametric(kind, v), size, nil
	}
	return nil, 0, ErrProfile
}

// parametric is one of the five functions of table 68, its parameters in the
// order g a b c d e f.
func parametric(kind int, given []float64) curve {
	v := [7]float64{1: 1} // a
	copy(v[:], given)
	g, a, b, c, d, e, f := v[0], v[1], v[2], v[3], v[4], v[5], v[6]
	switch kind {
	case 0:
		return func(x float64) float64 { return power(x, g) }
	case 1, 2: // below -b/a it is c, which kind 1 leaves out
		return func(x float64) float64 { return power(a*x+b, g) + c }
	case 3:
		e, f = 0, 0
	}
	return func(x float64) float64 {
		if x >= d {
			return power(a*x+b, g) + e
		}
		return c*x + f
	}
}

func power(x, g float64) float64 {
	if x <= 0 {
		return 0
	}
	return math.Pow(x, g)
}

// words reads 16-bit numbers as 0..1.
func words(b []byte) []float32 {
	list := make([]float32, len(b)/2)
	for i := range list {
		list[i] = float32(binary.BigEndian.Uint16(b[2*i:])) / 65535
	}
	return list
}

// octets reads 8-bit numbers as 0..1.
func octets(b []byte) []float32 {
	list := make([]float32, len(b))
	for i := range list {
		list[i] = float32(b[i]) / 255
	}
	return list
}

// sampled interpolates between samples at equal distances, two or more.
func sampled(s []float32) curve {
	last := float64(len(s) - 1)
	return func(x float64) float64 {
		x = unit(x) * last
		i := min(int(x), len(s)-2)
		f := x - float64(i)
		return float64(s[i])*(1-f) + float64(s[i+1])*f
	}
}

// byGray makes the table of a gray profile with its one curve.
func (t *Transform) byGray(p *profile) error {
	c, _, err := readCurve(p.tags["kTRC"])
	if err != nil {
		return err
	}
	for i := range t.gray {
		y := c(float64(i) / 255)
		if p.pcs == "Lab " {
			y = fromLab(100*y, 0, 0)[1]
		}
		t.gray[i] = encoded[level(y)]
	}
	return nil
}

// byMatrix joins the matrix of a profile with that from the connection space to
// sRGB.
func (t *Transform) byMatrix(p *profile) error {
	if p.pcs != "XYZ " {
		return ErrProfile
	}
	var m [9]float64
	for i, name := range [3]string{"r", "g", "b"} {
		c, _, err := readCurve(p.tags[name+"TRC"])
		xyz := p.tags[name+"XYZ"]
		if err != nil || len(xyz) < 20 || string(xyz[:4]) != "XYZ " {
			return ErrProfile
		}
		for v := range t.linear[i] {
			t.linear[i][v] = int32(unit(c(float64(v)/255))*(1<<15) + 0.5)
		}
		column := toLinear([3]float64{fixed(xyz[8:]), fixed(xyz[12:]), fixed(xyz[16:])})
		for row := range 3 {
			m[3*row+i] = column[row]
		}
	}
	for i, v := range m {
		t.matrix[i] = int32(math.Round(min(max(v, -4), 4) * (1 << 13)))
	}
	return nil
}

// nothing tells whether a transform leaves everything as it is.
func (t *Transform) nothing() bool {
	const step = 15
	switch t.Channels {
	case 1:
		for i, v := range t.gray {
			if max(int(v)-i, i-int(v)) > 1 {
				return false
			}
		}
		return true
	case 3:
		var line []uint8
		for r := 0; r <= 255; r += step {
			for g := 0; g <= 255; g += step {
				for b := 0; b <= 255; b += step {
					line = append(line, uint8(r), uint8(g), uint8(b))
				}
			}
		}
		was := append([]uint8(nil), line...)
		t.RGB(line)
		for i, v := range line {
			if max(int(v)-int(was[i]), int(was[i])-int(v)) > 1 {
				return false
			}
		}
		return true
	}
	return false
}
