// Package predict learns classes from vectors: a linear probe whose
// probabilities are out of sample, votes of neighbours, and how likely a given
// label is wrong.
package predict

import (
	"context"
	"fmt"
	"math"

	"kindred/embed"
	"kindred/embed/neighbor"
)

const (
	dims = 512 // length of a feature vector
	seed = 1   // of axes and folds
)

// Features turns vectors into the inputs of a probe: at most 512 uncorrelated
// values a row, of mean 0 and together of mean square 1. With root the square
// root of each value is taken first, its sign kept: embeddings that end in a
// ReLU hold a few large values among many small ones, and a linear probe sees
// more when the large ones do not drown the rest (as in "All about VLAD",
// Arandjelović and Zisserman, 2013, section 3, and Hellinger kernels before
// it). Vectors that are in another basis already are taken as they are.
func Features(ctx context.Context, kernel embed.Kernel, rows embed.Matrix, root bool) (embed.Matrix, error) {
	if err := embed.CheckFinite(rows); err != nil {
		return embed.Matrix{}, fmt.Errorf("features: %w", err)
	}
	m := rows // Normalize copies it
	if root {
		m.Data = append([]float32(nil), rows.Data...)
		for i, v := range m.Data {
			m.Data[i] = float32(math.Copysign(math.Sqrt(math.Abs(float64(v))), float64(v)))
		}
	}
	m = neighbor.Normalize(m)
	mean := make([]float64, m.Cols)
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			mean[j] += float64(v)
		}
	}
	for i := range m.Rows {
		row := m.Row(i)
		for j := range row {
			row[j] -= float32(mean[j] / float64(m.Rows))
		}
	}
	m, err := neighbor.PCA(ctx, kernel, m, dims, seed)
	if err != nil || m.Rows == 0 {
		return m, err
	}
	square := 0.0
	for _, v := range m.Data {
		square += float64(v) * float64(v)
	}
	if square > 0 { // else all are alike
		scale := float32(math.Sqrt(float64(len(m.Data)) / square))
		for i := range m.Data {
			m.Data[i] *= scale
		}
	}
	return m, ctx.Err()
}
