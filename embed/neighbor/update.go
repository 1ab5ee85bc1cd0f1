package neighbor

import (
	"context"
	"fmt"

	"kindred/embed"
)

// rebuildFrom is the part of the rows that may need a full search before
// building everything anew is quicker: that computes each product once, and in
// 8 bits where the processor can.
const rebuildFrom = 0.2

// Update brings a graph up to date: from[i] is the row of the old graph that
// row i of m was, or -1 for a new row; rows of the old graph that are not named
// are gone. k is what Build would be asked for. The result is the one that Build
// gives for m. Only new rows, and rows that lost a neighbour, are searched
// anew; the others learn of the new rows.
func Update(ctx context.Context, kernel embed.Kernel, m embed.Matrix, k int, old Graph, from []int32, tick func(done, total int)) (Graph, error) {
	if len(from) != m.Rows {
		return Graph{}, fmt.Errorf("update neighbours: %d rows, %d known", m.Rows, len(from))
	}
	if err := embed.CheckFinite(m); err != nil {
		return Graph{}, fmt.Errorf("neighbour graph: %w", err)
	}
	if old.K == 0 { // of no row or one
		return BuildAny(ctx, kernel, m, k, tick)
	}
	to := make([]int32, old.Len()) // where an old row is now; -1: gone
	for i := range to {
		to[i] = -1
	}
	for i, r := range from {
		if r < -1 || int(r) >= old.Len() || r >= 0 && to[r] >= 0 {
			return Graph{}, fmt.Errorf("update neighbours: row %d was row %d of %d", i, r, old.Len())
		}
		if r >= 0 {
			to[r] = int32(i)
		}
	}
	g := Graph{K: min(k, m.Rows-1)}
	var search, fresh, stay []int
	for i, r := range from {
		if r < 0 {
			search, fresh = append(search, i), append(fresh, i)
			continue
		}
		whole := true
		index, _ := old.Row(int(r))
		for _, j := range index {
			whole = whole && to[j] >= 0
		}
		if whole {
			stay = append(stay, i)
		} else {
			search = append(search, i)
		}
	}
	if g.K <= 0 || old.K != g.K || float64(len(search)) > rebuildFrom*float64(m.Rows) {
		return BuildAny(ctx, kernel, m, k, tick)
	}
	g.Index, g.Score = make([]int32, m.Rows*g.K), make([]float32, m.Rows*g.K)
	total := len(search) + len(stay)
	if err := redo(ctx, kernel, m, g, search, func(done int) { tick(done, total) }); err != nil {
		return Graph{}, err
	}
	added := embed.NewMatrix(len(fresh), m.Cols)
	for i, r := range fresh {
		copy(added.Row(i), m.Row(r))
	}
	for lo := 0; lo < len(stay); lo += block {
		part := stay[lo:min(lo+block, len(stay))]
		var index []int32
		if len(fresh) > 0 {
			queries := embed.NewMatrix(len(part), m.Cols)
			for i, r := range part {
				copy(queries.Row(i), m.Row(r))
			}
			var err error
			if index, _, err = kernel.TopK(ctx, queries, added, g.K); err != nil {
				return Graph{}, fmt.Errorf("update neighbours: %w", err)
			}
		}
		width := len(index) / len(part)
		err := parallel(ctx, len(part), func(p int) {
			i := part[p]
			best := g.top(i)
			near, score := old.Row(int(from[i]))
			for at, j := range near {
				best.add(to[j], score[at])
			}
			for _, a := range index[p*width : (p+1)*width] {
				j := fresh[a]
				best.add(int32(j), dot(m.Row(i), m.Row(j)))
			}
		})
		if err != nil {
			return Graph{}, err
		}
		tick(len(search)+lo+len(part), total)
	}
	return g, ctx.Err()
}

// redo finds the neighbours of some rows in float32. tick is told how many are
// done.
func redo(ctx context.Context, kernel embed.Kernel, m embed.Matrix, g Graph, rows []int, tick func(done int)) error {
	for lo := 0; lo < len(rows); lo += block {
		part := rows[lo:min(lo+block, len(rows))]
		queries := embed.NewMatrix(len(part), m.Cols)
		for i, r := range part {
			copy(queries.Row(i), m.Row(r))
		}
		if err := rank(ctx, kernel, m, queries, g, func(i int) int { return part[i] }); err != nil {
			return err
		}
		tick(lo + len(part))
	}
	return ctx.Err()
}

// rank searches all rows of m for the neighbours of some of them, which stand
// in queries: the i-th is row(i). Scores are summed here and not by the kernel, so
// that two rows have one score however they were found.
func rank(ctx context.Context, kernel embed.Kernel, m, queries embed.Matrix, g Graph, row func(i int) int) error {
	// One more than asked for, since a row finds itself. It is taken out by
	// its index: among identical rows it need not stand first, and may not be
	// among the k+1 at all.
	index, _, err := kernel.TopK(ctx, queries, m, g.K+1)
	if err != nil {
		return fmt.Errorf("neighbour graph: %w", err)
	}
	width := g.K + 1
	if len(index) != queries.Rows*width {
		return fmt.Errorf("neighbour graph: kernel returned %d neighbours for %d rows", len(index), queries.Rows)
	}
	return parallel(ctx, queries.Rows, func(i int) {
		own := row(i)
		best := g.top(own)
		for _, j := range index[i*width : (i+1)*width] {
			if int(j) != own && best.seen < g.K {
				best.add(j, dot(m.Row(own), m.Row(int(j))))
				best.seen++
			}
		}
	})
}

// top is the best of a row, nearest first, ties by lower index.
type top struct {
	index      []int32
	score      []float32
	have, seen int
}

// top is where the neighbours of row i are collected.
func (g Graph) top(i int) top {
	index, score := g.Row(i)
	return top{index: index, score: score}
}

// add takes a row in if it is among the best.
func (t *top) add(j int32, s float32) {
	at := t.have
	if at == len(t.index) {
		if at--; s < t.score[at] || s == t.score[at] && j > t.index[at] {
			return
		}
	} else {
		t.have++
	}
	for at > 0 && (t.score[at-1] < s || t.score[at-1] == s && t.index[at-1] > j) {
		t.index[at], t.score[at] = t.index[at-1], t.score[at-1]
		at--
	}
	t.index[at], t.score[at] = j, s
}
