package icc

// grid holds sRGB at equally spaced points of a space of three or four
// channels, 16 bits a value. Between them it is linear in every direction.
type grid struct {
	points int
	values []uint16 // three each, the last channel running fastest
	base   [256]int32
	part   [256]uint32 // of 256
}

func newGrid(channels int, linear func([]float64) [3]float64) *grid {
	g := &grid{points: 33}
	nodes := 33 * 33 * 33
	if channels == 4 {
		g.points, nodes = 17, 17*17*17*17
	}
	g.values = make([]uint16, 0, 3*nodes)
	colour := make([]float64, channels)
	for n := range nodes {
		for i := channels - 1; i >= 0; i-- {
			colour[i] = float64(n%g.points) / float64(g.points-1)
			n /= g.points
		}
		for _, v := range linear(colour) {
			g.values = append(g.values, uint16(65280*encode(unit(v))+0.5))
		}
	}
	for v := range 256 {
		at := v * (g.points - 1) * 256 / 255
		g.base[v] = int32(min(at>>8, g.points-2))
		g.part[v] = uint32(at) - uint32(g.base[v])<<8
	}
	return g
}

// at3 replaces a colour of three channels.
func (g *grid) at3(d []uint8) {
	var sum [3]uint32
	n := int32(g.points)
	for corner := range int32(8) {
		r, g1, b := corner>>2, corner>>1&1, corner&1
		at := 3 * (((g.base[d[0]]+r)*n+g.base[d[1]]+g1)*n + g.base[d[2]] + b)
		w := pick(g.part[d[0]], r) * pick(g.part[d[1]], g1) * pick(g.part[d[2]], b) >> 8
		g.add(&sum, at, w)
	}
	round(d, sum)
}

// at4 computes the colour of four inks.
func (g *grid) at4(d []uint8, c, m, y, k uint8) {
	var sum [3]uint32
	n := int32(g.points)
	for corner := range int32(16) {
		i, j, o, p := corner>>3, corner>>2&1, corner>>1&1, corner&1
		at := 3 * ((((g.base[c]+i)*n+g.base[m]+j)*n+g.base[y]+o)*n + g.base[k] + p)
		w := (pick(g.part[c], i) * pick(g.part[m], j) * pick(g.part[y], o) >> 8) * pick(g.part[k], p) >> 8
		g.add(&sum, at, w)
	}
	round(d, sum)
}

// pick is the weight of one side of a cell, of 256.
func pick(part uint32, up int32) uint32 {
	if up == 1 {
		return part
	}
	return 256 - part
}

func (g *grid) add(sum *[3]uint32, at int32, weight uint32) {
	if weight == 0 {
		return
	}
	v := g.values[at : at+3 : at+3]
	sum[0] += uint32(v[0]) * weight
	sum[1] += uint32(v[1]) * weight
	sum[2] += uint32(v[2]) * weight
}

// round takes 255<<8 times the weights, together 65536, back to a byte.
func round(d []uint8, sum [3]uint32) {
	for c := range 3 {
		d[c] = uint8((sum[c] + 1<<23) >> 24)
	}
}
