package onnx

import (
	"context"
	"errors"
	"fmt"

	"kindred/embed"
	"kindred/embed/onnx/graph"
)

// Sizes of the blocks in which a large product is computed. Queries go 256 at a
// time, which keeps the cores busy; the base goes in parts so that a block of
// scores takes 64 MB at most.
const (
	queryBlock = 256
	baseBlock  = 1 << 16
)

// Kernel implements embed.Kernel on ONNX Runtime, in float32. Of equal scores
// ONNX Runtime's TopK gives the lower index first, which the tests assert.
//
// The same two rows have the same score in calls of the same shape; across
// shapes the last bits may differ, because ONNX Runtime adds up small products
// in another order.
type Kernel struct {
	rank, multiply, bytes *session
}

var _ embed.Kernel = (*Kernel)(nil)

// Kernel makes a kernel that uses so many threads, 0 being one. The threads
// sleep when there is nothing to do.
func (r *Runtime) Kernel(threads int) (*Kernel, error) {
	set := settings{threads: threads, calm: true}
	gemm := []graph.Attr{{Name: "transB", Value: 1}}

	var rank graph.Builder
	rank.Input("queries", graph.Float, graph.Dims{"q", "d"})
	rank.Input("base", graph.Float, graph.Dims{"b", "d"})
	rank.Input("k", graph.Int64, graph.Dims{1})
	rank.Node("Gemm", []string{"queries", "base"}, []string{"scores"}, gemm...)
	rank.Node("TopK", []string{"scores", "k"}, []string{"score", "index"})
	rank.Output("score", graph.Float, graph.Dims{"q", "k"})
	rank.Output("index", graph.Int64, graph.Dims{"q", "k"})

	var multiply graph.Builder
	multiply.Input("a", graph.Float, graph.Dims{"m", "d"})
	multiply.Input("b", graph.Float, graph.Dims{"n", "d"})
	multiply.Node("Gemm", []string{"a", "b"}, []string{"c"}, gemm...)
	multiply.Output("c", graph.Float, graph.Dims{"m", "n"})

	k := &Kernel{}
	var err error
	if k.rank, err = r.session(rank.Bytes(), []string{"queries", "base", "k"}, []string{"score", "index"}, set); err != nil {
		return nil, fmt.Errorf("make kernel: %w", err)
	}
	if k.multiply, err = r.session(multiply.Bytes(), []string{"a", "b"}, []string{"c"}, set); err != nil {
		return nil, errors.Join(fmt.Errorf("make kernel: %w", err), k.rank.close())
	}
	one := settings{threads: 1, calm: true}
	if k.bytes, err = r.session(bytesModel(bytesGroup), []string{"rows", "columns"}, []string{"score", "most"}, one); err != nil {
		return nil, errors.Join(fmt.Errorf("make kernel: %w", err), k.rank.close(), k.multiply.close())
	}
	return k, nil
}

// Close frees the kernel after waiting for calls in progress.
func (k *Kernel) Close() error {
	return errors.Join(k.rank.close(), k.multiply.close(), k.bytes.close())
}

// blocks calls work for parts of n of at most size, all but equal in length:
// ONNX Runtime treats a lone row differently from several.
func blocks(n, size int, work func(lo, hi int) error) error {
	count := (n + size - 1) / size
	for i := range count {
		if err := work(n*i/count, n*(i+1)/count); err != nil {
			return err
		}
	}
	return nil
}

func matrix(m embed.Matrix) input {
	return input{[]int64{int64(m.Rows), int64(m.Cols)}, m.Data[:m.Rows*m.Cols]}
}

// TopK implements embed.Kernel.
func (k *Kernel) TopK(ctx context.Context, queries, base embed.Matrix, count int) ([]int32, []float32, error) {
	count, err := embed.CheckTopK(queries, base, count)
	if err != nil {
		return nil, nil, err
	}
	if count == 0 || queries.Rows == 0 || queries.Cols == 0 {
		return embed.GoKernel{}.TopK(ctx, queries, base, count)
	}
	index, score := make([]int32, queries.Rows*count), make([]float32, queries.Rows*count)
	err = blocks(queries.Rows, queryBlock, func(lo, hi int) error {
		into := ranked{k: count, index: index[lo*count : hi*count], score: score[lo*count : hi*count]}
		return blocks(base.Rows, baseBlock, func(from, to int) error {
			take := min(count, to-from)
			out, err := k.rank.run(ctx, []input{
				matrix(queries.Slice(lo, hi)), matrix(base.Slice(from, to)), {[]int64{1}, []int64{int64(take)}},
			})
			if err == nil {
				into.merge(out[0].data, out[1].ints, take, from)
			}
			return err
		})
	})
	if err != nil {
		return nil, nil, fmt.Errorf("rank vectors: %w", err)
	}
	return index, score, nil
}

// ranked is the best of the parts of the base seen so far, in rows of k of
// which have are filled.
type ranked struct {
	k, have int
	index   []int32
	score   []float32
}

// merge takes in the best of a part that begins at row from, in rows of take.
// Parts come in order, so what is there goes first among equals.
func (r *ranked) merge(score []float32, index []int64, take, from int) {
	total := min(r.k, r.have+take)
	oldIndex, oldScore := make([]int32, r.have), make([]float32, r.have)
	for row := range len(score) / take {
		toIndex, toScore := r.index[row*r.k:(row+1)*r.k], r.score[row*r.k:(row+1)*r.k]
		copy(oldIndex, toIndex)
		copy(oldScore, toScore)
		newIndex, newScore := index[row*take:(row+1)*take], score[row*take:(row+1)*take]
		a, b := 0, 0
		for i := range total {
			if a < r.have && (b == take || oldScore[a] >= newScore[b]) {
				toIndex[i], toScore[i] = oldIndex[a], oldScore[a]
				a++
			} else {
				toIndex[i], toScore[i] = int32(from)+int32(newIndex[b]), newScore[b]
				b++
			}
		}
	}
	r.have = total
}

// Gemm implements embed.Kernel.
func (k *Kernel) Gemm(ctx context.Context, a, b embed.Matrix) (embed.Matrix, error) {
	if err := embed.CheckGemm(a, b); err != nil {
		return embed.Matrix{}, err
	}
	if a.Rows == 0 || b.Rows == 0 || a.Cols == 0 {
		return embed.GoKernel{}.Gemm(ctx, a, b)
	}
	result := embed.NewMatrix(a.Rows, b.Rows)
	err := blocks(a.Rows, queryBlock, func(lo, hi int) error {
		out, err := k.multiply.run(ctx, []input{matrix(a.Slice(lo, hi)), matrix(b)})
		if err == nil {
			copy(result.Data[lo*b.Rows:], out[0].data)
		}
		return err
	})
	if err != nil {
		return embed.Matrix{}, fmt.Errorf("multiply matrices: %w", err)
	}
	return result, nil
}
