package neighbor

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"

	"kindred/embed"
)

const (
	// longer is how many neighbours the lists hold beside those asked for: a
	// longer list finds more on the way.
	longer = 8
	// joined bounds the new and the old neighbours that a row introduces to
	// each other in a round, and those for which it is a neighbour.
	joined = 12
	// descents bounds the rounds, and calm is the part of the lists below which
	// what a round changed is not worth another.
	descents, calm = 12, 0.002
	// trees is the number of random projection trees that the first lists come
	// from, and leaf the rows in one of their leaves.
	trees, leaf = 4, 48
)

// Descend builds an approximate graph of the k nearest rows of each row by dot
// product: nearest-neighbour descent (Dong, Charikar, Li, "Efficient k-nearest
// neighbor graph construction for generic similarity measures", 2011), which
// lets the neighbours of a row get to know each other until nothing gains, from
// lists that random projection trees give (Dasgupta and Freund 2008). Rows are
// to be of like length. The result is the same for the same seed, however many
// goroutines there are: a list is the best of all that were ever proposed to
// it, whatever the order. Memory beyond rows and result is about as much as the
// result four times.
func Descend(ctx context.Context, m embed.Matrix, k int, seed uint64, tick func(done, total int)) (Graph, error) {
	if err := embed.CheckFinite(m); err != nil {
		return Graph{}, fmt.Errorf("neighbour graph: %w", err)
	}
	k = min(k, m.Rows-1)
	if k <= 0 {
		return Graph{}, ctx.Err()
	}
	l := newLists(m, min(k+longer, m.Rows-1))
	if err := l.plant(ctx, seed); err != nil {
		return Graph{}, err
	}
	tick(1, descents+1)
	for round := range descents {
		fresh, err := l.round(ctx, seed+uint64(round)*0x9e3779b97f4a7c15)
		if err != nil {
			return Graph{}, err
		}
		if float64(fresh) <= calm*float64(len(l.index)) {
			break
		}
		tick(round+2, descents+1)
	}
	tick(descents+1, descents+1)
	g := Graph{K: k, Index: make([]int32, m.Rows*k), Score: make([]float32, m.Rows*k)}
	return g, parallel(ctx, m.Rows, func(i int) {
		index, score := g.Row(i)
		copy(index, l.index[i*l.k:])
		copy(score, l.score[i*l.k:])
	})
}

// lists are the best neighbours of each row known so far.
type lists struct {
	m     embed.Matrix
	k     int
	index []int32
	score []float32
	fresh []bool          // not introduced to the others yet
	have  []int32         // filled places of a row
	worst []atomic.Uint32 // bits of the last score of a full row
	locks [1024]sync.Mutex
}

func newLists(m embed.Matrix, k int) *lists {
	l := &lists{
		m: m, k: k, index: make([]int32, m.Rows*k), score: make([]float32, m.Rows*k),
		fresh: make([]bool, m.Rows*k), have: make([]int32, m.Rows), worst: make([]atomic.Uint32, m.Rows),
	}
	low := math.Float32bits(float32(math.Inf(-1)))
	for i := range l.worst {
		l.worst[i].Store(low)
	}
	return l
}

// meet proposes two rows to each other.
func (l *lists) meet(a, b int32) {
	if a == b {
		return
	}
	s := dot(l.m.Row(int(a)), l.m.Row(int(b)))
	l.propose(a, b, s)
	l.propose(b, a, s)
}

// propose puts row j into the list of row i if it is among the best, ties by
// lower index.
func (l *lists) propose(i, j int32, s float32) {
	if s < math.Float32frombits(l.worst[i].Load()) {
		return
	}
	lock := &l.locks[i%int32(len(l.locks))]
	lock.Lock()
	defer lock.Unlock()
	lo := int(i) * l.k
	index, score, fresh := l.index[lo:lo+l.k], l.score[lo:lo+l.k], l.fresh[lo:lo+l.k]
	have := int(l.have[i])
	// Where it belongs; on the way, whether it is there already.
	at := have
	for at > 0 && (score[at-1] < s || score[at-1] == s && index[at-1] > j) {
		at--
	}
	if at == l.k || at > 0 && score[at-1] == s && index[at-1] == j {
		return
	}
	if have < l.k {
		have++
		l.have[i] = int32(have)
	}
	copy(index[at+1:have], index[at:])
	copy(score[at+1:have], score[at:])
	copy(fresh[at+1:have], fresh[at:])
	index[at], score[at], fresh[at] = j, s, true
	if have == l.k {
		l.worst[i].Store(math.Float32bits(score[have-1]))
	}
}

