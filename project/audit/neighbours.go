package audit

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"kindred/embed"
	"kindred/embed/neighbor"
)

const (
	// Near is the number of neighbours of an image in the graph.
	Near = 16
	// spare is how many more are looked at in the index space, so that exact
	// scores can put the right ones in front.
	spare = 16
	// indexFrom is the number of images up to which the raw vectors are
	// compared: the index space would cost more than it saves.
	indexFrom = 2000
	// seed of the index space and of samples.
	seed = 1
	// sample is the number of images that the recall is measured on.
	sample = 500
	// Outgrown is by how much a set of images may have grown or shrunk since
	// the axes of its index space were learned. What the axes miss of new images is
	// made good by the spare neighbours.
	Outgrown = 1.5
)

// Neighbourhood is the graph of the nearest images, with what is needed to bring
// it up to date when images come or go.
type Neighbourhood struct {
	Graph neighbor.Graph // Near neighbours an image, with cosines of the vectors given

	// Where the vectors are longer than the index space, and many:
	wide    neighbor.Graph // Near+spare neighbours in the index space
	axes    embed.Matrix   // of that space
	learned int            // images there were when the axes were learned
}

// Neighbours builds the graph of the nearest images, with cosines of the raw
// vectors. Vectors longer than the index space are brought into it first where there
// are many; then recall is the part of the true neighbours that was found, on a sample.
func Neighbours(ctx context.Context, kernel embed.Kernel, raw embed.Matrix) (graph neighbor.Graph, recall float64, err error) {
	if err := embed.CheckFinite(raw); err != nil {
		return neighbor.Graph{}, 0, fmt.Errorf("nearest images: %w", err)
	}
	unit := neighbor.Normalize(raw)
	n, err := BuildNeighbours(ctx, kernel, unit, func(int, int) {})
	if err != nil || n.axes.Rows == 0 {
		return n.Graph, 1, err
	}
	recall, err = neighbor.Recall(ctx, kernel, n.Graph, unit, Near, sample, seed)
	return n.Graph, recall, err
}

// BuildNeighbours finds the nearest images anew. unit holds vectors of length
// 1. tick is told how far it is.
func BuildNeighbours(ctx context.Context, kernel embed.Kernel, unit embed.Matrix, tick func(done, total int)) (Neighbourhood, error) {
	if err := embed.CheckFinite(unit); err != nil {
		return Neighbourhood{}, fmt.Errorf("nearest images: %w", err)
	}
	if !indexed(unit) {
		g, err := neighbor.BuildAny(ctx, kernel, unit, Near, tick)
		return Neighbourhood{Graph: g}, err
	}
	n := Neighbourhood{learned: unit.Rows}
	var err error
	if n.axes, err = neighbor.Axes(ctx, kernel, unit, neighbor.IndexDims, seed); err != nil {
		return Neighbourhood{}, err
	}
	index, err := neighbor.Project(ctx, kernel, unit, n.axes)
	if err != nil {
		return Neighbourhood{}, err
	}
	if n.wide, err = neighbor.BuildAny(ctx, kernel, index, Near+spare, tick); err != nil {
		return Neighbourhood{}, err
	}
	n.Graph, err = neighbor.Rerank(ctx, n.wide, unit, Near)
	return n, err
}

// indexed reports whether vectors are compared in the index space.
func indexed(unit embed.Matrix) bool {
	return unit.Cols > neighbor.IndexDims && unit.Rows > indexFrom
}

// Update brings the graph up to date: from[i] is the row that row i of unit was,
// or -1 for an image that is new. The result is that of BuildNeighbours with the
// axes that there are; they are learned anew when the set has outgrown them.
func (n Neighbourhood) Update(ctx context.Context, kernel embed.Kernel, unit embed.Matrix, from []int32, tick func(done, total int)) (Neighbourhood, error) {
	if indexed(unit) != (n.axes.Rows > 0) || indexed(unit) && (n.axes.Cols != unit.Cols || HasOutgrown(n.learned, unit.Rows)) {
		return BuildNeighbours(ctx, kernel, unit, tick)
	}
	if !indexed(unit) {
		g, err := neighbor.Update(ctx, kernel, unit, Near, n.Graph, from, tick)
		return Neighbourhood{Graph: g}, err
	}
	index, err := neighbor.Project(ctx, kernel, unit, n.axes)
	if err != nil {
		return Neighbourhood{}, err
	}
	if n.wide, err = neighbor.Update(ctx, kernel, index, Near+spare, n.wide, from, tick); err != nil {
		return Neighbourhood{}, err
	}
	n.Graph, err = neighbor.Rerank(ctx, n.wide, unit, Near)
	return n, err
}

// HasOutgrown reports whether axes learned from so many images are to be
// learned anew for another number.
func HasOutgrown(learned, images int) bool {
	return float64(images) > Outgrown*float64(learned) || Outgrown*float64(images) < float64(learned)
}

// Encode writes the neighbourhood: the lengths of the graph, the wide graph and
// the axes (uint32 each), the number of images they were learned from and their
// columns (uint32), then the three.
func (n Neighbourhood) Encode() []byte {
	graph, wide := n.Graph.Encode(), n.wide.Encode()
	b := make([]byte, 0, 20+len(graph)+len(wide)+4*len(n.axes.Data))
	for _, v := range []int{len(graph), len(wide), 4 * len(n.axes.Data), n.learned, n.axes.Cols} {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	b = append(append(b, graph...), wide...)
	for _, v := range n.axes.Data {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

var errNeighbours = errors.New("not the neighbours of images")

// DecodeNeighbours reads what Encode wrote, for so many images. Bytes that are
// not whole and sound are refused.
func DecodeNeighbours(b []byte, images int) (Neighbourhood, error) {
	if len(b) < 20 {
		return Neighbourhood{}, errNeighbours
	}
	word := func(at int) uint64 { return uint64(binary.LittleEndian.Uint32(b[4*at:])) }
	graph, wide, axes, learned, cols := word(0), word(1), word(2), word(3), word(4)
	if uint64(len(b)) != 20+graph+wide+axes || axes%4 != 0 || (axes == 0) != (cols == 0) || axes > 0 && axes/4 != cols*neighbor.IndexDims {
		return Neighbourhood{}, fmt.Errorf("%w: %d bytes", errNeighbours, len(b))
	}
	n := Neighbourhood{learned: int(learned)}
	var err error
	if n.Graph, err = neighbor.Decode(b[20 : 20+graph]); err != nil {
		return Neighbourhood{}, err
	}
	if n.wide, err = neighbor.Decode(b[20+graph : 20+graph+wide]); err != nil {
		return Neighbourhood{}, err
	}
	fits := func(g neighbor.Graph) bool { return g.Len() == images || g.Len() == 0 && images <= 1 }
	if !fits(n.Graph) || n.wide.Len() != 0 && n.wide.Len() != images || (n.wide.Len() == 0) != (axes == 0) {
		return Neighbourhood{}, fmt.Errorf("%w: of %d images, there are %d", errNeighbours, n.Graph.Len(), images)
	}
	if axes > 0 {
		n.axes = embed.NewMatrix(int(axes/4/cols), int(cols))
		for i := range n.axes.Data {
			n.axes.Data[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[20+int(graph+wide)+4*i:]))
		}
	}
	return n, embed.CheckFinite(n.axes)
}
