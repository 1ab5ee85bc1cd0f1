//go:build bench

package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kindred/app/engine"
	"kindred/embed"
	"kindred/project/thumb"
	"kindred/project/workspace"
)

// TestBenchScan measures the scan end to end beside inference alone and
// decoding and resizing alone, in turns within one run, and writes the medians
// to BENCHMARKS.md. KINDRED_BENCH names a folder of photos.
func TestBenchScan(t *testing.T) {
	source := os.Getenv("KINDRED_BENCH")
	if source == "" {
		source = filepath.Join(moduleRoot(t), "..", "shared", "data", "photos")
	}
	files := distinct(t, source, t.TempDir(), 1000)
	eng := engine.New(t.TempDir(), os.Getenv)
	defer eng.Close()
	enc, err := eng.Encoder(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	workers := runtime.NumCPU()
	const rounds = 3
	var decode, infer, scan []float64
	for round := range rounds {
		decode = append(decode, rate(len(files), func() { decodeAll(t, enc.Spec().Input, files, workers) }))
		infer = append(infer, rate(len(files), func() { inferAll(t, enc, len(files), workers) }))
		scan = append(scan, rate(len(files), func() { scanAll(t, eng, enc, filepath.Dir(files[0]), workers) }))
		t.Logf("round %d: decoding %.0f/s, inference %.0f/s, scan %.0f/s", round+1, decode[round], infer[round], scan[round])
	}
	d, i, s := median(decode), median(infer), median(scan)
	limit := 1 / (1/i + 1/d)
	text := fmt.Sprintf(`%d photos of 0.2 megapixels (%s), %d cores, %s, medians of %d interleaved rounds.

| what | images/s |
|---|---|
| decoding + resizing for the model alone | %.0f |
| inference alone (int8, batch 8) | %.0f |
| limit 1/(1/inference + 1/decoding) | %.0f |
| scan, end to end (read, hash, decode, quality, thumbnail, encode, store) | %.0f |
| **scan as a share of the limit** | **%.2f** |
`, len(files), filepath.Base(source), workers, processor(), rounds, d, i, limit, s, s/limit)
	t.Log("\n" + text)
	writeBench(t, "scan", text)
}

func rate(n int, f func()) float64 {
	start := time.Now()
	f()
	return float64(n) / time.Since(start).Seconds()
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

// distinct copies photos until there are n, each with a comment of its own, so
// that none is a copy of another.
func distinct(t *testing.T, source, dir string, n int) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(source, "*.JP*G"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no photos (*.JPEG) in %s; set KINDRED_BENCH to a folder that has some", source)
	}
	var files []string
	for i := range n {
		data, err := os.ReadFile(found[i%len(found)])
		if err != nil {
			t.Fatal(err)
		}
		comment := []byte{0xFF, 0xFE, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0}
		binary.BigEndian.PutUint64(comment[4:], uint64(i))
		data = slices.Concat(data[:2], comment, data[2:])
		file := filepath.Join(dir, fmt.Sprintf("%04d.jpg", i))
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

func decodeAll(t *testing.T, input embed.Preprocess, files []string, workers int) {
	each(workers, len(files), func(i int, tensor []float32) {
		data, err := os.ReadFile(files[i])
		if err != nil {
			t.Error(err)
			return
		}
		px, _, err := thumb.Decode(data, input.Resize)
		if err != nil {
			t.Error(err)
			return
		}
		input.Tensor(tensor, px)
	}, input.Len())
}

func inferAll(t *testing.T, enc embed.Encoder, n, workers int) {
	const batch = 8
	each(workers, (n+batch-1)/batch, func(i int, tensors []float32) {
		if _, err := enc.Encode(context.Background(), tensors, min(batch, n-i*batch)); err != nil {
			t.Error(err)
		}
	}, batch*enc.Spec().Input.Len())
}

func each(workers, n int, f func(i int, buffer []float32), size int) {
	var next int
	var mu sync.Mutex
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			buffer := make([]float32, size)
			for {
				mu.Lock()
				i := next
				next++
				mu.Unlock()
				if i >= n {
					return
				}
				f(i, buffer)
			}
		})
	}
	wait.Wait()
}

func scanAll(t *testing.T, eng *engine.Engine, enc embed.Encoder, folder string, workers int) {
	dir := t.TempDir()
	w, err := workspace.Open(context.Background(), workspace.Params{
		File: filepath.Join(dir, "bench.kindred"), Create: true, Thumbnails: filepath.Join(dir, "thumbs.db"),
		Encoder: enc, Kernel: eng.Kernel, Workers: workers,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.AddFolders(context.Background(), []string{folder}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Scan(context.Background(), workspace.ScanOptions{}, nil); err != nil {
		t.Fatal(err)
	}
}

func processor() string {
	out, err := exec.Command("sh", "-c", "grep -m1 'model name' /proc/cpuinfo | cut -d: -f2").Output()
	if err != nil || len(out) == 0 {
		return runtime.GOARCH
	}
	return strings.TrimSpace(string(out))
}

// writeBench replaces the text between two marks in BENCHMARKS.md.
func writeBench(t *testing.T, mark, text string) {
	t.Helper()
	file := filepath.Join(moduleRoot(t), "BENCHMARKS.md")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := "<!-- "+mark+" -->", "<!-- /"+mark+" -->"
	head, rest, ok := strings.Cut(string(data), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("BENCHMARKS.md has no %s … %s", begin, end)
	}
	if err := os.WriteFile(file, []byte(head+begin+"\n"+text+end+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}
