package onnx

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/sys/cpu"

	"kindred/embed/onnx/graph"
)

// bytesModel multiplies blocks of 8-bit vectors: each score is a dot product,
// exact in int32, and most holds the largest of each run of group scores of a
// row, so that whoever looks for large scores need not look at all of them.
func bytesModel(group int) []byte {
	var b graph.Builder
	b.Input("rows", graph.Uint8, graph.Dims{"a", "d"})
	b.Input("columns", graph.Int8, graph.Dims{"d", "b"})
	b.Bytes8("middle", 128)
	b.Node("MatMulInteger", []string{"rows", "columns", "middle"}, []string{"score"})
	b.Ints("runs", 0, -1, int64(group))
	b.Node("Reshape", []string{"score", "runs"}, []string{"run"})
	b.Node("ReduceMax", []string{"run"}, []string{"most"}, graph.Attr{Name: "axes", Value: []int64{2}}, graph.Attr{Name: "keepdims", Value: 0})
	b.Output("score", graph.Int32, graph.Dims{"a", "b"})
	b.Output("most", graph.Int32, graph.Dims{"a", "g"})
	return b.Bytes()
}

// bytesGroup is the length of the runs in Bytes.
const bytesGroup = 16

// BytesGroup is how many scores of a row share one entry in what Bytes
// reports, or 0 when this processor has no fast 8-bit products.
func (k *Kernel) BytesGroup() int {
	if runtime.GOARCH != "amd64" || lacksVNNI(runtime.GOARCH, cpu.X86.HasAVX512VNNI, cpu.X86.HasAVXVNNI) {
		return 0
	}
	return bytesGroup
}

// Bytes multiplies a rows of dim values, each stored as value+128, with the
// columns of a dim x b matrix: score (a x b, row-major) receives the exact dot
// products, and most (a x b/BytesGroup) the largest of each run of BytesGroup
// scores of a row. b is a multiple of BytesGroup. It uses one thread: callers
// run several at once, each with memory of its own.
func (k *Kernel) Bytes(ctx context.Context, rows []uint8, columns []int8, dim int, score, most []int32) error {
	if dim <= 0 || len(rows)%dim != 0 || len(columns)%dim != 0 {
		return fmt.Errorf("multiply bytes: %d and %d values in vectors of %d", len(rows), len(columns), dim)
	}
	a, b := len(rows)/dim, len(columns)/dim
	if b%bytesGroup != 0 || len(score) != a*b || len(most) != a*b/bytesGroup {
		return fmt.Errorf("multiply bytes: %d scores and %d groups for %d x %d", len(score), len(most), a, b)
	}
	if a == 0 || b == 0 {
		return ctx.Err()
	}
	d, m, n := int64(dim), int64(a), int64(b)
	err := k.bytes.runInto(ctx, []input{{[]int64{m, d}, rows}, {[]int64{d, n}, columns}},
		[]input{{[]int64{m, n}, score}, {[]int64{m, n / bytesGroup}, most}})
	if err != nil && !errors.Is(err, ctx.Err()) {
		return fmt.Errorf("multiply bytes: %w", err)
	}
	return err
}
