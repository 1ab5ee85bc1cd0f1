package cluster

import (
	"context"
	"fmt"
	"sort"

	"kindred/embed/neighbor"
)

// outgrown is the part of its images by which a hierarchy may change before it
// is built anew.
const outgrown = 0.2

// Grow brings a hierarchy up to date: g is the graph of now, and from[i] the
// image of the hierarchy that image i was, or -1 for a new one. Building anew
// would be as right, but two hierarchies of nearly the same images part large
// groups at other places, and people would not find their clusters again. So
// the old one stays: an image that went away leaves its place to its
// neighbour, a new one is joined first of all to the image it is linked to most,
// and the number of groups that was suggested stays. Grow reports false when
// so much changed, at once or bit by bit, that it is time to build anew.
func (t *Tree) Grow(ctx context.Context, g neighbor.Graph, from []int32) (*Tree, bool, error) {
	n := len(from)
	if g.Len() != n && !(g.K == 0 && n <= 1) {
		return nil, false, fmt.Errorf("clusters: graph of %d images, %d given", g.Len(), n)
	}
	to := make([]int32, t.n)
	for i := range to {
		to[i] = -1
	}
	stay := 0
	for i, old := range from {
		if old < -1 || int(old) >= t.n || old >= 0 && to[old] >= 0 {
			return nil, false, fmt.Errorf("clusters: image %d was image %d of %d", i, old, t.n)
		}
		if old >= 0 {
			to[old] = int32(i)
			stay++
		}
	}
	changed := t.changed + n - stay + t.n - stay
	if stay < 2 || float64(changed) > outgrown*float64(t.built) {
		return nil, false, ctx.Err()
	}
	out := &Tree{n: n, links: weigh(g, n), alone: strays(g, n), fine: min(t.fine, stay), best: min(t.best, stay), built: t.built, changed: changed}
	// top[x] is the node of the new hierarchy that stands for node x of the
	// old one, or -1 when all below it went away.
	top := make([]int32, t.n, 2*t.n)
	copy(top, to)
	// Each new image joins at its anchor, which is known by a leaf: whoever
	// is there already is its node.
	at := make([]int32, n)
	for i := range at {
		at[i] = int32(i)
	}
	for _, a := range out.anchors(from) {
		leaf := a.to
		out.merge = append(out.merge, merge{at[leaf], a.of, 0})
		at[leaf] = int32(n + len(out.merge) - 1)
		if from[leaf] >= 0 {
			top[from[leaf]] = at[leaf]
		}
	}
	for _, m := range t.merge {
		a, b := top[m.a], top[m.b]
		switch {
		case a < 0:
			top = append(top, b)
		case b < 0:
			top = append(top, a)
		default:
			out.merge = append(out.merge, merge{min(a, b), max(a, b), m.height})
			top = append(top, int32(n+len(out.merge)-1))
		}
	}
	if len(out.merge) != n-1 {
		return nil, false, fmt.Errorf("clusters: %d images joined in %d steps", n, len(out.merge))
	}
	return out, true, ctx.Err()
}

// anchor says which image of the former ones a new one joins.
type anchor struct{ of, to int32 }

// anchors finds for each new image the one of before that it is linked to most,
// if need be over other new ones: links are followed in falling order of weight,
// as in a maximum spanning forest grown from the images of before (Prim 1957).
// Those that nothing links join the first.
func (t *Tree) anchors(from []int32) []anchor {
	leaf := make([]int32, t.n) // the image of before that stands for it
	var first int32 = -1
	for i, old := range from {
		leaf[i] = -1
		if old >= 0 {
			leaf[i] = int32(i)
			if first < 0 {
				first = int32(i)
			}
		}
	}
	var fresh []int32
	for i, old := range from {
		if old < 0 {
			fresh = append(fresh, int32(i))
		}
	}
	var out []anchor
	for len(fresh) > 0 {
		type step struct {
			anchor
			weight float32
		}
		var found []step
		for _, i := range fresh {
			best := step{anchor{i, -1}, 0}
			to, weight := t.links.row(int(i))
			for j, o := range to {
				if leaf[o] >= 0 && weight[j] > best.weight {
					best = step{anchor{i, leaf[o]}, weight[j]}
				}
			}
			if best.to >= 0 {
				found = append(found, best)
			}
		}
		if len(found) == 0 {
			for _, i := range fresh {
				out = append(out, anchor{i, first})
			}
			return out
		}
		sort.SliceStable(found, func(a, b int) bool { return found[a].weight > found[b].weight })
		for _, s := range found {
			leaf[s.of] = s.to
			out = append(out, s.anchor)
		}
		left := fresh[:0]
		for _, i := range fresh {
			if leaf[i] < 0 {
				left = append(left, i)
			}
		}
		fresh = left
	}
	return out
}
