package outlier

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/embed"
	"kindred/embed/neighbor"
)

// around adds count rows of features that never fall below 0, spread around a
// middle of its own for each seed.
func around(m *embed.Matrix, middle uint64, count int, spread float64, r *rand.Rand) {
	const d = 24
	m.Cols = d
	centre := rand.New(rand.NewPCG(middle, 9))
	base := make([]float64, d)
	for j := range base {
		base[j] = max(0, centre.NormFloat64())
	}
	for range count {
		for j := range d {
			m.Data = append(m.Data, float32(max(0, base[j]+spread*r.NormFloat64())))
		}
		m.Rows++
	}
}

func find(t *testing.T, m embed.Matrix) []float32 {
	t.Helper()
	unit := neighbor.Normalize(m)
	g, err := neighbor.Build(t.Context(), embed.GoKernel{}, unit, 16)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Find(t.Context(), embed.GoKernel{}, unit, embed.Matrix{}, g, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range r.Score {
		if !(s >= 0 && s <= 1) {
			t.Fatalf("row %d has score %v", i, s)
		}
	}
	return r.Score
}

// precision is the average precision of a ranking against the last count rows.
func precision[T float32 | float64](score []T, count int) float64 {
	order := make([]int, len(score))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case score[a] > score[b]:
			return -1
		case score[a] < score[b]:
			return 1
		}
		return 0
	})
	hits, sum := 0, 0.0
	for rank, i := range order {
		if i >= len(score)-count {
			hits++
			sum += float64(hits) / float64(rank+1)
		}
	}
	return sum / float64(count)
}

// Foreign images that resemble each other have neighbours; they are foreign all
// the same.
func TestASmallForeignGroupIsFound(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var m embed.Matrix
	around(&m, 1, 400, 0.6, r)
	around(&m, 2, 20, 0.5, r)
	score := find(t, m)
	unit := neighbor.Normalize(m)
	g, err := neighbor.Build(t.Context(), embed.GoKernel{}, unit, Neighbour)
	if err != nil {
		t.Fatal(err)
	}
	far := make([]float64, m.Rows)
	for i := range far {
		_, near := g.Row(i)
		far[i] = 1 - float64(near[Neighbour-1])
	}
	ours, neighbours := precision(score, 20), precision(far, 20)
	if ours < 0.95 || ours < 1.3*neighbours {
		t.Errorf("average precision %.3f, with the tenth neighbour %.3f", ours, neighbours)
	}
	flagged := 0
	for _, s := range score[:400] {
		if s >= 0.5 {
			flagged++
		}
	}
	if flagged > 2 {
		t.Errorf("%d of 400 that belong are called outliers", flagged)
	}
}

func TestSingleOnesAreFoundAndGroupsAreNot(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	var m embed.Matrix
	for group := range uint64(4) {
		around(&m, 10+group, 60, 0.3, r)
	}
	for stray := range uint64(4) {
		around(&m, 50+stray, 1, 0.3, r)
	}
	score := find(t, m)
	if got := precision(score, 4); got < 0.9 {
		t.Errorf("average precision of the strays %.3f", got)
	}
	for i, s := range score[:240] {
		if s >= 0.5 {
			t.Errorf("row %d of a group of 60 is called an outlier with %.2f", i, s)
		}
	}
}

// In a collection of many kinds a small kind is one of them.
func TestASmallKindAmongManyIsNoOutlier(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	var m embed.Matrix
	for group := range uint64(8) {
		around(&m, 20+group, 60, 0.4, r)
	}
	around(&m, 40, 24, 0.4, r)
	flagged := 0
	for _, s := range find(t, m) {
		if s >= 0.5 {
			flagged++
		}
	}
	if flagged > 3 {
		t.Errorf("%d of %d rows of kinds of 24 to 60 are called outliers", flagged, m.Rows)
	}
}

