package cluster

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"

	"kindred/embed/neighbor"
)

// graphOf builds the exact graph of some unit vectors by brute force.
func graphOf(v [][]float64, k int) neighbor.Graph {
	k = min(k, len(v)-1)
	if k <= 0 {
		return neighbor.Graph{}
	}
	g := neighbor.Graph{K: k}
	for i := range v {
		type hit struct {
			j int
			s float64
		}
		var hits []hit
		for j := range v {
			if j != i {
				var s float64
				for c := range v[i] {
					s += v[i][c] * v[j][c]
				}
				hits = append(hits, hit{j, s})
			}
		}
		sort.SliceStable(hits, func(a, b int) bool { return hits[a].s > hits[b].s })
		for _, h := range hits[:k] {
			g.Index = append(g.Index, int32(h.j))
			g.Score = append(g.Score, float32(h.s))
		}
	}
	return g
}

// blobs makes unit vectors around some centres, image i around centre i%groups.
func blobs(n, groups, dims int, noise float64, seed uint64) [][]float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	centre := make([][]float64, groups)
	for i := range centre {
		centre[i] = unit(r, dims, nil, 1)
	}
	out := make([][]float64, n)
	for i := range out {
		out[i] = unit(r, dims, centre[i%groups], noise)
	}
	return out
}

func unit(r *rand.Rand, dims int, around []float64, noise float64) []float64 {
	v := make([]float64, dims)
	var sum float64
	for i := range v {
		v[i] = r.NormFloat64() * noise / math.Sqrt(float64(dims))
		if around != nil {
			v[i] += around[i]
		}
		sum += v[i] * v[i]
	}
	for i := range v {
		v[i] /= math.Sqrt(sum)
	}
	return v
}

