package onnx

import (
	"path/filepath"
	"sync"
	"testing"

	"kindred/embed/kerneltest"
)

// BenchmarkEncode runs two goroutines with batches of 8 on one session, as the
// scan does; an operation is 16 pictures.
func BenchmarkEncode(b *testing.B) {
	e := loadModel(b, filepath.Join("..", "..", "assets", "model", "efficientnet-lite0.onnx"), Options{})
	values := e.trialInput(8)
	for b.Loop() {
		var wait sync.WaitGroup
		for range 2 {
			wait.Go(func() {
				if _, err := e.Encode(b.Context(), values, 8); err != nil {
					b.Error(err)
				}
			})
		}
		wait.Wait()
	}
	b.ReportMetric(16*float64(b.N)/b.Elapsed().Seconds(), "images/s")
}

// BenchmarkTopK ranks 1,024 of 50,000 vectors of 256 values.
func BenchmarkTopK(b *testing.B) {
	k, err := openRuntime(b).Kernel(2)
	if err != nil {
		b.Fatal(err)
	}
	defer k.Close()
	base := kerneltest.Random(50_000, 256, 1)
	for b.Loop() {
		if _, _, err := k.TopK(b.Context(), base.Slice(0, 1024), base, 16); err != nil {
			b.Fatal(err)
		}
	}
}
