package audit

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"kindred/embed"
	"kindred/embed/align"
	"kindred/embed/neighbor"
	"kindred/project"
)

// Link is a verified pair of contents, A < B.
type Link struct {
	A, B   int32
	Score  float32 // calibrated probability that both are one picture
	Part   Part
	Kind   string
	Reason string
}

// Part says which picture of a pair is a part of the other.
type Part uint8

const (
	Whole Part = iota // neither
	APart             // A is cut out of B
	BPart             // B is cut out of A
)

const (
	// DefaultScore is the probability from which a pair is flagged.
	DefaultScore = 0.7
	// fromGraph and fromLooks are how many candidates an image may propose, by
	// the graph and by each of its looks: 14 together.
	fromGraph, fromLooks = 5, 1
	// looksUpTo is the number of images up to which looks are compared with
	// all others: the work grows with its square.
	looksUpTo = 40000
	// spoken is the probability below which nothing is said of a pair's edit.
	spoken = 0.05
	// closure bounds the pairs of one image's duplicates that are verified
	// though neither proposed the other.
	closure = 120
)

// VerifyOptions save work. The zero value saves none.
type VerifyOptions struct {
	// Progress is told how many images of the two rounds are done, from several
	// goroutines.
	Progress func(done, total int)
	// Known returns what an earlier run found of two contents: then they are not
	// compared again. It is called from several goroutines.
	Known func(a, b int) (Link, bool)
	// Looks holds what an earlier run left there for each content, LookBytes
	// long, or nil: those are made and left there. With it, pictures are prepared
	// only where a pair is not known.
	Looks [][]int8
}

// LookBytes is the length of an entry of VerifyOptions.Looks.
const LookBytes = align.Looks * align.LookLen

