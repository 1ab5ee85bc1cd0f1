package icc

import "encoding/binary"

// stages is a table of a profile taken apart (sections 10.10 to 10.12): curves,
// a grid of many dimensions, curves, for the newer kind a matrix and curves,
// and what the result means.
type stages struct {
	first  []curve
	points []int     // of the grid, for each channel; nil without a grid
	values []float32 // three each, the last channel running fastest
	middle []curve   // nil, or three
	matrix []float64 // nil, or 3x3 and three to add
	last   []curve   // three
	pcs    func(v [3]float64) [3]float64
}

// readStages reads a lut8Type, lut16Type or lutAToBType.
func readStages(p *profile, b []byte, channels int) (*stages, error) {
	if len(b) < 32 || int(b[8]) != channels || b[9] != 3 {
		return nil, ErrProfile
	}
	s := &stages{pcs: func(v [3]float64) [3]float64 { // XYZ: 1.0 is 0x8000
		const one = 65535.0 / 32768
		return [3]float64{v[0] * one, v[1] * one, v[2] * one}
	}}
	if p.pcs == "Lab " {
		s.pcs = func(v [3]float64) [3]float64 { return fromLab(100*v[0], 255*v[1]-128, 255*v[2]-128) }
	}
	switch string(b[:4]) {
	case "mft1":
		return s, s.lut(b, b[min(48, len(b)):], 256, 256, 1)
	case "mft2":
		if len(b) < 52 {
			return nil, ErrProfile
		}
		if p.pcs == "Lab " { // the encoding of version 2: 100 is 0xff00, 0 is 0x8000
			const wide = 65535.0 / 65280
			s.pcs = func(v [3]float64) [3]float64 {
				return fromLab(100*wide*v[0], 255*wide*v[1]-128, 255*wide*v[2]-128)
			}
		}
		return s, s.lut(b, b[52:], int(binary.BigEndian.Uint16(b[48:])), int(binary.BigEndian.Uint16(b[50:])), 2)
	case "mAB ":
		return s, s.newer(b, channels)
	}
	return nil, ErrProfile
}

// numbers reads values of one or two bytes as 0..1.
func numbers(b []byte, bytes int) []float32 {
	if bytes == 1 {
		return octets(b)
	}
	return words(b)
}

// lut reads what follows the head of a lut8Type or lut16Type. Their matrix is
// for profiles of XYZ only.
func (s *stages) lut(head, b []byte, in, out, bytes int) error {
	channels, points := int(head[8]), int(head[10])
	if in < 2 || out < 2 || in > 4096 || out > 4096 {
		return ErrProfile
	}
	for range channels {
		s.points = append(s.points, points)
	}
	nodes := s.nodes()
	if need := (channels*in + 3*nodes + 3*out) * bytes; nodes == 0 || len(b) < need {
		return ErrProfile
	}
	take := func(n int) []float32 {
		list := numbers(b[:n*bytes], bytes)
		b = b[n*bytes:]
		return list
	}
	for range channels {
		s.first = append(s.first, sampled(take(in)))
	}
	s.values = take(3 * nodes)
	for range 3 {
		s.last = append(s.last, sampled(take(out)))
	}
	return nil
}

// nodes is the number of points of the grid; 0 if it is unusable or too large.
func (s *stages) nodes() int {
	n := 1
	for _, p := range s.points {
		if p < 2 || p > 255 || n > MaxSize/p {
			return 0
		}
		n *= p
	}
	return n
}

