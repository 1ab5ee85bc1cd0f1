package neighbor

import (
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/embed"
)

// pick is the rows of m that are named.
func pick(m embed.Matrix, rows []int) embed.Matrix {
	out := embed.NewMatrix(len(rows), m.Cols)
	for i, r := range rows {
		copy(out.Row(i), m.Row(r))
	}
	return out
}

func TestUpdatedGraphIsAFreshOne(t *testing.T) {
	all := around(400, 12, 12, 0.6, 4)
	copy(all.Row(380), all.Row(3)) // a new row that ties with an old one
	for name, c := range map[string]struct{ before, after func(i int) bool }{
		"images are added":   {func(i int) bool { return i < 360 }, func(int) bool { return true }},
		"images are removed": {func(int) bool { return true }, func(i int) bool { return i%90 != 5 }},
		"both at once":       {func(i int) bool { return i%50 != 0 }, func(i int) bool { return i%80 != 7 }},
		"nothing changes":    {func(int) bool { return true }, func(int) bool { return true }},
		"nearly all is new":  {func(i int) bool { return i < 100 }, func(int) bool { return true }},
		"few are left":       {func(int) bool { return true }, func(i int) bool { return i < 6 }},
		"one is left":        {func(int) bool { return true }, func(i int) bool { return i == 9 }},
		"none are left":      {func(int) bool { return true }, func(int) bool { return false }},
		"there were none":    {func(int) bool { return false }, func(int) bool { return true }},
	} {
		var old, now []int
		for i := range all.Rows {
			if c.before(i) {
				old = append(old, i)
			}
			if c.after(i) {
				now = append(now, i)
			}
		}
		// The order of rows is not that of before.
		r := rand.New(rand.NewPCG(1, 1))
		r.Shuffle(len(now), func(i, j int) { now[i], now[j] = now[j], now[i] })
		before, m := pick(all, old), pick(all, now)
		former, err := Build(t.Context(), plain{}, before, 8)
		if err != nil {
			t.Fatal(err)
		}
		from := make([]int32, len(now))
		for i, id := range now {
			from[i] = int32(slices.Index(old, id))
		}
		kernel := newByteGo()
		got, err := Update(t.Context(), kernel, m, 8, former, from, func(int, int) {})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want, err := Build(t.Context(), plain{}, m, 8)
		if err != nil {
			t.Fatal(err)
		}
		// Of equal rows at the end of a list either may stand there.
		if got.K != want.K || !slices.Equal(got.Score, want.Score) {
			t.Errorf("%s: not the graph of a fresh build", name)
			continue
		}
		for p, j := range got.Index {
			i := p / got.K
			if j != want.Index[p] && (int(j) == i || dot(m.Row(i), m.Row(int(j))) != want.Score[p]) {
				t.Errorf("%s: row %d has %d in place of %d", name, i, j, want.Index[p])
			}
		}
		if name == "nothing changes" && kernel.floats.Load() != 0 {
			t.Errorf("%s: %d rows were searched", name, kernel.floats.Load())
		}
	}
}

func TestUpdateRefusesWhatDoesNotFit(t *testing.T) {
	m := around(50, 8, 3, 0.6, 4)
	g, err := Build(t.Context(), plain{}, m, 5)
	if err != nil {
		t.Fatal(err)
	}
	from := make([]int32, 50)
	for i := range from {
		from[i] = int32(i)
	}
	for name, f := range map[string]func([]int32) []int32{
		"too few":   func(f []int32) []int32 { return f[1:] },
		"one twice": func(f []int32) []int32 { f[3] = 4; return f },
		"beyond":    func(f []int32) []int32 { f[3] = 50; return f },
		"below":     func(f []int32) []int32 { f[3] = -2; return f },
	} {
		if _, err := Update(t.Context(), plain{}, m, 5, g, f(slices.Clone(from)), func(int, int) {}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
