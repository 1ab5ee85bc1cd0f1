package neighbor

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"kindred/embed"
)

// byteKernel is what a kernel may offer besides: products of 8-bit vectors. Package
// onnx says what the methods promise; BytesGroup is 0 where they are not fast.
type byteKernel interface {
	BytesGroup() int
	Bytes(ctx context.Context, rows []uint8, columns []int8, dim int, score, most []int32) error
}

// The exact graph by 8-bit products, in prose.
//
// Vectors are turned by a random rotation, which leaves dot products as they
// are, and rounded to 8 bits by one common step. After the rotation the errors
// of rounding know nothing of the data, whatever those are: they are uniform
// within a step and independent, so that a product is off by a sum of them with
// a known deviation, and by more than eight times that only once in 10^15. The
// bound is the smaller of this and of |x||y-y'| + |x-x'||y'|, which holds always
// (Cauchy and Schwarz). The products are computed tile by tile, and each tile
// once for both of its sides. For every row the best few by rounded score are
// kept; the true scores of those are then computed one by one, until no other
// row can be among the k best. Where the kept ones do not suffice to say so, the
// row is done again in float32.
const (
	// tile is the side of a tile: its scores take 4 MB.
	tile = 1024
	// bytesFrom is the number of rows from which 8 bits pay.
	bytesFrom = 2048
	// spares is how many rows are kept for each one asked for, at most.
	spares = 6
	// sure is the bound in standard deviations.
	sure = 8
	// trial is the number of rows that are looked at first, and doubt the part
	// of them that may need float32, a fortieth of the time of all rows.
	trial, doubt = 128, 0.025
	// hopeless is the doubt from which 8 bits gain nothing.
	hopeless = 0.4
)

// buildBytes is Build by 8-bit products. It reports false where they are of no
// use: few rows, a processor without them, or neighbours too close together to
// be told apart.
func buildBytes(ctx context.Context, kernel embed.Kernel, m embed.Matrix, k int, tick func(done, total int)) (Graph, bool, error) {
	bk, ok := kernel.(byteKernel)
	if !ok || m.Rows < bytesFrom || m.Cols < 16 || m.Cols > 512 || k < 1 {
		return Graph{}, false, nil
	}
	group := bk.BytesGroup()
	if group <= 0 || tile%group != 0 {
		return Graph{}, false, nil
	}
	q, err := roundRows(ctx, kernel, m)
	if err != nil {
		return Graph{}, false, err
	}
	want, floor, err := q.enough(ctx, kernel, m, k)
	if err != nil || want == 0 {
		return Graph{}, false, err
	}
	kept, err := q.tiles(ctx, bk, group, want, floor, tick)
	if err != nil {
		return Graph{}, false, fmt.Errorf("neighbour graph: %w", err)
	}
	g := Graph{K: k, Index: make([]int32, m.Rows*k), Score: make([]float32, m.Rows*k)}
	unsure := make([]bool, m.Rows)
	err = parallel(ctx, m.Rows, func(i int) {
		unsure[i] = !q.settle(m, kept, i, g)
	})
	if err != nil {
		return Graph{}, false, err
	}
	var again []int
	for i, u := range unsure {
		if u {
			again = append(again, i)
		}
	}
	return g, true, redo(ctx, kernel, m, g, again, func(int) {})
}

// rounded holds vectors in 8 bits.
type rounded struct {
	n, dim   int
	step     float64
	rows     []uint8   // value+128, in whole tiles: rows of zeros (128) behind the last
	columns  []int8    // the same, each tile transposed
	length   []float32 // of the vectors
	lost     []float32 // lengths of what rounding took away
	longest  float64   // the longest of the rounded vectors
	mostLost float64
}

