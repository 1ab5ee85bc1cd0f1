package coreset

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/embed"
	"kindred/embed/neighbor"
)

// crowd is groups of very different sizes, with the number of the group of
// each row.
func crowd(seed uint64, sizes ...int) (embed.Matrix, []int) {
	r := rand.New(rand.NewPCG(seed, 1))
	const d = 16
	m := embed.Matrix{Cols: d}
	var class []int
	for g, size := range sizes {
		centre := make([]float64, d)
		for j := range centre {
			centre[j] = r.NormFloat64()
		}
		for range size {
			for j := range d {
				m.Data = append(m.Data, float32(centre[j]+0.3*r.NormFloat64()))
			}
			m.Rows++
			class = append(class, g)
		}
	}
	return neighbor.Normalize(m), class
}

func graph(t *testing.T, m embed.Matrix) neighbor.Graph {
	t.Helper()
	g, err := neighbor.Build(t.Context(), embed.GoKernel{}, m, 16)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func choose(t *testing.T, m embed.Matrix, count int) []int {
	t.Helper()
	chosen, err := Choose(t.Context(), embed.GoKernel{}, m, graph(t, m), count, 1)
	if err != nil {
		t.Fatal(err)
	}
	sorted := slices.Clone(chosen)
	slices.Sort(sorted)
	if len(chosen) != min(count, m.Rows) || len(slices.Compact(sorted)) != len(chosen) {
		t.Fatalf("%d of %d rows chosen: %v", len(chosen), m.Rows, chosen)
	}
	return chosen
}

func TestAChoiceBeatsChance(t *testing.T) {
	m, class := crowd(1, 500, 200, 60, 25, 10, 5)
	for _, count := range []int{6, 20, 39, 41, 100, 400} {
		chosen := choose(t, m, count)
		ours, err := Cover(t.Context(), embed.GoKernel{}, m, chosen)
		if err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, s := range ours.Stands {
			total += s
		}
		if total != m.Rows {
			t.Errorf("%d chosen stand for %d of %d", count, total, m.Rows)
		}
		ourProbe, _ := Probe(m, class, chosen)
		var mean, largest, probe float64
		const draws = 7
		for seed := range uint64(draws) {
			drawn := Random(m.Rows, count, seed)
			c, err := Cover(t.Context(), embed.GoKernel{}, m, drawn)
			if err != nil {
				t.Fatal(err)
			}
			p, _ := Probe(m, class, drawn)
			mean, largest, probe = mean+c.Mean/draws, largest+c.Max/draws, probe+p/draws
		}
		if ours.Mean >= mean || ours.Max >= largest || ourProbe < probe {
			t.Errorf("%d chosen: mean %.4f, largest %.4f, probe %.3f; by chance %.4f, %.4f, %.3f",
				count, ours.Mean, ours.Max, ourProbe, mean, largest, probe)
		}
	}
}

// The beginning of a choice is a choice of its own.
func TestAChoiceIsInOrder(t *testing.T) {
	m, _ := crowd(2, 150, 50)
	if long, short := choose(t, m, 60), choose(t, m, 30); !slices.Equal(long[:30], short) {
		t.Errorf("the first 30 of 60 are %v, 30 are %v", long[:30], short)
	}
	if a, b := choose(t, m, 5), choose(t, m, 5); !slices.Equal(a, b) {
		t.Error("two runs differ")
	}
}

func TestCopiesAreNotChosenTwice(t *testing.T) {
	m, _ := crowd(3, 30)
	for range 3 { // four of each
		m.Data = append(m.Data, m.Data[:30*m.Cols]...)
		m.Rows += 30
	}
	chosen := choose(t, m, 20)
	seen := map[int]bool{}
	for _, i := range chosen {
		if seen[i%30] {
			t.Fatalf("row %d and a copy of it are both chosen", i)
		}
		seen[i%30] = true
	}
	choose(t, m, 120) // copies come when nothing else is left
}

func TestFewEqualAndBrokenRows(t *testing.T) {
	for n := range 4 {
		m := embed.NewMatrix(n, 3)
		for i := range n {
			m.Row(i)[0] = 1
		}
		g := graph(t, m)
		choose(t, m, 2)
		choose(t, m, 9)
		for i, u := range Uniqueness(g) {
			if u != 0 {
				t.Errorf("%d equal rows: uniqueness of row %d is %v", n, i, u)
			}
		}
	}
	m := embed.NewMatrix(200, 3) // nothing but zeros
	choose(t, m, 4)
	choose(t, m, 100)
	m.Data[3] = float32(math.Inf(1))
	if _, err := Choose(t.Context(), embed.GoKernel{}, m, neighbor.Graph{}, 3, 1); err == nil {
		t.Error("an infinite vector was taken")
	}
	good, _ := crowd(4, 50)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Choose(ctx, embed.GoKernel{}, good, graph(t, good), 3, 1); err == nil {
		t.Error("a cancelled call returned no error")
	}
}

func TestStandings(t *testing.T) {
	m, _ := crowd(5, 60)
	m.Data = append(m.Data, m.Row(0)...) // a copy
	stray := make([]float32, m.Cols)
	for j := range stray {
		stray[j] = -m.Row(0)[j]
	}
	m.Data = append(m.Data, stray...)
	m.Rows += 2
	g := graph(t, m)
	unique, typical := Uniqueness(g), Representativeness(g)
	for i := range m.Rows {
		if !(unique[i] >= 0 && unique[i] <= 1) || !(typical[i] >= 0 && typical[i] < 1) {
			t.Fatalf("row %d: %v, %v", i, unique[i], typical[i])
		}
	}
	if slices.Max(unique) != unique[61] || unique[61] < 0.8 {
		t.Errorf("the stray has uniqueness %v, the largest is %v", unique[61], slices.Max(unique))
	}
	if typical[61] != 0 {
		t.Errorf("the stray is nobody's neighbour and has representativeness %v", typical[61])
	}
	sorted := slices.Clone(unique)
	slices.Sort(sorted)
	if m := sorted[len(sorted)/2]; m < 0.45 || m > 0.55 {
		t.Errorf("a usual row has uniqueness %v", m)
	}
	if unique[0] >= sorted[len(sorted)/2] {
		t.Errorf("a row with a copy has uniqueness %v", unique[0])
	}
}

func TestProbe(t *testing.T) {
	m, class := crowd(6, 60, 60, 60)
	chosen := []int{0, 1, 2, 60, 61, 62, 120, 121, 122}
	if p, ok := Probe(m, class, chosen); !ok || p < 0.98 {
		t.Errorf("three groups apart: %v, %v", p, ok)
	}
	if _, ok := Probe(m, class, []int{0, 1, 2}); ok {
		t.Error("a probe of one class")
	}
	for i := range class {
		class[i] = -1
	}
	if _, ok := Probe(m, class, chosen); ok {
		t.Error("a probe without classes")
	}
}
