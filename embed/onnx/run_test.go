package onnx

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
	"testing"
	"time"

	"kindred/embed/onnx/graph"
)

// slow is a model that takes far longer than a test would wait.
func slow() []byte {
	var b graph.Builder
	b.Input("image", graph.Float, graph.Dims{"n", 3, 8, 8})
	at := "image"
	b.Weight("one", []int64{3, 3, 1, 1}, []float32{1, 0, 0, 0, 1, 0, 0, 0, 1})
	b.Ints("tiles", 1, 1, 40, 40)
	b.Node("Tile", []string{at, "tiles"}, []string{"wide"})
	at = "wide"
	for i := range 200 {
		next := fmt.Sprintf("x%d", i)
		b.Node("Conv", []string{at, "one"}, []string{next})
		at = next
	}
	b.Node("GlobalAveragePool", []string{at}, []string{"pool"})
	b.Node("Flatten", []string{"pool"}, []string{"embedding"})
	b.Output("embedding", graph.Float, graph.Dims{"n", 3})
	return b.Bytes()
}

func TestCancelEndsARun(t *testing.T) {
	e := openTiny(t, slow(), Options{})
	values := make([]float32, 64*e.Spec().Input.Len())
	began := time.Now()
	if _, err := e.Encode(t.Context(), values, 1); err != nil {
		t.Fatal(err)
	}
	alone := time.Since(began)
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	began = time.Now()
	_, err := e.Encode(ctx, values, 64)
	took := time.Since(began)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	t.Logf("64 pictures would take %v, cancelled after %v", 64*alone, took)
	if took > 64*alone/4 {
		t.Errorf("a run of about %v ended only %v after it began", 64*alone, took)
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines, %d before", n, before)
	}
	if _, err := e.Encode(t.Context(), values, 1); err != nil {
		t.Errorf("after a cancelled run: %v", err)
	}
}

func TestEncodersAreShared(t *testing.T) {
	e := openTiny(t, tiny{dims: graph.Dims{"n", 3, 8, 8}, kind: graph.Float, metadata: threeNames}.bytes(), Options{})
	p := e.Spec().Input
	var wait sync.WaitGroup
	for i, rgb := range colours {
		wait.Go(func() {
			values := make([]float32, 3*p.Len())
			for j := range 3 {
				p.Tensor(values[j*p.Len():], plain(9, 9, rgb))
			}
			_, want := byHand(p, rgb)
			for range 50 {
				out, err := e.Encode(t.Context(), values, 1+i%3)
				if err != nil || math.Abs(float64(out[i%3].Probs[0])-want[0]) > 1e-4 {
					t.Errorf("%v: %v, want %v (%v)", rgb, out, want, err)
					return
				}
			}
		})
	}
	wait.Wait()
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	if _, err := e.Encode(t.Context(), make([]float32, p.Len()), 1); !errors.Is(err, errClosed) {
		t.Errorf("after Close: %v", err)
	}
}