func TestFewEqualAndBrokenRows(t *testing.T) {
	for n := range 3 {
		m := embed.Matrix{Cols: 4}
		for i := range n {
			m.Data = append(m.Data, 1, float32(i), 0, 0)
			m.Rows++
		}
		for i, s := range find(t, m) {
			if s != 0 {
				t.Errorf("%d rows: row %d has %v", n, i, s)
			}
		}
	}
	for _, n := range []int{3, 11, 12, 50, 59, 60, 100, 300} {
		m := embed.NewMatrix(n, 5)
		for i := range m.Data {
			m.Data[i] = float32(i%5) / 3
		}
		for i, s := range find(t, m) {
			if s != 0 {
				t.Errorf("%d equal rows: row %d has %v", n, i, s)
			}
		}
		// One that differs from equal ones comes first.
		m.Data[2], m.Data[3] = -1, 7
		if score := find(t, m); slices.Max(score[1:]) >= score[0] {
			t.Errorf("%d rows, one of them different: %v", n, score[:3])
		}
	}
	zero := embed.NewMatrix(20, 3)
	find(t, zero)
	broken := embed.NewMatrix(20, 3)
	broken.Data[7] = float32(math.NaN())
	if _, err := Find(t.Context(), embed.GoKernel{}, broken, embed.Matrix{}, neighbor.Graph{}, 1); err == nil {
		t.Error("a vector with NaN was taken")
	}
}

func TestTheSameTwiceAndCancelled(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	var m embed.Matrix
	around(&m, 1, 150, 0.5, r)
	around(&m, 2, 6, 0.5, r)
	if a, b := find(t, m), find(t, m); !slices.Equal(a, b) {
		t.Error("two runs differ")
	}
	unit := neighbor.Normalize(m)
	g, err := neighbor.Build(t.Context(), embed.GoKernel{}, unit, 16)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Find(ctx, embed.GoKernel{}, unit, embed.Matrix{}, g, 1); err == nil {
		t.Error("a cancelled call returned no error")
	}
}

// In the index space of all its directions a matrix has the same outliers.
func TestTheIndexSpaceIsLeftAgain(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	var m embed.Matrix
	around(&m, 1, 200, 0.6, r)
	around(&m, 2, 10, 0.5, r)
	want := find(t, m)
	unit := neighbor.Normalize(m)
	axes, err := neighbor.Axes(t.Context(), embed.GoKernel{}, unit, m.Cols, 1)
	if err != nil {
		t.Fatal(err)
	}
	index, err := neighbor.Project(t.Context(), embed.GoKernel{}, unit, axes)
	if err != nil {
		t.Fatal(err)
	}
	g, err := neighbor.Build(t.Context(), embed.GoKernel{}, index, 16)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Find(t.Context(), embed.GoKernel{}, index, axes, g, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range got.Score {
		if math.Abs(float64(s-want[i])) > 0.02 {
			t.Errorf("row %d: %v, in its own space %v", i, s, want[i])
		}
	}
}

// Scores are probabilities: among normal ones with some far above, those are
// told, and in a body without any nothing is.
func TestProbabilities(t *testing.T) {
	for _, planted := range []int{0, 10, 100} {
		t.Run(fmt.Sprint(planted), func(t *testing.T) {
			r := rand.New(rand.NewPCG(5, 5))
			score := make([]float64, 2000)
			for i := range score {
				score[i] = r.NormFloat64()
				if i >= len(score)-planted {
					score[i] += 6
				}
			}
			p := make([]float32, len(score))
			probabilities(score, p)
			var sure, wrong int
			for i := range p {
				switch {
				case p[i] >= 0.5 && i >= len(score)-planted:
					sure++
				case p[i] >= 0.5:
					wrong++
				}
				for j := range i {
					if score[j] > score[i]+1e-3 && p[j] <= p[i] {
						t.Fatalf("score %v has %v, score %v has %v", score[j], p[j], score[i], p[i])
					}
				}
			}
			if sure < planted*9/10 || wrong > 1 {
				t.Errorf("%d of %d told, %d wrongly", sure, planted, wrong)
			}
		})
	}
}
