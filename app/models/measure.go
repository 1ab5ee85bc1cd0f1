package models

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"kindred/embed"
)

const (
	measureFor  = 1200 * time.Millisecond
	measurePart = 4 // pictures of one run, where the model leaves that open
)

// measure returns how many pictures a second the model takes in on all cores,
// resizing included, decoding not. The pictures are noise of 640 x 480 pixels,
// always the same.
func measure(ctx context.Context, enc embed.Encoder) (float64, error) {
	spec := enc.Spec()
	n := spec.Batch
	if n == 0 {
		n = measurePart
	}
	px := embed.NewPixels(640, 480)
	state := uint32(7)
	for i := range px.Pix {
		state = state*1664525 + 1013904223
		px.Pix[i] = uint8(state >> 24)
	}
	run := func(input []float32) error {
		for i := range n {
			spec.Input.Tensor(input[i*spec.Input.Len():], px)
		}
		_, err := enc.Encode(ctx, input, n)
		return err
	}
	length := n * spec.Input.Len()
	if err := run(make([]float32, length)); err != nil { // the first run allocates
		return 0, err
	}
	var done atomic.Int64
	var wait sync.WaitGroup
	failed := make(chan error, runtime.NumCPU())
	start := time.Now()
	for range runtime.NumCPU() {
		wait.Go(func() {
			input := make([]float32, length)
			for time.Since(start) < measureFor {
				if err := run(input); err != nil {
					failed <- err
					return
				}
				done.Add(int64(n))
			}
		})
	}
	wait.Wait()
	took := time.Since(start)
	select {
	case err := <-failed:
		return 0, err
	default:
		return float64(done.Load()) / took.Seconds(), nil
	}
}
