package cluster

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// some takes the vectors that are named, and says which row each was before.
func some(v [][]float64, rows []int, before []int) (out [][]float64, from []int32) {
	for _, r := range rows {
		out = append(out, v[r])
		from = append(from, int32(slices.Index(before, r)))
	}
	return out, from
}

// moved is the part of the images of both that do not stand in the group that
// holds most of their former one, each group being matched once.
func moved(a, b []int32) float64 {
	type pair [2]int32
	overlap := map[pair]int{}
	for i := range a {
		overlap[pair{a[i], b[i]}]++
	}
	var all []pair
	for p := range overlap {
		all = append(all, p)
	}
	slices.SortFunc(all, func(x, y pair) int { return overlap[y] - overlap[x] })
	left, right := map[int32]bool{}, map[int32]bool{}
	kept := 0
	for _, p := range all {
		if !left[p[0]] && !right[p[1]] {
			left[p[0]], right[p[1]] = true, true
			kept += overlap[p]
		}
	}
	return 1 - float64(kept)/float64(len(a))
}

func TestClustersAreFoundAgainWhenImagesComeAndGo(t *testing.T) {
	const n = 600
	v := blobs(n, 14, 24, 1.3, 9) // groups that run into each other
	r := rand.New(rand.NewPCG(3, 3))
	all := r.Perm(n)
	slices.Sort(all[:n-n/100])
	for name, c := range map[string]struct{ before, after []int }{
		"1 % more": {all[:n-n/100], all},
		"1 % less": {all, all[:n-n/100]},
		"the same": {all, all},
	} {
		old, _ := some(v, c.before, nil)
		now, from := some(v, c.after, c.before)
		before := build(t, old)
		stored, err := DecodeFormer(before.Encode())
		if err != nil {
			t.Fatal(err)
		}
		after, ok, err := stored.Grow(t.Context(), graphOf(now, 20), from)
		if err != nil || !ok {
			t.Fatalf("%s: %v, %v", name, ok, err)
		}
		for _, level := range []float64{before.Suggest(), before.Level(10), 0.4} {
			count := before.Count(level)
			a, b := cut(t, before, count), cut(t, after, count)
			var x, y []int32
			for i, f := range from {
				if f >= 0 {
					x, y = append(x, a[f]), append(y, b[i])
				}
			}
			if m := moved(x, y); m > 0.02 {
				t.Errorf("%s: at level %.2f (%d groups) %.3f moved", name, level, count, m)
			}
		}
		if name == "the same" && !slices.Equal(cut(t, after, 10), cut(t, before, 10)) {
			t.Error("the same images, other clusters")
		}
	}
}

func TestGrowKnowsWhenToBuildAnew(t *testing.T) {
	v := blobs(100, 4, 8, 0.5, 2)
	tree := build(t, v[:60])
	from := make([]int32, 100)
	for i := range from {
		from[i] = -1
		if i < 60 {
			from[i] = int32(i)
		}
	}
	if _, ok, err := tree.Grow(t.Context(), graphOf(v, 20), from); ok || err != nil {
		t.Errorf("two thirds more: %v, %v", ok, err)
	}
	// Bit by bit it comes to the same.
	steps := 0
	for n := 62; n <= 100; n += 2 {
		next, ok, err := tree.Grow(t.Context(), graphOf(v[:n], 20), append(slices.Clone(from[:n-2]), -1, -1))
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			break
		}
		tree = next
		from = from[:0]
		for i := range 100 {
			from = append(from, int32(i))
		}
		steps++
	}
	if steps != 6 {
		t.Errorf("grew %d times", steps)
	}
	for _, few := range []int{0, 1} {
		if _, ok, err := build(t, v[:few]).Grow(t.Context(), graphOf(v[:3], 20), []int32{-1, -1, -1}); ok || err != nil {
			t.Errorf("from %d images: %v, %v", few, ok, err)
		}
	}
	if _, _, err := tree.Grow(t.Context(), graphOf(v[:3], 20), []int32{0, 0, 1}); err == nil {
		t.Error("one image twice: no error")
	}
}

// New images that know only each other find their place, too.
func TestGrowWithImagesThatNothingLinks(t *testing.T) {
	v := blobs(120, 3, 8, 0.4, 2)
	far := make([][]float64, 0, 20)
	for range 20 {
		far = append(far, []float64{-1, 0, 0, 0, 0, 0, 0, 0})
	}
	from := make([]int32, 140)
	for i := range from {
		from[i] = int32(i)
		if i >= 120 {
			from[i] = -1
		}
	}
	tree, ok, err := build(t, v).Grow(t.Context(), graphOf(append(v, far...), 10), from)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	for _, k := range []int{1, 3, 50, 140} {
		if got := slices.Max(cut(t, tree, k)) + 1; int(got) != k {
			t.Errorf("cut in %d gave %d", k, got)
		}
	}
}
