//go:build bench

package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kindred/app/engine"
	"kindred/embed"
	"kindred/project/thumb"
	"kindred/project/workspace"
)

// TestBenchScan measures the scan end to end beside inference alone and
// decoding and resizing alone, and fastdup where it is installed, in turns
// within one run, and writes the medians to BENCHMARKS.md. KINDRED_BENCH names
// a folder of photos, KINDRED_FASTDUP a Python that has fastdup.
func TestBenchScan(t *testing.T) {
	source := os.Getenv("KINDRED_BENCH")
	if source == "" {
		source = filepath.Join(moduleRoot(t), "..", "shared", "data", "photos")
	}
	files := distinct(t, source, t.TempDir(), 1000)
	folder := filepath.Dir(files[0])
	eng := engine.New(t.TempDir(), os.Getenv)
	defer eng.Close()
	enc, err := eng.Encoder(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	python, version := fastdup(t)
	workers := runtime.NumCPU()
	const rounds = 3
	var decode, infer, scan, other []cost
	for round := range rounds {
		decode = append(decode, measure(len(files), func() { decodeAll(t, enc.Spec().Input, files, workers) }))
		infer = append(infer, measure(len(files), func() { inferAll(t, enc, len(files), workers) }))
		scan = append(scan, measure(len(files), func() { scanAll(t, eng, enc, folder, workers) }))
		t.Logf("round %d: decoding %v, inference %v, scan %v", round+1, decode[round], infer[round], scan[round])
		if python != "" {
			other = append(other, fastdupAll(t, python, folder, len(files)))
			t.Logf("round %d: fastdup %v", round+1, other[round])
		}
	}
	d, i, s := medians(decode), medians(infer), medians(scan)
	limit := cost{rate: 1 / (1/i.rate + 1/d.rate), cpu: d.cpu + i.cpu}
	rival, times := fmt.Sprintf("| fastdup | %s | |", version), ""
	if python != "" {
		f := medians(other)
		rival = fmt.Sprintf("| fastdup %s, its whole run without loading Python | %v |", version, f)
		times = fmt.Sprintf("| **scan as a multiple of fastdup** | **%.2f** | **%.2f** |\n", s.rate/f.rate, f.cpu/s.cpu)
	}
	text := fmt.Sprintf(`%d photos of 0.2 megapixels (%s), %d cores, %s, medians of %d interleaved rounds.
[Where the time goes](docs/scan-profile.md)

| what | images/s | ms of processor an image |
|---|---|---|
| decoding + resizing for the model alone | %v |
| inference alone (int8, batch 8) | %v |
| limit 1/(1/inference + 1/decoding) | %v |
| scan, end to end (read, hash, decode, quality, thumbnail, encode, store) | %v |
%s
| **scan as a share of the limit** | **%.2f** | **%.2f** |
%s`, len(files), filepath.Base(source), workers, processor(), rounds, d, i, limit, s, rival, s.rate/limit.rate, limit.cpu/s.cpu, times)
	t.Log("\n" + text)
	writeBench(t, "scan", text)
}

// cost is what one way of working through the photos took.
type cost struct {
	rate float64 // images/s
	cpu  float64 // milliseconds of processor time an image, all cores together
}

func (c cost) String() string { return fmt.Sprintf("%.0f | %.2f", c.rate, c.cpu) }

func measure(n int, f func()) cost {
	cpu, start := spent(syscall.RUSAGE_SELF), time.Now()
	f()
	return cost{
		rate: float64(n) / time.Since(start).Seconds(),
		cpu:  1000 * (spent(syscall.RUSAGE_SELF) - cpu) / float64(n),
	}
}

// spent is the processor time of this process, or of its children that have
// ended, in seconds.
func spent(who int) float64 {
	var use syscall.Rusage
	if err := syscall.Getrusage(who, &use); err != nil {
		return math.NaN()
	}
	return float64(use.Utime.Nano()+use.Stime.Nano()) / 1e9
}

// medians takes each figure's own median.
func medians(all []cost) cost {
	var rates, cpus []float64
	for _, c := range all {
		rates, cpus = append(rates, c.rate), append(cpus, c.cpu)
	}
	return cost{rate: median(rates), cpu: median(cpus)}
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

// fastdup finds a Python that has fastdup, and its version: KINDRED_FASTDUP,
// that of .ci/bench.py, python3. Without one version says so.
func fastdup(t *testing.T) (python, version string) {
	named := os.Getenv("KINDRED_FASTDUP")
	for _, python := range []string{named, filepath.Join(moduleRoot(t), "build", "peers", "fastdup", "bin", "python"), "python3"} {
		if python == "" {
			continue
		}
		out, err := exec.Command(python, "-c", "from importlib.metadata import version; print('VERSION', version('fastdup'))").Output()
		if _, version, ok := strings.Cut(string(out), "VERSION "); ok && err == nil {
			return python, strings.TrimSpace(version)
		}
		if python == named {
			t.Fatalf("KINDRED_FASTDUP: %q cannot import fastdup: %v", named, err)
		}
	}
	return "", "not installed"
}

// fastdupScript runs fastdup on a folder and says how long that took, without
// the time to load it.
const fastdupScript = `
import sys, time, resource
import fastdup
def cpu():
    return sum(r.ru_utime + r.ru_stime for r in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
wall, used = time.time(), cpu()
fastdup.create(work_dir=sys.argv[1], input_dir=sys.argv[2]).run(overwrite=True, verbose=False)
print("TOOK", time.time() - wall, cpu() - used)
`

func fastdupAll(t *testing.T, python, folder string, n int) cost {
	t.Helper()
	cmd := exec.Command(python, "-c", fastdupScript, t.TempDir(), folder)
	cmd.Env = append(os.Environ(), "SENTRY_OPT_OUT=1") // it reports home otherwise
	out, err := cmd.CombinedOutput()
	var wall, cpu float64
	if _, took, ok := strings.Cut(string(out), "TOOK "); err != nil || !ok {
		t.Fatalf("fastdup: %v: %s", err, out)
	} else if _, err := fmt.Sscan(took, &wall, &cpu); err != nil {
		t.Fatalf("fastdup says %q: %v", took, err)
	}
	return cost{rate: float64(n) / wall, cpu: 1000 * cpu / float64(n)}
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

// decodeAll takes the photos up to their tensors, as the scan does.
func decodeAll(t *testing.T, input embed.Preprocess, files []string, workers int) {
	scratches := make(chan *thumb.Scratch, workers)
	for range workers {
		scratches <- new(thumb.Scratch)
	}
	each(workers, len(files), func(i int, tensor []float32) {
		data, err := os.ReadFile(files[i])
		if err != nil {
			t.Error(err)
			return
		}
		scratch := <-scratches
		defer func() { scratches <- scratch }()
		px, _, err := thumb.Decoder{Scratch: scratch}.Decode(context.Background(), data, input.DecodeShort())
		if err != nil {
			t.Error(err)
			return
		}
		if min(px.W, px.H) > input.Resize {
			w, h := embed.ShortSize(px.W, px.H, input.Resize)
			px = scratch.Resize(px, w, h)
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
