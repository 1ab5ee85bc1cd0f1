package neighbor

import (
	"math"
	"slices"
	"testing"
)

func TestQueryIsAFullSort(t *testing.T) {
	m := around(900, 10, 9, 0.5, 3)
	for i := range 40 { // equal rows, whose order is theirs
		copy(m.Row(400+i), m.Row(20))
	}
	for _, q := range [][]float32{m.Row(20), m.Row(899), random(1, 10, 8).Data, make([]float32, 10)} {
		for _, k := range []int{1, 16, few, few + 1, 900, 9999} {
			index, score, err := Query(t.Context(), m, q, k)
			if err != nil {
				t.Fatal(err)
			}
			one := random(1, 10, 1)
			copy(one.Data, q)
			want, wantScore, err := plain{}.TopK(t.Context(), one, m, k)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(index, want) || !slices.Equal(score, wantScore) {
				t.Fatalf("%d nearest: %v, want %v", k, index[:min(k, 9)], want[:min(k, 9)])
			}
		}
	}
	q := m.Row(3)
	if _, _, err := Query(t.Context(), m, q[:9], 3); err == nil {
		t.Error("a vector of another length: no error")
	}
	bad := slices.Clone(q)
	bad[4] = float32(math.NaN())
	if _, _, err := Query(t.Context(), m, bad, 3); err == nil {
		t.Error("NaN: no error")
	}
}
