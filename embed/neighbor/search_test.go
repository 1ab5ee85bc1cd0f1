package neighbor

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestSearcherFindsWhatQueryFinds(t *testing.T) {
	m := around(2300, 40, 30, 0.7, 3)
	copy(m.Row(700), m.Row(20))
	kernel := newByteGo()
	s, err := NewSearcher(t.Context(), kernel, m)
	if err != nil {
		t.Fatal(err)
	}
	far := random(1, 40, 8).Data
	for _, q := range [][]float32{m.Row(20), m.Row(2299), far, make([]float32, 40)} {
		for _, k := range []int{1, 16, 100, 500, 2300, 9999} {
			index, score, err := s.Query(t.Context(), q, k)
			if err != nil {
				t.Fatal(err)
			}
			want, wantScore, err := Query(t.Context(), plain{}, m, q, k)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(index, want) || !slices.Equal(score, wantScore) {
				t.Fatalf("%d nearest: %v %v, want %v %v", k, index[:min(k, 5)], score[:min(k, 5)], want[:min(k, 5)], wantScore[:min(k, 5)])
			}
		}
	}
	if kernel.tiles.Load() == 0 {
		t.Error("8 bits were not used")
	}
}

func TestSearcherOfFewRows(t *testing.T) {
	for n := range 3 {
		s, err := NewSearcher(t.Context(), newByteGo(), random(n, 8, 1))
		if err != nil {
			t.Fatal(err)
		}
		index, _, err := s.Query(t.Context(), make([]float32, 8), 5)
		if err != nil || len(index) != n {
			t.Errorf("of %d rows: %v, %v", n, index, err)
		}
	}
	bad := random(3, 8, 1)
	bad.Data[9] = float32(math.NaN())
	if _, err := NewSearcher(t.Context(), newByteGo(), bad); err == nil || !strings.Contains(err.Error(), "vector 1") {
		t.Errorf("NaN: %v", err)
	}
	s, err := NewSearcher(t.Context(), newByteGo(), random(3, 8, 1))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Query(t.Context(), bad.Row(1), 1); err == nil {
		t.Error("NaN in a query: no error")
	}
	if _, _, err := s.Query(t.Context(), make([]float32, 7), 1); err == nil {
		t.Error("a query of another length: no error")
	}
}
