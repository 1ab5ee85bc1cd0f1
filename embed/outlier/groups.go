package outlier

import (
	"math"
	"math/rand/v2"
	"slices"

	"kindred/embed"
)

const (
	groups     = 8    // that the rows are parted into
	groupDims  = 30   // directions that this looks at
	groupRows  = 5000 // rows that this looks at
	groupSteps = 20
	groupShare = 0.06 // of the rows, that a group must hold to count
)

// apart returns how far groups of the rows lie from the others: the median,
// over the parts that k-means makes (Lloyd 1982, started as Arthur and
// Vassilvitskii 2007 do), of the distance between the mean of the part and
// that of all other rows. It is the measure of what is foreign: in a collection
// of many kinds each kind is as far from the rest. 0 when there are no groups.
func apart(near embed.Matrix, seed uint64) float64 {
	chosen := draw(near.Rows, groupRows, seed+1)
	n, d := len(chosen), min(groupDims, near.Cols)
	if n < groups || d == 0 {
		return 0
	}
	row := func(i int) []float32 { return near.Row(chosen[i])[:d] }
	r := rand.New(rand.NewPCG(seed, 0x6b6d))
	centres := start(row, n, d, r)
	of := make([]int, n)
	count := make([]int, groups)
	for range groupSteps {
		moved := false
		for i := range n {
			best, least := 0, math.Inf(1)
			for g := range centres {
				if s := square(row(i), centres[g]); s < least {
					best, least = g, s
				}
			}
			moved = moved || of[i] != best
			of[i] = best
		}
		if !moved {
			break
		}
		clear(count)
		for g := range centres {
			clear(centres[g])
		}
		for i := range n {
			count[of[i]]++
			for j, v := range row(i) {
				centres[of[i]][j] += float64(v)
			}
		}
		for g := range centres {
			for j := range centres[g] {
				centres[g][j] /= max(1, float64(count[g]))
			}
		}
	}
	clear(count)
	all := make([]float64, near.Cols)
	sums := make([][]float64, groups)
	for g := range sums {
		sums[g] = make([]float64, near.Cols)
	}
	for i := range n {
		count[of[i]]++
		for j, v := range near.Row(chosen[i]) {
			sums[of[i]][j] += float64(v)
			all[j] += float64(v)
		}
	}
	var distances []float64
	for g, c := range count {
		if c == n || float64(c) < groupShare*float64(n) {
			continue
		}
		var s float64
		for j, v := range sums[g] {
			diff := v/float64(c) - (all[j]-v)/float64(n-c)
			s += diff * diff
		}
		distances = append(distances, math.Sqrt(s))
	}
	slices.Sort(distances)
	return median(distances)
}

// start draws the first middles, each with a probability that grows with the
// squared distance from those before.
func start(row func(int) []float32, n, d int, r *rand.Rand) [][]float64 {
	centres := make([][]float64, 0, groups)
	add := func(i int) {
		c := make([]float64, d)
		for j, v := range row(i) {
			c[j] = float64(v)
		}
		centres = append(centres, c)
	}
	add(r.IntN(n))
	least := make([]float64, n)
	for i := range least {
		least[i] = math.Inf(1)
	}
	for len(centres) < groups {
		var sum float64
		for i := range n {
			least[i] = min(least[i], square(row(i), centres[len(centres)-1]))
			sum += least[i]
		}
		at, left := 0, r.Float64()*sum
		for at < n-1 && left >= least[at] {
			left -= least[at]
			at++
		}
		add(at)
	}
	return centres
}

func square(a []float32, b []float64) (sum float64) {
	for j, v := range a {
		d := float64(v) - b[j]
		sum += d * d
	}
	return sum
}

// distance is how far the mean of the foremost rows lies from that of the
// others. The columns of near were divided by scale.
func distance(score []float64, near embed.Matrix, scale []float64) float64 {
	border := quantile(score, 1-foremost)
	sums := [2][]float64{make([]float64, near.Cols), make([]float64, near.Cols)}
	var count [2]float64
	for i, s := range score {
		side := 0
		if s > border {
			side = 1
		}
		count[side]++
		for j, v := range near.Row(i) {
			sums[side][j] += float64(v)
		}
	}
	if count[0] == 0 || count[1] == 0 {
		return 0
	}
	var sum float64
	for j := range sums[0] {
		d := (sums[1][j]/count[1] - sums[0][j]/count[0]) * scale[j]
		sum += d * d
	}
	return math.Sqrt(sum)
}