// plant makes the first lists: rows of one leaf of a tree meet, all of them.
func (l *lists) plant(ctx context.Context, seed uint64) error {
	for t := range trees {
		rows := make([]int32, l.m.Rows)
		for i := range rows {
			rows[i] = int32(i)
		}
		leaves, err := l.split(ctx, rows, seed^uint64(t+1)<<32)
		if err != nil {
			return err
		}
		err = parallel(ctx, len(leaves), func(i int) {
			of := leaves[i]
			for x, a := range of {
				for _, b := range of[:x] {
					l.meet(a, b)
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// split parts rows, in place, into leaves: by which of two random ones of a
// part a row is nearer to, halfway by number.
func (l *lists) split(ctx context.Context, rows []int32, seed uint64) ([][]int32, error) {
	level := [][]int32{rows}
	side := make([]float32, l.m.Rows)
	for depth := uint64(0); ; depth++ {
		large := false
		for _, part := range level {
			large = large || len(part) > leaf
		}
		if !large {
			return level, ctx.Err()
		}
		next := make([][]int32, 2*len(level))
		err := parallel(ctx, len(level), func(p int) {
			part := level[p]
			if len(part) <= leaf {
				next[2*p] = part
				return
			}
			random := rand.New(rand.NewPCG(seed+depth, uint64(p)))
			a, b := l.m.Row(int(part[random.IntN(len(part))])), l.m.Row(int(part[random.IntN(len(part))]))
			for _, i := range part {
				row := l.m.Row(int(i))
				side[i] = dot(row, a) - dot(row, b)
			}
			slices.SortFunc(part, func(x, y int32) int {
				switch {
				case side[x] < side[y]:
					return -1
				case side[x] > side[y]:
					return 1
				}
				return int(x) - int(y)
			})
			next[2*p], next[2*p+1] = part[:len(part)/2], part[len(part)/2:]
		})
		if err != nil {
			return nil, err
		}
		level = slices.DeleteFunc(next, func(part []int32) bool { return len(part) == 0 })
	}
}

// round introduces neighbours to each other and returns how many places of the
// lists are taken by rows that were not there before.
func (l *lists) round(ctx context.Context, seed uint64) (int, error) {
	n := l.m.Rows
	young, old := newCircle(n), newCircle(n)
	for i := range n {
		for p := i * l.k; p < i*l.k+int(l.have[i]); p++ {
			c := old
			if l.fresh[p] {
				c = young
			}
			h := mix(seed, uint64(i)<<32|uint64(uint32(l.index[p])))
			c.add(int32(i), l.index[p], h)
			c.add(l.index[p], int32(i), mix(h, 1))
		}
	}
	// What is introduced now is no longer new.
	if err := parallel(ctx, n, func(i int) {
		known := young.of(i)
		for p := i * l.k; p < i*l.k+int(l.have[i]); p++ {
			if l.fresh[p] && slices.Contains(known, l.index[p]) {
				l.fresh[p] = false
			}
		}
	}); err != nil {
		return 0, err
	}
	before := l.count()
	if err := parallel(ctx, n, func(i int) {
		a, b := young.of(i), old.of(i)
		for x, v := range a {
			for _, w := range a[:x] {
				l.meet(v, w)
			}
			for _, w := range b {
				l.meet(v, w)
			}
		}
	}); err != nil {
		return 0, err
	}
	return l.count() - before, nil
}

func (l *lists) count() int {
	c := 0
	for _, f := range l.fresh {
		if f {
			c++
		}
	}
	return c
}

// circle holds up to 2*joined rows for each row, drawn by lot: those with the
// least hashes, whatever the order in which they come.
type circle struct {
	rows []int32
	lot  []uint32
	have []uint8
}

const room = 2 * joined

func newCircle(n int) *circle {
	return &circle{make([]int32, n*room), make([]uint32, n*room), make([]uint8, n)}
}

func (c *circle) add(i, j int32, hash uint64) {
	lo := int(i) * room
	lot := uint32(hash >> 32)
	rows, lots := c.rows[lo:lo+room], c.lot[lo:lo+room]
	have := int(c.have[i])
	for p := range have {
		if rows[p] == j {
			lots[p] = min(lots[p], lot)
			return
		}
	}
	if have < room {
		rows[have], lots[have] = j, lot
		c.have[i]++
		return
	}
	last := 0
	for p := range lots {
		if lots[p] > lots[last] || lots[p] == lots[last] && rows[p] > rows[last] {
			last = p
		}
	}
	if lot < lots[last] || lot == lots[last] && j < rows[last] {
		rows[last], lots[last] = j, lot
	}
}

func (c *circle) of(i int) []int32 { return c.rows[i*room : i*room+int(c.have[i])] }

// mix is a hash of two numbers (the finisher of Steele's SplitMix64).
func mix(a, b uint64) uint64 {
	z := a + b*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
