package onnx

import (
	"slices"
	"testing"

	"kindred/embed"
)

// checkAgainstGo compares with the kernel in plain Go, exactly: callers use
// whole numbers.
func checkAgainstGo(t *testing.T, queries, base embed.Matrix, k int, index []int32, score []float32) {
	t.Helper()
	wantIndex, wantScore, err := embed.GoKernel{}.TopK(t.Context(), queries, base, k)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(index, wantIndex) || !slices.Equal(score, wantScore) {
		t.Error("the two kernels differ on whole numbers")
	}
}
