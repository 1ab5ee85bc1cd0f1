package workspace

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"kindred/embed"
	"kindred/embed/cluster"
	"kindred/embed/neighbor"
	"kindred/project/audit"
)

// An artefact that can be brought up to date is stored behind the list of the
// contents that its rows were: magic, the space of the vectors (8 bytes), their
// number (uint32), 16 bytes of each one's hash.

const rowsMagic = "KRW\x01"

type rowKey [16]byte

var errRows = errors.New("not a list of contents")

// space names the space that the vectors are in, so that rows of different
// spaces are never compared.
func (f *facts) space() (name [8]byte) {
	if f.axes.Rows == 0 {
		return name
	}
	h := sha256.New()
	h.Write(encodeFloats(f.axes.Data))
	copy(name[:], h.Sum(nil))
	return name
}

// withRows puts the list of contents before what was encoded.
func (f *facts) withRows(data []byte) []byte {
	space := f.space()
	b := make([]byte, 0, 16+16*len(f.hashes)+len(data))
	b = append(append(b, rowsMagic...), space[:]...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(f.hashes)))
	for _, h := range f.hashes {
		b = append(b, h[:len(rowKey{})]...)
	}
	return append(b, data...)
}

// cutRows is the inverse of withRows.
func cutRows(b []byte) (keys []rowKey, space [8]byte, data []byte, err error) {
	if len(b) < 16 || string(b[:4]) != rowsMagic {
		return nil, space, nil, errRows
	}
	copy(space[:], b[4:])
	n := uint64(binary.LittleEndian.Uint32(b[12:]))
	if b = b[16:]; n > uint64(len(b))/16 {
		return nil, space, nil, fmt.Errorf("%w: %d in %d bytes", errRows, n, len(b))
	}
	keys = make([]rowKey, n)
	for i := range keys {
		copy(keys[i][:], b[16*i:])
	}
	return keys, space, b[16*n:], nil
}

// since returns for each row which of the former rows it was, or -1.
func (f *facts) since(keys []rowKey) []int32 {
	was := make(map[rowKey]int32, len(keys))
	for i, k := range keys {
		was[k] = int32(i)
	}
	from := make([]int32, len(f.hashes))
	for i, h := range f.hashes {
		from[i] = -1
		if r, ok := was[rowKey(h[:len(rowKey{})])]; ok {
			from[i] = r
			delete(was, rowKey(h[:len(rowKey{})]))
		}
	}
	return from
}

func (f *facts) encodeGraph(n audit.Neighbourhood) []byte { return f.withRows(n.Encode()) }

func (f *facts) decodeGraph(_ context.Context, b []byte) (audit.Neighbourhood, error) {
	keys, _, data, err := cutRows(b)
	if err != nil {
		return audit.Neighbourhood{}, err
	}
	if len(keys) != len(f.contents) {
		return audit.Neighbourhood{}, fmt.Errorf("%w: %d of %d", errRows, len(keys), len(f.contents))
	}
	return audit.DecodeNeighbours(data, len(keys))
}

func (f *facts) computeGraph(ctx context.Context, t tick) (audit.Neighbourhood, error) {
	kernel, err := f.w.kernel()
	if err != nil {
		return audit.Neighbourhood{}, err
	}
	return audit.BuildNeighbours(ctx, kernel, f.unit, t)
}

// updateGraph searches for new images, and for those that lost a neighbour.
func (f *facts) updateGraph(ctx context.Context, former []byte, t tick) (audit.Neighbourhood, bool, error) {
	keys, space, data, err := cutRows(former)
	if err != nil || space != f.space() {
		return audit.Neighbourhood{}, false, nil
	}
	old, err := audit.DecodeNeighbours(data, len(keys))
	if err != nil || len(keys) < 2 { // of one image there is no graph
		return audit.Neighbourhood{}, false, nil
	}
	kernel, err := f.w.kernel()
	if err != nil {
		return audit.Neighbourhood{}, false, err
	}
	n, err := old.Update(ctx, kernel, f.unit, f.since(keys), t)
	return n, err == nil, err
}

func (f *facts) encodeTree(t *cluster.Tree) []byte { return f.withRows(t.Encode()) }

// decodeTree needs the graph, which the tree's own bytes lack. It has the same
// fingerprint, so that it need not be computed where the tree is stored.
func (f *facts) decodeTree(ctx context.Context, b []byte) (*cluster.Tree, error) {
	keys, _, data, err := cutRows(b)
	if err != nil {
		return nil, err
	}
	if len(keys) != len(f.contents) {
		return nil, fmt.Errorf("%w: %d of %d", errRows, len(keys), len(f.contents))
	}
	g, err := f.neighbours(ctx)
	if err != nil {
		return nil, err
	}
	return cluster.Decode(data, g)
}

func (f *facts) computeTree(ctx context.Context, _ tick) (*cluster.Tree, error) {
	g, err := f.neighbours(ctx)
	if err != nil {
		return nil, err
	}
	return cluster.Build(ctx, g, len(f.contents))
}

// updateTree keeps the clusters that people know.
func (f *facts) updateTree(ctx context.Context, former []byte, _ tick) (*cluster.Tree, bool, error) {
	keys, _, data, err := cutRows(former)
	if err != nil {
		return nil, false, nil
	}
	old, err := cluster.DecodeFormer(data)
	if err != nil || old.Len() != len(keys) {
		return nil, false, nil
	}
	g, err := f.neighbours(ctx)
	if err != nil {
		return nil, false, err
	}
	return old.Grow(ctx, g, f.since(keys))
}