// roundRows rotates and rounds the rows of m.
func roundRows(ctx context.Context, kernel embed.Kernel, m embed.Matrix) (*rounded, error) {
	turned, err := Project(ctx, kernel, m, rotation(m.Cols))
	if err != nil {
		return nil, err
	}
	var highest float32
	for _, v := range turned.Data {
		highest = max(highest, v, -v)
	}
	tiles := (m.Rows + tile - 1) / tile
	q := &rounded{
		n: m.Rows, dim: m.Cols, step: max(float64(highest)/127, 1e-30),
		rows: make([]uint8, tiles*tile*m.Cols), columns: make([]int8, tiles*tile*m.Cols),
		length: make([]float32, m.Rows), lost: make([]float32, m.Rows),
	}
	for i := m.Rows * m.Cols; i < len(q.rows); i++ {
		q.rows[i] = 128
	}
	step := float32(q.step)
	err = parallel(ctx, m.Rows, func(i int) {
		to := q.rows[i*m.Cols : (i+1)*m.Cols]
		column := q.columns[i/tile*tile*m.Cols+i%tile:]
		var lost float64
		for j, v := range turned.Row(i) {
			w := int(math.Floor(float64(v/step) + 0.5))
			w = max(-127, min(127, w))
			to[j] = uint8(w + 128)
			column[j*tile] = int8(w)
			d := float64(v) - float64(w)*q.step
			lost += d * d
		}
		q.length[i], q.lost[i] = float32(norm(m.Row(i))), float32(math.Sqrt(lost))
	})
	for i := range q.n {
		q.mostLost = max(q.mostLost, float64(q.lost[i]))
		q.longest = max(q.longest, float64(q.length[i])+float64(q.lost[i]))
	}
	return q, err
}

// bound is by how much a rounded score of row i may be off, with a little for
// the rounding of float32 in the rotation and in the true score.
func (q *rounded) bound(i int) float64 {
	length := float64(q.length[i])
	always := length*q.mostLost + float64(q.lost[i])*q.longest
	likely := sure * q.step / math.Sqrt(12) * math.Hypot(length, q.longest)
	return min(always, likely) + 4e-6*length*q.longest
}

// enough looks at a few rows in float32 and returns how many must be kept for
// nearly all rows to be settled, or 0 when there would have to be too many; and
// the rounded score below which hardly any row has to look, which spares the
// work of keeping rows that others push out.
func (q *rounded) enough(ctx context.Context, kernel embed.Kernel, m embed.Matrix, k int) (want int, floor int32, err error) {
	rows := sampleRows(m.Rows, trial, 1)
	queries := embed.NewMatrix(len(rows), m.Cols)
	for i, r := range rows {
		copy(queries.Row(i), m.Row(r))
	}
	most := spares * k
	_, score, err := kernel.TopK(ctx, queries, m, most+1)
	if err != nil {
		return 0, 0, fmt.Errorf("neighbour graph: %w", err)
	}
	width := len(score) / len(rows)
	need := make([]int, len(rows))
	lowest := math.Inf(1)
	for i, r := range rows {
		s := score[i*width : (i+1)*width] // the row itself stands among them
		limit := float64(s[min(k, width-1)]) - q.bound(r)
		lowest = min(lowest, limit-q.bound(r))
		for need[i] < width && float64(s[need[i]]) > limit {
			need[i]++
		}
	}
	slices.Sort(need)
	if need[int((1-hopeless)*float64(len(need)))] > most {
		return 0, 0, nil
	}
	want = need[int((1-doubt)*float64(len(need)))]
	floor = int32(max(math.MinInt32, math.Floor(lowest/(q.step*q.step))))
	return min(want+want/8, most), floor, nil
}

// keep is the best rows by rounded score, of each row: room for twice as many
// as are wanted, sorted out when it is full.
type keep struct {
	want  int
	hit   []uint64 // 2*want a row: the score, moved to be positive, above the index turned round
	have  []int32
	low   []int32 // the score of the last that is kept; nothing below it is wanted
	least int32   // where low began
}

func (k *keep) add(i int, j int32, score int32) {
	room := 2 * k.want
	row := k.hit[i*room : (i+1)*room]
	row[k.have[i]] = uint64(uint32(score)^1<<31)<<32 | uint64(^uint32(j))
	if k.have[i]++; int(k.have[i]) == room {
		largest(row, k.want)
		k.have[i] = int32(k.want)
		k.low[i] = scoreOf(slices.Min(row[:k.want]))
	}
}

func scoreOf(hit uint64) int32 { return int32(uint32(hit>>32) ^ 1<<31) }

