package neighbor

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// magic opens an encoded graph; its last byte is the version of the form.
const magic = "KNN\x01"

var errGraph = errors.New("not a neighbour graph")

// Encode writes the graph: magic, rows and K as uint32, the indices as int32,
// the scores as float32, little endian.
func (g Graph) Encode() []byte {
	b := append(make([]byte, 0, 12+8*len(g.Index)), magic...)
	b = binary.LittleEndian.AppendUint32(b, uint32(g.Len()))
	b = binary.LittleEndian.AppendUint32(b, uint32(g.K))
	for _, v := range g.Index {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	for _, v := range g.Score {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// Decode reads what Encode wrote. Bytes that are not a whole, sound graph are
// refused.
func Decode(b []byte) (Graph, error) {
	if len(b) < 12 || string(b[:4]) != magic {
		return Graph{}, errGraph
	}
	rows, k := uint64(binary.LittleEndian.Uint32(b[4:])), uint64(binary.LittleEndian.Uint32(b[8:]))
	links := (uint64(len(b)) - 12) / 8
	if rows > links || k > links || rows*k != links || len(b) != 12+8*int(links) || (rows == 0) != (k == 0) {
		return Graph{}, fmt.Errorf("%w: %d bytes for %d x %d", errGraph, len(b), rows, k)
	}
	if links == 0 {
		return Graph{}, nil
	}
	g := Graph{K: int(k), Index: make([]int32, links), Score: make([]float32, links)}
	scores := b[12+4*links:]
	for i := range g.Index {
		to := int32(binary.LittleEndian.Uint32(b[12+4*i:]))
		s := math.Float32frombits(binary.LittleEndian.Uint32(scores[4*i:]))
		if to < 0 || uint64(to) >= rows || int(to) == i/g.K || s-s != 0 {
			return Graph{}, fmt.Errorf("%w: row %d", errGraph, i/g.K)
		}
		g.Index[i], g.Score[i] = to, s
	}
	return g, nil
}
