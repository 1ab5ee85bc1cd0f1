package audit

import (
	"context"
	"fmt"

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
)

// Neighbours builds the graph of the nearest images, with cosines of the raw
// vectors. Vectors longer than the index space are brought into it first where there
// are many; then recall is the part of the true neighbours that was found, on a sample.
func Neighbours(ctx context.Context, kernel embed.Kernel, raw embed.Matrix) (graph neighbor.Graph, recall float64, err error) {
	if err := embed.CheckFinite(raw); err != nil {
		return neighbor.Graph{}, 0, fmt.Errorf("nearest images: %w", err)
	}
	unit := neighbor.Normalize(raw)
	if unit.Cols <= neighbor.IndexDims || unit.Rows <= indexFrom {
		graph, err = neighbor.Build(ctx, kernel, unit, Near)
		return graph, 1, err
	}
	index, err := neighbor.PCA(ctx, kernel, unit, neighbor.IndexDims, seed)
	if err != nil {
		return neighbor.Graph{}, 0, err
	}
	if graph, err = neighbor.Build(ctx, kernel, index, Near+spare); err != nil {
		return neighbor.Graph{}, 0, err
	}
	if graph, err = neighbor.Rerank(ctx, graph, unit, Near); err != nil {
		return neighbor.Graph{}, 0, err
	}
	recall, err = neighbor.Recall(ctx, kernel, graph, unit, Near, sample, seed)
	return graph, recall, err
}