// tiles computes all products, a tile for both of its sides, and keeps the best.
func (q *rounded) tiles(ctx context.Context, kernel byteKernel, group, want int, floor int32, tick func(done, total int)) (*keep, error) {
	k := &keep{want: want, least: floor, hit: make([]uint64, q.n*2*want), have: make([]int32, q.n), low: make([]int32, q.n)}
	for i := range k.low {
		k.low[i] = floor
	}
	side := (q.n + tile - 1) / tile
	// Tiles one after the other lie in different rows and columns, so that
	// goroutines seldom wait for each other.
	var order [][2]int
	for d := 0; d <= side/2; d++ {
		for i := range side {
			if j := (i + d) % side; 2*d != side || i < j {
				order = append(order, [2]int{min(i, j), max(i, j)})
			}
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	locks := make([]sync.Mutex, side)
	var next, done atomic.Int64
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(order)) {
		wait.Go(func() {
			score, most := make([]int32, tile*tile), make([]int32, tile*tile/group)
			low := make([]int32, tile/group)
			for ctx.Err() == nil {
				at := int(next.Add(1)) - 1
				if at >= len(order) {
					return
				}
				i, j := order[at][0], order[at][1]
				size := tile * q.dim
				if err := kernel.Bytes(ctx, q.rows[i*size:(i+1)*size], q.columns[j*size:(j+1)*size], q.dim, score, most); err != nil {
					cancel(err)
					return
				}
				locks[i].Lock()
				if i != j {
					locks[j].Lock()
				}
				k.take(i, j, q.n, group, score, most, low)
				if i != j {
					locks[j].Unlock()
				}
				locks[i].Unlock()
				tick(int(done.Add(1)), len(order))
			}
		})
	}
	wait.Wait()
	return k, context.Cause(ctx)
}

// take keeps what is wanted of the scores of a tile.
func (k *keep) take(ti, tj, n, group int, score, most, low []int32) {
	rows, columns := min(tile, n-ti*tile), min(tile, n-tj*tile)
	for a := range rows {
		i := ti*tile + a
		if a%64 == 0 && ti != tj {
			for g := range low {
				lo, hi := min(tj*tile+g*group, n), min(tj*tile+(g+1)*group, n)
				low[g] = math.MaxInt32
				for _, v := range k.low[lo:hi] {
					low[g] = min(low[g], v)
				}
			}
		}
		if ti == tj && a == 0 {
			for g := range low {
				low[g] = math.MaxInt32
			}
		}
		own := k.low[i]
		for g, high := range most[a*len(low) : (a+1)*len(low)] {
			if high <= own && high <= low[g] {
				continue
			}
			for c := g * group; c < min((g+1)*group, columns); c++ {
				s, j := score[a*tile+c], tj*tile+c
				if s > own && j != i {
					k.add(i, int32(j), s)
					own = k.low[i]
				}
				if ti != tj && s > k.low[j] {
					k.add(j, int32(i), s)
				}
			}
		}
	}
}

// settle writes the true neighbours of row i into g. It reports false when
// those that were kept do not tell.
func (q *rounded) settle(m embed.Matrix, kept *keep, i int, g Graph) bool {
	room := 2 * kept.want
	hits := kept.hit[i*room : i*room+int(kept.have[i])]
	slices.SortFunc(hits, func(a, b uint64) int {
		switch {
		case a > b:
			return -1
		case a < b:
			return 1
		}
		return 0
	})
	// All above limit are there. Behind the first want some may be missing.
	limit := float64(kept.least)
	if len(hits) > kept.want {
		hits = hits[:kept.want]
	}
	if len(hits) == kept.want {
		limit = max(limit, float64(scoreOf(hits[len(hits)-1])))
	}
	bound, scale := q.bound(i), q.step*q.step
	best := g.top(i)
	for _, h := range hits {
		if best.have == g.K && float64(scoreOf(h))*scale+bound < float64(best.score[g.K-1]) {
			return true
		}
		j := int32(^uint32(h))
		best.add(j, dot(m.Row(i), m.Row(int(j))))
	}
	return best.have == g.K && limit*scale+bound < float64(best.score[g.K-1])
}
