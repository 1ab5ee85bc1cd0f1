package neighbor

import (
	"math/rand/v2"

	"kindred/embed"
)

// rotation returns a random orthogonal matrix, one axis a row, the same for the
// same dim: normal deviates, made orthonormal.
func rotation(dim int) embed.Matrix {
	random := rand.New(rand.NewPCG(uint64(dim), 0x726f74))
	q := embed.NewMatrix(dim, dim)
	for i := range q.Data {
		q.Data[i] = float32(random.NormFloat64())
	}
	orthonormalise(q)
	return q
}

// largest moves the count largest values to the front, in no order (Hoare's
// selection, with the middle of three for the pivot).
func largest(v []uint64, count int) {
	lo, hi := 0, len(v)-1
	for lo < hi {
		a, b, c := v[lo], v[(lo+hi)/2], v[hi]
		pivot := max(min(a, b), min(max(a, b), c))
		i, j := lo, hi
		for i <= j {
			for v[i] > pivot {
				i++
			}
			for v[j] < pivot {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i++
				j--
			}
		}
		switch {
		case count-1 <= j:
			hi = j
		case count-1 >= i:
			lo = i
		default:
			return
		}
	}
}