func (f *facts) encodeLinks(links []audit.Link) []byte { return f.withRows(audit.EncodeLinks(links)) }

func (f *facts) decodeLinks(_ context.Context, b []byte) ([]audit.Link, error) {
	keys, _, data, err := cutRows(b)
	if err != nil {
		return nil, err
	}
	if len(keys) != len(f.contents) {
		return nil, fmt.Errorf("%w: %d of %d", errRows, len(keys), len(f.contents))
	}
	return audit.DecodeLinks(data, len(f.contents))
}

func (f *facts) computeLinks(ctx context.Context, t tick) ([]audit.Link, error) {
	return f.verify(ctx, nil, t)
}

// updateLinks verifies the pairs that were not candidates before. What two
// contents are to each other does not change.
func (f *facts) updateLinks(ctx context.Context, former []byte, t tick) ([]audit.Link, bool, error) {
	keys, space, data, err := cutRows(former)
	if err != nil || space != f.space() { // the verdict looks at the cosine, too
		return nil, false, nil
	}
	old, err := audit.DecodeLinks(data, len(keys))
	if err != nil {
		return nil, false, nil
	}
	to := make([]int32, len(keys))
	for i := range to {
		to[i] = -1
	}
	for i, r := range f.since(keys) {
		if r >= 0 {
			to[r] = int32(i)
		}
	}
	known := make(map[[2]int32]audit.Link, len(old))
	for _, l := range old {
		a, b := to[l.A], to[l.B]
		if a < 0 || b < 0 || a > b {
			continue // gone, or judged the other way round
		}
		l.A, l.B = a, b
		known[[2]int32{a, b}] = l
	}
	links, err := f.verify(ctx, known, t)
	return links, err == nil, err
}

func (f *facts) verify(ctx context.Context, known map[[2]int32]audit.Link, t tick) ([]audit.Link, error) {
	g, err := f.neighbours(ctx)
	if err != nil {
		return nil, err
	}
	kernel, err := f.w.kernel()
	if err != nil {
		return nil, err
	}
	looks := f.storedLooks(ctx)
	before := 0
	for _, l := range looks {
		before += len(l)
	}
	links, err := audit.Verify(ctx, kernel, f, f.contents, f.unit, g, audit.VerifyOptions{
		Progress: t, Looks: looks,
		Known: func(a, b int) (audit.Link, bool) {
			l, ok := known[[2]int32{int32(a), int32(b)}]
			return l, ok
		},
	})
	if err != nil {
		return nil, err
	}
	return links, f.keepLooks(ctx, looks, before)
}

// kindLooks is what pictures look like, by which likely copies are found.
const kindLooks = "looks-1"

// storedLooks returns the looks of the contents that are known, nil for others.
func (f *facts) storedLooks(ctx context.Context) [][]int8 {
	looks := make([][]int8, len(f.contents))
	b, _, err := f.w.store.Artefact(ctx, kindLooks, f.w.spec.ID)
	if err != nil {
		return looks
	}
	keys, _, data, err := cutRows(b)
	if err != nil || len(data) != len(keys)*audit.LookBytes {
		return looks
	}
	for i, r := range f.since(keys) {
		if r < 0 {
			continue
		}
		look := make([]int8, audit.LookBytes)
		var any int8
		for j, v := range data[int(r)*audit.LookBytes : int(r+1)*audit.LookBytes] {
			look[j] = int8(v)
			any |= int8(v)
		}
		if any != 0 { // else there was no picture to look at then
			looks[i] = look
		}
	}
	return looks
}

// keepLooks stores the looks if there are more than before, and of every image:
// of very many none are made.
func (f *facts) keepLooks(ctx context.Context, looks [][]int8, before int) error {
	data := make([]byte, 0, len(looks)*audit.LookBytes)
	for _, l := range looks {
		for _, v := range l {
			data = append(data, byte(v))
		}
	}
	if len(data) == before || len(data) != len(looks)*audit.LookBytes || f.w.running.Load() {
		return nil
	}
	return f.w.store.PutArtefact(ctx, kindLooks, f.w.spec.ID, f.prints[onVectors], f.withRows(data))
}

// kindAxes is the artefact of the index space: its fingerprint is the number of
// images that the axes were learned from.
const kindAxes = "axes-1"

// storedAxes returns the axes of the index space that were learned before, while
// they still fit so many images.
func (f *facts) storedAxes(ctx context.Context, images int) (embed.Matrix, bool) {
	data, print, err := f.w.store.Artefact(ctx, kindAxes, f.w.spec.ID)
	dim := f.w.spec.Dim
	if err != nil || len(print) != 8 || dim == 0 || len(data) != 4*dim*neighbor.IndexDims {
		return embed.Matrix{}, false
	}
	if audit.HasOutgrown(int(binary.LittleEndian.Uint64(print)), images) {
		return embed.Matrix{}, false
	}
	m := embed.NewMatrix(neighbor.IndexDims, dim)
	for i := range m.Data {
		m.Data[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return m, embed.CheckFinite(m) == nil
}

// keepAxes stores the axes, unless a scan is going on, which will change how
// many images they are for.
func (f *facts) keepAxes(ctx context.Context, images int) error {
	if f.w.running.Load() {
		return nil
	}
	print := binary.LittleEndian.AppendUint64(nil, uint64(images))
	return f.w.store.PutArtefact(ctx, kindAxes, f.w.spec.ID, print, encodeFloats(f.axes.Data))
}

func encodeFloats(values []float32) []byte {
	b := make([]byte, 0, 4*len(values))
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}
