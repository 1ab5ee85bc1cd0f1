package neighbor

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/embed"
)

// plain is a kernel of a few lines, the truth that tests compare with.
type plain struct{}

func (plain) TopK(ctx context.Context, q, b embed.Matrix, k int) ([]int32, []float32, error) {
	k = min(k, b.Rows)
	var index []int32
	var score []float32
	for i := range q.Rows {
		s := make([]float32, b.Rows)
		order := make([]int32, b.Rows)
		for j := range s {
			s[j], order[j] = dot(q.Row(i), b.Row(j)), int32(j)
		}
		slices.SortStableFunc(order, func(x, y int32) int {
			switch {
			case s[x] > s[y]:
				return -1
			case s[x] < s[y]:
				return 1
			}
			return 0
		})
		for _, j := range order[:k] {
			index, score = append(index, j), append(score, s[j])
		}
	}
	return index, score, ctx.Err()
}

func (plain) Gemm(ctx context.Context, a, b embed.Matrix) (embed.Matrix, error) {
	out := embed.NewMatrix(a.Rows, b.Rows)
	for i := range a.Rows {
		for j := range b.Rows {
			out.Data[i*b.Rows+j] = dot(a.Row(i), b.Row(j))
		}
	}
	return out, ctx.Err()
}

func random(rows, cols int, seed uint64) embed.Matrix {
	r := rand.New(rand.NewPCG(seed, 0))
	m := embed.NewMatrix(rows, cols)
	for i := range m.Data {
		m.Data[i] = float32(r.NormFloat64())
	}
	return m
}

func TestGraphEqualsBruteForce(t *testing.T) {
	m := Normalize(random(300, 20, 1))
	g, err := Build(context.Background(), plain{}, m, 9)
	if err != nil || g.K != 9 || g.Len() != 300 {
		t.Fatalf("K %d, %d rows, %v", g.K, g.Len(), err)
	}
	for i := range m.Rows {
		index, score := g.Row(i)
		worst := score[8]
		seen := map[int32]bool{}
		for j, to := range index {
			if int(to) == i || seen[to] {
				t.Fatalf("row %d: neighbour %d", i, to)
			}
			seen[to] = true
			if j > 0 && score[j] > score[j-1] {
				t.Fatalf("row %d is out of order", i)
			}
		}
		for j := range m.Rows {
			if j != i && !seen[int32(j)] && dot(m.Row(i), m.Row(j)) > worst {
				t.Fatalf("row %d: %d is nearer than the last", i, j)
			}
		}
	}
}

func TestEqualRowsAreNeighboursOfEachOtherNotOfThemselves(t *testing.T) {
	m := embed.NewMatrix(50, 4)
	for i := range m.Rows {
		m.Row(i)[1] = 1
	}
	g, err := Build(context.Background(), plain{}, m, 3)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range map[int][]int32{0: {1, 2, 3}, 2: {0, 1, 3}, 40: {0, 1, 2}} {
		if got, _ := g.Row(i); !slices.Equal(got, want) {
			t.Errorf("row %d: %v, want %v", i, got, want)
		}
	}
}

func TestFewRows(t *testing.T) {
	for n := range 3 {
		g, err := Build(context.Background(), plain{}, Normalize(random(n, 4, 1)), 16)
		if err != nil || g.K != max(0, n-1) {
			t.Fatalf("%d rows: K %d, %v", n, g.K, err)
		}
	}
	if i, _, err := Query(context.Background(), embed.Matrix{Cols: 4}, []float32{1, 0, 0, 0}, 3); err != nil || len(i) != 0 {
		t.Fatalf("query of nothing: %v, %v", i, err)
	}
}

func TestNaNIsRefused(t *testing.T) {
	m := random(5, 4, 1)
	m.Row(3)[2] = float32(math.NaN())
	if _, err := Build(context.Background(), plain{}, m, 2); err == nil {
		t.Fatal("a graph was built")
	}
	if _, err := PCA(context.Background(), plain{}, m, 2, 1); err == nil {
		t.Fatal("an index space was made")
	}
}

func TestNormalizeByHand(t *testing.T) {
	m := embed.Matrix{Rows: 2, Cols: 2, Data: []float32{3, 4, 0, 0}}
	if got := Normalize(m).Data; !slices.Equal(got, []float32{0.6, 0.8, 0, 0}) {
		t.Fatal(got)
	}
}

func TestPCAKeepsDotProductsOfFewDimensions(t *testing.T) {
	// 200 vectors of 40 values that lie in a space of 6 dimensions.
	low := random(200, 6, 2)
	m, err := plain{}.Gemm(context.Background(), low, random(40, 6, 3))
	if err != nil {
		t.Fatal(err)
	}
	m = Normalize(m)
	p, err := PCA(context.Background(), plain{}, m, 6, 1)
	if err != nil || p.Cols != 6 {
		t.Fatal(p.Cols, err)
	}
	again, _ := PCA(context.Background(), plain{}, m, 6, 1)
	if !slices.Equal(p.Data, again.Data) {
		t.Fatal("the same seed gave another space")
	}
	for i := range m.Rows {
		for j := range i {
			if d := dot(m.Row(i), m.Row(j)) - dot(p.Row(i), p.Row(j)); math.Abs(float64(d)) > 1e-4 {
				t.Fatalf("rows %d and %d: off by %v", i, j, d)
			}
		}
	}
	g, err := Build(context.Background(), plain{}, p, 10)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := Recall(context.Background(), plain{}, g, m, 10, 50, 1); err != nil || r < 0.99 {
		t.Fatalf("recall %v, %v", r, err)
	}
}

