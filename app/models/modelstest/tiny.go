// Package modelstest makes small ONNX models for tests. Only tests import it.
package modelstest

import (
	"os"
	"path/filepath"
	"testing"

	"kindred/embed/onnx/graph"
)

// Tiny writes a classifier of three classes for pictures of 8 x 8: the mean of
// each colour times weight. Two weights give two models.
func Tiny(t testing.TB, file string, weight float32, metadata map[string]string) string {
	t.Helper()
	var b graph.Builder
	dims := graph.Dims{"n", 3, 8, 8}
	b.Input("image", graph.Float, dims)
	b.Node("GlobalAveragePool", []string{"image"}, []string{"pooled"})
	b.Node("Flatten", []string{"pooled"}, []string{"flat"})
	b.Weight("layer", []int64{3, 3}, []float32{4 * weight, -1, 0.5, 0, 3, -2 * weight, -1, 1, 2})
	b.Node("MatMul", []string{"flat", "layer"}, []string{"logits"})
	b.Node("Identity", []string{"logits"}, []string{"answer"})
	b.Output("answer", graph.Float, graph.Dims{"n", 3})
	b.Metadata("names", "{0: 'red', 1: 'green', 2: 'blue'}")
	for key, value := range metadata {
		b.Metadata(key, value)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}
