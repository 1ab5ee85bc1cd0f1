package cluster

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"kindred/embed/neighbor"
)

// magic opens an encoded tree; its last byte is the version of the form.
const magic = "KTR\x02"

// Encode writes the tree without its graph, which is kept beside it:
// magic, images, fine, best, images when it was built, images that changed since
// (uint32 each), a byte an image (1 = belongs to no group), then a merge a line:
// two uint32 and a float32, little endian.
func (t *Tree) Encode() []byte {
	b := append(make([]byte, 0, 24+t.n+12*len(t.merge)), magic...)
	for _, v := range []int{t.n, t.fine, t.best, t.built, t.changed} {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	for _, a := range t.alone {
		if a {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
	}
	for _, m := range t.merge {
		b = binary.LittleEndian.AppendUint32(b, uint32(m.a))
		b = binary.LittleEndian.AppendUint32(b, uint32(m.b))
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(m.height)))
	}
	return b
}

var errTree = errors.New("not a hierarchy of clusters")

// Decode reads what Encode wrote, with the graph that the tree was built from.
// Bytes that are not a whole, sound tree for that graph are refused.
func Decode(b []byte, g neighbor.Graph) (*Tree, error) {
	t, err := DecodeFormer(b)
	if err != nil {
		return nil, err
	}
	if g.Len() != t.n && !(g.K == 0 && t.n <= 1) {
		return nil, fmt.Errorf("%w: for %d images, the graph has %d", errTree, t.n, g.Len())
	}
	for i, to := range g.Index {
		if to < 0 || int(to) >= t.n {
			return nil, fmt.Errorf("%w: image %d has a neighbour %d of %d", errTree, i/g.K, to, t.n)
		}
	}
	t.links = weigh(g, t.n)
	return t, nil
}

// DecodeFormer reads what Encode wrote without a graph: such a tree can only
// Grow.
func DecodeFormer(b []byte) (*Tree, error) {
	if len(b) < 24 || string(b[:4]) != magic {
		return nil, errTree
	}
	word := func(at int) int { return int(binary.LittleEndian.Uint32(b[at:])) }
	t := &Tree{n: word(4), fine: word(8), best: word(12), built: word(16), changed: word(20)}
	if t.n > len(b) || len(b) != 24+t.n+12*max(t.n-1, 0) {
		return nil, fmt.Errorf("%w: %d bytes for %d images", errTree, len(b), t.n)
	}
	if t.fine > t.n || t.best > t.n || t.n > 0 && (t.fine < 1 || t.best < 1) {
		return nil, errTree
	}
	t.alone = make([]bool, t.n)
	for i := range t.alone {
		t.alone[i] = b[24+i] == 1
	}
	used := make([]bool, 2*t.n)
	for at := 24 + t.n; at < len(b); at += 12 {
		m := merge{int32(word(at)), int32(word(at + 4)), float64(math.Float32frombits(binary.LittleEndian.Uint32(b[at+8:])))}
		next := int32(t.n + len(t.merge))
		if m.a < 0 || m.b < 0 || m.a >= next || m.b >= next || m.a == m.b || used[m.a] || used[m.b] || !(m.height >= 0) {
			return nil, fmt.Errorf("%w: merge %d", errTree, len(t.merge))
		}
		used[m.a], used[m.b] = true, true
		t.merge = append(t.merge, m)
	}
	return t, nil
}