// Verify finds the pairs of contents that may be one picture: candidates from
// the graph, and those that look alike (see align.Looks), each compared on the
// pixels of the thumbnails. Duplicates of one picture are compared with each
// other too, so that groups know whether all belong together. The links come
// out by A, then B.
func Verify(ctx context.Context, kernel embed.Kernel, src Source, contents []Content, unit embed.Matrix, graph neighbor.Graph, o VerifyOptions) ([]Link, error) {
	n := len(contents)
	if n < 2 {
		return nil, ctx.Err()
	}
	if graph.Len() != n || unit.Rows != n {
		return nil, fmt.Errorf("verify duplicates: graph of %d images, %d contents, %d vectors", graph.Len(), n, unit.Rows)
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	if o.Known == nil {
		o.Known = func(int, int) (Link, bool) { return Link{}, false }
	}
	v := &verifier{src: src, contents: contents, unit: unit, shelf: newShelf(shelfFor(n)), links: make([][]Link, n), known: o.Known}
	var done atomic.Int64
	looks, err := v.look(ctx, o.Looks, func() { o.Progress(int(done.Add(1)), 2*n) })
	if err != nil {
		return nil, err
	}
	candidates, err := propose(ctx, kernel, graph, looks)
	if err != nil {
		return nil, err
	}
	if err := v.compare(ctx, candidates, func() { o.Progress(int(done.Add(1)), 2*n) }); err != nil {
		return nil, err
	}
	if err := v.compare(ctx, v.open(n), func() {}); err != nil {
		return nil, err
	}
	v.shelf = nil // its memory is better used for the result
	total := 0
	for _, of := range v.links {
		total += len(of)
	}
	out := make([]Link, 0, total)
	for _, of := range v.links {
		slices.SortFunc(of, byEnds) // some were added later
		out = append(out, of...)
	}
	return out, nil
}

// look makes the looks of all that have none yet. It returns none when there
// are too many images to compare them.
func (v *verifier) look(ctx context.Context, looks [][]int8, tick func()) ([][]int8, error) {
	n := len(v.contents)
	if n > looksUpTo {
		for range n {
			tick()
		}
		return nil, ctx.Err()
	}
	if len(looks) != n {
		looks = make([][]int8, n)
	}
	return looks, parallel(ctx, n, func(_ *align.Comparer, i int) error {
		defer tick()
		if len(looks[i]) == LookBytes {
			return nil
		}
		p, err := v.picture(ctx, i)
		if err != nil {
			return err
		}
		looks[i] = make([]int8, LookBytes)
		if p != nil {
			p.Look(looks[i])
		}
		return nil
	})
}

func byEnds(a, b Link) int {
	if a.A != b.A {
		return int(a.A) - int(b.A)
	}
	return int(a.B) - int(b.B)
}

// propose lists for each image the later ones to compare it with.
func propose(ctx context.Context, kernel embed.Kernel, graph neighbor.Graph, looks [][]int8) ([][]int32, error) {
	n := graph.Len()
	out := make([][]int32, n)
	add := func(i, j int32) { out[min(i, j)] = append(out[min(i, j)], max(i, j)) }
	for i := range n {
		index, _ := graph.Row(i)
		for _, to := range index[:min(fromGraph, len(index))] {
			add(int32(i), to)
		}
	}
	unit := embed.NewMatrix(len(looks), align.LookLen)
	for l := 0; l < align.Looks && len(looks) > 0; l++ {
		for i, look := range looks {
			row := unit.Row(i)
			var sum float64
			for j, v := range look[l*align.LookLen:][:align.LookLen] {
				row[j] = float32(v)
				sum += float64(v) * float64(v)
			}
			for j := range row {
				row[j] /= float32(math.Sqrt(max(1, sum)))
			}
		}
		g, err := neighbor.Build(ctx, kernel, unit, fromLooks)
		if err != nil {
			return nil, err
		}
		for i := range n {
			index, score := g.Row(i)
			for j, to := range index {
				if score[j] > alike(l) {
					add(int32(i), to)
				}
			}
		}
	}
	for i := range out {
		slices.Sort(out[i])
		out[i] = slices.Compact(out[i])
	}
	return out, nil
}

// alike is the dot product from which a look makes a candidate. A narrow strip
// says less than a quarter of the picture.
func alike(look int) float32 {
	if align.Strip(look) {
		return 0.96
	}
	return 0.91
}

// verifier compares pairs and keeps what it found.
type verifier struct {
	src      Source
	contents []Content
	unit     embed.Matrix
	shelf    *shelf
	known    func(a, b int) (Link, bool)
	links    [][]Link // of each image with later ones, by B; an image's are written by one goroutine
}

// picture returns a prepared picture, or nil when it has no thumbnail: a file
// that cannot be read any more takes part in no pair.
func (v *verifier) picture(ctx context.Context, i int) (*align.Picture, error) {
	return v.shelf.get(i, func() (*align.Picture, error) {
		thumb, err := v.src.Thumbnail(ctx, i)
		if err != nil {
			return nil, ctx.Err()
		}
		return align.Prepare(thumb, v.contents[i].Width, v.contents[i].Height), nil
	})
}

func (v *verifier) cosine(a, b int) float64 {
	var s float64
	rowB := v.unit.Row(b)
	for j, x := range v.unit.Row(a) {
		s += float64(x) * float64(rowB[j])
	}
	return s
}

func (v *verifier) compare(ctx context.Context, candidates [][]int32, tick func()) error {
	order := nearby(candidates)
	return parallel(ctx, len(candidates), func(c *align.Comparer, at int) error {
		defer tick()
		i := int(order[at])
		if len(candidates[i]) == 0 {
			return nil
		}
		found := slices.Grow(v.links[i], len(candidates[i]))
		defer func() { v.links[i] = found }()
		for _, to := range candidates[i] {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			l, known := v.known(i, int(to))
			if !known {
				a, err := v.picture(ctx, i)
				if err != nil || a == nil {
					return err
				}
				b, err := v.picture(ctx, int(to))
				if err != nil {
					return err
				}
				if b == nil {
					continue
				}
				l = judge(c, a, b, v.cosine(i, int(to)))
			}
			l.A, l.B = int32(i), to
			found = append(found, l)
		}
		return nil
	})
}

// nearby puts all images into an order in which those to be compared with each
// other mostly stand close together, so that their pictures are still on the
// shelf: depth first along the candidates.
func nearby(candidates [][]int32) []int32 {
	n := len(candidates)
	before := make([][]int32, n) // the earlier ones that want each
	for i, of := range candidates {
		for _, to := range of {
			before[to] = append(before[to], int32(i))
		}
	}
	order := make([]int32, 0, n)
	seen := make([]bool, n)
	var stack []int32
	for i := range n {
		stack = append(stack, int32(i))
		for len(stack) > 0 {
			at := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if seen[at] {
				continue
			}
			seen[at] = true
			order = append(order, at)
			for _, of := range [][]int32{before[at], candidates[at]} {
				for _, to := range of {
					if !seen[to] {
						stack = append(stack, to)
					}
				}
			}
		}
	}
	return order
}

// open lists the pairs of duplicates of one image that were not compared.
func (v *verifier) open(n int) [][]int32 {
	near := make([][]int32, n)
	for _, of := range v.links {
		for _, l := range of {
			if l.Score >= DefaultScore {
				near[l.A] = append(near[l.A], l.B)
				near[l.B] = append(near[l.B], l.A)
			}
		}
	}
	seen := map[[2]int32]bool{}
	out := make([][]int32, n)
	for _, of := range near {
		slices.Sort(of)
		left := closure
		for x, a := range of {
			for _, b := range of[x+1:] {
				ends := [2]int32{a, b}
				_, known := slices.BinarySearchFunc(v.links[a], b, func(l Link, b int32) int { return cmp.Compare(l.B, b) })
				if known || seen[ends] || left == 0 {
					continue
				}
				left--
				seen[ends] = true
				out[a] = append(out[a], b)
			}
		}
	}
	return out
}

// judge compares two pictures and says what they are to each other.
func judge(c *align.Comparer, a, b *align.Picture, cosine float64) Link {
	if align.Same(a, b) {
		return Link{Score: 0.9999, Kind: project.Metadata, Reason: "same pixels, other bytes"}
	}
	m := c.Compare(a, b, cosine)
	l := Link{Score: float32(math.Min(0.9998, align.Probability(m.Features, cosine))), Kind: project.Similar}
	if l.Score < spoken {
		return l
	}
	l.Kind, l.Reason = project.Recompressed, m.Words(a, b)
	if kinds := m.Kinds(a, b); len(kinds) > 0 {
		l.Kind = kindOf[kinds[0]]
	}
	if l.Reason == "" {
		l.Reason = "saved again"
	}
	switch inA, inB := m.InA.Area(), m.InB.Area(); {
	case inB < partOf && inA > inB:
		l.Part = APart
	case inA < partOf && inB > inA:
		l.Part = BPart
	}
	return l
}

// partOf is the part of a picture below which what shows it is cut out of it.
const partOf = 0.95

var kindOf = map[align.Kind]string{
	align.Turned: project.Rotated, align.Flipped: project.Flipped, align.Cut: project.Cropped,
	align.Painted: project.Overlaid, align.Coloured: project.Recoloured, align.Scaled: project.Resized,
}

// parallel calls f for 0 to n-1 from one goroutine a core, each with a Comparer
// of its own, and waits for all. The first error ends the run.
func parallel(ctx context.Context, n int, f func(c *align.Comparer, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wait.Go(func() {
			c := align.NewComparer()
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := f(c, i); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	wait.Wait()
	return context.Cause(ctx)
}
