// Package kerneltest holds the tests that every embed.Kernel must pass. Only
// tests import it.
package kerneltest

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kindred/embed"
)

// Run tests a kernel against sums in float64 and a full sort.
func Run(t *testing.T, k embed.Kernel) {
	t.Run("TopK", func(t *testing.T) { topK(t, k) })
	t.Run("Ties", func(t *testing.T) { ties(t, k) })
	t.Run("Gemm", func(t *testing.T) { gemm(t, k) })
	t.Run("Edges", func(t *testing.T) { edges(t, k) })
	t.Run("Refused", func(t *testing.T) { refused(t, k) })
	t.Run("Repeatable", func(t *testing.T) { repeatable(t, k) })
	t.Run("Cancelled", func(t *testing.T) { cancelled(t, k) })
}

// Random returns rows of normal deviates, the same for the same seed.
func Random(rows, cols int, seed uint64) embed.Matrix {
	r := rand.New(rand.NewPCG(seed, 1))
	m := embed.NewMatrix(rows, cols)
	for i := range m.Data {
		m.Data[i] = float32(r.NormFloat64())
	}
	return m
}

// Whole returns rows of small whole numbers, whose dot products are exact and
// often equal.
func Whole(rows, cols int, seed uint64) embed.Matrix {
	r := rand.New(rand.NewPCG(seed, 2))
	m := embed.NewMatrix(rows, cols)
	for i := range m.Data {
		m.Data[i] = float32(r.IntN(3) - 1)
	}
	return m
}

func dot(a, b []float32) (sum float64) {
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// rank sorts all rows of base by their dot product with q, ties by index.
func rank(q []float32, base embed.Matrix) []int32 {
	order, score := make([]int32, base.Rows), make([]float64, base.Rows)
	for i := range order {
		order[i], score[i] = int32(i), dot(q, base.Row(i))
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		switch {
		case score[a] > score[b]:
			return -1
		case score[a] < score[b]:
			return 1
		}
		return 0
	})
	return order
}

func topK(t *testing.T, k embed.Kernel) {
	for _, c := range [][4]int{{1, 1, 1, 1}, {3, 50, 8, 5}, {300, 700, 64, 16}, {257, 65, 7, 65}, {5, 9, 3, 40}} {
		queries, base := Random(c[0], c[2], 3), Random(c[1], c[2], 4)
		index, score, err := k.TopK(t.Context(), queries, base, c[3])
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
		want := min(c[3], c[1])
		if len(index) != c[0]*want || len(score) != c[0]*want {
			t.Fatalf("%v: %d indices, %d scores", c, len(index), len(score))
		}
		for q := range c[0] {
			order := rank(queries.Row(q), base)
			seen := map[int32]bool{}
			for i := range want {
				at := index[q*want+i]
				if at < 0 || int(at) >= base.Rows || seen[at] {
					t.Fatalf("%v: query %d has %d twice or outside", c, q, at)
				}
				seen[at] = true
				got, best := dot(queries.Row(q), base.Row(int(at))), dot(queries.Row(q), base.Row(int(order[i])))
				if math.Abs(got-best) > 1e-4 || math.Abs(float64(score[q*want+i])-got) > 1e-4 {
					t.Fatalf("%v: query %d place %d: row %d with %v (truly %v), want row %d with %v", c, q, i, at, score[q*want+i], got, order[i], best)
				}
			}
		}
	}
}

func ties(t *testing.T, k embed.Kernel) {
	for _, c := range [][4]int{{40, 500, 4, 16}, {3, 2000, 2, 300}, {2, 30, 1, 30}} {
		queries, base := Whole(c[0], c[2], 5), Whole(c[1], c[2], 6)
		index, _, err := k.TopK(t.Context(), queries, base, c[3])
		if err != nil {
			t.Fatal(err)
		}
		for q := range c[0] {
			if want := rank(queries.Row(q), base)[:c[3]]; !slices.Equal(index[q*c[3]:(q+1)*c[3]], want) {
				t.Fatalf("%v: query %d: got %v, want %v", c, q, index[q*c[3]:(q+1)*c[3]], want)
			}
		}
	}
}

