package audit

import (
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/embed"
	"kindred/embed/cluster"
	"kindred/embed/neighbor"
)

func still(int, int) {}

// spread draws unit vectors around a few centres.
func spread(n, dim int) embed.Matrix {
	r := rand.New(rand.NewPCG(4, 4))
	m := embed.NewMatrix(n, dim)
	for i := range n {
		for j := range m.Row(i) {
			m.Row(i)[j] = float32(r.NormFloat64()) / float32(1+j/8)
		}
		m.Row(i)[i%5] += 2
	}
	return neighbor.Normalize(m)
}

// In the index space, too, bringing the graph up to date and storing it in
// between changes nothing but what images changed.
func TestNeighbourhoodInTheIndexSpace(t *testing.T) {
	const n = indexFrom + 60
	m := spread(n, neighbor.IndexDims+4)
	before, err := BuildNeighbours(t.Context(), embed.GoKernel{}, m.Slice(0, n-20), still)
	if err != nil {
		t.Fatal(err)
	}
	data := before.Encode()
	stored, err := DecodeNeighbours(data, n-20)
	if err != nil {
		t.Fatal(err)
	}
	from := make([]int32, n)
	for i := range from {
		from[i] = int32(i)
		if i >= n-20 {
			from[i] = -1
		}
	}
	after, err := stored.Update(t.Context(), embed.GoKernel{}, m, from, still)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(after.axes.Data, before.axes.Data) || after.Graph.Len() != n {
		t.Fatalf("graph of %d", after.Graph.Len())
	}
	recall, err := neighbor.Recall(t.Context(), embed.GoKernel{}, after.Graph, m, Near, 200, 1)
	if err != nil || recall < 0.99 {
		t.Errorf("recall %v, %v", recall, err)
	}
	// Nothing but the head and single bytes of the lengths is tried: the graphs
	// have tests of their own.
	for _, cut := range []int{0, 4, 19, 20, 100, len(data) - 1} {
		if _, err := DecodeNeighbours(data[:cut], n-20); err == nil {
			t.Errorf("%d of %d bytes pass", cut, len(data))
		}
	}
	for at := range 20 {
		bad := slices.Clone(data)
		bad[at] ^= 1
		if _, err := DecodeNeighbours(bad, n-20); err == nil && at/4 != 3 {
			t.Errorf("a wrong byte at %d passes", at)
		}
	}
	if _, err := DecodeNeighbours(data, n); err == nil {
		t.Error("a graph of fewer images passes")
	}
}

func TestNeighbourhoodOfFewAndEqualImages(t *testing.T) {
	for n := range 4 {
		m := embed.NewMatrix(n, 8)
		for i := range m.Data {
			m.Data[i] = 0.5
		}
		a, err := BuildNeighbours(t.Context(), embed.GoKernel{}, m, still)
		if err != nil {
			t.Fatal(err)
		}
		b, err := DecodeNeighbours(a.Encode(), n)
		if err != nil {
			t.Fatalf("%d images: %v", n, err)
		}
		// One image more, and all of them gone.
		more := embed.NewMatrix(n+1, 8)
		from := make([]int32, n+1)
		for i := range from {
			from[i] = int32(i)
		}
		from[n] = -1
		c, err := b.Update(t.Context(), embed.GoKernel{}, more, from, still)
		if err != nil || c.Graph.Len() != n+1 && n > 0 {
			t.Errorf("%d images and one: graph of %d, %v", n, c.Graph.Len(), err)
		}
		if c, err = b.Update(t.Context(), embed.GoKernel{}, embed.NewMatrix(0, 8), nil, still); err != nil || c.Graph.Len() != 0 {
			t.Errorf("none left of %d: graph of %d, %v", n, c.Graph.Len(), err)
		}
	}
}

func TestAxesAreOutgrown(t *testing.T) {
	for _, c := range []struct {
		learned, images int
		want            bool
	}{{1000, 1000, false}, {1000, 1500, false}, {1000, 1501, true}, {1000, 667, false}, {1000, 666, true}, {0, 1, true}} {
		if got := HasOutgrown(c.learned, c.images); got != c.want {
			t.Errorf("%d to %d: %v", c.learned, c.images, got)
		}
	}
}

func TestEqualNamesSayWhatDiffers(t *testing.T) {
	words := [][]string{0: {"truck", "van"}, 1: {"truck", "van"}, 2: {"truck", "lorry"}, 3: {"truck", "lorry"}, 4: {"truck"}, 5: {"bird"}}
	names := []string{"truck", "truck", "truck", "bird"}
	distinguish(names, []int32{0, 0, 1, 1, 2, 3}, func(i int) (out []cluster.Term) {
		for _, w := range words[i] {
			out = append(out, cluster.Term{Word: w, Weight: 1})
		}
		return out
	})
	if !slices.Equal(names, []string{"truck: van", "truck: lorry", "truck", "bird"}) {
		t.Errorf("names %q", names)
	}
}