func TestAxesAreTheEigenvectors(t *testing.T) {
	// Independent columns of known spread: the axes are those of the space.
	m := random(4000, 5, 4)
	for i := range m.Rows {
		for c, s := range []float32{1, 9, 3, 0.3, 27} {
			m.Row(i)[c] *= s
		}
	}
	axes, err := Axes(context.Background(), plain{}, m, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []int{4, 1, 2} {
		if v := axes.Row(i)[c]; v < 0.995 {
			t.Errorf("axis %d: %v", i, axes.Row(i))
		}
	}
}

func TestRerankGivesExactScores(t *testing.T) {
	raw := Normalize(random(200, 30, 5))
	g, err := Build(context.Background(), plain{}, columns(raw, 10), 60)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Rerank(context.Background(), g, raw, 5)
	if err != nil || r.K != 5 {
		t.Fatal(r.K, err)
	}
	index, score := r.Row(7)
	for j := range index {
		if score[j] != dot(raw.Row(7), raw.Row(int(index[j]))) || j > 0 && score[j] > score[j-1] {
			t.Fatal(index, score)
		}
	}
}

func TestCancelEndsTheGraph(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Build(ctx, plain{}, random(10, 3, 1), 2); err == nil {
		t.Fatal("no error")
	}
	if _, err := Rerank(ctx, Graph{K: 1, Index: []int32{1, 0}, Score: []float32{1, 1}}, random(2, 3, 1), 1); err == nil {
		t.Fatal("no error")
	}
}

// columns returns the first few columns of a matrix.
func columns(m embed.Matrix, count int) embed.Matrix {
	out := embed.NewMatrix(m.Rows, count)
	for i := range m.Rows {
		copy(out.Row(i), m.Row(i)[:count])
	}
	return out
}

func TestEncodedGraphComesBack(t *testing.T) {
	g, err := Build(context.Background(), plain{}, random(30, 4, 1), 5)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Decode(g.Encode())
	if err != nil || again.K != g.K || !slices.Equal(again.Index, g.Index) || !slices.Equal(again.Score, g.Score) {
		t.Fatal(err)
	}
	if empty, err := Decode(Graph{}.Encode()); err != nil || empty.Len() != 0 {
		t.Fatal(err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(Graph{K: 1, Index: []int32{1, 0}, Score: []float32{1, 1}}.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := Decode(b)
		if err != nil {
			return
		}
		for i := range g.Len() {
			index, _ := g.Row(i)
			for _, to := range index {
				if int(to) == i || to < 0 || int(to) >= g.Len() {
					t.Fatalf("row %d has neighbour %d", i, to)
				}
			}
		}
	})
}

// Fewer images than directions leave some directions empty; the index space is
// finite all the same and keeps the dot products.
func TestPCAOfFewRowsIsFinite(t *testing.T) {
	const dims = 64 // more than there are rows, as IndexDims is for a small folder
	for _, rows := range []int{2, 51} {
		m := embed.NewMatrix(rows, 300)
		random := rand.New(rand.NewPCG(3, uint64(rows)))
		for i := range rows { // pictures of four kinds, as a folder has them
			for j := range m.Cols {
				if (j+i%4)%7 == 0 {
					m.Data[i*m.Cols+j] = float32(math.Abs(random.NormFloat64()))
				}
			}
		}
		unit := Normalize(m)
		index, err := PCA(context.Background(), embed.GoKernel{}, unit, dims, 1)
		if err != nil {
			t.Fatalf("%d rows: %v", rows, err)
		}
		if err := embed.CheckFinite(index); err != nil {
			t.Fatalf("%d rows: %v", rows, err)
		}
		for i := range rows {
			want, got := dot(unit.Row(0), unit.Row(i)), dot(index.Row(0), index.Row(i))
			if math.Abs(float64(want-got)) > 1e-3 {
				t.Errorf("%d rows: dot product of 0 and %d is %v, in the index space %v", rows, i, want, got)
			}
		}
	}
}

// A direction that has faded to next to nothing has no inverse length in
// float32; it counts as none.
func TestOrthonormaliseDropsWhatHasFaded(t *testing.T) {
	q := embed.Matrix{Rows: 3, Cols: 4, Data: []float32{1, 1, 0, 0, 0, 0, 1e-42, 0, 0, 0, 0, 2}}
	orthonormalise(q)
	if err := embed.CheckFinite(q); err != nil {
		t.Fatal(err)
	}
	want := []float32{math.Sqrt2 / 2, math.Sqrt2 / 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}
	for i, v := range q.Data {
		if math.Abs(float64(v-want[i])) > 1e-6 {
			t.Fatalf("orthonormalise = %v, wanted %v", q.Data, want)
		}
	}
}
