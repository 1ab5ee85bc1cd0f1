package neighbor

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"kindred/embed"
)

// byteGo is a kernel with 8-bit products in plain Go, which counts the rows
// that are ranked in float32.
type byteGo struct {
	embed.GoKernel
	floats *atomic.Int64
	tiles  *atomic.Int64
}

func (k byteGo) TopK(ctx context.Context, q, b embed.Matrix, n int) ([]int32, []float32, error) {
	k.floats.Add(int64(q.Rows))
	return k.GoKernel.TopK(ctx, q, b, n)
}

func (byteGo) BytesGroup() int { return 16 }

func (k byteGo) Bytes(ctx context.Context, rows []uint8, columns []int8, dim int, score, most []int32) error {
	k.tiles.Add(1)
	a, b := len(rows)/dim, len(columns)/dim
	for i := range a {
		line := score[i*b : (i+1)*b]
		clear(line)
		for c := range dim {
			v := int32(rows[i*dim+c]) - 128
			for j, w := range columns[c*b : (c+1)*b] {
				line[j] += v * int32(w)
			}
		}
		for g := range b / 16 {
			most[i*b/16+g] = slices.Max(line[g*16 : (g+1)*16])
		}
	}
	return ctx.Err()
}

func newByteGo() byteGo { return byteGo{floats: new(atomic.Int64), tiles: new(atomic.Int64)} }

// around draws rows near some centres.
func around(n, dim, centres int, noise float64, seed uint64) embed.Matrix {
	r := rand.New(rand.NewPCG(seed, 3))
	c := random(centres, dim, seed)
	m := embed.NewMatrix(n, dim)
	for i := range n {
		from := c.Row(r.IntN(centres))
		for j := range m.Row(i) {
			m.Row(i)[j] = from[j] + float32(noise*r.NormFloat64())
		}
	}
	return Normalize(m)
}

// sameSets fails unless each row of g holds its k nearest in m, but for ones
// whose score differs by less than 1e-5.
func sameSets(t *testing.T, m embed.Matrix, g Graph, k int) {
	t.Helper()
	if g.K != k || g.Len() != m.Rows {
		t.Fatalf("graph of %d x %d", g.Len(), g.K)
	}
	index, _, err := embed.GoKernel{}.TopK(t.Context(), m, m, k+1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range m.Rows {
		var want []int32
		for _, j := range index[i*(k+1) : (i+1)*(k+1)] {
			if int(j) != i && len(want) < k {
				want = append(want, j)
			}
		}
		kth := dot(m.Row(i), m.Row(int(want[k-1])))
		got, score := g.Row(i)
		for p, j := range got {
			if int(j) == i || slices.Contains(got[:p], j) {
				t.Fatalf("row %d has neighbours %v", i, got)
			}
			s := dot(m.Row(i), m.Row(int(j)))
			if s < kth-1e-5 || score[p] != s || p > 0 && score[p-1] < s {
				t.Fatalf("row %d place %d: row %d at %v (stored %v), the k-th is at %v", i, p, j, s, score[p], kth)
			}
		}
	}
}

func TestByteGraphIsTheExactGraph(t *testing.T) {
	wild := around(2100, 16, 20, 0.7, 2)
	for i := range wild.Rows { // lengths that differ, and some equal rows
		for j := range wild.Row(i) {
			wild.Row(i)[j] *= 1 + float32(i%7)/20
		}
		if i%50 == 1 {
			copy(wild.Row(i), wild.Row(i-1))
		}
	}
	for name, m := range map[string]embed.Matrix{
		"groups": around(2300, 20, 30, 0.7, 1), "lengths": wild, "one cloud": Normalize(random(2060, 16, 5)),
	} {
		kernel := newByteGo()
		g, err := Build(t.Context(), kernel, m, 10)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d tiles, %d rows in float32", name, kernel.tiles.Load(), kernel.floats.Load())
		if kernel.tiles.Load() != 6 {
			t.Errorf("%s: %d tiles, 3 on each side", name, kernel.tiles.Load())
		}
		sameSets(t, m, g, 10)
		if name != "groups" {
			continue
		}
		again, err := Build(t.Context(), newByteGo(), m, 10)
		if err != nil || !slices.Equal(again.Index, g.Index) || !slices.Equal(again.Score, g.Score) {
			t.Errorf("%s: another graph the second time (%v)", name, err)
		}
	}
}

// Neighbours too close to be told apart by 8 bits are found in float32: some
// of the rows, or all.
func TestByteGraphKnowsItsLimits(t *testing.T) {
	mixed := around(2150, 16, 30, 0.7, 7)
	crowd := mixed.Row(0)
	r := rand.New(rand.NewPCG(1, 9))
	for i := 1; i < 90; i++ { // a crowd within a hair of each other, unlike what the trial sees
		for j, v := range crowd {
			mixed.Row(i * 20)[j] = v + float32(1e-4*r.NormFloat64())
		}
	}
	kernel := newByteGo()
	g, err := Build(t.Context(), kernel, mixed, 10)
	if err != nil {
		t.Fatal(err)
	}
	if kernel.tiles.Load() == 0 || kernel.floats.Load() <= trial {
		t.Errorf("%d tiles, %d rows in float32", kernel.tiles.Load(), kernel.floats.Load())
	}
	sameSets(t, mixed, g, 10)

	same := embed.NewMatrix(2100, 16)
	for i := range same.Data {
		same.Data[i] = 0.25
	}
	kernel = newByteGo()
	if g, err = Build(t.Context(), kernel, same, 5); err != nil {
		t.Fatal(err)
	}
	if kernel.tiles.Load() != 0 {
		t.Error("equal rows in 8 bits")
	}
	sameSets(t, same, g, 5)
}

func TestByteGraphIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	m := around(2100, 16, 20, 0.7, 2)
	_, err := BuildTick(ctx, newByteGo(), m, 10, func(int, int) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
