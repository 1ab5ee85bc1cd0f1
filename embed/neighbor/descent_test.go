package neighbor

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"kindred/embed"
)

func still(int, int) {}

func TestDescentFindsNearlyAll(t *testing.T) {
	for name, m := range map[string]embed.Matrix{
		"groups": around(2500, 24, 20, 0.7, 1), "one cloud": Normalize(random(2000, 12, 2)),
	} {
		g, err := Descend(t.Context(), m, 16, 1, still)
		if err != nil {
			t.Fatal(err)
		}
		recall, err := Recall(t.Context(), embed.GoKernel{}, g, m, 16, 500, 1)
		if err != nil {
			t.Fatal(err)
		}
		if recall < 0.98 {
			t.Errorf("%s: recall %.4f", name, recall)
		}
		for i := range m.Rows {
			index, score := g.Row(i)
			for p, j := range index {
				if int(j) == i || slices.Contains(index[:p], j) || score[p] != dot(m.Row(i), m.Row(int(j))) || p > 0 && score[p] > score[p-1] {
					t.Fatalf("%s: row %d has %v at %v", name, i, index, score)
				}
			}
		}
	}
}

// However many goroutines there are, and in whatever order they come.
func TestDescentIsRepeatable(t *testing.T) {
	m := around(1500, 16, 12, 0.8, 1)
	first, err := Descend(t.Context(), m, 10, 7, still)
	if err != nil {
		t.Fatal(err)
	}
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	for _, cores := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(cores)
		g, err := Descend(t.Context(), m, 10, 7, still)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(g.Index, first.Index) || !slices.Equal(g.Score, first.Score) {
			t.Fatalf("another graph on %d cores", cores)
		}
	}
}

func TestDescentOfFewAndEqualRows(t *testing.T) {
	for n := range 6 {
		g, err := Descend(t.Context(), random(n, 5, 1), 3, 1, still)
		if err != nil || n > 1 && (g.Len() != n || g.K != min(3, n-1)) || n < 2 && g.Len() != 0 {
			t.Errorf("%d rows: %d x %d, %v", n, g.Len(), g.K, err)
		}
	}
	same := embed.NewMatrix(300, 4)
	for i := range same.Data {
		same.Data[i] = 0.5
	}
	g, err := Descend(t.Context(), same, 5, 1, still)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range g.Score {
		if s != 1 || int(g.Index[i]) == i/5 {
			t.Fatalf("equal rows: row %d has %d at %v", i/5, g.Index[i], s)
		}
	}
	bad := random(30, 4, 1)
	bad.Data[9] = float32(math.NaN())
	if _, err := Descend(t.Context(), bad, 5, 1, still); err == nil || !strings.Contains(err.Error(), "vector 2") {
		t.Errorf("NaN: %v", err)
	}
}

func TestDescentIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := Descend(ctx, around(1500, 16, 12, 0.8, 1), 10, 7, func(done, total int) {
		if done > total {
			t.Errorf("%d of %d done", done, total)
		}
		cancel()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestWhenTheGraphIsApproximate(t *testing.T) {
	for _, c := range []struct {
		kernel embed.Kernel
		rows   int
		want   bool
	}{
		{newByteGo(), exactUpTo, false},
		{newByteGo(), exactUpTo + 1, true},
		{plain{}, exactFloats, false},
		{plain{}, exactFloats + 1, true},
	} {
		if got := approximate(c.kernel, c.rows); got != c.want {
			t.Errorf("%T of %d rows: %v", c.kernel, c.rows, got)
		}
	}
}
