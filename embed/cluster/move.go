package cluster

import "context"

// hold is the part of all its links that an image must gain to leave the group
// that the dendrogram put it in.
const hold = 0.05

// settle moves nodes, one at a time, into the neighbouring group where the
// modularity at the given resolution gains most, until nothing gains or the
// rounds are over (the local moving of Blondel et al., "Fast unfolding of
// communities in large networks", 2008, in a fixed order). With keep set a
// group is never emptied, so that their number stays, and a node moves only for
// a gain worth speaking of: those at a border, for whom two groups are as good,
// stay where they are found again. group is changed in place; groups are
// numbered below count.
func settle(ctx context.Context, l *links, group []int32, count int, resolution float64, rounds int, keep bool) (moved int, err error) {
	degree := make([]float64, count)
	size := make([]int32, count)
	for i, g := range group {
		degree[g] += l.degree[i]
		size[g]++
	}
	sum := make([]float64, count)
	bar := 0.0
	if keep {
		bar = hold
	}
	var touched []int32
	for range rounds {
		if err := ctx.Err(); err != nil {
			return moved, err
		}
		before := moved
		for i := range group {
			own := group[i]
			if keep && size[own] == 1 {
				continue
			}
			touched = touched[:0]
			to, weight := l.row(i)
			for j, t := range to {
				g := group[t]
				if sum[g] == 0 {
					touched = append(touched, g)
				}
				sum[g] += float64(weight[j])
			}
			pull := resolution * l.degree[i] / l.total
			best, most := own, sum[own]-pull*(degree[own]-l.degree[i])
			for _, g := range touched {
				if gain := sum[g] - pull*degree[g]; g != own && gain > most+1e-9+bar*l.degree[i] {
					best, most = g, gain
				}
			}
			for _, g := range touched {
				sum[g] = 0
			}
			if best != own {
				degree[own] -= l.degree[i]
				degree[best] += l.degree[i]
				size[own]--
				size[best]++
				group[i] = best
				moved++
			}
		}
		if moved == before {
			break
		}
	}
	return moved, nil
}

// compact numbers the groups that are left 0, 1, ... in the order of their
// first node and returns how many there are.
func compact(group []int32) int {
	number := make(map[int32]int32, 64)
	for i, g := range group {
		to, ok := number[g]
		if !ok {
			to = int32(len(number))
			number[g] = to
		}
		group[i] = to
	}
	return len(number)
}
