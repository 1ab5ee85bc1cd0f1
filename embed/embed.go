// Package embed turns pictures into vectors and says how vectors compare.
//
// It knows matrices and pixels, not files, databases or windows. The Encoder
// and the Kernel are interfaces: package onnx implements both on ONNX Runtime,
// and Go implements the Kernel in plain Go, so every algorithm built on them
// can be tested against either.
package embed

import (
	"context"
	"fmt"
)

// Pixels is a decoded picture: 8-bit sRGB, three bytes a pixel (R, G, B), rows
// packed without padding, so len(Pix) == 3*W*H. Transparent pictures have been
// laid over white, and the EXIF orientation has been applied.
type Pixels struct {
	W, H int
	Pix  []uint8
}

// NewPixels allocates a black picture.
func NewPixels(w, h int) Pixels { return Pixels{W: w, H: h, Pix: make([]uint8, 3*w*h)} }

// Matrix is a dense row-major matrix of float32: row i is
// Data[i*Cols : (i+1)*Cols].
type Matrix struct {
	Rows, Cols int
	Data       []float32
}

// NewMatrix allocates a zero matrix.
func NewMatrix(rows, cols int) Matrix {
	return Matrix{Rows: rows, Cols: cols, Data: make([]float32, rows*cols)}
}

// Row returns row i, sharing memory with the matrix.
func (m Matrix) Row(i int) []float32 { return m.Data[i*m.Cols : (i+1)*m.Cols : (i+1)*m.Cols] }

// Slice returns rows lo to hi, sharing memory with the matrix.
func (m Matrix) Slice(lo, hi int) Matrix {
	return Matrix{Rows: hi - lo, Cols: m.Cols, Data: m.Data[lo*m.Cols : hi*m.Cols]}
}

// ModelID names a space of vectors: the SHA-256 of the model file in hex, a
// dash, and the version of the preprocessing. Vectors of different ids are
// never compared.
type ModelID string

// Spec says what an encoder is and what it wants. It does not change while the
// encoder lives.
type Spec struct {
	ID      ModelID
	Name    string     // short, for people: "efficientnet-lite0", or the file's base name
	Dim     int        // length of an embedding
	Classes []string   // class names in output order; empty when the model does not classify
	WNIDs   []string   // WordNet ids beside Classes, empty when unknown
	Input   Preprocess // how pixels become the input tensor
	Batch   int        // fixed batch size of the graph, 0 when any size goes
}

// Encoding is what an encoder says of one picture.
type Encoding struct {
	Embedding []float32 // raw output of the model, Spec.Dim values
	Probs     []float32 // one probability a class, sums to 1; nil when the model does not classify
}

// Encoder computes embeddings and class probabilities. Implementations are safe
// for concurrent use: the scan calls Encode from one goroutine per core.
type Encoder interface {
	Spec() Spec
	// Encode runs n pictures whose input tensors, made by
	// Spec().Input.Tensor, lie one behind the other in input
	// (n*Spec().Input.Len() values). It returns n encodings that share no
	// memory with later calls. Cancelling ctx ends a run in progress, and
	// Encode does not return before the run has ended.
	Encode(ctx context.Context, input []float32, n int) ([]Encoding, error)
	Close() error
}

// Kernel is the numerical engine below the algorithms: a few dense operations
// that are worth handing to ONNX Runtime. Implementations are safe for
// concurrent use and use all cores themselves.
type Kernel interface {
	// TopK returns, for every row of queries, the k rows of base with the
	// largest dot product, best first, ties by lower index: index and score
	// matrices of queries.Rows x min(k, base.Rows), row-major. Memory beyond
	// inputs and outputs is bounded by a block of scores.
	TopK(ctx context.Context, queries, base Matrix, k int) (index []int32, score []float32, err error)
	// Gemm returns a times the transpose of b: a.Rows x b.Rows.
	Gemm(ctx context.Context, a, b Matrix) (Matrix, error)
}

// CheckFinite returns an error that names the first row with a NaN or an
// infinity, as a broken model produces them.
func CheckFinite(m Matrix) error {
	for i, v := range m.Data {
		if v-v != 0 {
			return fmt.Errorf("vector %d holds %v at place %d: the model that made it is broken", i/m.Cols, v, i%m.Cols)
		}
	}
	return nil
}
