//go:build bench

package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kindred/app/engine"
	"kindred/embed"
	"kindred/embed/neighbor"
)

// faissScript builds the exact index of faiss over the vectors in a file and
// searches it for all of them; it prints the seconds of the search.
const faissScript = `
import sys, time
import faiss, numpy
x = numpy.fromfile(sys.argv[1], "<f4").reshape(-1, int(sys.argv[2]))
index = (faiss.IndexFlatIP if sys.argv[3] == "ip" else faiss.IndexFlatL2)(x.shape[1])
index.add(x)
start = time.time()
index.search(x, 17)
print(time.time() - start)
`

// TestBenchNeighbours measures the graph of 50,000 vectors beside the exact
// indices of faiss, in turns within one run, what it takes to bring it up to date, the
// approximate graph and a query, and writes them to BENCHMARKS.md.
// KINDRED_PEERS names a Python that has faiss; without it those rows are left out.
func TestBenchNeighbours(t *testing.T) {
	ctx := context.Background()
	eng := engine.New(t.TempDir(), os.Getenv)
	defer eng.Close()
	kernel, err := eng.Kernel()
	if err != nil {
		t.Fatal(err)
	}
	const n, dim, k, rounds = 50_000, 256, 16, 3
	m := scattered(n, dim)
	file := filepath.Join(t.TempDir(), "vectors.f32")
	if err := os.WriteFile(file, littleEndian(m), 0o644); err != nil {
		t.Fatal(err)
	}
	python := os.Getenv("KINDRED_PEERS")
	if python != "" && exec.Command(python, "-c", "import faiss, numpy").Run() != nil {
		t.Logf("%s has no faiss", python)
		python = ""
	}
	var g neighbor.Graph
	var ours, ip, l2 []float64
	for round := range rounds {
		ours = append(ours, seconds(func() { g, err = neighbor.Build(ctx, kernel, m, k) }))
		if err != nil {
			t.Fatal(err)
		}
		if python != "" {
			ip = append(ip, faiss(t, python, file, dim, "ip"))
			l2 = append(l2, faiss(t, python, file, dim, "l2"))
			t.Logf("round %d: %.1f s, faiss %.1f s and %.1f s", round+1, ours[round], ip[round], l2[round])
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d unit vectors of %d values around 200 centres, %d neighbours each, %d cores, %s, medians of %d interleaved rounds.\n\n", n, dim, k, runtime.NumCPU(), processor(), rounds)
	b.WriteString("| what | s | |\n|---|---|---|\n")
	fmt.Fprintf(&b, "| Kindred, exact graph | %.1f | |\n", middle(ours))
	if python != "" {
		fmt.Fprintf(&b, "| faiss IndexFlatIP | %.1f | **%.1f times as long** |\n", middle(ip), middle(ip)/middle(ours))
		fmt.Fprintf(&b, "| faiss IndexFlatL2 | %.1f | %.1f times as long |\n", middle(l2), middle(l2)/middle(ours))
	}
	// 1 % more: what was known is kept.
	from := make([]int32, n)
	for i := range from {
		from[i] = int32(i)
		if i >= n-n/100 {
			from[i] = -1
		}
	}
	former, err := neighbor.Build(ctx, kernel, m.Slice(0, n-n/100), k)
	if err != nil {
		t.Fatal(err)
	}
	update := seconds(func() { _, err = neighbor.Update(ctx, kernel, m, k, former, from, func(int, int) {}) })
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "| brought up to date with 1 %% more | %.1f | the same graph |\n", update)
	var near neighbor.Graph
	approximate := seconds(func() { near, err = neighbor.Descend(ctx, m, k, 1, func(int, int) {}) })
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "| approximate graph (taken above 200,000) | %.1f | recall@%d %.4f |\n", approximate, k, recall(near, g))
	large := scattered(2*n, dim)
	var query []float64
	for i := range 21 {
		query = append(query, 1000*seconds(func() { _, _, err = neighbor.Query(ctx, large, m.Row(i), 50) }))
		if err != nil {
			t.Fatal(err)
		}
	}
	fmt.Fprintf(&b, "| one query over %d | %.4f | %.1f ms |\n", 2*n, middle(query)/1000, middle(query))
	t.Log("\n" + b.String())
	writeBench(t, "neighbours", b.String())
}

func seconds(f func()) float64 {
	start := time.Now()
	f()
	return time.Since(start).Seconds()
}

func faiss(t *testing.T, python, file string, dim int, kind string) float64 {
	t.Helper()
	out, err := exec.Command(python, "-c", faissScript, file, strconv.Itoa(dim), kind).Output()
	if err != nil {
		t.Fatalf("faiss: %v", err)
	}
	s, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// scattered are unit vectors around 200 centres, drawn by a seed.
func scattered(n, dim int) embed.Matrix {
	r := rand.New(rand.NewPCG(1, 2))
	centre := embed.NewMatrix(200, dim)
	for i := range centre.Data {
		centre.Data[i] = float32(r.NormFloat64())
	}
	m := embed.NewMatrix(n, dim)
	for i := range n {
		row := m.Row(i)
		for j, c := range centre.Row(r.IntN(200)) {
			row[j] = c + float32(0.8*r.NormFloat64())
		}
	}
	return neighbor.Normalize(m)
}

func littleEndian(m embed.Matrix) []byte {
	b := make([]byte, 0, 4*len(m.Data))
	for _, v := range m.Data {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// recall is the part of the neighbours of the exact graph that the other has.
func recall(g, exact neighbor.Graph) float64 {
	found := 0
	for i := range exact.Len() {
		_, score := exact.Row(i)
		_, got := g.Row(i)
		for _, s := range got {
			if s >= score[len(score)-1]-1e-5 {
				found++
			}
		}
	}
	return float64(found) / float64(len(exact.Index))
}

func middle(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}