// newer reads a lutAToBType. Parts may be left out.
func (s *stages) newer(b []byte, channels int) (err error) {
	part := func(at int) []byte {
		off := uint64(binary.BigEndian.Uint32(b[at:]))
		if off == 0 || off >= uint64(len(b)) {
			return nil
		}
		return b[off:]
	}
	curves := func(b []byte, n int) (list []curve, err error) {
		for range n {
			c, size, err := readCurve(b)
			if err != nil {
				return nil, err
			}
			list = append(list, c)
			b = b[min((size+3)&^3, len(b)):]
		}
		return list, nil
	}
	if s.last, err = curves(part(12), 3); err != nil {
		return err
	}
	if m := part(16); len(m) >= 48 {
		for i := range 12 {
			s.matrix = append(s.matrix, fixed(m[4*i:]))
		}
	}
	if m := part(20); m != nil {
		if s.middle, err = curves(m, 3); err != nil {
			return err
		}
	}
	c, a := part(24), part(28)
	if c == nil {
		if channels != 3 {
			return ErrProfile
		}
		return nil
	}
	if s.first, err = curves(a, channels); err != nil || len(c) < 20 {
		return ErrProfile
	}
	for i := range channels {
		s.points = append(s.points, int(c[i]))
	}
	bytes, nodes := int(c[16]), s.nodes()
	if bytes < 1 || bytes > 2 || nodes == 0 || len(c)-20 < 3*nodes*bytes {
		return ErrProfile
	}
	s.values = numbers(c[20:20+3*nodes*bytes], bytes)
	return nil
}

// xyz sends a colour through the stages.
func (s *stages) xyz(colour []float64) [3]float64 {
	var v [3]float64
	if s.values == nil {
		copy(v[:], colour)
	} else {
		var in [4]float64
		for i, c := range s.first {
			in[i] = c(colour[i])
		}
		v = s.interpolate(in)
	}
	for i, c := range s.middle {
		v[i] = c(v[i])
	}
	if m := s.matrix; m != nil {
		v = [3]float64{
			m[0]*v[0] + m[1]*v[1] + m[2]*v[2] + m[9],
			m[3]*v[0] + m[4]*v[1] + m[5]*v[2] + m[10],
			m[6]*v[0] + m[7]*v[1] + m[8]*v[2] + m[11],
		}
	}
	for i, c := range s.last {
		v[i] = c(v[i])
	}
	return s.pcs(v)
}

// interpolate is linear in every direction between the corners of a cell.
func (s *stages) interpolate(in [4]float64) (v [3]float64) {
	n := len(s.points)
	var base [4]int
	var part [4]float64
	for i, p := range s.points {
		x := unit(in[i]) * float64(p-1)
		base[i] = min(int(x), p-2)
		part[i] = x - float64(base[i])
	}
	for corner := range 1 << n {
		at, weight := 0, 1.0
		for i, p := range s.points {
			up := corner >> i & 1
			at = at*p + base[i] + up
			if up == 1 {
				weight *= part[i]
			} else {
				weight *= 1 - part[i]
			}
		}
		if weight > 0 {
			for c := range 3 {
				v[c] += weight * float64(s.values[3*at+c])
			}
		}
	}
	return v
}

// byTable computes the grid from a table.
func (t *Transform) byTable(p *profile, table []byte) error {
	s, err := readStages(p, table, t.Channels)
	if err != nil {
		return err
	}
	black := s.black(p, t.Channels)
	t.grid = newGrid(t.Channels, func(colour []float64) [3]float64 {
		v := s.xyz(colour)
		for i := range v {
			v[i] = white[i] * (v[i] - black[i]) / (white[i] - black[i])
		}
		return toLinear(v)
	})
	return nil
}

// black is what the profile holds for black, which becomes the black of sRGB:
// what version 4 prescribes (annex D.4), or the darkest mixture, though never
// lighter than L* = 50.
func (s *stages) black(p *profile, channels int) [3]float64 {
	if p.v4 {
		return [3]float64{0.00336, 0.0034731, 0.00287}
	}
	dark := make([]float64, channels)
	if channels == 4 {
		dark = []float64{1, 1, 1, 1}
	}
	b := s.xyz(dark)
	for i, limit := range fromLab(50, 0, 0) {
		b[i] = min(max(b[i], 0), limit)
	}
	return b
}