func build(t *testing.T, v [][]float64) *Tree {
	t.Helper()
	tree, err := Build(context.Background(), graphOf(v, 20), len(v))
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func cut(t *testing.T, tree *Tree, k int) []int32 {
	t.Helper()
	group, err := tree.Cut(context.Background(), k)
	if err != nil {
		t.Fatal(err)
	}
	return group
}

func TestSeparateGroupsAreFound(t *testing.T) {
	tree := build(t, blobs(400, 5, 32, 0.5, 3))
	group, err := tree.At(context.Background(), tree.Suggest())
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range [][]int32{group, cut(t, tree, 5)} {
		for i := range got {
			for j := range i {
				if (got[i] == got[j]) != (i%5 == j%5) {
					t.Fatalf("images %d and %d: groups %d and %d", i, j, got[i], got[j])
				}
			}
		}
	}
}

func TestCutGivesExactlySoManyGroupsLargestFirst(t *testing.T) {
	for _, n := range []int{1, 2, 3, 17, 200} {
		tree := build(t, blobs(n, 7, 8, 1.5, 5))
		for _, k := range []int{1, 2, 3, 10, 11, 50, 199, 200, 1000} {
			group := cut(t, tree, k)
			size := map[int32]int{}
			for _, g := range group {
				size[g]++
			}
			if len(size) != min(k, n) {
				t.Fatalf("n=%d: cut in %d gave %d groups", n, k, len(size))
			}
			for g := int32(1); int(g) < len(size); g++ {
				if size[g] > size[g-1] {
					t.Fatalf("n=%d k=%d: group %d has %d images, the one before %d", n, k, g, size[g], size[g-1])
				}
			}
		}
	}
}

func TestFewAndEqualImages(t *testing.T) {
	empty := build(t, nil)
	if got := cut(t, empty, 5); len(got) != 0 {
		t.Fatalf("no images: %v", got)
	}
	one := build(t, blobs(1, 1, 4, 0, 1))
	if got := cut(t, one, 5); !slices.Equal(got, []int32{0}) {
		t.Fatalf("one image: %v", got)
	}
	same := make([][]float64, 60)
	for i := range same {
		same[i] = []float64{1, 0}
	}
	tree := build(t, same)
	for _, level := range []float64{-1, 0, tree.Suggest(), 1, math.NaN()} {
		if _, err := tree.At(context.Background(), level); err != nil {
			t.Fatal(err)
		}
	}
	if got := cut(t, tree, 10); slices.Max(got) != 9 {
		t.Fatalf("equal images in 10 groups: %v", got)
	}
}

func TestOrderOfImagesDoesNotMatterMuch(t *testing.T) {
	v := blobs(300, 6, 16, 0.8, 9)
	group := cut(t, build(t, v), 6)
	order := rand.New(rand.NewPCG(4, 4)).Perm(len(v))
	shuffled := make([][]float64, len(v))
	for to, from := range order {
		shuffled[to] = v[from]
	}
	again := cut(t, build(t, shuffled), 6)
	same, all := 0, 0
	for a := range order {
		for b := range a {
			if (again[a] == again[b]) == (group[order[a]] == group[order[b]]) {
				same++
			}
			all++
		}
	}
	if part := float64(same) / float64(all); part < 0.99 {
		t.Fatalf("%.3f of the pairs agree", part)
	}
}

func TestModularityByHand(t *testing.T) {
	// Two triangles joined by one link, all weights 1: degrees 2 2 3 3 2 2,
	// sum 14. Cut at the link: 2*(6/14 - (7/14)^2) = 5/14.
	l := byHand(6, [][2]int{{0, 1}, {0, 2}, {1, 2}, {2, 3}, {3, 4}, {3, 5}, {4, 5}})
	group := []int32{0, 0, 0, 1, 1, 1}
	if q := l.modularity(group, 2, 1); math.Abs(q-5.0/14) > 1e-12 {
		t.Fatalf("modularity %v", q)
	}
	if q := l.contract(group, 2).modularity([]int32{0, 1}, 2, 1); math.Abs(q-5.0/14) > 1e-12 {
		t.Fatalf("contracted: modularity %v", q)
	}
	// The last merge of Paris joins the triangles: 7*7/1/14 = 3.5.
	m, err := paris(context.Background(), l)
	if err != nil || len(m) != 5 || math.Abs(m[4].height-3.5) > 1e-9 {
		t.Fatalf("merges %v, %v", m, err)
	}
	moved := []int32{0, 0, 1, 1, 1, 1}
	if _, err := settle(context.Background(), l, moved, 2, 1, 9, true); err != nil || !slices.Equal(moved, group) {
		t.Fatalf("settled %v, %v", moved, err)
	}
}

func byHand(n int, edges [][2]int) *links {
	l := &links{start: make([]int32, n+1), self: make([]float64, n), degree: make([]float64, n)}
	for i := range n {
		for j := range n {
			for _, e := range edges {
				if e == [2]int{i, j} || e == [2]int{j, i} {
					l.to, l.weight = append(l.to, int32(j)), append(l.weight, 1)
					l.degree[i]++
					l.total++
				}
			}
		}
		l.start[i+1] = int32(len(l.to))
	}
	return l
}

func TestPiecesThatNothingLinksAreJoined(t *testing.T) {
	l := byHand(5, [][2]int{{0, 1}, {2, 3}})
	m, err := paris(context.Background(), l)
	if err != nil || len(m) != 4 || !math.IsInf(m[3].height, 1) || !math.IsInf(m[2].height, 1) {
		t.Fatalf("merges %v, %v", m, err)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Build(ctx, graphOf(blobs(50, 3, 8, 1, 1), 10), 50); err == nil {
		t.Fatal("a cancelled run gave a tree")
	}
}

func TestBrokenGraphIsRefused(t *testing.T) {
	for name, g := range map[string]neighbor.Graph{
		"short": {K: 1, Index: []int32{1}, Score: []float32{1}},
		"range": {K: 1, Index: []int32{1, 7}, Score: []float32{1, 1}},
		"nan":   {K: 1, Index: []int32{1, 0}, Score: []float32{1, float32(math.NaN())}},
	} {
		if _, err := Build(context.Background(), g, 2); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestNames(t *testing.T) {
	group := []int32{0, 0, 0, 1, 1, 1, -1}
	words := [][]Term{
		{{"tabby", .9}, {"photo", 1}},
		{{"tabby", .2}, {"lynx", .7}, {"photo", 1}},
		{{"lynx", .8}, {"photo", 1}},
		{{"truck", .9}, {"photo", 1}},
		{{"truck", .9}, {"photo", 1}},
		{{"truck", .9}, {"photo", 1}},
		{{"x", 1}},
	}
	got := Names(group, 3, func(i int) []Term { return words[i] })
	if want := []string{"lynx, tabby", "truck", ""}; !slices.Equal(got, want) {
		t.Fatalf("names %q, want %q", got, want)
	}
}

func TestEncodedTreeComesBack(t *testing.T) {
	v := blobs(120, 4, 8, 1, 2)
	tree, g := build(t, v), graphOf(v, 20)
	data := tree.Encode()
	again, err := Decode(data, g)
	if err != nil {
		t.Fatal(err)
	}
	if again.Suggest() != tree.Suggest() {
		t.Fatal("another level is suggested")
	}
	for _, k := range []int{1, 4, 30} {
		if !slices.Equal(cut(t, tree, k), cut(t, again, k)) {
			t.Fatalf("another cut in %d", k)
		}
	}
	if _, err := Decode(data[:len(data)-1], g); err == nil {
		t.Fatal("a cut file was read")
	}
}

func FuzzDecode(f *testing.F) {
	v := blobs(12, 2, 4, 1, 2)
	g := graphOf(v, 5)
	tree, err := Build(f.Context(), g, len(v))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(tree.Encode())
	f.Add([]byte("KTR\x01\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if tree, err := Decode(b, g); err == nil {
			if _, err := tree.Cut(t.Context(), 3); err != nil {
				t.Fatal(err)
			}
		}
	})
}