func gemm(t *testing.T, k embed.Kernel) {
	for _, c := range [][3]int{{1, 1, 1}, {5, 3, 8}, {300, 41, 67}, {1, 600, 5}} {
		a, b := Random(c[0], c[2], 7), Random(c[1], c[2], 8)
		got, err := k.Gemm(t.Context(), a, b)
		if err != nil {
			t.Fatal(err)
		}
		if got.Rows != c[0] || got.Cols != c[1] {
			t.Fatalf("%v: got %d x %d", c, got.Rows, got.Cols)
		}
		for i := range c[0] {
			for j := range c[1] {
				if want := dot(a.Row(i), b.Row(j)); math.Abs(float64(got.Row(i)[j])-want) > 1e-4 {
					t.Fatalf("%v: %d,%d is %v, want %v", c, i, j, got.Row(i)[j], want)
				}
			}
		}
	}
}

func edges(t *testing.T, k embed.Kernel) {
	some := Random(3, 4, 9)
	for _, c := range []struct {
		name          string
		queries, base embed.Matrix
		k, want       int
	}{
		{"no queries", embed.NewMatrix(0, 4), some, 2, 0},
		{"no base", some, embed.NewMatrix(0, 4), 2, 0},
		{"k of 0", some, some, 0, 0},
		{"no matrix at all", embed.Matrix{}, embed.Matrix{}, 5, 0},
		{"k above the base", some, some, 99, 9},
	} {
		index, score, err := k.TopK(t.Context(), c.queries, c.base, c.k)
		if err != nil || len(index) != c.want || len(score) != c.want {
			t.Errorf("%s: %d indices, %d scores, %v", c.name, len(index), len(score), err)
		}
	}
	index, score, err := k.TopK(t.Context(), embed.NewMatrix(2, 0), embed.NewMatrix(3, 0), 2)
	if err != nil || !slices.Equal(index, []int32{0, 1, 0, 1}) || !slices.Equal(score, make([]float32, 4)) {
		t.Errorf("vectors of no values: %v, %v, %v", index, score, err)
	}
	for _, c := range [][3]int{{0, 3, 4}, {3, 0, 4}, {2, 3, 0}} {
		m, err := k.Gemm(t.Context(), embed.NewMatrix(c[0], c[2]), embed.NewMatrix(c[1], c[2]))
		if err != nil || m.Rows != c[0] || m.Cols != c[1] || len(m.Data) != c[0]*c[1] {
			t.Errorf("product of %v: %d x %d, %v", c, m.Rows, m.Cols, err)
		}
	}
}

func refused(t *testing.T, k embed.Kernel) {
	good := Random(5, 4, 10)
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
		broken := Random(5, 4, 10)
		broken.Data[14] = bad
		if _, _, err := k.TopK(t.Context(), good, broken, 2); err == nil || !strings.Contains(err.Error(), "vector 3") {
			t.Errorf("%v in the base: %v", bad, err)
		}
		if _, _, err := k.TopK(t.Context(), broken, good, 2); err == nil || !strings.Contains(err.Error(), "vector 3") {
			t.Errorf("%v in a query: %v", bad, err)
		}
		if _, err := k.Gemm(t.Context(), broken, good); err == nil {
			t.Errorf("%v in a product: no error", bad)
		}
	}
	if _, _, err := k.TopK(t.Context(), good, Random(5, 3, 10), 2); err == nil {
		t.Error("vectors of other lengths: no error")
	}
	if _, err := k.Gemm(t.Context(), good, Random(5, 3, 10)); err == nil {
		t.Error("a product of other lengths: no error")
	}
	if _, _, err := k.TopK(t.Context(), good, good, -1); err == nil {
		t.Error("k below 0: no error")
	}
}

func repeatable(t *testing.T, k embed.Kernel) {
	queries, base := Random(100, 33, 11), Random(900, 33, 12)
	index, score, err := k.TopK(t.Context(), queries, base, 10)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		again, scores, err := k.TopK(t.Context(), queries, base, 10)
		if err != nil || !slices.Equal(index, again) || !slices.Equal(score, scores) {
			t.Fatalf("another answer to the same question (%v)", err)
		}
	}
}

func cancelled(t *testing.T, k embed.Kernel) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m := Random(600, 64, 13)
	if _, _, err := k.TopK(ctx, m, m, 5); !errors.Is(err, context.Canceled) {
		t.Errorf("TopK: %v", err)
	}
	if _, err := k.Gemm(ctx, m, m); !errors.Is(err, context.Canceled) {
		t.Errorf("Gemm: %v", err)
	}
}
