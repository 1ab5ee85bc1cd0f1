package cluster

import (
	"math"
	"sort"
)

// inOrder sorts merges by height, the order in which a dendrogram is cut, and
// joins the pieces that nothing links, smallest first, so that a large piece
// is the last to lose its name. Node numbers are changed to fit the new order.
func inOrder(made []merge, leaves int, pieces []int32, weight []float64) []merge {
	sort.SliceStable(pieces, func(i, j int) bool {
		if weight[pieces[i]] != weight[pieces[j]] {
			return weight[pieces[i]] < weight[pieces[j]]
		}
		return pieces[i] < pieces[j]
	})
	order := make([]int, len(made))
	for i := range order {
		order[i] = i
	}
	// A merge is never lower than those below it (the distance is reducible),
	// but for rounding: the height of the parts is the least it can have.
	height := func(node int32) float64 {
		if int(node) < leaves {
			return 0
		}
		return made[int(node)-leaves].height
	}
	for i := range made {
		made[i].height = math.Max(made[i].height, math.Max(height(made[i].a), height(made[i].b)))
	}
	sort.SliceStable(order, func(i, j int) bool { return made[order[i]].height < made[order[j]].height })
	name := make([]int32, leaves+len(made))
	for i := range leaves {
		name[i] = int32(i)
	}
	out := make([]merge, 0, len(made)+len(pieces))
	for to, from := range order {
		name[leaves+from] = int32(leaves + to)
		m := made[from]
		out = append(out, merge{name[m.a], name[m.b], m.height})
	}
	if len(pieces) == 0 {
		return out
	}
	top := name[pieces[0]]
	for _, p := range pieces[1:] {
		out = append(out, merge{top, name[p], math.Inf(1)})
		top = int32(leaves + len(out) - 1)
	}
	return out
}
